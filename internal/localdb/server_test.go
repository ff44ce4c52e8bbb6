package localdb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
)

func TestSmoke(t *testing.T) {
	s, err := localdb.Start(t.Context(), localdb.Config{DataDir: t.TempDir(), Tests: true})
	require.NoError(t, err)
	t.Log(s.DatabaseURL(), s.RedisURL(), s.PsqlCommand())
	require.NoError(t, s.Stop(t.Context()))
}
