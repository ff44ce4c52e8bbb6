package localdb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
)

func pidText(pid int) string { return strconv.Itoa(pid) }

func TestServersDieWithAKilledOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startedOwner(t, dir)
	first.kill()
	requireEnd(t, first.postgres, first.valkey)
	s := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
}

func TestKilledInitIsStartedAfresh(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, _ := startOwner(t, dir)
	unfinished := filepath.Join(dir, "postgresql.init-*", "PG_VERSION")
	require.Eventually(t, func() bool {
		found, err := filepath.Glob(unfinished)
		return err == nil && len(found) > 0
	}, time.Minute, time.Millisecond)
	first.kill()
	require.NoDirExists(t, filepath.Join(dir, "postgresql"))

	s := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	left, err := filepath.Glob(filepath.Join(dir, "postgresql.init-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// stopped makes a folder whose servers ran and were stopped.
func stopped(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := start(t, localdb.Config{DataDir: dir})
	require.NoError(t, s.Stop(t.Context()))
	return dir
}

func writePIDFiles(t *testing.T, dir string, pid int) {
	t.Helper()
	cluster := filepath.Join(dir, "postgresql")
	text := fmt.Sprintf("%d\n%s\n%d\n5432\n%s\n\n0 0\nready\n", pid, cluster, time.Now().Unix(), filepath.Join(dir, "run"))
	require.NoError(t, os.WriteFile(filepath.Join(cluster, "postmaster.pid"), []byte(text), 0o644))
	for _, name := range []string{".s.PGSQL.5432.lock", "valkey.pid"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "run", name), []byte(text), 0o644))
	}
}

func TestPidThatWentToAnotherProgramIsNotKilled(t *testing.T) {
	t.Parallel()
	dir := stopped(t)
	pid := bystander(t, "sleep", "600")
	writePIDFiles(t, dir, pid)
	s := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	require.True(t, alive(pid))
}

func TestPostgresOfAnotherFolderIsNotKilledAndNotIgnored(t *testing.T) {
	t.Parallel()
	dir, other := stopped(t), start(t, localdb.Config{DataDir: t.TempDir(), SkipValkey: true})
	writePIDFiles(t, dir, other.PostgresPID())
	_, err := localdb.Start(t.Context(), localdb.Config{DataDir: dir, Tests: true})
	require.ErrorContains(t, err, "names process "+pidText(other.PostgresPID()))
	require.True(t, alive(other.PostgresPID()))
}

func TestStaleFilesOfDeadServersAreNoObstacle(t *testing.T) {
	t.Parallel()
	dir := stopped(t)
	const nobody = 1 << 22 // above the kernel's largest process id
	writePIDFiles(t, dir, nobody)
	for _, name := range []string{".s.PGSQL.5432", "valkey.sock"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "run", name), nil, 0o600))
	}
	s := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	require.Equal(t, "0", configOf(t, s, "port"))
}
