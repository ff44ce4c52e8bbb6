package app

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// BenchmarkSearchEvidence compares searches that carry a correlation id with the same ones that carry none, by turns in
// one run, through the whole service: the median of an answer, and the time of all of them until their events are
// committed. With the result cache a search does hardly anything else, so that nothing hides what the evidence costs.
func BenchmarkSearchEvidence(b *testing.B) {
	for _, cached := range []bool{false, true} {
		for _, callers := range []int{1, 4} {
			b.Run(fmt.Sprintf("cached=%t/callers=%d", cached, callers), func(b *testing.B) {
				cfg := config.Default()
				cfg.Database = database(testdb.New(b))
				if !cached {
					cfg.Cache.ResultBytes = 0
				}
				r := run(b, cfg)
				for i := range 50 {
					require.Equal(b, http.StatusCreated, r.publish(b, fmt.Sprintf("v1.%d.0", i), "description").StatusCode())
				}
				benchEvidence(b, r, callers)
			})
		}
	}
}

func benchEvidence(b *testing.B, r *running, callers int) {
	b.Helper()
	const searches = 50 // of each caller, in one turn
	var without, with series
	for b.Loop() {
		without.add(func() []time.Duration { return r.searchAtOnce(b, callers, searches, nil) })
		with.add(func() []time.Duration {
			took := r.searchAtOnce(b, callers, searches, new("bench"))
			for r.service.witness.Waiting() > 0 {
				time.Sleep(100 * time.Microsecond)
			}
			return took
		})
	}
	b.ReportMetric(0, "ns/op") // of both kinds together, which says nothing
	b.ReportMetric(without.median(), "p50-without-µs")
	b.ReportMetric(with.median(), "p50-with-µs")
	b.ReportMetric(with.median()/without.median(), "p50-ratio")
	b.ReportMetric(with.total.Seconds()/without.total.Seconds(), "time-ratio")
}

// series are the searches of one kind.
type series struct {
	took  []time.Duration
	total time.Duration
}

func (s *series) add(turn func() []time.Duration) {
	start := time.Now()
	s.took = append(s.took, turn()...)
	s.total += time.Since(start)
}

func (s *series) median() float64 {
	slices.Sort(s.took)
	return float64(s.took[len(s.took)/2].Microseconds())
}

func (r *running) searchAtOnce(b *testing.B, callers, searches int, correlation *string) []time.Duration {
	took := make([]time.Duration, callers*searches)
	var group sync.WaitGroup
	for caller := range callers {
		group.Go(func() {
			for i := range searches {
				start := time.Now()
				res, err := r.SearchPlaybooksWithResponse(b.Context(), &apiclient.SearchPlaybooksParams{
					Query: new("title description"), CorrelationId: correlation,
				})
				took[caller*searches+i] = time.Since(start)
				if err != nil || res.StatusCode() != http.StatusOK || len(res.JSON200.Warnings) > 0 {
					b.Errorf("search: %v %s", err, res.Body)
				}
			}
		})
	}
	group.Wait()
	return took
}
