package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/server"
)

func TestRequestID(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	for _, id := range []string{"a", "0193a1b2-7c3d-7000-8000-000000000001", strings.Repeat("x", 128), `!"#~`} {
		for _, target := range []string{"/health/live", "/nope", "/api/v1/playbooks?nope=1"} {
			req := httptest.NewRequest(http.MethodGet, target, nil)
			req.Header.Set("X-Request-Id", id)
			require.Equal(t, []string{id}, f.do(t, req).header["X-Request-Id"])
		}
	}
	for _, ids := range [][]string{nil, {""}, {strings.Repeat("x", 129)}, {"a b"}, {"a\tb"}, {"é"}, {"\x7f"}, {"a", "b"}} {
		req := httptest.NewRequest(http.MethodGet, "/health/live", nil)
		req.Header["X-Request-Id"] = ids
		made, err := uuid.Parse(f.do(t, req).header.Get("X-Request-Id"))
		require.NoError(t, err)
		require.EqualValues(t, 7, made.Version())
	}
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	req := httptest.NewRequest(http.MethodGet, "/api/v1/playbooks/secret-id/versions/v1.2.3?nope=secret", nil)
	req.Header.Set("X-Actor", "alice")
	req.Header.Set("X-Request-Id", "id-1")
	req.Header.Set("X-Forwarded-For", "198.51.100.7")
	got := f.do(t, req)
	line := f.logs.lines(t, "request")[0]
	require.Positive(t, line["duration"])
	delete(line, "duration")
	delete(line, "time")
	require.Equal(t, map[string]any{
		"level": "INFO", "msg": "request", "method": "GET", "route": "/api/v1/playbooks/{playbook_id}/versions/{version}",
		"status": 400.0, "bytes": float64(len(got.body)), "request_id": "id-1", "operation": "getPlaybookVersion",
		"actor": "alice", "remote_ip": "192.0.2.1",
	}, line)

	f.post(t, "/api/v1/playbooks/search", `{"query":"secret"}`)
	f.get(t, "/api/v1/playbooks/search?query=secret")
	f.get(t, "/secret")
	f.do(t, httptest.NewRequest("SECRET", "/api/v1/playbooks", nil))
	require.NotContains(t, strings.ToLower(f.logs.String()), "secret")

	for _, probe := range []string{"/health/live", "/health/ready", "/metrics"} {
		f.get(t, probe)
		lines := f.logs.lines(t, "request")
		require.Equal(t, "DEBUG", lines[len(lines)-1]["level"])
	}
}

// TestMetricsDoNotGrowWithCallers asks for many things that callers make up, and counts the series.
func TestMetricsDoNotGrowWithCallers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	ask := func(i int) {
		for _, method := range []string{"GET", "POST", fmt.Sprintf("MADE%d", i)} {
			for _, target := range []string{
				fmt.Sprintf("/api/v1/playbooks/id-%d", i), fmt.Sprintf("/api/v1/playbooks/id/versions/v%d.0.0", i),
				fmt.Sprintf("/made/up/%d", i), fmt.Sprintf("/docs/%d", i), fmt.Sprintf("/problems/p%d", i),
				fmt.Sprintf("/api/v1/playbooks/search?query=%d", i), fmt.Sprintf("/api/v1/playbooks/id/versions/v1.0.0/%d", i),
			} {
				f.do(t, httptest.NewRequest(method, target, nil))
			}
		}
	}
	ask(0)
	before := seriesOf(t, f.registry)
	for i := range 20 {
		ask(i + 1)
	}
	require.Equal(t, before, seriesOf(t, f.registry))

	known := map[string]bool{"unmatched": true, "/docs/{asset}": true}
	for template := range document().Paths.Map() {
		known[template] = true
	}
	for _, labels := range labelsOf(t, f.registry, "datastorage_http_requests_total") {
		require.True(t, known[labels["route"]], labels)
		require.Contains(t, []string{"GET", "POST", "other"}, labels["method"])
	}
}

func TestMetricsCount(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t), func(cfg *server.Config) { cfg.Build = server.Build{Version: "v1", Commit: "c0ffee"} })
	f.get(t, "/api/v1/playbooks/search?query=x")
	f.get(t, "/api/v1/playbooks/search?query=x")
	f.get(t, "/api/v1/playbooks/search")
	f.get(t, "/nope")
	got := f.get(t, "/metrics")
	require.Equal(t, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", got.header.Get("Content-Type"))
	for _, line := range []string{
		`datastorage_http_requests_total{method="GET",operation="searchPlaybooks",route="/api/v1/playbooks/search",status="200"} 2`,
		`datastorage_http_requests_total{method="GET",operation="searchPlaybooks",route="/api/v1/playbooks/search",status="400"} 1`,
		`datastorage_http_requests_total{method="GET",operation="",route="unmatched",status="404"} 1`,
		`datastorage_http_request_duration_seconds_count{method="GET",operation="searchPlaybooks",route="/api/v1/playbooks/search"} 3`,
		`datastorage_http_requests_in_flight 1`,
		`commit="c0ffee"`,
	} {
		require.Contains(t, got.body, line)
	}
	require.Regexp(t, regexp.MustCompile(`datastorage_build_info\{commit="c0ffee",go_version="go[^"]+",version="v1"\} 1`), got.body)

	// A scraper that prefers another format gets the one of the contract.
	req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	req.Header.Set("Accept", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text")
	require.True(t, strings.HasPrefix(f.do(t, req).header.Get("Content-Type"), "text/plain"))
}

func TestMetricsThatCannotBeGathered(t *testing.T) {
	t.Parallel()
	name := "some_metric"
	for _, test := range []struct {
		families []*dto.MetricFamily
		status   int
	}{
		{nil, http.StatusInternalServerError},
		{[]*dto.MetricFamily{{Name: &name, Type: dto.MetricType_GAUGE.Enum(), Metric: []*dto.Metric{{Gauge: &dto.Gauge{Value: ptr(1.0)}}}}}, http.StatusOK},
	} {
		f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) {
			cfg.Gatherer = prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return test.families, errors.New("secret") })
		})
		got := f.get(t, "/metrics")
		require.Equal(t, test.status, got.status)
		require.NotContains(t, got.body, "secret")
		require.Contains(t, f.logs.String(), "secret")
	}
}

func TestServiceVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.Build = server.Build{Version: "v1", Commit: "c0ffee"} })
	var got map[string]string
	f.get(t, "/version").decode(t, &got)
	require.Equal(t, "v1", got["version"])
	require.Equal(t, "c0ffee", got["commit"])
	require.Equal(t, document().Info.Version, got["api_version"])
	require.True(t, strings.HasPrefix(got["go_version"], "go1."))
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	registry, trail, held := prometheus.NewRegistry(), (&fakeTrail{}).trail(), (&fakeCache{}).all()
	for _, cfg := range []server.Config{
		{},
		{Catalog: &fakeCatalog{}},
		{Audit: trail},
		{Catalog: &fakeCatalog{}, Audit: server.Audit{Recorder: trail.Recorder, Verifier: trail.Verifier}, Cache: held},
		{Catalog: &fakeCatalog{}, Audit: server.Audit{Reader: trail.Reader, Verifier: trail.Verifier}, Cache: held},
		{Catalog: &fakeCatalog{}, Audit: server.Audit{Recorder: trail.Recorder, Reader: trail.Reader}, Cache: held},
		{Catalog: &fakeCatalog{}, Audit: trail},
		{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, Registerer: registry},
		{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, Gatherer: registry},
		{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, MaxInFlight: -1},
		{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, DrainDelay: -1},
	} {
		_, err := server.New(cfg)
		require.Error(t, err)
	}
	_, err := server.New(server.Config{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, Registerer: registry, Gatherer: registry})
	require.NoError(t, err)
	_, err = server.New(server.Config{Catalog: &fakeCatalog{}, Audit: trail, Cache: held, Registerer: registry, Gatherer: registry})
	require.ErrorContains(t, err, "register the metrics")
}

func seriesOf(t testing.TB, gatherer prometheus.Gatherer) int {
	t.Helper()
	families, err := gatherer.Gather()
	require.NoError(t, err)
	series := 0
	for _, family := range families {
		series += len(family.GetMetric())
	}
	return series
}

func labelsOf(t testing.TB, gatherer prometheus.Gatherer, name string) []map[string]string {
	t.Helper()
	families, err := gatherer.Gather()
	require.NoError(t, err)
	var all []map[string]string
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, pair := range metric.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			all = append(all, labels)
		}
	}
	return all
}
