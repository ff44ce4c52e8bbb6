package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kubernaut/datastorage/server"
)

// BenchmarkSearch is what the server adds to a search, since its catalog answers at once.
func BenchmarkSearch(b *testing.B) {
	f := newFixture(b, &fakeCatalog{}, func(cfg *server.Config) { cfg.Logger = slog.New(slog.DiscardHandler) })
	const body = `{"query":"pod keeps getting OOMKilled after deploy","labels":{"severity":"critical"},"top_k":5}`
	for name, make := range map[string]func() *http.Request{
		"GET": func() *http.Request {
			return httptest.NewRequest(http.MethodGet, "/api/v1/playbooks/search?query=pod+keeps+getting+OOMKilled+after+deploy&severity=critical&top_k=5", nil)
		},
		"POST": func() *http.Request {
			req := httptest.NewRequest(http.MethodPost, "/api/v1/playbooks/search", strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			return req
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				recorder := httptest.NewRecorder()
				f.Handler().ServeHTTP(recorder, make())
				if recorder.Code != http.StatusOK {
					b.Fatal(recorder.Body.String())
				}
			}
		})
	}
}
