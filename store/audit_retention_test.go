package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// expiring is an event of a month some months ago that is kept for some days.
func expiring(t testing.TB, months, days int) audit.Event {
	t.Helper()
	e := event(t)
	e.Timestamp = audit.Month(time.Now()).AddDate(0, -months, 14)
	e.RetentionDays = days
	return e
}

func removeExpired(t testing.TB, trail *store.Trail) []store.RemovedMonth {
	t.Helper()
	removed, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
	require.NoError(t, err)
	return removed
}

func countKeys(t testing.TB, db *sql.DB) int {
	t.Helper()
	return scan[int](t, db, `SELECT count(*) FROM audit_event_keys`)
}

// A month goes when all of its events are past their retention, whatever refers to it. The chains verify, and new
// references are enforced as before.
func TestExpiredMonthsAreRemoved(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	db := openDB(t, address)
	writer, owner := openStore(t, serviceRole(t, address)).Trail(), maintainer(t, address)
	expired, kept, now := expiring(t, 4, 30), expiring(t, 3, 2555), event(t)
	sibling := child(t, expired)
	sibling.Timestamp, sibling.RetentionDays = expired.Timestamp, 60
	kept.ParentID, now.ParentID = &expired.ID, &kept.ID
	record(t, writer, event(t), expired, sibling, kept, now, expiring(t, 4, 1), expiring(t, 4, 1))
	record(t, writer, expiring(t, 3, 1), event(t))
	month := audit.Month(expired.Timestamp)

	planned, err := owner.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now(), DryRun: true})
	require.NoError(t, err)
	require.Equal(t, []store.RemovedMonth{{Month: month, Events: 4}}, planned)
	require.EqualValues(t, 9, requireValid(t, owner).Events, "a dry run changes nothing")

	require.Equal(t, []store.RemovedMonth{{Month: month, Events: 4, Children: 1, Gaps: 2}}, removeExpired(t, owner))
	require.Empty(t, removeExpired(t, owner))
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 1, Events: 5, Removed: 4}, requireValid(t, writer))
	_, err = writer.Event(t.Context(), expired.ID)
	require.ErrorIs(t, err, audit.ErrEventNotFound)
	require.Equal(t, 5, countKeys(t, db))
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM pg_class WHERE relname LIKE 'audit_removed%'`))

	orphan, err := writer.Event(t.Context(), kept.ID)
	require.NoError(t, err)
	require.Equal(t, expired.ID, *orphan.ParentID, "which parent it was is still known, and part of the hash")
	require.Nil(t, orphan.ParentDate)
	ancestors, err := writer.Ancestors(t.Context(), now.ID)
	require.NoError(t, err)
	require.Len(t, ancestors, 1, "up to what is left")

	require.True(t, scan[bool](t, db, `SELECT convalidated FROM pg_constraint WHERE conname = 'audit_events_parent_fkey' AND conrelid = 'audit_events'::regclass`))
	errs := recordGroups(t, writer, group(t, child(t, expired)), group(t, child(t, kept)))
	require.ErrorIs(t, errs[0], audit.ErrUnknownParent)
	require.NoError(t, errs[1])
	require.EqualValues(t, 6, requireValid(t, writer).Events, "the chain goes on")
	for _, statement := range forbidden {
		_, err := db.ExecContext(t.Context(), fmt.Sprintf(statement+"%.0[1]s", monthName(time.Now())))
		require.Error(t, err, statement)
	}
	made, err := writer.EnsurePartitions(t.Context(), time.Now().AddDate(0, 4, 0))
	require.NoError(t, err)
	require.NotEmpty(t, made)
	again := expiring(t, 4, 30)
	_, err = writer.Record(t.Context(), []audit.Group{group(t, again)})
	require.Error(t, err, "a removed month does not come back")
}

func TestMonthsAreKept(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail := maintainer(t, address)
	record(t, trail, expiring(t, 4, 1), expiring(t, 4, 365), event(t))
	removed, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
	require.NoError(t, err)
	require.Empty(t, removed, "one event is not past its retention")

	soon := event(t)
	soon.RetentionDays = 1
	end := audit.Month(time.Now()).AddDate(0, 1, 0)
	record(t, trail, soon)
	removed, err = trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: end.Add(6 * 24 * time.Hour), DryRun: true})
	require.NoError(t, err)
	require.Empty(t, removed, "late events may still come")
}

// Whole chains and heads of chains go, several months one after the other.
func TestRemovalOfWholeChains(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail := maintainer(t, address)
	for months := 8; months > 3; months-- {
		for i := range 3 {
			record(t, trail, expiring(t, months-i%2, 1), expiring(t, months, 1))
		}
		require.NoError(t, trail.Close(t.Context()))
	}
	record(t, trail, event(t))
	heads, err := trail.Heads(t.Context(), 0, audit.MaxHeads)
	require.NoError(t, err)
	require.Len(t, removeExpired(t, trail), 6)
	report, err := trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
	require.NoError(t, err)
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 6, Events: 1, Removed: 30}, report)
	report, err = trail.Verify(t.Context(), audit.VerifyRequest{ChainID: heads.Chains[2].ChainID, Limit: 1}, nil)
	require.NoError(t, err)
	require.True(t, report.Valid)
}

// Who makes a hole cannot pass it off as retention's, nor hide what retention did.
func TestVerifyTellsGapsFromHoles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statement string
		kind      audit.BreakKind
	}{
		"event beside the gap deleted": {`DELETE FROM audit_events WHERE chain_seq = 4`, audit.BreakMissing},
		"gap widened":                  {`UPDATE audit_gaps SET last_seq = last_seq + 1`, audit.BreakAltered},
		"gap deleted":                  {`DELETE FROM audit_gaps`, audit.BreakMissing},
		"event put into the gap":       {duplicate(4, `'{"chain_seq": 2}'`), audit.BreakInserted},
		"hash before it altered":       {`UPDATE audit_events SET hash = sha256(hash) WHERE chain_seq = 1`, audit.BreakAltered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := testdb.New(t)
			trail, db := maintainer(t, address), openDB(t, address)
			record(t, trail, event(t), expiring(t, 3, 1), expiring(t, 3, 1), event(t), event(t))
			require.Len(t, removeExpired(t, trail), 1)
			requireValid(t, trail)
			tamper(t, db, test.statement)
			require.Equal(t, test.kind, verify(t, trail).Break.Kind)
		})
	}
}

// A removal that was killed is finished by the next: before the month was taken out nothing had happened, and behind
// that only the rest is left.
func TestRemovalIsFinishedLater(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, db := maintainer(t, address), openDB(t, address)
	record(t, trail, expiring(t, 3, 1), event(t))

	exec(t, db, `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$`)
	exec(t, db, `CREATE TRIGGER fail BEFORE DELETE ON audit_event_keys FOR EACH ROW EXECUTE FUNCTION fail()`)
	removed, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
	require.ErrorContains(t, err, "killed")
	require.Len(t, removed, 1, "it is taken out")
	require.Equal(t, 2, countKeys(t, db))
	requireValid(t, trail)

	exec(t, db, `DROP TRIGGER fail ON audit_event_keys`)
	require.Empty(t, removeExpired(t, trail))
	require.Equal(t, 1, countKeys(t, db))
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM pg_class WHERE relname LIKE 'audit_removed%'`))
}

// A removal waits for open writers without making others wait, and gives up in the end.
func TestRemovalDoesNotStopWriters(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, db := maintainer(t, address), openDB(t, address)
	record(t, trail, expiring(t, 3, 1), event(t))
	slow := begin(t, db, duplicate(2, `'{"chain_seq": 3}'`))
	done := make(chan error, 1)
	go func() {
		_, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
		done <- err
	}()
	writer := openStore(t, address).Trail()
	for range 30 {
		record(t, writer, event(t))
	}
	require.Empty(t, done)
	require.NoError(t, slow.Rollback())
	require.NoError(t, <-done)
	requireValid(t, trail)
}

// One process works at a time; another one is told so at once. A process that has ended, well or not, is in nobody's way.
func TestRetentionRunsOnce(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, other := maintainer(t, address), maintainer(t, address)
	record(t, trail, expiring(t, 3, 1), expiring(t, 4, 1), event(t))
	var told []store.RemovedMonth
	var meanwhile []error
	removed, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now(), Progress: func(m store.RemovedMonth, cleared int64) {
		if cleared == 0 {
			told = append(told, m)
			_, err := other.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
			meanwhile = append(meanwhile, err)
		}
	}})
	require.NoError(t, err)
	require.Equal(t, removed, told)
	require.Len(t, meanwhile, 2)
	for _, err := range meanwhile {
		require.ErrorIs(t, err, store.ErrRetentionRuns)
	}
	require.Empty(t, removeExpired(t, other), "and then there is nothing left to do")

	ctx, cancel := context.WithCancel(t.Context())
	record(t, trail, expiring(t, 5, 1))
	_, err = trail.RemoveExpired(ctx, store.RemovalRequest{Now: time.Now(), Progress: func(store.RemovedMonth, int64) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, removeExpired(t, other), "the month is gone; what was left of it is finished")
	require.Zero(t, scan[int](t, openDB(t, address), `SELECT count(*) FROM pg_class WHERE relname LIKE 'audit_removed%'`))
}

// Months with rows of an earlier release can go too, once those are filled in.
func TestRemovalOfOldRows(t *testing.T) {
	t.Parallel()
	address, db := withOldRows(t, 90, 0)
	trail := maintainer(t, address)
	record(t, trail, event(t))
	_, err := trail.RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
	require.ErrorIs(t, err, store.ErrBackfillFirst)
	_, err = trail.BackfillParents(t.Context(), store.BackfillRequest{}, nil)
	require.NoError(t, err)
	tamper(t, db, `UPDATE audit_events SET retention_days = 1 WHERE event_date < date_trunc('month', now()) - interval '2 months'`)
	removed := removeExpired(t, trail)
	require.Len(t, removed, 1)
	require.Zero(t, removed[0].Gaps, "they are in no chain")
	require.Equal(t, 90-removed[0].Events, requireValid(t, trail).Unchained)
	tamper(t, db, `DELETE FROM audit_events WHERE chain_id IS NULL AND event_id = (SELECT min(event_id::text)::uuid FROM audit_events WHERE chain_id IS NULL)`)
	require.Equal(t, audit.BreakMissing, verify(t, trail).Break.Kind)
}
