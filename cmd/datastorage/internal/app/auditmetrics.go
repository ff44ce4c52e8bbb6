package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/audit"
)

// auditMetrics counts what the recorder of the audit trail tells.
type auditMetrics struct {
	writes                *prometheus.CounterVec
	duration              *prometheus.HistogramVec
	drained               *prometheus.CounterVec
	depth, oldest, parked prometheus.Gauge
	verifications         *prometheus.CounterVec
	retentions            *prometheus.CounterVec
	removed               prometheus.Counter
}

var _ audit.Observer = (*auditMetrics)(nil)

func newAuditMetrics(registerer prometheus.Registerer) *auditMetrics {
	m := &auditMetrics{
		writes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_audit_writes_total",
			Help: "Audit events by path: direct (committed), queued, refused (a repeat may succeed, or a conflict or an unknown parent).",
		}, []string{"path"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "datastorage_audit_write_duration_seconds", Help: "Time to record the events of one request, by path.", Buckets: buckets,
		}, []string{"path"}),
		drained: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_audit_drained_total", Help: "Groups of events that this process took from the queue, by result.",
		}, []string{"result"}),
		depth: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "datastorage_audit_queue_depth", Help: "Groups of events that wait in the queue, as of the last look of this process.",
		}),
		oldest: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "datastorage_audit_queue_oldest_age_seconds", Help: "Age of the group that waits longest, as of the last look of this process.",
		}),
		parked: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "datastorage_audit_queue_parked", Help: "Groups of events set aside, as of the last look of this process.",
		}),
		verifications: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "datastorage_audit_verifications_total",
			Help: "Calls that verified the audit trail, by result: valid, broken, partial (to be resumed), failed.",
		}, []string{"result"}),
	}
	m.retentions = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "datastorage_audit_retention_runs_total",
		Help: "Times that this process looked for expired months of the audit trail, by result: done, elsewhere (another process works), failed.",
	}, []string{"result"})
	m.removed = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "datastorage_audit_removed_events_total", Help: "Events of the expired months that this process has removed.",
	})
	for _, result := range []string{"done", "elsewhere", "failed"} {
		m.retentions.WithLabelValues(result)
	}
	for _, result := range []string{"valid", "broken", "partial", "failed"} {
		m.verifications.WithLabelValues(result)
	}
	for _, path := range []audit.Path{audit.PathDirect, audit.PathQueued, audit.PathRefused} {
		m.writes.WithLabelValues(string(path)) // a rate needs the zero that comes before the first
	}
	registerer.MustRegister(m.writes, m.duration, m.drained, m.depth, m.oldest, m.parked, m.verifications, m.retentions, m.removed)
	return m
}

// Recorded implements audit.Observer.
func (m *auditMetrics) Recorded(path audit.Path, events int, took time.Duration) {
	m.writes.WithLabelValues(string(path)).Add(float64(events))
	m.duration.WithLabelValues(string(path)).Observe(took.Seconds())
}

// Drained implements audit.Observer.
func (m *auditMetrics) Drained(recorded, parked int) {
	m.drained.WithLabelValues("recorded").Add(float64(recorded))
	m.drained.WithLabelValues("parked").Add(float64(parked))
}

// QueueLooked implements audit.Observer. While the queue cannot be looked at, what was seen last stays.
func (m *auditMetrics) QueueLooked(stats audit.QueueStats, err error) {
	if err != nil {
		return
	}
	m.depth.Set(float64(stats.Depth))
	m.oldest.Set(stats.OldestAge.Seconds())
	m.parked.Set(float64(stats.Parked))
}

func (m *auditMetrics) verified(result string) { m.verifications.WithLabelValues(result).Inc() }

func (m *auditMetrics) retained(result string, events int64) {
	m.retentions.WithLabelValues(result).Inc()
	m.removed.Add(float64(events))
}
