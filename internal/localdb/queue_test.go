package localdb_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

func queueClient(t *testing.T, s *localdb.Server) rueidis.Client {
	t.Helper()
	option, err := rueidis.ParseURL(s.QueueURL())
	require.NoError(t, err)
	client, err := rueidis.NewClient(option)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func TestQueueKeepsWhatItHasAnswered(t *testing.T) {
	t.Parallel()
	rt, err := localdb.OpenRuntime("", parts.Valkey)
	require.NoError(t, err)
	config := localdb.Config{DataDir: t.TempDir(), Runtime: rt, SkipPostgres: true, SkipValkey: true, Queue: true}
	s := start(t, config)
	address := s.QueueURL()
	require.Empty(t, s.RedisURL())
	client := queueClient(t, s)
	settings, err := client.Do(t.Context(), client.B().ConfigGet().Parameter("*").Build()).AsStrMap()
	require.NoError(t, err)
	require.Equal(t, "0", settings["port"])
	require.Equal(t, "noeviction", settings["maxmemory-policy"])
	require.Equal(t, "always", settings["appendfsync"])
	require.NotEqual(t, "0", settings["maxmemory"])
	require.NoError(t, client.Do(t.Context(), client.B().Incr().Key("n").Build()).Error())

	require.NoError(t, syscall.Kill(s.QueuePID(), syscall.SIGKILL))
	<-s.Done()
	require.ErrorContains(t, s.Err(), "Valkey of the queue ended by itself (signal: killed)")
	require.NoError(t, s.Stop(t.Context()))
	for want := range int64(2) {
		s = start(t, config)
		require.Equal(t, address, s.QueueURL())
		client = queueClient(t, s)
		n, err := client.Do(t.Context(), client.B().Incr().Key("n").Build()).AsInt64()
		require.NoError(t, err)
		require.Equal(t, want+2, n, "kept over a crash, and over an orderly stop")
		require.NoError(t, s.Stop(t.Context()))
	}
}

func TestQueueBesideTheOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, localdb.Config{DataDir: dir, Queue: true})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	require.Equal(t, "allkeys-lru", configOf(t, s, "maxmemory-policy"))
	require.NotEqual(t, s.RedisURL(), s.QueueURL())
	require.NotEqual(t, s.ValkeyPID(), s.QueuePID())
	info, err := os.Stat(filepath.Join(dir, "queue"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, s.Stop(t.Context()))
	require.False(t, alive(s.QueuePID()))
	require.NoFileExists(t, filepath.Join(dir, "run", "queue.pid"))
}
