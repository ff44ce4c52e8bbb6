package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/evidence"
	"github.com/kubernaut/datastorage/internal/config"
)

// evidenceMetrics counts what became of searches that carry a correlation id.
type evidenceMetrics struct{ searches *prometheus.CounterVec }

var _ evidence.Observer = (*evidenceMetrics)(nil)

// Results of a search that carries a correlation id.
const (
	evidenceRecorded = "recorded"
	evidenceQueued   = "queued"
	evidenceDropped  = "dropped"
)

func newEvidenceMetrics() *evidenceMetrics {
	m := &evidenceMetrics{searches: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "datastorage_search_evidence_total",
		Help: "Searches with a correlation id, by what became of their audit event: recorded, queued, dropped.",
	}, []string{"result"})}
	for _, result := range []string{evidenceRecorded, evidenceQueued, evidenceDropped} {
		m.searches.WithLabelValues(result) // a rate needs the zero that comes before the first
	}
	return m
}

// Recorded implements evidence.Observer.
func (m *evidenceMetrics) Recorded(path audit.Path, searches int) {
	result := evidenceRecorded
	if path == audit.PathQueued {
		result = evidenceQueued
	}
	m.searches.WithLabelValues(result).Add(float64(searches))
}

// Dropped implements evidence.Observer.
func (m *evidenceMetrics) Dropped(searches int) {
	m.searches.WithLabelValues(evidenceDropped).Add(float64(searches))
}

func evidenceConfig(c config.Audit) evidence.Config { return evidence.Config{Text: c.SearchText} }

// openWitness starts what makes searches events of the audit trail. It outlives the requests that hand them over.
//
//nolint:contextcheck // said above
func (s *Service) openWitness(cfg config.Audit, registerer prometheus.Registerer) (err error) {
	observer := newEvidenceMetrics()
	ec := evidenceConfig(cfg)
	ec.Recorder, ec.Observer, ec.Logger = s.recorder, observer, s.logger
	if s.witness, err = evidence.New(ec); err != nil {
		return err
	}
	registerer.MustRegister(observer.searches, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "datastorage_search_evidence_waiting", Help: "Searches with a correlation id whose audit event waits to be recorded.",
	}, func() float64 { return float64(s.witness.Waiting()) }))
	return nil
}

// closeWitness waits for the searches that requests handed over.
func (s *Service) closeWitness(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
	defer cancel()
	return s.witness.Close(ctx)
}
