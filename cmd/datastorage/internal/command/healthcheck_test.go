package command_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	environ := []string{"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t)}
	service, url := startCommand(t, environ, "serve", "--listen", "127.0.0.1:0")
	address := "DATASTORAGE_LISTEN=" + strings.Replace(url, "http://127.0.0.1", "0.0.0.0", 1)

	notReady := runWith(t, []string{address}, "", "healthcheck")
	require.Equal(t, exitcode.Failure, notReady.code, "its schema is missing")
	require.Contains(t, notReady.err, url)
	require.Equal(t, exitcode.OK, runWith(t, []string{address}, "", "healthcheck", "--live").code)

	require.Equal(t, exitcode.OK, runWith(t, environ, "", "migrate", "up").code)
	require.Eventually(t, func() bool {
		return runWith(t, nil, "", "healthcheck", "--server", url).code == exitcode.OK
	}, time.Minute, 50*time.Millisecond)

	require.Equal(t, exitcode.OK, service.stop())
	require.Equal(t, exitcode.Unavailable, runWith(t, []string{address}, "", "healthcheck", "--live").code)
}
