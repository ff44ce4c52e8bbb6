package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/kubernaut/datastorage/audit"
)

// maxRounds bounds how often a batch is judged anew, each time because another writer was faster.
const maxRounds = 8

// Record implements audit.Writer. Groups that give one id to different events are written one after the other, all
// others in one transaction.
func (t *Trail) Record(ctx context.Context, groups []audit.Group) ([]error, error) {
	errs := make([]error, len(groups))
	together, contradicting := separate(groups)
	if err := t.recordSome(ctx, groups, together, errs); err != nil {
		return nil, auditError(err)
	}
	for _, i := range contradicting {
		if err := t.recordSome(ctx, groups, []int{i}, errs); err != nil {
			// Part of the groups is committed; to write them again is harmless.
			return nil, fmt.Errorf("%w: %w", audit.ErrOutcomeUnknown, auditError(err))
		}
	}
	return errs, nil
}

func (t *Trail) recordSome(ctx context.Context, groups []audit.Group, which []int, errs []error) error {
	some := make([]audit.Group, len(which))
	for i, index := range which {
		some[i] = groups[index]
	}
	b := newBatch(some)
	if err := t.record(ctx, b); err != nil {
		return err
	}
	for i, index := range which {
		errs[index] = b.errs[i]
	}
	return nil
}

// record writes a batch. It expects the ids to be free, and looks for those that are not when they turn out to be taken.
func (t *Trail) record(ctx context.Context, b *batch) error {
	var err error
	for range maxRounds {
		var events []audit.Prepared
		if events, err = t.resolve(ctx, b); err != nil || len(events) == 0 {
			return err
		}
		op := fmt.Sprintf("record %d audit events", len(events))
		err = t.storeAlone(ctx, op, events)
		switch {
		case errors.Is(err, errKeysTaken):
			if failed := t.lookUpTaken(ctx, b, idsOf(events)); failed != nil {
				return errors.Join(failed, err) // they may be there since a try of which nobody knows
			}
		case isParentGone(err): // retention was faster
			clear(b.parents)
			clear(b.asked)
		default:
			return err
		}
	}
	return err
}

// resolve judges a batch and looks for the parents that are not in it.
func (t *Trail) resolve(ctx context.Context, b *batch) ([]audit.Prepared, error) {
	for {
		events, ask := b.resolve()
		if len(ask) == 0 {
			return events, nil
		}
		if err := t.lookUpParents(ctx, b, ask); err != nil {
			return nil, err
		}
	}
}

type keyRow struct {
	ID   uuid.UUID `db:"event_id"`
	Date time.Time `db:"event_date"`
	Hash []byte    `db:"content_hash"`
}

// lookUpKeys gives the keys of those events that are recorded.
func (t *Trail) lookUpKeys(ctx context.Context, ids []uuid.UUID) ([]keyRow, error) {
	const query = `SELECT event_id, event_date, content_hash FROM audit_event_keys WHERE event_id = ANY ($1::uuid[])`
	var rows []keyRow
	err := t.store.db.SelectContext(ctx, &rows, query, ids)
	return rows, mapError(ctx, "look for audit events", err)
}

func (t *Trail) lookUpParents(ctx context.Context, b *batch, ids []uuid.UUID) error {
	rows, err := t.lookUpKeys(ctx, ids)
	for _, row := range rows {
		b.parents[row.ID] = stored{date: row.Date.UTC()}
	}
	return err
}

func (t *Trail) lookUpTaken(ctx context.Context, b *batch, ids []uuid.UUID) error {
	rows, err := t.lookUpKeys(ctx, ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Hash == nil { // recorded by an earlier release
			if row.Hash, err = t.contentHash(ctx, row.ID); err != nil {
				return err
			}
		}
		b.taken[row.ID] = stored{date: row.Date.UTC(), hash: row.Hash}
	}
	return nil
}

// contentHash computes the content hash of a recorded event.
func (t *Trail) contentHash(ctx context.Context, id uuid.UUID) ([]byte, error) {
	recorded, err := t.Event(ctx, id)
	if err != nil {
		return nil, err
	}
	canonical, err := audit.Canonical(&recorded.Event)
	if err != nil {
		return nil, err
	}
	return audit.ContentHash(canonical), nil
}

// isParentGone reports whether the foreign key refused a parent that was found a moment before.
func isParentGone(err error) bool {
	refusal := pq.As(err, pqerror.ForeignKeyViolation)
	return refusal != nil && strings.HasPrefix(refusal.Constraint, "audit_events_parent_fkey") // partitions may number it
}
