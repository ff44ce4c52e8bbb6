package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// budget is what a call of the model may take in these tests.
const budget = time.Second

// asked numbers the questions, so that none of them is answered from a cache.
var asked atomic.Int64

func question() *string { return new(fmt.Sprintf("about the outage %d", asked.Add(1))) }

// timed searches, and says how long that took.
func timed(t *testing.T, c *apiclient.ClientWithResponses) (*apiclient.SearchResult, time.Duration) {
	t.Helper()
	start := time.Now()
	result := search(t, c, apiclient.SearchPlaybooksParams{Query: question(), Severity: new("low")})
	return result, time.Since(start)
}

// timedAtOnce makes searches side by side, and gives the time of each.
func timedAtOnce(t *testing.T, c *apiclient.ClientWithResponses, searches int) []time.Duration {
	t.Helper()
	took := make([]time.Duration, searches)
	var group sync.WaitGroup
	for i := range took {
		group.Go(func() {
			start := time.Now()
			got, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: question()})
			took[i] = time.Since(start)
			if err != nil || got.StatusCode() != http.StatusOK || !got.JSON200.Degraded {
				t.Errorf("search %d: %v %s", i, err, got.Body)
			}
		})
	}
	group.Wait()
	return took
}

// A model that takes connections and never answers costs the first searches its time, however many come at once, and
// those that follow nothing. Without the breaker it costs each of them that.
func TestHangingEmbedder(t *testing.T) {
	t.Parallel()
	m := startModel(t)
	url := testdb.StartPostgres(t).URL()
	const threshold = 3
	start := func(more ...string) *apiclient.ClientWithResponses {
		return newClient(t, startServe(t, url, m, append(more, "DATASTORAGE_EMBEDDING_TIMEOUT="+budget.String(),
			"DATASTORAGE_REDIS_URL="+testdb.Redis(t))...)) // searches go through the cache of vectors, too
	}
	guarded := start("DATASTORAGE_EMBEDDING_FAILURE_THRESHOLD=3", "DATASTORAGE_EMBEDDING_COOL_DOWN=1h")
	require.Equal(t, http.StatusCreated, publish(t, guarded, draft("about-the-outage", "v1.0.0")).StatusCode())
	unguarded := start("DATASTORAGE_EMBEDDING_FAILURE_THRESHOLD=1000")
	before, _ := timed(t, guarded)
	require.False(t, before.Degraded)

	m.hangs.Store(true)
	for i, took := range timedAtOnce(t, guarded, 3*4) { // three times as many as the provider calls at once
		t.Logf("search %d answered %s after the time of the model", i, (took - budget).Round(time.Millisecond))
		require.Less(t, took, budget*3/2, "search %d", i)
	}
	calls := m.calls.Load()
	const searches = 20
	var open, closed time.Duration
	for range searches {
		result, took := timed(t, guarded)
		require.True(t, result.Degraded)
		require.Equal(t, "about-the-outage", result.Items[0].PlaybookId)
		require.NotEmpty(t, result.Warnings)
		open += took / searches
	}
	require.Equal(t, calls, m.calls.Load(), "the breaker is open: nobody asks the model")
	for range threshold {
		result, took := timed(t, unguarded)
		require.True(t, result.Degraded)
		closed += took / threshold
	}
	t.Logf("a search during the outage: %s with the breaker, %s without", open.Round(time.Microsecond), closed.Round(time.Millisecond))
	require.GreaterOrEqual(t, closed, budget, "without the breaker each search pays")
	require.Less(t, open, closed/4)

	refused, err := guarded.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{
		Query: question(), Mode: new(apiclient.SearchModeSemantic),
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode())
	require.Equal(t, "/problems/embedder-unavailable", refused.ApplicationproblemJSON503.Type)
}

// A slow model is waited for, also by a service that has just lost it and is probed by somebody in a hurry; a text that
// it refuses costs that search its vector and no other one.
func TestSlowEmbedderComesBack(t *testing.T) {
	t.Parallel()
	m := startModel(t)
	c := newClient(t, startServe(t, testdb.StartPostgres(t).URL(), m, "DATASTORAGE_EMBEDDING_TIMEOUT="+(4*budget).String(),
		"DATASTORAGE_EMBEDDING_FAILURE_THRESHOLD=1", "DATASTORAGE_EMBEDDING_COOL_DOWN=100ms", "DATASTORAGE_HTTP_READINESS_TIMEOUT=50ms"))
	require.Equal(t, http.StatusCreated, publish(t, c, draft("about-the-outage", "v1.0.0")).StatusCode())

	result := search(t, c, apiclient.SearchPlaybooksParams{Query: new("unspeakable")})
	require.True(t, result.Degraded)
	require.Contains(t, result.Warnings[0], "gives no vector for this query")
	result, quick := timed(t, c)
	require.False(t, result.Degraded, "what the model refuses is no outage")

	m.off.Store(true)
	result, _ = timed(t, c)
	require.True(t, result.Degraded)
	m.delay.Store(int64(budget / 2))
	m.off.Store(false)
	require.Eventually(t, func() bool {
		ready, err := c.GetReadinessWithResponse(t.Context())
		return err == nil && partState(ready.JSON200, "embedder") == apiclient.Up
	}, startTimeout, tick, "readiness alone finds out that it is back, though it does not wait that long")
	result, slow := timed(t, c)
	require.False(t, result.Degraded)
	require.GreaterOrEqual(t, slow, budget/2)
	m.delay.Store(0)
	result, again := timed(t, c)
	require.False(t, result.Degraded)
	require.Less(t, again, slow, "quick again; it was %s before", quick)
}
