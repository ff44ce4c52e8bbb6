package app

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// buckets reach from an answer out of a cache to a model that takes its time, in seconds.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// metrics counts what the domain and the embedder tell. The server counts its requests itself.
type metrics struct {
	publishes     *prometheus.CounterVec
	withoutVector prometheus.Counter
	searches      *prometheus.HistogramVec
	calls         *prometheus.HistogramVec
	texts         *prometheus.CounterVec
	pending       *prometheus.GaugeVec
	filled        *prometheus.CounterVec
	cacheRequests *prometheus.CounterVec
}

var _ catalog.Observer = (*metrics)(nil)

// newRegistry makes a registry with the metrics of the process.
func newRegistry() (*prometheus.Registry, *metrics, *auditMetrics) {
	m := &metrics{
		publishes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_publishes_total", Help: "Publishes that were not a dry run, by outcome.",
		}, []string{"outcome"}),
		withoutVector: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "datastorage_publishes_without_vector_total", Help: "Publishes of versions whose vector has to be filled in later.",
		}),
		searches: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "datastorage_search_duration_seconds", Help: "Time of a search in the catalog, by mode and result.", Buckets: buckets,
		}, []string{"mode", "result"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "datastorage_embedder_call_duration_seconds", Help: "Time of a call of the embedding model, by outcome.", Buckets: buckets,
		}, []string{"outcome"}),
		texts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_embedder_texts_total", Help: "Texts given to the embedding model, by outcome of the call.",
		}, []string{"outcome"}),
		pending: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "datastorage_embeddings_pending", Help: "Versions that wait for their vector of a model, as of the last look of this process.",
		}, []string{"model"}),
		filled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_embeddings_filled_total", Help: "Pending versions that this process took on, by result.",
		}, []string{"result"}),
		cacheRequests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_cache_requests_total", Help: "Requests of a cache, by kind and result.",
		}, []string{"kind", "result"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.publishes, m.withoutVector, m.searches, m.calls, m.texts, m.pending, m.filled, m.cacheRequests,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry, m, newAuditMetrics(registry)
}

// resultRequested counts a search in the result cache.
func (m *metrics) resultRequested(hit bool) {
	result := "miss"
	if hit {
		result = "hit_local"
	}
	m.cacheRequests.WithLabelValues("result", result).Inc()
}

// Published implements catalog.Observer.
func (m *metrics) Published(outcome string, pending bool) {
	m.publishes.WithLabelValues(outcome).Inc()
	if pending {
		m.withoutVector.Inc()
	}
}

// Searched implements catalog.Observer.
func (m *metrics) Searched(mode catalog.Mode, answer *catalog.SearchAnswer, took time.Duration, err error) {
	switch mode {
	case catalog.ModeHybrid, catalog.ModeSemantic, catalog.ModeLabels:
	default:
		mode = "unknown" // what a caller makes up is no label
	}
	m.searches.WithLabelValues(string(mode), searchResult(answer, err)).Observe(took.Seconds())
}

func searchResult(answer *catalog.SearchAnswer, err error) string {
	switch {
	case errors.Is(err, validation.ErrInvalid):
		return "invalid"
	case errors.Is(err, catalog.ErrUnavailable), errors.Is(err, embedding.ErrUnavailable):
		return "unavailable"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case err != nil:
		return "failed"
	case answer.Degraded:
		return "degraded"
	case len(answer.Hits) == 0:
		return "empty"
	default:
		return "hits"
	}
}

// Filled implements catalog.Observer.
func (m *metrics) Filled(model string, filled, failed, waiting int) {
	m.filled.WithLabelValues("filled").Add(float64(filled))
	m.filled.WithLabelValues("failed").Add(float64(failed))
	m.pending.WithLabelValues(model).Set(float64(waiting))
}

// embedded is told of every call of the model.
func (m *metrics) embedded(o embedding.Observation) {
	m.calls.WithLabelValues(string(o.Outcome)).Observe(o.Duration.Seconds())
	m.texts.WithLabelValues(string(o.Outcome)).Add(float64(o.Texts))
}

// pool shows how the connections to the database are used.
type pool struct {
	stats                     func() sql.DBStats
	open, most, waits, waited *prometheus.Desc
}

func newPool(stats func() sql.DBStats) *pool {
	return &pool{
		stats:  stats,
		open:   prometheus.NewDesc("datastorage_database_connections", "Connections to PostgreSQL, by state.", []string{"state"}, nil),
		most:   prometheus.NewDesc("datastorage_database_connections_max", "Connections to PostgreSQL at most.", nil, nil),
		waits:  prometheus.NewDesc("datastorage_database_connection_waits_total", "Times that a connection had to be waited for.", nil, nil),
		waited: prometheus.NewDesc("datastorage_database_connection_wait_seconds_total", "Time that connections were waited for.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (p *pool) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{p.open, p.most, p.waits, p.waited} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (p *pool) Collect(collected chan<- prometheus.Metric) {
	s := p.stats()
	collected <- prometheus.MustNewConstMetric(p.open, prometheus.GaugeValue, float64(s.InUse), "in_use")
	collected <- prometheus.MustNewConstMetric(p.open, prometheus.GaugeValue, float64(s.Idle), "idle")
	collected <- prometheus.MustNewConstMetric(p.most, prometheus.GaugeValue, float64(s.MaxOpenConnections))
	collected <- prometheus.MustNewConstMetric(p.waits, prometheus.CounterValue, float64(s.WaitCount))
	collected <- prometheus.MustNewConstMetric(p.waited, prometheus.CounterValue, s.WaitDuration.Seconds())
}
