package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func TestInvalidate(t *testing.T) {
	t.Parallel()
	held := &fakeCache{}
	f := newFixture(t, &fakeCatalog{}, withCache(held))
	for _, target := range []string{"/api/v1/cache/playbooks/oom-killed", "/api/v1/cache/playbooks"} {
		got := f.deleteAs(t, target, "alice")
		require.Equal(t, http.StatusOK, got.status, got.body)
		require.JSONEq(t, `{"invalidated":3,"warnings":["careful"]}`, got.body)
	}
	actor := catalog.Actor{Name: "alice", Source: catalog.ActorAsserted}
	require.Equal(t, []catalog.Invalidation{{PlaybookID: "oom-killed", Actor: actor}, {Actor: actor}}, held.invalidated)
}

func TestCacheTTL(t *testing.T) {
	t.Parallel()
	held := &fakeCache{}
	f := newFixture(t, &fakeCatalog{}, withCache(held))
	got := f.patch(t, "/api/v1/cache/playbooks/a", `{"ttl_seconds":60}`)
	require.JSONEq(t, `{"playbook_id":"a","ttl_seconds":60,"warnings":[]}`, got.body)
	require.Equal(t, time.Minute, *held.ttls["a"])
	got = f.patch(t, "/api/v1/cache/playbooks/a", `{"ttl_seconds":null}`)
	require.JSONEq(t, `{"playbook_id":"a","ttl_seconds":null,"warnings":[]}`, got.body)
	require.Nil(t, held.ttls["a"])
	for _, body := range []string{`{}`, `{"ttl_seconds":0}`, `{"ttl_seconds":31536001}`, `{"ttl_seconds":"1h"}`} {
		f.patch(t, "/api/v1/cache/playbooks/a", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
	}
	held.do = func(context.Context) error { return catalog.ErrPlaybookNotFound }
	f.patch(t, "/api/v1/cache/playbooks/a", `{"ttl_seconds":1}`).requireProblem(t, http.StatusNotFound, "playbook-not-found")
}

func TestCacheStatsAndWarmUp(t *testing.T) {
	t.Parallel()
	held := &fakeCache{}
	f := newFixture(t, &fakeCatalog{}, withCache(held))
	require.JSONEq(t, `{"configured":true,"answering":true,"client_caching":false,"pending_invalidations":2,"kinds":[
		{"kind":"query","hits":9,"misses":1,"hit_rate":0.9,"recent_hit_rate":0,"loads":0,"load_errors":0,"load_ms":1.5,
		"lock_waits":0,"errors":0,"keys":0,"bytes":0}],
		"server":{"used_memory_bytes":5,"max_memory_bytes":7,"maxmemory_policy":"allkeys-lru","evicted_keys":0}}`,
		f.get(t, "/api/v1/cache/stats").body)
	require.JSONEq(t, `{"state":"never","playbooks":{"total":0,"done":0},"queries":{"total":0,"done":0}}`,
		f.get(t, "/api/v1/cache/warm").body)
	started := f.post(t, "/api/v1/cache/warm", "")
	require.Equal(t, http.StatusAccepted, started.status)
	require.JSONEq(t, `{"state":"running","model":"a-model","asked_at":"2026-11-24T06:00:00Z","finished_at":"2026-11-24T06:00:00Z",
		"playbooks":{"total":7,"done":3},"queries":{"total":5,"done":0}}`, started.body)
	require.Equal(t, 1, held.asked)
	held.do = func(context.Context) error { return catalog.ErrUnavailable }
	f.get(t, "/api/v1/cache/warm").requireProblem(t, http.StatusServiceUnavailable, "database-unavailable")
	f.post(t, "/api/v1/cache/warm", "").requireProblem(t, http.StatusServiceUnavailable, "database-unavailable")
}

func (f *fixture) deleteAs(t testing.TB, target, actor string) *answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodDelete, target, http.NoBody)
	req.Header.Set("X-Actor", actor)
	return f.do(t, req)
}

func TestCachePage(t *testing.T) {
	t.Parallel()
	held := &fakeCache{}
	f := newFixture(t, &fakeCatalog{}, withCache(held))
	page := f.get(t, "/ui/cache")
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.body, "<title>Cache · Kubernaut Data Storage</title>")
	require.Contains(t, page.body, "5 B of 7 B, allkeys-lru")
	require.Contains(t, page.body, `<rect class="hit" x="200" y="25" width="342" height="14"/>`, "nine of ten hits, drawn")
	require.Contains(t, page.body, "90 %")
	policy := page.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.NotContains(t, policy, "script-src")
	require.NotRegexp(t, `(src|href)="https?:`, page.body, "nothing comes from elsewhere")

	held.progressErr = catalog.ErrUnavailable
	page = f.get(t, "/ui/cache")
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.body, "the database does not answer")
}
