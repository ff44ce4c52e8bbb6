package store_test

import (
	"fmt"
	"runtime"
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

// BenchmarkPage reads pages of 100 at several depths by cursor. A walk stays as fast as its first page.
func BenchmarkPage(b *testing.B) {
	rows, depths := 250_000, []int{0, 1_000, 200_000}
	if testing.Short() {
		rows, depths = 5_000, []int{0, 4_000}
	}
	url := testdb.New(b)
	trail, db := openStore(b, url).Trail(), openDB(b, url)
	loadEvents(b, db, rows)
	for _, depth := range depths {
		b.Run(fmt.Sprintf("depth=%d", depth), func(b *testing.B) {
			q := newest(100)
			if depth > 0 {
				var at audit.Position
				require.NoError(b, db.QueryRowContext(b.Context(), `SELECT event_timestamp, event_id FROM audit_events
					ORDER BY event_date DESC, event_timestamp DESC, event_id DESC OFFSET $1 LIMIT 1`, depth-1).Scan(&at.At, &at.EventID))
				cursor, err := q.CursorAt(at)
				require.NoError(b, err)
				q.Cursor = cursor
			}
			for b.Loop() {
				page, err := trail.List(b.Context(), q)
				require.NoError(b, err)
				require.Len(b, page.Events, 100)
			}
		})
	}
}

// BenchmarkVerify walks one chain, in events per second.
func BenchmarkVerify(b *testing.B) {
	trail := openStore(b, testdb.New(b)).Trail()
	const batches = 20
	for range batches {
		_, err := trail.Record(b.Context(), []audit.Group{freshGroup(b, 500)})
		require.NoError(b, err)
	}
	for b.Loop() {
		require.EqualValues(b, batches*500, requireValid(b, trail).Events)
	}
	b.ReportMetric(float64(batches*500*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRecorder has 32 callers record single events at once, as requests do.
func BenchmarkRecorder(b *testing.B) {
	trail := openStore(b, testdb.New(b)).Trail()
	recorder, err := audit.NewRecorder(audit.RecorderConfig{Writer: trail})
	require.NoError(b, err)
	b.SetParallelism(32 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := recorder.Record(b.Context(), []audit.Event{event(b)}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	require.NoError(b, recorder.Close(b.Context()))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkParents records batches of events that each have a recorded parent, with few months and with seven years of
// them: the foreign key looks the parent up in one.
func BenchmarkParents(b *testing.B) {
	const size = 100
	for _, months := range []int{1, 84} {
		b.Run(fmt.Sprintf("months=%d", months), func(b *testing.B) {
			url := testdb.New(b)
			trail, db := openStore(b, url).Trail(), openDB(b, url)
			exec(b, db, `SELECT audit_add_month((date_trunc('month', now()) - make_interval(months => i))::date, 0) FROM generate_series(1, $1::int - 1) AS i`, months)
			parents := freshGroup(b, size)
			_, err := trail.Record(b.Context(), []audit.Group{parents})
			require.NoError(b, err)
			for b.Loop() {
				b.StopTimer()
				g := group(b, events(b, size, func(i int, e *audit.Event) { e.ParentID = &parents[i].ID })...)
				b.StartTimer()
				errs, err := trail.Record(b.Context(), []audit.Group{g})
				require.NoError(b, err)
				require.NoError(b, errs[0])
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
