package cache_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func TestMain(m *testing.M) {
	if order := os.Getenv(workerOrder); order != "" {
		os.Exit(work(order))
	}
	os.Exit(testdb.Main(m, nil))
}

// patience is how long a test waits for a server before it gives up.
const patience = 30 * time.Second

func connect(t *testing.T, url string) *cache.Client {
	t.Helper()
	c, err := cache.Connect(cache.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func ping(c *cache.Client, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return c.Ping(ctx)
}

func TestPing(t *testing.T) {
	t.Parallel()
	c := connect(t, testdb.Redis(t))
	require.NoError(t, ping(c, patience))
	c.Close()
	c.Close()
	require.ErrorIs(t, ping(c, patience), cache.ErrUnavailable)
}

func TestServerMayComeLaterAndGoAndComeBack(t *testing.T) {
	t.Parallel()
	server := testdb.StartValkey(t)
	require.True(t, strings.HasPrefix(server.URL(), "unix://"), "this is also the test of unix sockets")
	server.Stop()
	c := connect(t, server.URL())
	require.ErrorIs(t, ping(c, patience), cache.ErrUnavailable)
	for range 2 {
		server.Start()
		require.Eventually(t, func() bool { return ping(c, patience) == nil }, patience, 10*time.Millisecond)
		server.Stop()
		require.ErrorIs(t, ping(c, time.Second), cache.ErrUnavailable)
	}
}

// A server that accepts connections and says nothing must not hold a caller longer than he wants to wait.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	c := connect(t, "unix://"+listener.Addr().String())
	err = ping(c, time.Millisecond)
	require.ErrorIs(t, err, cache.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, ping(c, patience), cache.ErrUnavailable, "the connection is given up by itself")
}

func TestServerThatFreezes(t *testing.T) {
	t.Parallel()
	server := testdb.StartValkey(t)
	c := connect(t, server.URL())
	require.NoError(t, ping(c, patience))
	server.Pause()
	require.ErrorIs(t, ping(c, 50*time.Millisecond), cache.ErrUnavailable)
	server.Resume()
	require.Eventually(t, func() bool { return ping(c, patience) == nil }, patience, 10*time.Millisecond)
}

func TestAddressIsCheckedAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "localhost:6379", "http://:secret@host", "redis://:secret@host:port", "redis://:secret@host/x"} {
		_, err := cache.Connect(cache.Config{URL: url})
		require.ErrorIs(t, err, cache.ErrURL, url)
		require.NotContains(t, err.Error(), "secret")
	}
}
