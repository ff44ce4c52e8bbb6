package store_test

import (
	"context"
	"database/sql"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
)

// withOldRows gives a database that an earlier release has filled with rows, which have ids of parents without their
// dates, and that was then migrated. Each tenth row is a root, and its nine children follow it; orphans more name a
// parent that never was. The parents lie in the last three months, the children partly in the month after.
func withOldRows(t testing.TB, rows, orphans int) (address string, db *sql.DB) {
	t.Helper()
	const schemaOfThen = 4
	address = testdb.Empty(t)
	db = openDB(t, address)
	_, err := migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	_, err = migrations.Down(t.Context(), db, schemaOfThen)
	require.NoError(t, err)
	exec(t, db, `SELECT audit_add_month((date_trunc('month', now()) - make_interval(months => i))::date, 0) FROM generate_series(0, 3) AS i`)
	exec(t, db, `INSERT INTO audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category,
			event_action, event_outcome, actor_type, actor_id, resource_type, resource_id, correlation_id, event_data, parent_event_id)
		SELECT md5('e' || i)::uuid, '1.0', at, (at AT TIME ZONE 'UTC')::date, 'gateway.signal.received', 'signal', 'received', 'success',
			'service', 'gateway', 'Pod', 'p', 'rr-' || i / 10, '{}',
			CASE WHEN i > $1 THEN md5('never' || i)::uuid WHEN i % 10 > 0 THEN md5('e' || i - i % 10)::uuid END
		FROM (SELECT i, date_trunc('month', now()) - interval '3 months' * ((i + 1.0) / ($1 + $2 + 1)) + interval '1 hour' AS at
			FROM generate_series(0, $1::int + $2::int - 1) AS i) AS numbered`, rows, orphans)
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	return address, db
}

func maintainer(t testing.TB, address string) *store.Trail {
	t.Helper()
	s, err := store.New(store.Config{DatabaseURL: address}.ForMaintenance())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s.Trail()
}

const undated = `SELECT count(*) FROM audit_events WHERE parent_event_id IS NOT NULL AND parent_event_date IS NULL`

// The way of a table with many old rows: migrated while it serves, filled in, killed on the way, gone on with, validated.
func TestBackfillOfManyRows(t *testing.T) {
	t.Parallel()
	rows := 20_000 // of which nine in ten lack a date
	if text := os.Getenv("DATASTORAGE_TEST_BACKFILL_ROWS"); text != "" {
		var err error
		rows, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	address, db := withOldRows(t, rows, 0)
	trail := maintainer(t, address)
	require.Equal(t, rows/10*9, scan[int](t, db, undated))

	// New rows obey the rules at once, and may have an old row as their parent.
	id := uuid.MustParse(scan[string](t, db, `SELECT md5('e0')::uuid`))
	young := event(t)
	young.ParentID = &id
	record(t, trail, young)
	tree, more, err := trail.Tree(t.Context(), young.ID, 100)
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, tree, 11, "with the nine that have no date yet")

	report, err := trail.BackfillParents(t.Context(), store.BackfillRequest{DryRun: true, BatchSize: 50_000}, nil)
	require.NoError(t, err)
	require.Equal(t, store.BackfillReport{Pending: int64(rows / 10 * 9), Filled: int64(rows / 10 * 9)}, report)
	require.Equal(t, rows/10*9, scan[int](t, db, undated))

	ctx, kill := context.WithCancel(t.Context())
	_, err = trail.BackfillParents(ctx, store.BackfillRequest{BatchSize: rows / 100}, func(r store.BackfillReport, _ []store.Orphan) {
		if r.Filled >= int64(rows/50) {
			kill()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	left := scan[int](t, db, undated)
	require.Less(t, left, rows/10*9)
	require.NotZero(t, left)

	report, err = trail.BackfillParents(t.Context(), store.BackfillRequest{BatchSize: rows / 10}, nil)
	require.NoError(t, err)
	require.Equal(t, store.BackfillReport{Pending: int64(left), Filled: int64(left), Validated: true}, report)
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM audit_events AS c JOIN audit_events AS p ON p.event_id = c.parent_event_id
		WHERE c.parent_event_date IS DISTINCT FROM p.event_date`), "each date is the true one")
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 1, Events: 1, Unchained: int64(rows)}, requireValid(t, trail))
	repeat, err := trail.BackfillParents(t.Context(), store.BackfillRequest{}, nil)
	require.NoError(t, err)
	require.Equal(t, store.BackfillReport{Validated: true}, repeat)
}

func TestBackfillListsOrphans(t *testing.T) {
	t.Parallel()
	address, db := withOldRows(t, 100, 3)
	trail := maintainer(t, address)
	var listed []store.Orphan
	collect := func(_ store.BackfillReport, orphans []store.Orphan) { listed = append(listed, orphans...) }
	report, err := trail.BackfillParents(t.Context(), store.BackfillRequest{BatchSize: 7}, collect)
	require.NoError(t, err)
	// The row numbered 100 is a root by its number, so two of the three are orphans.
	require.Equal(t, int64(len(listed)), report.Orphaned)
	require.Equal(t, scan[int](t, db, undated), len(listed))
	require.NotEmpty(t, listed)
	require.False(t, report.Validated, "what is not known is not invented")

	report, err = trail.BackfillParents(t.Context(), store.BackfillRequest{AcceptOrphans: true}, nil)
	require.NoError(t, err)
	require.Equal(t, store.BackfillReport{Pending: int64(len(listed)), Orphaned: int64(len(listed)), Validated: true}, report)
	require.Equal(t, len(listed), scan[int](t, db, undated+` AND parent_absent`))
}

// Two runs at once fill in each row once, and neither fails.
func TestBackfillsAtOnce(t *testing.T) {
	t.Parallel()
	address, db := withOldRows(t, 400, 0)
	first, second := maintainer(t, address), maintainer(t, address)
	// The first holds a batch that it has filled in when the second comes to the same rows.
	held := begin(t, db, `UPDATE audit_events SET parent_event_date = k.event_date FROM audit_event_keys AS k
		WHERE k.event_id = parent_event_id AND parent_event_date IS NULL AND correlation_id = 'rr-7'`)
	done := make(chan error, 2)
	for _, trail := range []*store.Trail{first, second} {
		go func() {
			_, err := trail.BackfillParents(t.Context(), store.BackfillRequest{BatchSize: 50}, nil)
			done <- err
		}()
	}
	require.Eventually(t, func() bool {
		return scan[int](t, db, waitingForLocks) == 2
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, held.Commit())
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Zero(t, scan[int](t, db, undated))
}

func TestBackfillKeepsItsPace(t *testing.T) {
	t.Parallel()
	address, _ := withOldRows(t, 40, 0)
	start := time.Now()
	_, err := maintainer(t, address).BackfillParents(t.Context(), store.BackfillRequest{BatchSize: 9, RowsPerSecond: 100}, nil)
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(start), 270*time.Millisecond, "three pauses for nine rows each")
}

func TestMaintenanceNeedsTheOwner(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail := maintainer(t, serviceRole(t, address))
	_, err := trail.BackfillParents(t.Context(), store.BackfillRequest{}, nil)
	require.ErrorIs(t, err, store.ErrNotOwner)
	_, err = trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now(), DryRun: true})
	require.ErrorIs(t, err, store.ErrNotOwner)
}
