package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/kubernaut/datastorage/audit"
)

// monthsAhead is how many months after the present one have their partition.
const monthsAhead = 3

// How hard a month is tried for. The lock that adding it needs is free whenever no writer is within a transaction, so
// it is mostly asked for without waiting, when nobody can queue behind who asks. Only if that fails for a while does
// the attempt wait, and all writers with it, for a moment.
const (
	monthTries = 60
	monthPause = 10 * time.Millisecond // greatest pause between tries
	patientTry = 15                    // every so often a try may wait
	monthWait  = 50 * time.Millisecond
)

// EnsurePartitions makes the partitions of the month of now, of the three months that follow, and of the months within
// the window in which events are accepted, as far as they are missing, and gives those that it made. Any number of
// processes may call it at once. Readers never wait for it; a writer at most 50 ms.
//
// It also looks whether the order of recording is sound, and logs an error when a restored dump has broken it.
//
// Error: audit.ErrUnavailable, also when a transaction that writes events lasts longer than the tries; what was made
// until then stays.
func (t *Trail) EnsurePartitions(ctx context.Context, now time.Time) ([]time.Time, error) {
	var made []time.Time
	for month := audit.Month(now.Add(-t.window.Past)); !month.After(t.lastMonth(now)); month = month.AddDate(0, 1, 0) {
		added, err := t.addMonth(ctx, month)
		if err != nil {
			return made, auditError(err)
		}
		if added {
			made = append(made, month)
		}
	}
	return made, auditError(t.checkOrder(ctx))
}

// checkOrder warns when the order of recording is broken: transactions count anew in a database that was restored from
// a dump, so that what is recorded now stands before what was recorded then.
func (t *Trail) checkOrder(ctx context.Context) error {
	const query = `SELECT coalesce(max(tx) >= pg_snapshot_xmax(pg_current_snapshot()), false) FROM audit_events`
	var ahead bool
	err := t.store.db.GetContext(ctx, &ahead, query)
	if ahead {
		t.store.logger.ErrorContext(ctx, "audit events carry transaction ids that this server has not reached: the database was "+
			"restored from a dump; until the ids are reached, lists in the order of recording leave events out")
	}
	return mapError(ctx, "check the order of recording", err)
}

func (t *Trail) lastMonth(now time.Time) time.Time {
	ahead := audit.Month(now).AddDate(0, monthsAhead, 0)
	if future := audit.Month(now.Add(t.window.Future)); future.After(ahead) {
		return future
	}
	return ahead
}

// addMonths makes the partitions of months that events were found to need.
func (t *Trail) addMonths(ctx context.Context, months []time.Time) error {
	for _, month := range months {
		added, err := t.addMonth(ctx, month)
		if err != nil {
			return err
		}
		if added {
			t.store.logger.InfoContext(ctx, "made a month of the audit trail on demand", "month", month.Format("2006-01"))
		}
	}
	return nil
}

// addMonth makes the partition of a month unless it is there.
func (t *Trail) addMonth(ctx context.Context, month time.Time) (bool, error) {
	op := "make the audit month " + month.Format("2006-01")
	for try := 1; ; try++ {
		var wait int64
		if try%patientTry == 0 {
			wait = monthWait.Milliseconds()
		}
		var added bool
		err := t.store.db.GetContext(ctx, &added, `SELECT audit_add_month($1::date, $2)`, month.Format(time.DateOnly), wait)
		switch {
		case err == nil:
			return added, nil
		case pq.As(err, pqerror.LockNotAvailable) == nil || try == monthTries:
			return false, mapError(ctx, op, err)
		case !sleep(ctx, rand.N(monthPause)): //nolint:gosec // jitter
			return false, fmt.Errorf("%s: %w", op, errors.Join(ctx.Err(), err))
		}
	}
}

// monthsOf gives the months of events, each once.
func monthsOf(events []audit.Prepared) []time.Time {
	var months []time.Time
	for i := range events {
		if month := audit.Month(events[i].Timestamp); !slices.Contains(months, month) {
			months = append(months, month)
		}
	}
	return months
}
