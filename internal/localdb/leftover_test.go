package localdb

import (
	"log/slog"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// unowned runs servers of a folder whose lock nobody holds, as they are after
// the kill of an owner whose death signal did not end them.
func unowned(t *testing.T, dir string) []*child {
	t.Helper()
	rt, err := OpenRuntime("", parts.PostgreSQL, parts.Valkey)
	require.NoError(t, err)
	f, err := openFolder(dir)
	require.NoError(t, err)
	s := &Server{folder: f, log: slog.New(slog.DiscardHandler)}
	require.NoError(t, s.start(t.Context(), Config{DataDir: dir, Runtime: rt, Queue: true, Tests: true}))
	t.Cleanup(func() { _ = s.each(service.stop) })
	require.NoError(t, f.lock.Close())
	return s.children()
}

func TestStartEndsServersThatNobodyOwns(t *testing.T) {
	t.Parallel()
	for name, frozen := range map[string]bool{"running": false, "frozen": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			left := unowned(t, dir)
			require.Len(t, left, 3)
			for _, c := range left {
				if frozen {
					require.NoError(t, syscall.Kill(c.pid(), syscall.SIGSTOP))
				}
			}
			s, err := Start(t.Context(), Config{DataDir: dir, Queue: true, Tests: true})
			require.NoError(t, err)
			for _, c := range left {
				<-c.done
			}
			require.NoError(t, s.Stop(t.Context()))
		})
	}
}
