package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
)

const countMonths = `SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_events'::regclass`

// monthless gives a migrated database without months.
func monthless(t testing.TB) string {
	t.Helper()
	address := testdb.Empty(t)
	_, err := migrations.Migrate(t.Context(), openDB(t, address))
	require.NoError(t, err)
	return address
}

func TestEnsurePartitions(t *testing.T) {
	t.Parallel()
	address := monthless(t)
	trail, db := openStore(t, address).Trail(), openDB(t, address)
	now := time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
	made, err := trail.EnsurePartitions(t.Context(), now)
	require.NoError(t, err)
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	require.Equal(t, []time.Time{month(4), month(5), month(6), month(7), month(8)}, made, "the window reaches back into April")
	made, err = trail.EnsurePartitions(t.Context(), now)
	require.NoError(t, err)
	require.Empty(t, made)
	made, err = trail.EnsurePartitions(t.Context(), now.AddDate(0, 1, 0))
	require.NoError(t, err)
	require.Equal(t, []time.Time{month(9)}, made)
	require.Equal(t, 6, scan[int](t, db, countMonths))
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM pg_class AS p JOIN pg_inherits AS i ON i.inhrelid = p.oid
		WHERE i.inhparent = 'audit_events'::regclass AND 2 > (
			SELECT count(*) FROM pg_trigger WHERE tgrelid = p.oid AND tgname IN ('audit_events_kept', 'audit_events_immutable'))`),
		"each month has both guards")
}

func TestReplicasMayMakeMonthsAtOnce(t *testing.T) {
	t.Parallel()
	address := monthless(t)
	const replicas = 4
	var wg sync.WaitGroup
	made, errs := make([][]time.Time, replicas), make([]error, replicas)
	for i := range replicas {
		trail := openStore(t, address).Trail()
		wg.Go(func() { made[i], errs[i] = trail.EnsurePartitions(t.Context(), time.Now()) })
	}
	wg.Wait()
	sum := 0
	for i := range replicas {
		require.NoError(t, errs[i])
		sum += len(made[i])
	}
	require.Equal(t, scan[int](t, openDB(t, address), countMonths), sum, "each month is made by one replica")
}

// Events at the borders of a month lie in the right one, and months that are missing are made on demand.
func TestMonthBorders(t *testing.T) {
	t.Parallel()
	address := monthless(t)
	s, db := openStore(t, address), openDB(t, address)
	border := audit.Month(time.Now())
	last, first := event(t), event(t)
	last.Timestamp, first.Timestamp = border.Add(-time.Microsecond), border.In(time.FixedZone("west", -8*3600))
	late := event(t)
	late.Timestamp = border.AddDate(0, -5, 0)
	record(t, s.Trail(), last, first, late)
	for e, month := range map[*audit.Event]time.Time{&last: border.AddDate(0, -1, 0), &first: border, &late: border.AddDate(0, -5, 0)} {
		require.Equal(t, monthName(month), scan[string](t, db, `SELECT tableoid::regclass::text FROM audit_events WHERE event_id = $1`, e.ID))
	}
	require.Equal(t, 3, scan[int](t, db, countMonths), "just those")
	publish(t, s, publication(t, "p", "v1.0.0"))

	page, err := s.Trail().List(t.Context(), audit.Query{
		Filter: audit.Filter{Since: border.Add(-time.Microsecond), Until: border.Add(time.Microsecond)}, Order: audit.OrderNewest, Limit: 10})
	require.NoError(t, err)
	require.Len(t, page.Events, 2)
}

// While a transaction that has written is open, a month cannot be added. Who tries does not make others wait: writers
// and readers go on as if nobody tried.
func TestMonthsAreMadeWithoutAQueue(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, db := openStore(t, address).Trail(), openDB(t, address)
	record(t, trail, event(t))
	slow := begin(t, db, duplicate(1, `'{"chain_seq": 2}'`))
	reader := begin(t, db, `SELECT count(*) FROM audit_events`)

	ctx, cancel := context.WithCancel(t.Context())
	tried := make(chan error, 1)
	maker := openStore(t, address).Trail()
	go func() {
		var err error
		for ctx.Err() == nil {
			if _, err = maker.EnsurePartitions(ctx, time.Now().AddDate(0, 4, 0)); err == nil {
				break
			}
		}
		tried <- err
	}()
	for range 30 { // in vain, were they to wait for the open transaction
		record(t, trail, event(t))
		_, err := trail.List(t.Context(), newest(5))
		require.NoError(t, err)
	}
	require.Empty(t, tried, "the month waits")
	require.NoError(t, slow.Rollback())
	require.NoError(t, <-tried)
	cancel()
	require.NoError(t, reader.Rollback(), "the open reader did not mind")

	// The mechanism off: a plain wait for the lock stops all writers behind it.
	slow = begin(t, db, duplicate(1, `'{"chain_seq": 2}'`))
	done := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(t.Context(), `DO $$ BEGIN LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE; END $$`)
		done <- err
	}()
	require.Eventually(t, func() bool { return scan[int](t, db, waitingForLocks) == 1 }, time.Minute, 5*time.Millisecond)
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := trail.Record(ctx, []audit.Group{group(t, event(t))})
	require.ErrorIs(t, err, audit.ErrUnavailable)
	require.NoError(t, slow.Rollback())
	require.NoError(t, <-done)
}

// In a database that was restored from a dump transactions count anew, which breaks the order of recording.
func TestRestoredDumpsAreNoticed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	address := testdb.New(t)
	s, err := store.New(store.Config{DatabaseURL: address, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	record(t, s.Trail(), event(t))
	_, err = s.Trail().EnsurePartitions(t.Context(), time.Now())
	require.NoError(t, err)
	require.Empty(t, log.String())
	tamper(t, openDB(t, address), `UPDATE audit_events SET tx = '9000000000'`)
	_, err = s.Trail().EnsurePartitions(t.Context(), time.Now())
	require.NoError(t, err)
	require.Contains(t, log.String(), "restored from a dump")
}
