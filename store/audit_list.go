package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/audit"
)

// List implements audit.Reader.
func (t *Trail) List(ctx context.Context, q audit.Query) (audit.Page, error) {
	after, err := q.Resume()
	if err != nil {
		return audit.Page{}, err
	}
	const op = "list audit events"
	query, args := buildEvents(&q, after)
	var rows []eventRow
	if err := t.store.db.SelectContext(ctx, &rows, query, args...); err != nil {
		return audit.Page{}, auditError(mapError(ctx, op, err))
	}
	page := audit.Page{HasMore: len(rows) > q.Limit}
	rows = rows[:min(len(rows), q.Limit)]
	page.Events = eventsOf(rows)
	if page.NextCursor, err = nextCursor(&q, rows, page.HasMore, after); err != nil {
		return audit.Page{}, err
	}
	if q.WithTotal {
		query, args := buildCount(&q)
		page.Total = new(int64)
		err = t.store.db.GetContext(ctx, page.Total, query, args...)
	}
	return page, auditError(mapError(ctx, op, err))
}

// nextCursor gives the cursor of the page after rows. A list of the newest events ends; one in order of recording goes
// on from where it is.
func nextCursor(q *audit.Query, rows []eventRow, more bool, at *audit.Position) (string, error) {
	if q.Order == audit.OrderNewest && !more {
		return "", nil
	}
	if len(rows) > 0 {
		last := &rows[len(rows)-1]
		at = &audit.Position{At: last.Timestamp.UTC(), EventID: last.ID}
		if q.Order == audit.OrderRecorded {
			tx, err := last.tx()
			if err != nil {
				return "", err
			}
			at = &audit.Position{Tx: tx, EventID: last.ID}
		}
	}
	if at == nil {
		at = &audit.Position{}
	}
	return q.CursorAt(*at)
}

// buildEvents gives the query for one row more than the page has, and its arguments. It is planned with its arguments
// each time: there are many variants, and which index serves one depends on what it asks for.
func buildEvents(q *audit.Query, after *audit.Position) (string, []any) {
	b := filter(&q.Filter)
	order := "e.event_date DESC, e.event_timestamp DESC, e.event_id DESC"
	if q.Order == audit.OrderRecorded {
		order = "e.tx, e.event_id"
		b.conditions = append(b.conditions, "e.tx < pg_snapshot_xmin(pg_current_snapshot())")
	}
	switch {
	case after == nil:
	case q.Order == audit.OrderRecorded:
		b.add("(e.tx, e.event_id) > ($%d::text::xid8, $%d::uuid)", strconv.FormatUint(after.Tx, 10), after.EventID)
	default:
		b.add("e.event_date <= $%d::date", day(after.At)) // leaves out the partitions above, which the row comparison does not
		b.add("(e.event_date, e.event_timestamp, e.event_id) < ($%d::date, $%d::timestamptz, $%d::uuid)",
			day(after.At), after.At, after.EventID)
	}
	query := adHoc + "SELECT " + eventColumns + " FROM audit_events AS e" + b.where() + " ORDER BY " + order
	b.args = append(b.args, q.Limit+1)
	query += fmt.Sprintf(" LIMIT $%d", len(b.args))
	if q.Offset > 0 {
		b.args = append(b.args, q.Offset)
		query += fmt.Sprintf(" OFFSET $%d", len(b.args))
	}
	return query, b.args
}

func buildCount(q *audit.Query) (string, []any) {
	b := filter(&q.Filter)
	return adHoc + "SELECT count(*) FROM audit_events AS e" + b.where(), b.args
}

// filter gives the conditions of a filter.
func filter(f *audit.Filter) *conditionBuilder {
	b := &conditionBuilder{}
	for _, equal := range []struct{ column, value string }{
		{"correlation_id", f.CorrelationID}, {"event_category", f.Category}, {"event_action", f.Action},
		{"event_outcome", string(f.Outcome)}, {"severity", f.Severity}, {"actor_type", f.ActorType},
		{"actor_id", f.ActorID}, {"resource_type", f.ResourceType}, {"resource_id", f.ResourceID},
		{"namespace", f.Namespace}, {"trace_id", f.TraceID},
	} {
		if equal.value != "" {
			b.add("e."+equal.column+" = $%d", equal.value)
		}
	}
	prefix, open := strings.CutSuffix(f.Type, "*")
	switch {
	case open && prefix != "":
		b.add("starts_with(e.event_type, $%d)", prefix)
	case !open && f.Type != "":
		b.add("e.event_type = $%d", f.Type)
	}
	if !f.Since.IsZero() {
		b.add("e.event_date >= $%d::date", day(f.Since))
		b.add("e.event_timestamp >= $%d::timestamptz", f.Since.UTC())
	}
	if !f.Until.IsZero() {
		b.add("e.event_date <= $%d::date", day(f.Until))
		b.add("e.event_timestamp < $%d::timestamptz", f.Until.UTC())
	}
	return b
}

func day(t time.Time) string { return audit.Day(t).Format(time.DateOnly) }

// conditionBuilder collects conditions with their arguments.
type conditionBuilder struct {
	conditions []string
	args       []any
}

// add adds a condition whose text has one %d for the number of each argument.
func (b *conditionBuilder) add(format string, args ...any) {
	numbers := make([]any, len(args))
	for i := range args {
		numbers[i] = len(b.args) + i + 1
	}
	b.args = append(b.args, args...)
	b.conditions = append(b.conditions, fmt.Sprintf(format, numbers...))
}

func (b *conditionBuilder) where() string {
	if len(b.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(b.conditions, " AND ")
}
