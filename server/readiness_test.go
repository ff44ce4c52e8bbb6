package server_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/server"
)

func TestReadiness(t *testing.T) {
	t.Parallel()
	up := func(context.Context) error { return nil }
	down := func(context.Context) error { return errors.New("secret cause") }
	panics := func(context.Context) error { panic("secret panic") }
	for _, test := range []struct {
		name  string
		parts []server.Part
		want  string
	}{
		{"nothing to check", nil, `{"status":"ready","parts":[]}`},
		{"all up", []server.Part{{Name: "postgresql", Required: true, Check: up}, {Name: "redis"}},
			`{"status":"ready","parts":[{"name":"postgresql","required":true,"state":"up"},{"name":"redis","required":false,"state":"not_configured"}]}`},
		{"optional down", []server.Part{{Name: "postgresql", Required: true, Check: up}, {Name: "embedder", Check: down}},
			`{"status":"ready","parts":[{"name":"postgresql","required":true,"state":"up"},
			{"name":"embedder","required":false,"state":"down","detail":"embedder cannot be used now; the log of the service says why"}]}`},
		{"required down", []server.Part{{Name: "postgresql", Required: true, Check: down}, {Name: "embedder", Check: up}},
			`{"status":"not_ready","parts":[
			{"name":"postgresql","required":true,"state":"down","detail":"postgresql cannot be used now; the log of the service says why"},
			{"name":"embedder","required":false,"state":"up"}]}`},
		{"detail", []server.Part{{Name: "a", Check: up, Detail: func() string { return "well" }}, {Name: "b", Check: up, Detail: func() string { return "" }},
			{Name: "c", Check: down, Detail: func() string { return "well" }}},
			`{"status":"ready","parts":[{"name":"a","required":false,"state":"up","detail":"well"},{"name":"b","required":false,"state":"up"},
			{"name":"c","required":false,"state":"down","detail":"c cannot be used now; the log of the service says why"}]}`},
		{"required missing", []server.Part{{Name: "postgresql", Required: true}},
			`{"status":"not_ready","parts":[{"name":"postgresql","required":true,"state":"not_configured"}]}`},
		{"panic", []server.Part{{Name: "redis", Check: panics}},
			`{"status":"ready","parts":[{"name":"redis","required":false,"state":"down","detail":"redis cannot be used now; the log of the service says why"}]}`},
	} {
		f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.Parts = test.parts })
		got := f.get(t, "/health/ready")
		require.JSONEq(t, test.want, got.body, test.name)
		require.Equal(t, test.want[11:16] == "ready", got.status == http.StatusOK, test.name)
	}
}

func TestReadinessLogsChangesOnly(t *testing.T) {
	t.Parallel()
	var cause atomic.Pointer[error]
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) {
		cfg.Parts = []server.Part{{Name: "postgresql", Required: true, Check: func(context.Context) error {
			if err := cause.Load(); err != nil {
				return *err
			}
			return nil
		}}}
	})
	probe := func(status int) {
		for range 3 {
			require.Equal(t, status, f.get(t, "/health/ready").status)
		}
	}
	probe(http.StatusOK)
	cause.Store(ptr(errors.New("secret cause")))
	probe(http.StatusServiceUnavailable)
	cause.Store(nil)
	probe(http.StatusOK)
	down := f.logs.lines(t, "part is down")
	require.Len(t, down, 1)
	require.Equal(t, "secret cause", down[0]["error"])
	require.Len(t, f.logs.lines(t, "part is up again"), 1)
}

// A check that hangs is given up, holds up nobody else, and is not started a second time.
func TestReadinessDoesNotHang(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var calls atomic.Int32
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) {
		cfg.ReadinessTimeout = 250 * time.Millisecond // enough for the other part, however busy the machine is
		cfg.Parts = []server.Part{
			{Name: "stuck", Check: func(context.Context) error { calls.Add(1); <-release; return nil }},
			{Name: "postgresql", Required: true, Check: func(context.Context) error { return nil }},
		}
	})
	for range 5 {
		got := f.get(t, "/health/ready")
		require.Equal(t, http.StatusOK, got.status)
		require.Contains(t, got.body, `"name":"stuck","required":false,"state":"down"`)
	}
	require.EqualValues(t, 1, calls.Load())
	close(release)
	require.Eventually(t, func() bool {
		return f.get(t, "/health/ready").status == http.StatusOK && calls.Load() > 1
	}, patience, time.Millisecond)
}
