package cache_test

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// startCluster starts two servers that share the slots, and gives the URL of one of them, and a client of each.
func startCluster(t *testing.T) (url string, nodes []rueidis.Client) {
	t.Helper()
	runtime, err := localdb.OpenRuntime("", parts.Valkey)
	require.NoError(t, err)
	program, err := runtime.Valkey()
	require.NoError(t, err)
	slots := []string{"0", "8191", "8192", "16383"}
	ports := make([]int, 2)
	for i := range ports {
		ports[i] = startNode(t, program)
		node := onlyNode(t, ports[i])
		command(t, node, "CLUSTER", "ADDSLOTSRANGE", slots[2*i], slots[2*i+1])
		nodes = append(nodes, node)
	}
	bus := command(t, nodes[1], "CONFIG", "GET", "cluster-port")
	settings, err := bus.AsStrMap()
	require.NoError(t, err)
	command(t, nodes[0], "CLUSTER", "MEET", "127.0.0.1", strconv.Itoa(ports[1]), settings["cluster-port"])
	for _, node := range nodes {
		require.Eventually(t, func() bool {
			info, err := command(t, node, "CLUSTER", "INFO").ToString()
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:2")
		}, patience, 10*time.Millisecond)
	}
	return fmt.Sprintf("redis://127.0.0.1:%d", ports[0]), nodes
}

// untilEnd runs a program until the input ends, which it does when this binary dies too.
const untilEnd = `"$0" "$@" >/dev/null 2>&1 & cat >/dev/null; kill -9 $!`

func startNode(t *testing.T, program string) (port int) {
	t.Helper()
	port, bus := freePort(t), freePort(t)
	cmd := exec.Command("/bin/sh", "-c", untilEnd, program, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
		"--cluster-port", strconv.Itoa(bus), "--dir", t.TempDir(), "--save", "", "--appendonly", "no",
		"--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = input.Close()
		_ = cmd.Wait()
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, patience, 10*time.Millisecond)
	return port
}

// onlyNode is a connection to one server, whatever the others say.
func onlyNode(t *testing.T, port int) rueidis.Client {
	t.Helper()
	client, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{fmt.Sprintf("127.0.0.1:%d", port)}, ForceSingleClient: true,
	})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

func sizes(t *testing.T, nodes []rueidis.Client) (sum int64) {
	t.Helper()
	for _, node := range nodes {
		size, err := command(t, node, "DBSIZE").AsInt64()
		require.NoError(t, err)
		sum += size
	}
	return sum
}

// On a cluster everything works as on one server, and all nodes are searched.
func TestCluster(t *testing.T) {
	t.Parallel()
	url, nodes := startCluster(t)
	a, b := startReplica(t, url), startReplica(t, url)
	oom, other := a.versionsOf("oom", 200), a.versionsOf("other", 50)
	a.askFor(t, oom...)
	a.askFor(t, other...)
	a.ask(t, "pod", "node", "disk")
	for _, result := range b.askFor(t, oom...) {
		require.True(t, result.IsCacheHit())
	}
	for _, node := range nodes {
		size, err := command(t, node, "DBSIZE").AsInt64()
		require.NoError(t, err)
		require.NotZero(t, size, "both nodes have keys")
	}
	require.EqualValues(t, 253, sizes(t, nodes), "no lock is left")
	stats := a.Stats(t.Context())
	require.EqualValues(t, 250, stats.Kinds[cache.KindPlaybook].Keys)
	require.EqualValues(t, 128<<20, stats.Server.MaxBytes)

	// The lock of a key is on the node of the key.
	for i := range 20 {
		first, goOn := a.holding(t, fmt.Sprintf("text %d", i))
		second := b.askInBackground(t, fmt.Sprintf("text %d", i))
		goOn()
		require.Equal(t, cache.ResultMiss, <-first)
		<-second
	}
	require.Empty(t, b.embedder.asked())

	day := 24 * time.Hour
	require.NoError(t, a.SetTTL(t.Context(), "oom", &day))
	removed, err := a.Invalidate(t.Context(), "oom")
	require.NoError(t, err)
	require.EqualValues(t, 200, removed)
	removed, err = a.InvalidateAll(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 50, removed)
	removed, err = a.InvalidateQueries(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 23, removed)
	require.Zero(t, sizes(t, nodes))
}

// The runtime's own servers are fit for what they are used for; others are named once.
func TestServerIsLookedAt(t *testing.T) {
	t.Parallel()
	run := func(url string) *replica {
		p := startReplica(t, url)
		ctx, stop := context.WithCancel(t.Context())
		running := make(chan struct{})
		go func() { defer close(running); p.Run(ctx) }()
		t.Cleanup(func() { stop(); <-running })
		return p
	}
	server := testdb.StartValkey(t)
	good := run(server.URL())
	stats := good.Stats(t.Context())
	require.Positive(t, stats.Server.MaxBytes)
	require.Equal(t, "allkeys-lru", stats.Server.Policy)

	keeping := run(testdb.StartQueue(t).URL())
	require.Eventually(t, func() bool { return keeping.logged("not fit for a cache") == 1 }, patience, time.Millisecond)
	unbounded := testdb.StartValkey(t)
	command(t, raw(t, unbounded.URL()), "CONFIG", "SET", "maxmemory", "0")
	endless := run(unbounded.URL())
	require.Eventually(t, func() bool { return endless.logged("not fit for a cache") == 1 }, patience, time.Millisecond)
	require.Zero(t, good.logged("not fit for a cache"))
}
