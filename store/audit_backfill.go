package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// ErrNotOwner says that the role of the connection does not have the rights of the owner of the audit tables, which
// maintenance needs.
var ErrNotOwner = errors.New("the role does not own the tables: use the admin database URL")

// maintenanceTimeout bounds one statement of maintenance.
const maintenanceTimeout = time.Hour

// ForMaintenance gives a Config for the owner's work on the audit trail, whose statements may last an hour.
func (c Config) ForMaintenance() Config {
	c.StatementTimeout = maintenanceTimeout
	c.MaxOpenConns = 2
	return c
}

func (t *Trail) requireOwner(ctx context.Context, op string) error {
	var owner bool
	if err := t.store.db.GetContext(ctx, &owner, `SELECT audit_is_owner()`); err != nil {
		return auditError(mapError(ctx, op, err))
	}
	if !owner {
		return fmt.Errorf("%s: %w", op, ErrNotOwner)
	}
	return nil
}

// BackfillRequest says how to fill in parent_event_date.
type BackfillRequest struct {
	BatchSize     int  // rows per transaction, default 1,000
	RowsPerSecond int  // at most, 0 for no bound
	DryRun        bool // only count
	// AcceptOrphans marks rows whose parent was never recorded, so that the constraint can be validated although they
	// keep the id alone.
	AcceptOrphans bool
}

const defaultBackfillBatch = 1000

// BackfillReport says what was found and done.
type BackfillReport struct {
	Pending   int64 // rows that had no date when the work began
	Filled    int64 // rows that got the date of their parent, or would get it
	Orphaned  int64 // rows whose parent was never recorded
	Validated bool  // the constraint holds for all rows
}

// Orphan is an event whose parent was never recorded.
type Orphan struct {
	EventID  uuid.UUID `db:"event_id"`
	Date     time.Time `db:"event_date"`
	ParentID uuid.UUID `db:"parent_event_id"`
}

// BackfillParents gives rows of an earlier release, which name their parent by its id alone, the date of that parent,
// and then validates the constraint that both columns come together. It works in batches, each a transaction; after a
// kill the next call goes on with what is left, and two at once do no harm. Writers and readers do not wait for it. progress, which may be nil, is
// told the counts after each batch and the orphans in it. With orphans that are not accepted the constraint stays as it
// is.
//
// Errors: ErrNotOwner, audit.ErrUnavailable.
func (t *Trail) BackfillParents(ctx context.Context, req BackfillRequest, progress func(BackfillReport, []Orphan)) (BackfillReport, error) {
	const op = "fill in the dates of parents"
	if err := t.requireOwner(ctx, op); err != nil {
		return BackfillReport{}, err
	}
	if req.BatchSize <= 0 {
		req.BatchSize = defaultBackfillBatch
	}
	b := backfill{trail: t, req: req}
	start := time.Now()
	const pending = `SELECT count(*) FROM audit_events
		WHERE parent_event_id IS NOT NULL AND parent_event_date IS NULL AND NOT parent_absent`
	if err := t.store.db.GetContext(ctx, &b.report.Pending, pending); err != nil {
		return BackfillReport{}, auditError(mapError(ctx, op, err))
	}
	for {
		orphans, more, err := b.batch(ctx, op)
		if err != nil {
			return b.report, auditError(err)
		}
		if progress != nil {
			progress(b.report, orphans)
		}
		if !more {
			break
		}
		if !b.pace(ctx, start) {
			return b.report, auditError(ctx.Err())
		}
	}
	if !req.DryRun && (b.report.Orphaned == 0 || req.AcceptOrphans) {
		const statement = `ALTER TABLE audit_events VALIDATE CONSTRAINT audit_events_parent_complete`
		if _, err := t.store.db.ExecContext(ctx, statement); err != nil {
			return b.report, auditError(mapError(ctx, op, err))
		}
	}
	var err error
	b.report.Validated, err = t.isValidated(ctx, "audit_events_parent_complete")
	return b.report, auditError(mapError(ctx, op, err))
}

func (t *Trail) isValidated(ctx context.Context, constraint string) (validated bool, err error) {
	const query = `SELECT convalidated FROM pg_constraint WHERE conrelid = 'audit_events'::regclass AND conname = $1`
	err = t.store.db.GetContext(ctx, &validated, query, constraint)
	return validated, err
}

type backfill struct {
	trail  *Trail
	req    BackfillRequest
	report BackfillReport
	parent uuid.UUID // the last row that was looked at, in the order of the index on parents
	event  uuid.UUID
}

// backfillStatement fills in one batch and gives its last row. It finds what is left on the index on parents.
const backfillStatement = `WITH batch AS (
		SELECT e.event_id, e.event_date, e.parent_event_id, k.event_date AS parent_date
		FROM (
			SELECT event_id, event_date, parent_event_id FROM audit_events
			WHERE parent_event_id >= $1 AND (parent_event_id, event_id) > ($1, $2)
				AND parent_event_date IS NULL AND NOT parent_absent
			ORDER BY parent_event_id, event_id LIMIT $3
		) AS e LEFT JOIN audit_event_keys AS k ON k.event_id = e.parent_event_id
	), filled AS (
		UPDATE audit_events AS e SET parent_event_date = b.parent_date, parent_absent = b.parent_date IS NULL
		FROM batch AS b
		WHERE e.event_id = b.event_id AND e.event_date = b.event_date
			AND e.parent_event_date IS NULL AND NOT e.parent_absent -- another run may have been faster
			AND (b.parent_date IS NOT NULL AND $4 OR b.parent_date IS NULL AND $5)
	)
	SELECT event_id, event_date, parent_event_id, parent_date IS NULL AS orphan FROM batch
	ORDER BY parent_event_id, event_id`

func (b *backfill) batch(ctx context.Context, op string) (orphans []Orphan, more bool, err error) {
	var rows []struct {
		Orphan

		IsOrphan bool `db:"orphan"`
	}
	err = b.trail.store.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		rows = nil
		// The checks of each row keep their plans; see driverConfig for what holds elsewhere.
		if _, err := tx.ExecContext(ctx, `SET LOCAL plan_cache_mode = auto`); err != nil {
			return err
		}
		return tx.SelectContext(ctx, &rows, backfillStatement, b.parent, b.event, b.req.BatchSize,
			!b.req.DryRun, !b.req.DryRun && b.req.AcceptOrphans)
	})
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	for _, row := range rows {
		if row.IsOrphan {
			orphans = append(orphans, row.Orphan)
		}
	}
	b.report.Orphaned += int64(len(orphans))
	b.report.Filled += int64(len(rows) - len(orphans))
	last := rows[len(rows)-1]
	b.parent, b.event = last.ParentID, last.EventID
	return orphans, len(rows) == b.req.BatchSize, nil
}

// pace sleeps as long as the batches so far were faster than asked for.
func (b *backfill) pace(ctx context.Context, start time.Time) bool {
	if b.req.RowsPerSecond <= 0 {
		return ctx.Err() == nil
	}
	done := b.report.Filled + b.report.Orphaned
	due := start.Add(time.Duration(done) * time.Second / time.Duration(b.req.RowsPerSecond))
	return sleep(ctx, time.Until(due))
}
