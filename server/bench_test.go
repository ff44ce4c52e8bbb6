package server_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kubernaut/datastorage/audit"
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

// BenchmarkRecordAuditEvent is what the server adds to the recording of an event, since its recorder does nothing.
func BenchmarkRecordAuditEvent(b *testing.B) {
	f := newFixture(b, &fakeCatalog{}, func(cfg *server.Config) {
		cfg.Logger = slog.New(slog.DiscardHandler)
		cfg.Audit.Recorder = accepting{}
	})
	const body = `{"event_id":"0193a1b2-7c3d-7000-8000-0000000000e1","event_version":"1.0","event_timestamp":"2026-03-04T05:06:07.891234Z",
		"event_type":"gateway.signal.received","event_category":"signal","event_action":"received","event_outcome":"success",
		"actor_type":"service","actor_id":"gateway","resource_type":"Pod","resource_id":"pod-1","correlation_id":"rr-1","namespace":"payments",
		"severity":"critical","event_data":{"fingerprint":"a1b2c3d4","count":3,"labels":{"app":"payment-api"},"nodes":["n-1","n-2"]}}`
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest(http.MethodPost, "/api/v1/audit/events", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		f.Handler().ServeHTTP(recorder, req)
		if recorder.Code != http.StatusCreated {
			b.Fatal(recorder.Body.String())
		}
	}
}

// accepting is a recorder that takes everything and does nothing.
type accepting struct{ server.AuditRecorder }

func (accepting) Record(_ context.Context, events []audit.Event) (audit.Receipt, error) {
	receipt := audit.Receipt{Events: make([]audit.Prepared, len(events))}
	for i := range events {
		receipt.Events[i].Event = events[i]
	}
	return receipt, nil
}
