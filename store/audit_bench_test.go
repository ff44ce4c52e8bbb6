package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// BenchmarkRecord measures commits of batches by one writer, with the chain and without, in events per second.
func BenchmarkRecord(b *testing.B) {
	for _, size := range []int{1, 32, 100, 256, 500} {
		for _, chained := range []bool{true, false} {
			b.Run(fmt.Sprintf("events=%d/chain=%t", size, chained), func(b *testing.B) {
				trail := openStore(b, testdb.New(b)).Trail()
				for b.Loop() {
					b.StopTimer()
					g := freshGroup(b, size)
					b.StartTimer()
					if !chained {
						require.NoError(b, trail.RecordUnchained(b.Context(), g))
						continue
					}
					errs, err := trail.Record(b.Context(), []audit.Group{g})
					require.NoError(b, err)
					require.NoError(b, errs[0])
				}
				b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

func freshGroup(b testing.TB, size int) audit.Group {
	b.Helper()
	list := events(b, size, func(i int, e *audit.Event) {
		e.CorrelationID = fmt.Sprintf("rr-%d", time.Now().UnixNano()/1000)
		e.ResourceID = fmt.Sprintf("pod-%d", i%50)
	})
	return group(b, list...)
}
