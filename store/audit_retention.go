package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// monthsLock is what audit_add_month holds while it changes which months there are.
const monthsLock = 4803711640302601

// How hard the exclusive lock is tried for that taking a month out needs. As with new months, mostly without waiting.
const (
	detachTries = 400
	detachWait  = 100 * time.Millisecond
)

// unlockTime bounds the release of the lock of retention.
const unlockTime = 5 * time.Second

// RemovedMonth is one month that retention has removed, or would remove.
type RemovedMonth struct {
	Month    time.Time
	Events   int64
	Children int64 // later events that have lost the reference to their parent; not counted in a dry run
	Gaps     int   // gap records that were left in its place; not counted in a dry run
}

// RemovalRequest says what retention may do.
type RemovalRequest struct {
	Now    time.Time
	DryRun bool // only say what would be removed
	// Progress, which may be nil, is told of each month that was taken out, and then how many keys of its events are
	// deleted so far.
	Progress func(month RemovedMonth, cleared int64)
}

// RemoveExpired removes the whole months of which every event is past its retention_days, and which lie behind the
// window in which events are accepted. The chains keep a record of each gap, by which Verify tells it from a hole, and
// their heads. Later events that had a parent there keep its id, but not its date.
//
// The rows of the removed events go, and so do their keys: an event with the id of a removed one could be recorded
// again, if the window in which events are accepted allowed its time.
//
// Writers and readers wait for the moment in which the month is taken out, not for the work before and behind. After a
// kill the next call finishes what was left. Any number of processes may call it at once: one works, and the others are
// told ErrRetentionRuns. Its session must not change hands, as a pooler of transactions would have it.
//
// Chains that were made with a key are only cut with that key, since the records of the gaps could not be verified
// otherwise.
//
// Errors: ErrNotOwner, ErrBackfillFirst, ErrRetentionRuns, audit.ErrKeyRequired, audit.ErrKeyMismatch,
// audit.ErrUnavailable.
func (t *Trail) RemoveExpired(ctx context.Context, req RemovalRequest) ([]RemovedMonth, error) {
	const op = "remove expired months of the audit trail"
	if err := t.requireOwner(ctx, op); err != nil {
		return nil, err
	}
	if req.DryRun {
		months, err := t.expired(ctx, req.Now)
		return months, auditError(mapError(ctx, op, err))
	}
	if err := t.requireBackfilled(ctx, op); err != nil {
		return nil, err
	}
	if err := t.CheckKey(ctx); err != nil {
		return nil, err
	}
	var months []RemovedMonth
	err := t.alone(ctx, op, func(ctx context.Context) (err error) {
		months, err = t.removeExpired(ctx, op, req)
		return err
	})
	return months, auditError(err)
}

// removeExpired does the work of RemoveExpired, and gives the months that are gone, also when it fails.
func (t *Trail) removeExpired(ctx context.Context, op string, req RemovalRequest) ([]RemovedMonth, error) {
	if err := t.finishRemovals(ctx, op, nil); err != nil {
		return nil, err
	}
	months, err := t.expired(ctx, req.Now)
	if err != nil {
		return nil, mapError(ctx, op, err)
	}
	for i := range months {
		m := &months[i]
		if err := t.removeMonth(ctx, op, m); err != nil {
			return months[:i], err
		}
		tell := func(cleared int64) {
			if req.Progress != nil {
				req.Progress(*m, cleared)
			}
		}
		tell(0)
		if err := t.finishRemovals(ctx, op, tell); err != nil {
			return months[:i+1], err
		}
	}
	return months, nil
}

// ErrRetentionRuns says that another process removes expired months at this time.
var ErrRetentionRuns = errors.New("another process removes expired months of the audit trail")

// retentionLock is held by the process that removes months. It belongs to a session, which waits meanwhile, so that it
// spans all transactions of the work.
const retentionLock = 4803711640302603

// alone runs fn in one process at a time. Error also: ErrRetentionRuns.
func (t *Trail) alone(ctx context.Context, op string, fn func(context.Context) error) (err error) {
	conn, err := t.store.db.Connx(ctx)
	if err != nil {
		return mapError(ctx, op, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var locked bool
	if err := conn.GetContext(ctx, &locked, `SELECT pg_try_advisory_lock($1)`, retentionLock); err != nil {
		return mapError(ctx, op, err)
	}
	if !locked {
		return fmt.Errorf("%s: %w", op, ErrRetentionRuns)
	}
	defer func() {
		// With the context at its end too. A session that cannot be asked any more has lost the lock, or soon will.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlockTime)
		defer cancel()
		if _, unlockErr := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, retentionLock); unlockErr != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	return fn(ctx)
}

func partition(month time.Time) string { return "audit_events_" + month.Format("2006_01") }

const removedPrefix = "audit_removed_"

// expired gives the months that can be removed, oldest first. Empty ones stay.
func (t *Trail) expired(ctx context.Context, now time.Time) ([]RemovedMonth, error) {
	const query = `SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
		WHERE inhparent = 'audit_events'::regclass ORDER BY relname`
	var names []string
	if err := t.store.db.SelectContext(ctx, &names, query); err != nil {
		return nil, err
	}
	var months []RemovedMonth
	for _, name := range names {
		month, err := time.Parse("2006_01", strings.TrimPrefix(name, "audit_events_"))
		if err != nil {
			return nil, fmt.Errorf("partition %s does not have the name of a month: %w", name, err)
		}
		if month.AddDate(0, 1, 0).Add(t.window.Past).After(now) {
			continue
		}
		events, err := countExpired(ctx, t.store.db, month, now)
		if err != nil {
			return nil, err
		}
		if events > 0 {
			months = append(months, RemovedMonth{Month: month, Events: events})
		}
	}
	return months, nil
}

// countExpired counts the events of a month of which all are past their retention, else gives 0.
func countExpired(ctx context.Context, db sqlx.QueryerContext, month, now time.Time) (int64, error) {
	query := adHoc + `SELECT CASE
			WHEN EXISTS (SELECT FROM ` + partition(month) + ` WHERE event_date + retention_days >= $1::date) THEN 0
			ELSE (SELECT count(*) FROM ` + partition(month) + `)
		END`
	var events int64
	err := sqlx.GetContext(ctx, db, &events, query, day(now))
	return events, err
}

// removeMonth takes one month out, in one transaction: its gap records, the references to it, and the month itself.
func (t *Trail) removeMonth(ctx context.Context, op string, m *RemovedMonth) error {
	err := t.store.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		r := removal{trail: t, tx: tx, RemovedMonth: *m}
		steps := []func(context.Context) error{r.lock, r.register, r.recordGaps, r.releaseChildren, r.lockAll, r.releaseLateChildren, r.detach}
		for _, step := range steps {
			if err := step(ctx); err != nil {
				return err
			}
		}
		*m = r.RemovedMonth
		return nil
	})
	if err != nil {
		return err
	}
	t.store.logger.InfoContext(ctx, "removed a month of the audit trail", "month", m.Month.Format("2006-01"),
		"events", m.Events, "gaps", m.Gaps, "children", m.Children)
	return nil
}

// finishRemovals does what follows once a month is taken out: it validates the foreign key and deletes what was left of
// the month, of which tell is told, unless it is nil.
func (t *Trail) finishRemovals(ctx context.Context, op string, tell func(cleared int64)) error {
	validated, err := t.isValidated(ctx, "audit_events_parent_fkey")
	if err == nil && !validated {
		_, err = t.store.db.ExecContext(ctx, `ALTER TABLE audit_events VALIDATE CONSTRAINT audit_events_parent_fkey`)
	}
	if err != nil {
		return mapError(ctx, op, err)
	}
	return t.clearRemoved(ctx, op, tell)
}

// ErrBackfillFirst says that rows of an earlier release do not have the dates of their parents yet: when a month went,
// nobody could tell their parents from such as never were.
var ErrBackfillFirst = errors.New("rows of an earlier release name parents without their dates: run `datastorage audit backfill-parents` first")

func (t *Trail) requireBackfilled(ctx context.Context, op string) error {
	validated, err := t.isValidated(ctx, "audit_events_parent_complete")
	if err != nil {
		return auditError(mapError(ctx, op, err))
	}
	if !validated {
		return fmt.Errorf("%s: %w", op, ErrBackfillFirst)
	}
	return nil
}

// removal is the transaction that takes a month out.
type removal struct {
	RemovedMonth

	trail *Trail
	tx    *sqlx.Tx
	xmin  string // every transaction below had ended when the children were released
}

func (r *removal) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	result, err := r.tx.ExecContext(ctx, adHoc+statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// lock keeps others from changing which months there are, and late events out of this one.
func (r *removal) lock(ctx context.Context) error {
	if _, err := r.exec(ctx, `SELECT pg_advisory_xact_lock($1)`, monthsLock); err != nil {
		return err
	}
	_, err := r.exec(ctx, `LOCK TABLE `+partition(r.Month)+` IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

func (r *removal) register(ctx context.Context) error {
	rows, err := r.exec(ctx, `INSERT INTO audit_removals (month, events, unchained, removed_at)
		SELECT $1::date, count(*), count(*) FILTER (WHERE chain_id IS NULL), clock_timestamp() FROM `+partition(r.Month)+`
		HAVING count(*) = $2`, day(r.Month), r.Events)
	if err == nil && rows == 0 {
		return fmt.Errorf("events have arrived in %s meanwhile", r.Month.Format("2006-01"))
	}
	return err
}

// releaseChildren takes the date of their parent from later events whose parent goes.
func (r *removal) releaseChildren(ctx context.Context) error {
	if err := r.tx.GetContext(ctx, &r.xmin, `SELECT pg_snapshot_xmin(pg_current_snapshot())::text`); err != nil {
		return err
	}
	return r.release(ctx, "")
}

// releaseLateChildren does so for those that were recorded since. Nobody can record now.
func (r *removal) releaseLateChildren(ctx context.Context) error {
	return r.release(ctx, ` AND tx >= $3::text::xid8`, r.xmin)
}

func (r *removal) release(ctx context.Context, condition string, args ...any) error {
	args = append([]any{day(r.Month), day(r.Month.AddDate(0, 1, 0))}, args...)
	rows, err := r.exec(ctx, `UPDATE audit_events SET parent_event_date = NULL, parent_absent = true
		WHERE parent_event_date >= $1::date AND parent_event_date < $2::date AND parent_event_id IS NOT NULL
			AND (event_date < $1::date OR event_date >= $2::date)`+condition, args...)
	r.Children += rows
	return err
}

// lockAll gets the table for this transaction alone. It mostly does not wait, since all others would wait behind it.
func (r *removal) lockAll(ctx context.Context) error {
	for try := 1; ; try++ {
		wait, mode := detachWait, ""
		if try%patientTry != 0 {
			wait, mode = 0, " NOWAIT"
		}
		_, err := r.exec(ctx, `SAVEPOINT unlocked`)
		if err == nil {
			_, err = r.exec(ctx, fmt.Sprintf(`SET LOCAL lock_timeout = %d`, wait.Milliseconds()))
		}
		if err == nil {
			_, err = r.exec(ctx, `LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE`+mode)
		}
		if pq.As(err, pqerror.LockNotAvailable) == nil || try == detachTries {
			return err
		}
		if _, err := r.exec(ctx, `ROLLBACK TO SAVEPOINT unlocked`); err != nil {
			return err
		}
		if !sleep(ctx, monthPause) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

// detach takes the month out. As long as the foreign key is there no month can go, so it goes and comes again, from
// PostgreSQL 18 on without reading the table.
func (r *removal) detach(ctx context.Context) error {
	var number int
	if err := r.tx.GetContext(ctx, &number, `SELECT current_setting('server_version_num')::int`); err != nil {
		return err
	}
	notValid := ""
	if number >= 180000 {
		notValid = " NOT VALID"
	}
	for _, statement := range []string{
		`ALTER TABLE audit_events DROP CONSTRAINT audit_events_parent_fkey`,
		`ALTER TABLE audit_events DETACH PARTITION ` + partition(r.Month),
		`ALTER TABLE ` + partition(r.Month) + ` RENAME TO ` + removedPrefix + r.Month.Format("2006_01"),
		`ALTER TABLE audit_events ADD CONSTRAINT audit_events_parent_fkey
			FOREIGN KEY (parent_event_id, parent_event_date) REFERENCES audit_events (event_id, event_date)` + notValid,
	} {
		if _, err := r.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
