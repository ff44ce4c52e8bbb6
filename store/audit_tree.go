package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// maxAncestors bounds how far parents are followed.
const maxAncestors = 1000

const eventQuery = `SELECT ` + eventColumns + `
	FROM audit_event_keys AS k JOIN audit_events AS e ON e.event_id = k.event_id AND e.event_date = k.event_date
	WHERE k.event_id = $1`

// Event implements audit.Reader.
func (t *Trail) Event(ctx context.Context, id uuid.UUID) (audit.Recorded, error) {
	op := fmt.Sprintf("read audit event %s", id)
	var row eventRow
	err := t.store.db.GetContext(ctx, &row, eventQuery, id)
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Recorded{}, fmt.Errorf("%s: %w", op, audit.ErrEventNotFound)
	}
	if err != nil {
		return audit.Recorded{}, auditError(mapError(ctx, op, err))
	}
	return row.event(), nil
}

// childrenQuery finds children also by the id alone, since old rows may lack the date of their parent.
const childrenQuery = `SELECT ` + eventColumns + ` FROM audit_events AS e
	WHERE e.parent_event_id = $1
	ORDER BY e.event_timestamp, e.event_id LIMIT $2`

// Children implements audit.Reader.
func (t *Trail) Children(ctx context.Context, id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
	if _, err := t.Event(ctx, id); err != nil {
		return nil, false, err
	}
	var rows []eventRow
	if err := t.store.db.SelectContext(ctx, &rows, childrenQuery, id, limit+1); err != nil {
		return nil, false, auditError(mapError(ctx, fmt.Sprintf("children of audit event %s", id), err))
	}
	return eventsOf(rows[:min(len(rows), limit)]), len(rows) > limit, nil
}

// ancestorsPart is a recursive query above(event_id, event_date, parent_event_id, depth) from an event up to its root.
// It finds parents by their keys, since old rows may lack the date of their parent.
const ancestorsPart = `WITH RECURSIVE above AS (
		SELECT e.event_id, e.event_date, e.parent_event_id, 0 AS depth
		FROM audit_event_keys AS k JOIN audit_events AS e ON e.event_id = k.event_id AND e.event_date = k.event_date
		WHERE k.event_id = $1
		UNION ALL
		SELECT e.event_id, e.event_date, e.parent_event_id, a.depth + 1
		FROM above AS a
		JOIN audit_event_keys AS k ON k.event_id = a.parent_event_id
		JOIN audit_events AS e ON e.event_id = k.event_id AND e.event_date = k.event_date
		WHERE a.depth < $2
	)`

const ancestorsQuery = ancestorsPart + `
	SELECT ` + eventColumns + `
	FROM above AS a JOIN audit_events AS e ON e.event_id = a.event_id AND e.event_date = a.event_date
	ORDER BY a.depth`

// Ancestors implements audit.Reader. It follows at most 1,000 parents.
func (t *Trail) Ancestors(ctx context.Context, id uuid.UUID) ([]audit.Recorded, error) {
	var rows []eventRow
	op := fmt.Sprintf("ancestors of audit event %s", id)
	if err := t.store.db.SelectContext(ctx, &rows, ancestorsQuery, id, maxAncestors); err != nil {
		return nil, auditError(mapError(ctx, op, err))
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: %w", op, audit.ErrEventNotFound)
	}
	return eventsOf(rows[1:]), nil
}

// treeQuery goes up to the root and down from there. The inner LIMIT ends the recursion, which gives rows level by
// level, as soon as there are enough of them.
const treeQuery = ancestorsPart + `, below AS (
		(SELECT event_id, event_date, 0 AS depth FROM above ORDER BY above.depth DESC LIMIT 1)
		UNION ALL
		SELECT c.event_id, c.event_date, b.depth + 1
		FROM below AS b JOIN audit_events AS c ON c.parent_event_id = b.event_id
	), part AS MATERIALIZED (
		SELECT event_id, event_date, depth FROM below LIMIT $3
	)
	SELECT ` + eventColumns + `
	FROM part AS p JOIN audit_events AS e ON e.event_id = p.event_id AND e.event_date = p.event_date
	ORDER BY p.depth, e.event_timestamp, e.event_id`

// Tree implements audit.Reader. The root is at most 1,000 parents away.
func (t *Trail) Tree(ctx context.Context, id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
	op := fmt.Sprintf("tree of audit event %s", id)
	var rows []eventRow
	if err := t.store.db.SelectContext(ctx, &rows, treeQuery, id, maxAncestors, limit+1); err != nil {
		return nil, false, auditError(mapError(ctx, op, err))
	}
	if len(rows) == 0 {
		return nil, false, fmt.Errorf("%s: %w", op, audit.ErrEventNotFound)
	}
	return eventsOf(rows[:min(len(rows), limit)]), len(rows) > limit, nil
}
