package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/cache"
)

// cacheMetrics counts what the cache of vectors tells.
type cacheMetrics struct {
	requests *prometheus.CounterVec
	loads    *prometheus.HistogramVec
	waits    *prometheus.HistogramVec
	bytes    *prometheus.CounterVec
}

var _ cache.Observer = (*cacheMetrics)(nil)

func newCacheMetrics(registerer prometheus.Registerer, requests *prometheus.CounterVec) *cacheMetrics {
	m := &cacheMetrics{
		requests: requests,
		loads: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "datastorage_cache_load_duration_seconds", Help: "Time to load vectors that were not cached, by kind and outcome.", Buckets: buckets,
		}, []string{"kind", "outcome"}),
		waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "datastorage_cache_lock_wait_seconds", Help: "Time that a vector was waited for that another process was loading.", Buckets: buckets,
		}, []string{"kind"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_cache_bytes_total", Help: "Bytes of vectors read from and written to the server of the cache.",
		}, []string{"kind", "direction"}),
	}
	for _, kind := range cache.Kinds() { // a rate needs the zero that comes before the first
		for _, result := range cache.Results() {
			requests.WithLabelValues(string(kind), string(result))
		}
	}
	registerer.MustRegister(m.loads, m.waits, m.bytes)
	return m
}

// Asked implements cache.Observer.
func (m *cacheMetrics) Asked(kind cache.Kind, result cache.Result) {
	m.requests.WithLabelValues(string(kind), string(result)).Inc()
}

// Loaded implements cache.Observer.
func (m *cacheMetrics) Loaded(kind cache.Kind, _ int, took time.Duration, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.loads.WithLabelValues(string(kind), outcome).Observe(took.Seconds())
}

// Waited implements cache.Observer.
func (m *cacheMetrics) Waited(kind cache.Kind, took time.Duration) {
	m.waits.WithLabelValues(string(kind)).Observe(took.Seconds())
}

// Moved implements cache.Observer.
func (m *cacheMetrics) Moved(kind cache.Kind, read, written int) {
	if read > 0 {
		m.bytes.WithLabelValues(string(kind), "read").Add(float64(read))
	}
	if written > 0 {
		m.bytes.WithLabelValues(string(kind), "written").Add(float64(written))
	}
}

// cacheState shows how the cache is at present.
func cacheState(c *cache.Embeddings) []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "datastorage_cache_answering", Help: "1 while the server of the cache is asked, 0 while it is left alone because it does not answer in time.",
		}, func() float64 {
			if c.Answering() {
				return 1
			}
			return 0
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "datastorage_cache_pending_invalidations", Help: "Playbooks whose cached vectors could not be removed yet.",
		}, func() float64 { return float64(c.PendingInvalidations()) }),
	}
}
