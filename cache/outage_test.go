package cache_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// impatient has the default timeout.
func impatient(c *cache.EmbeddingsConfig) { c.Timeout = cache.DefaultTimeout }

// load asks for a few texts without end, as several callers, and counts.
type load struct {
	hits, others, failed atomic.Int64
	stop                 func()
}

func startLoad(p *replica) *load {
	l := &load{}
	ctx, cancel := context.WithCancel(context.Background())
	var asking sync.WaitGroup
	for caller := range 8 {
		asking.Go(func() {
			for i := caller; ctx.Err() == nil; i++ {
				texts := []string{fmt.Sprintf("text %d", i%20)}
				answer, err := p.queries.Lookup(context.Background(), texts)
				switch {
				case err != nil || fmt.Sprint(answer.Vectors) != fmt.Sprint(vectorsOf(texts...)):
					l.failed.Add(1)
				case answer.Results[0].IsCacheHit():
					l.hits.Add(1)
				default:
					l.others.Add(1)
				}
			}
		})
	}
	l.stop = func() { cancel(); asking.Wait() }
	return l
}

// grows waits until a counter has grown by a few.
func grows(t *testing.T, counter *atomic.Int64) {
	t.Helper()
	before := counter.Load()
	require.Eventually(t, func() bool { return counter.Load() > before+100 }, patience, time.Millisecond)
}

// However the server goes away under load, every vector is there, and when it is back there are hits again.
func TestServerGoesAwayUnderLoad(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ away, back func(*testdb.Server) }{
		"killed":  {(*testdb.Server).Kill, (*testdb.Server).Start},
		"stopped": {(*testdb.Server).Stop, (*testdb.Server).Start},
		"paused":  {(*testdb.Server).Pause, (*testdb.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testdb.StartValkey(t)
			a := startReplica(t, server.URL(), impatient)
			a.embedder.delay = 2 * time.Millisecond
			l := startLoad(a)
			defer l.stop()
			grows(t, &l.hits)

			test.away(server)
			require.Eventually(t, func() bool { return !a.Answering() }, patience, time.Millisecond)
			grows(t, &l.others)
			require.False(t, a.Answering())
			require.ErrorIs(t, a.Ping(t.Context()), cache.ErrUnavailable)

			test.back(server)
			require.Eventually(t, a.Answering, patience, time.Millisecond)
			grows(t, &l.hits)
			l.stop()
			require.Zero(t, l.failed.Load())
			require.Equal(t, a.logged("done without"), a.logged("used again"), "one line per change: %v", a.log.all())
		})
	}
}

// A server that was never there is asked now and then, and used when it comes.
func TestServerComesLater(t *testing.T) {
	t.Parallel()
	server := testdb.StartValkey(t)
	server.Stop()
	a := startReplica(t, server.URL(), impatient)
	require.Eventually(t, func() bool {
		a.ask(t, text)
		return !a.Answering()
	}, patience, time.Millisecond)
	for range 1000 {
		require.Equal(t, []cache.Result{cache.ResultError}, a.ask(t, text))
	}
	require.Equal(t, 1, a.logged("done without"))
	server.Start()
	require.Eventually(t, func() bool { return a.ask(t, text)[0].IsCacheHit() }, patience, time.Millisecond)
}

// proxy stands before a server and lets every answer wait.
type proxy struct {
	url   string
	delay atomic.Int64
}

func startProxy(t *testing.T, url string) *proxy {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	p := &proxy{url: "unix://" + listener.Addr().String()}
	path, _, _ := strings.Cut(strings.TrimPrefix(url, "unix://"), "?")
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", path)
			if err != nil {
				_ = client.Close()
				continue
			}
			go p.copy(server, client, false)
			go p.copy(client, server, true)
		}
	}()
	return p
}

func (p *proxy) copy(to, from net.Conn, wait bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if wait {
			time.Sleep(time.Duration(p.delay.Load()))
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// A server that takes longer to answer than it takes to compute is done without until it is quick again.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"is left alone": false, "is asked all the same": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testdb.StartValkey(t)
			p := startProxy(t, server.URL())
			a := startReplica(t, p.url)
			a.Pace(25 * time.Millisecond)
			if off {
				a.IgnorePace()
			}
			a.embedder.delay = 25 * time.Millisecond
			a.ask(t, text)
			p.delay.Store(int64(100 * time.Millisecond))
			askOften := func(times int) {
				for i := range times { // each text once, or the memory of the process would answer
					a.ask(t, fmt.Sprintf("text %d", i))
				}
			}
			if off {
				askOften(30)
				require.True(t, a.Answering())
				return
			}
			for i := 0; a.Answering(); i++ {
				require.Less(t, i, 1000)
				a.ask(t, fmt.Sprintf("text %d", i))
			}
			require.Equal(t, []cache.Result{cache.ResultError}, a.ask(t, "text 0"))
			p.delay.Store(0)
			require.Eventually(t, a.Answering, patience, time.Millisecond)
			require.Equal(t, 1, a.logged("done without"))
			require.Equal(t, 1, a.logged("used again"))
		})
	}
}

// A server that tracks no keys is used without the memory of the process, and processes still do not compute the same.
func TestServerWithoutTracking(t *testing.T) {
	t.Parallel()
	for name, restrict := range map[string]func(t *testing.T, url string) string{
		"forbidden": func(t *testing.T, url string) string {
			t.Helper()
			command(t, raw(t, url), "ACL", "SETUSER", "default", "-client|tracking")
			return url
		},
		"old protocol": func(_ *testing.T, url string) string { return url + "&protocol=2" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testdb.StartValkey(t)
			url := restrict(t, server.URL())
			a, b := startReplica(t, url, long), startReplica(t, url, long)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			first, goOn := a.holding(t, text)
			second := b.askInBackground(t, text)
			third := b.askInBackground(t, text)
			go a.Run(ctx)
			require.Eventually(t, func() bool { return a.logged("does not track keys") == 1 }, patience, time.Millisecond)
			goOn()
			require.Equal(t, cache.ResultMiss, <-first)
			<-second
			<-third
			require.Empty(t, b.embedder.asked())
			for range 3 {
				require.Equal(t, hit, b.ask(t, text), "never from the memory of the process")
			}
			require.False(t, a.Stats(t.Context()).ClientCaching)
			require.Equal(t, 1, a.logged("does not track keys"))
		})
	}
}

// A server that stops to track keys while it is used is used on.
func TestServerStopsTracking(t *testing.T) {
	t.Parallel()
	server := testdb.StartValkey(t)
	client := raw(t, server.URL())
	a := startReplica(t, server.URL())
	a.ask(t, text)
	require.Eventually(t, func() bool { return a.ask(t, text)[0] == cache.ResultHitLocal }, patience, time.Millisecond)
	command(t, client, "ACL", "SETUSER", "default", "-client|tracking")
	command(t, client, "CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES")
	require.Eventually(t, func() bool {
		first, second := a.ask(t, text), a.ask(t, text)
		return first[0] == cache.ResultHitRedis && second[0] == cache.ResultHitRedis
	}, patience, time.Millisecond)
	require.False(t, a.Stats(t.Context()).ClientCaching)
}

// A server that takes nothing more is read from, and told of once.
func TestServerThatRefuses(t *testing.T) {
	t.Parallel()
	server := testdb.StartValkey(t)
	client := raw(t, server.URL())
	a := startReplica(t, server.URL())
	a.ask(t, "kept")
	command(t, client, "CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction")
	for i := range 10 {
		require.Equal(t, []cache.Result{cache.ResultError}, a.ask(t, fmt.Sprintf("text %d", i)))
		require.True(t, a.ask(t, "kept")[0].IsCacheHit())
	}
	require.True(t, a.Answering())
	require.Equal(t, 1, a.logged("does not take what it is given"))
	command(t, client, "CONFIG", "SET", "maxmemory", "100mb")
	require.Equal(t, miss, a.ask(t, "other"))
	require.Equal(t, 1, a.logged("takes what it is given again"))
}

// Without the server nothing is shared between processes, but within one.
func TestCallersShareWithoutTheServer(t *testing.T) {
	t.Parallel()
	a := startReplica(t, "unix:///nonexistent/socket?db=0", impatient)
	first, goOn := a.holding(t, text)
	second := a.askInBackground(t, text)
	require.Never(t, func() bool { return len(a.embedder.asked()) > 1 }, 100*time.Millisecond, time.Millisecond)
	goOn()
	require.Equal(t, cache.ResultError, <-first)
	require.Equal(t, cache.ResultError, <-second)
}

func TestPanicsBecomeErrors(t *testing.T) {
	t.Parallel()
	a := startReplica(t, testdb.Redis(t))
	a.embedder.panics = true
	_, err := a.queries.Embed(t.Context(), []string{text})
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	a.embedder.panics = false
	require.Equal(t, miss, a.ask(t, text), "the lock was given back")
}

func TestAfterClose(t *testing.T) {
	t.Parallel()
	a := startReplica(t, testdb.Redis(t))
	a.ask(t, text)
	first, goOn := a.holding(t, "other")
	closed := make(chan struct{})
	go func() { defer close(closed); a.Close(t.Context()) }()
	goOn()
	<-closed
	require.Equal(t, cache.ResultMiss, <-first, "what was under way has ended")
	answer, err := a.queries.Lookup(t.Context(), []string{text})
	require.NoError(t, err)
	require.Equal(t, vectorsOf(text), answer.Vectors)
	require.False(t, answer.Results[0].IsCacheHit())
	_, err = a.Invalidate(t.Context(), "oom")
	require.True(t, err == nil || errors.Is(err, cache.ErrUnavailable))
	require.ErrorIs(t, a.Ping(t.Context()), cache.ErrUnavailable)
	a.Close(t.Context())
}

// Close does not wait for ever for a load that hangs.
func TestCloseIsBounded(t *testing.T) {
	t.Parallel()
	a := startReplica(t, testdb.Redis(t))
	a.embedder.hold = make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		_, err := a.queries.Embed(context.Background(), []string{text})
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(a.embedder.asked()) == 1 }, patience, time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	a.Close(ctx)
	require.ErrorIs(t, <-failed, context.Canceled)
}
