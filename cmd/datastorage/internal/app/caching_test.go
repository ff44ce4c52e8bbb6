package app

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func cachedConfig(t *testing.T, database string) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Database.URL = config.SecretURL(database)
	cfg.Redis.URL = config.SecretURL(testdb.Redis(t))
	return cfg
}

func (r *running) warmUp(t *testing.T) apiclient.CacheWarmUp {
	t.Helper()
	res, err := r.GetCacheWarmUpWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

func (r *running) cacheKinds(t *testing.T) map[string]apiclient.CacheKindStats {
	t.Helper()
	res, err := r.GetCacheStatsWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	kinds := map[string]apiclient.CacheKindStats{}
	for _, k := range res.JSON200.Kinds {
		kinds[k.Kind] = k
	}
	return kinds
}

func (r *running) ask(t *testing.T, query string) {
	t.Helper()
	res, err := r.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: &query})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode(), "%s", res.Body)
}

// A service that starts before an empty cache fills it with what was asked for in the life of another one.
func TestWarmAtTheStart(t *testing.T) {
	t.Parallel()
	database := testdb.New(t)
	first := run(t, cachedConfig(t, database))
	require.Equal(t, http.StatusCreated, first.publish(t, "v1.0.0", "description").StatusCode())
	first.ask(t, "which title")
	first.ask(t, "which  title")
	require.NoError(t, first.stop())

	second := run(t, cachedConfig(t, database))
	require.Eventually(t, func() bool {
		w := second.warmUp(t)
		return w.State == "done" && w.Playbooks.Done == 1 && w.Queries.Done == 1
	}, patience, 50*time.Millisecond)
	before := second.cacheKinds(t)["query"]
	require.EqualValues(t, 1, before.Loads, "both spellings are one question")
	second.ask(t, "which title")
	after := second.cacheKinds(t)["query"]
	require.Equal(t, before.Hits+1, after.Hits, "what was warmed up is a hit")
	require.NoError(t, second.stop())

	cold := cachedConfig(t, database)
	cold.Cache.Warm, cold.Cache.RememberQueries = false, false
	third := run(t, cold)
	third.ask(t, "something of which nothing is kept")
	require.EqualValues(t, 1, third.cacheKinds(t)["query"].Loads, "only what was asked for is loaded")
	require.NoError(t, third.stop())
	fourth := run(t, cold)
	asked, err := fourth.service.store.MostAsked(t.Context(), 7, 10)
	require.NoError(t, err)
	require.Equal(t, []string{"which title"}, asked)
}

func TestWarmUpByCall(t *testing.T) {
	t.Parallel()
	cfg := cachedConfig(t, testdb.New(t))
	cfg.Cache.Warm = false
	r := run(t, cfg)
	require.Equal(t, http.StatusCreated, r.publish(t, "v1.0.0", "description").StatusCode())
	require.EqualValues(t, "never", r.warmUp(t).State)
	res, err := r.WarmCacheWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, res.StatusCode(), "%s", res.Body)
	require.Eventually(t, func() bool { return r.warmUp(t).State == "done" }, patience, 50*time.Millisecond)

	removed, err := r.InvalidatePlaybookCacheWithResponse(t.Context(), "p", nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, removed.JSON200.Invalidated)
	require.Empty(t, removed.JSON200.Warnings)
	r.ask(t, "title")
	all, err := r.InvalidateCacheWithResponse(t.Context(), &apiclient.InvalidateCacheParams{XActor: new("alice")})
	require.NoError(t, err)
	require.EqualValues(t, 1, all.JSON200.Invalidated, "the answer to the search")
	r.ask(t, "title")
	require.EqualValues(t, 2, r.cacheKinds(t)["result"].Misses, "it was not answered from memory")

	events, err := r.ListAuditEventsWithResponse(t.Context(), &apiclient.ListAuditEventsParams{EventType: new("datastorage.playbook.cache_invalidated")})
	require.NoError(t, err)
	require.Len(t, events.JSON200.Data, 2)
	require.Equal(t, "alice", events.JSON200.Data[0].ActorId)
	require.Equal(t, "*", events.JSON200.Data[0].ResourceId)
}

// Another process drops its answers too, since the generation has grown.
func TestInvalidationReachesOtherProcesses(t *testing.T) {
	t.Parallel()
	database := testdb.New(t)
	here, there := run(t, cachedConfig(t, database)), run(t, cachedConfig(t, database))
	require.Equal(t, http.StatusCreated, here.publish(t, "v1.0.0", "description").StatusCode())
	there.ask(t, "title")
	there.ask(t, "title")
	require.EqualValues(t, 1, there.cacheKinds(t)["result"].Hits)
	_, err := here.InvalidateCacheWithResponse(t.Context(), nil)
	require.NoError(t, err)
	there.ask(t, "title")
	require.EqualValues(t, 1, there.cacheKinds(t)["result"].Hits)
}

func TestCacheOfAServiceWithoutOne(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database.URL = config.SecretURL(testdb.New(t))
	cfg.Cache.ResultBytes = 0
	r := run(t, cfg)
	require.Empty(t, r.cacheKinds(t))
	res, err := r.InvalidateCacheWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Zero(t, res.JSON200.Invalidated)
	page, err := r.GetCachePageWithResponse(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(page.Body), "every vector is computed")
}
