package cache_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// counts is an Observer.
type counts struct {
	mu            sync.Mutex
	asked         map[cache.Kind]map[cache.Result]int
	loads, failed int
	waits         int
	read, written int
}

func (c *counts) Asked(kind cache.Kind, result cache.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked[kind] == nil {
		c.asked[kind] = map[cache.Result]int{}
	}
	c.asked[kind][result]++
}

func (c *counts) Loaded(_ cache.Kind, _ int, _ time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.loads++
	if err != nil {
		c.failed++
	}
}

func (c *counts) Waited(cache.Kind, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits++
}

func (c *counts) Moved(_ cache.Kind, read, written int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.written = c.read+read, c.written+written
}

func TestStatsAndObserver(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	observed := &counts{asked: map[cache.Kind]map[cache.Result]int{}}
	a := startReplica(t, url, func(c *cache.EmbeddingsConfig) { c.Observer = observed })
	other := startReplica(t, url)
	other.ask(t, "server has it")
	a.ask(t, "one", "two", "server has it")
	require.Equal(t, hit, a.ask(t, "one"))
	require.Equal(t, local, a.ask(t, "one"))
	a.askFor(t, versionID("oom", "v1.0.0"))
	first, goOn := other.holding(t, "held")
	second := a.askInBackground(t, "held")
	require.Eventually(t, a.Listening, patience, time.Millisecond)
	goOn()
	<-first
	require.Equal(t, cache.ResultWait, <-second)
	a.Settle()
	a.embedder.err = embedding.ErrUnavailable
	_, err := a.queries.Embed(t.Context(), []string{"failed"})
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	a.Settle()

	stats := a.Stats(t.Context())
	query := stats.Kinds[cache.KindQuery]
	require.Equal(t, [5]int64{1, 2, 2, 1, 0}, [5]int64{query.HitsLocal, query.HitsRedis, query.Misses, query.Waits, query.Errors})
	require.Equal(t, [3]int64{2, 1, 2}, [3]int64{query.Loads, query.LoadErrors, query.Loaded})
	require.EqualValues(t, 1, query.LockWaits)
	require.Positive(t, query.LoadTime)
	require.InDelta(t, 0.5, query.HitRate(), 1e-9)
	require.Equal(t, [2]int64{6, 3}, [2]int64{query.RecentAsked, query.RecentHits})
	require.EqualValues(t, 4, query.Keys)
	require.Positive(t, query.Bytes)
	require.False(t, query.AtLeast)
	require.Positive(t, query.BytesRead)
	require.Positive(t, query.BytesWritten)
	require.EqualValues(t, 1, stats.Kinds[cache.KindPlaybook].Keys)
	require.Zero(t, stats.Kinds[cache.KindPlaybook].HitRate())
	require.True(t, stats.Answering && stats.ClientCaching)
	require.Positive(t, stats.Server.UsedBytes)

	require.Equal(t, map[cache.Kind]map[cache.Result]int{
		cache.KindQuery:    {cache.ResultHitLocal: 1, cache.ResultHitRedis: 2, cache.ResultMiss: 2, cache.ResultWait: 1},
		cache.KindPlaybook: {cache.ResultMiss: 1},
	}, observed.asked)
	require.Equal(t, 3, observed.loads)
	require.Equal(t, 1, observed.failed)
	require.Equal(t, 1, observed.waits)
	require.Positive(t, observed.read)
	require.Positive(t, observed.written)
}

func TestStatsWithoutTheServer(t *testing.T) {
	t.Parallel()
	a := startReplica(t, "unix:///nonexistent/socket?db=0")
	stats := a.Stats(t.Context())
	require.Nil(t, stats.Server)
	require.Zero(t, stats.Kinds[cache.KindQuery].Keys)
}

// What one refuses does not fail another who asked for something else of the same batch.
func TestRefusedBatchFailsNobodyElse(t *testing.T) {
	t.Parallel()
	a := startReplica(t, testdb.Redis(t))
	a.embedder.refuse = "bad"
	a.embedder.hold = make(chan struct{})
	batch := make(chan error, 1)
	go func() {
		_, err := a.queries.Embed(t.Context(), []string{"good", "bad"})
		batch <- err
	}()
	require.Eventually(t, func() bool { return len(a.embedder.asked()) == 1 }, patience, time.Millisecond)
	alone := a.askInBackground(t, "good")
	require.Never(t, func() bool { return len(a.embedder.asked()) > 1 }, 50*time.Millisecond, time.Millisecond)
	close(a.embedder.hold)
	require.ErrorIs(t, <-batch, embedding.ErrRejected)
	require.Equal(t, cache.ResultMiss, <-alone)
}
