package migrations

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServerRequirements(t *testing.T) {
	t.Parallel()
	version := func(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }
	for name, test := range map[string]struct {
		number               int
		installed, available string
		refusal              string
	}{
		"installed":            {number: 160000, installed: "0.8.0", available: "0.8.6"},
		"to be installed":      {number: 180006, available: "0.8.6"},
		"greater major":        {number: 180006, available: "1.0.0"},
		"two digits":           {number: 180006, available: "0.10.1"},
		"files were removed":   {number: 180006, installed: "0.8.6"},
		"old PostgreSQL":       {number: 150012, installed: "0.8.6", refusal: "version 16 or newer"},
		"no pgvector":          {number: 180006, refusal: "pgvector is not installed"},
		"old pgvector offered": {number: 180006, available: "0.7.4", refusal: "the server has pgvector 0.7.4"},
		"old pgvector in use":  {number: 180006, installed: "0.7.4", available: "0.8.6", refusal: "ALTER EXTENSION vector UPDATE"},
		"unreadable version":   {number: 180006, available: "latest", refusal: "the server has pgvector latest"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := server{
				number: test.number, name: "15.12", installed: version(test.installed), available: version(test.available),
			}.check()
			if test.refusal == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ErrRequirement)
			require.ErrorContains(t, err, test.refusal)
		})
	}
}
