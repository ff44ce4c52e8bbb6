package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

var (
	// errKeysTaken says that some of the events are recorded already.
	errKeysTaken = errors.New("some event ids are taken")
	// errHeadMoved says that the chain does not end where this process left it.
	errHeadMoved = errors.New("the head of the audit chain was moved")
)

// maxAppends is how often a transaction is repeated for a missing month or a moved head.
const maxAppends = 4

// inTx is the store's inTx for transactions that may append to the trail. It makes the months that are missing, and
// begins another chain when this one cannot go on.
func (t *Trail) inTx(ctx context.Context, op string, fn func(context.Context, *sqlx.Tx, *appending) error) error {
	for attempt := 1; ; attempt++ {
		a := appending{trail: t}
		err := t.tryTx(ctx, op, &a, fn)
		switch {
		case attempt == maxAppends:
			return err
		case errors.Is(err, errHeadMoved):
			t.store.logger.WarnContext(ctx, "audit chain is closed: "+closedAsMoved)
		case isMonthMissing(err):
			if err := t.addMonths(ctx, a.months); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (t *Trail) tryTx(ctx context.Context, op string, a *appending, fn func(context.Context, *sqlx.Tx, *appending) error) error {
	err := t.store.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		a.drop() // of a try before, which lost its session
		done := false
		defer func() {
			if !done {
				a.drop() // failed or panicking; the head stays locked until the roll-back, a moment later
			}
		}()
		err := fn(ctx, tx, a)
		done = err == nil
		return err
	})
	switch {
	case err == nil:
		a.keep()
	case errors.Is(err, catalog.ErrOutcomeUnknown):
		a.lose()
	default:
		a.drop()
	}
	return err
}

// eventStatement stores events with their keys and moves the head of their chain, all of it or nothing: when an id is
// taken it does not move the head, and the caller rolls back. The canonical forms are read as JSON, so that the members
// of an event and the columns of its row cannot differ.
//
// Keys are inserted in the order of ids: two transactions with the same ids wait for each other once, not in a circle.
// The head is locked after everything else.
const eventStatement = `WITH given AS (
		SELECT item.doc, item.n, e.*
		FROM json_array_elements($1::json) WITH ORDINALITY AS item (doc, n),
			json_to_record(item.doc) AS e (event_id uuid, event_version text, event_timestamp timestamptz, event_type text,
				event_category text, event_action text, event_outcome text, actor_type text, actor_id text, actor_ip text,
				resource_type text, resource_id text, resource_name text, correlation_id text, parent_event_id uuid,
				trace_id text, span_id text, namespace text, cluster_id text, event_data jsonb, event_metadata jsonb,
				severity text, duration_ms bigint, error_code text, error_message text, retention_days integer,
				is_sensitive boolean)
	), keys AS (
		INSERT INTO audit_event_keys (event_id, event_date, content_hash)
		SELECT event_id, (event_timestamp AT TIME ZONE 'UTC')::date, sha256(convert_to(doc::text, 'UTF8'))
		FROM given ORDER BY event_id
		ON CONFLICT (event_id) DO NOTHING
		RETURNING event_id, event_date
	), events AS (
		INSERT INTO audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category,
			event_action, event_outcome, actor_type, actor_id, actor_ip, resource_type, resource_id, resource_name,
			correlation_id, parent_event_id, parent_event_date, trace_id, span_id, namespace, cluster_id, event_data,
			event_metadata, severity, duration_ms, error_code, error_message, retention_days, is_sensitive,
			recorded_at, chain_id, chain_seq, hash)
		SELECT g.event_id, g.event_version, g.event_timestamp, k.event_date, g.event_type, g.event_category,
			g.event_action, g.event_outcome, g.actor_type, g.actor_id, g.actor_ip, g.resource_type, g.resource_id,
			g.resource_name, g.correlation_id, g.parent_event_id, ($2::date[])[g.n], g.trace_id, g.span_id, g.namespace,
			g.cluster_id, g.event_data, g.event_metadata, g.severity, g.duration_ms, g.error_code, g.error_message,
			g.retention_days, g.is_sensitive,
			$3::timestamptz, $4::uuid, $5::bigint + g.n, substring($6::bytea FROM (32 * (g.n - 1) + 1)::integer FOR 32)
		FROM given AS g JOIN keys AS k ON k.event_id = g.event_id
		ORDER BY g.n
		RETURNING event_id
	), stored AS (
		SELECT count(*) AS events FROM events
	)
	SELECT events,
		CASE WHEN events = $7 THEN audit_move_head($4, $5, $8::bytea, $5 + events, $9::bytea, $3) ELSE false END AS moved
	FROM stored`

// append stores events in a transaction as the next ones of the chain. Nothing but the commit may follow.
// Errors: errKeysTaken, errHeadMoved, or that of the database.
func (a *appending) append(ctx context.Context, tx *sqlx.Tx, events []audit.Prepared) error {
	a.months = monthsOf(events)
	if err := a.take(ctx); err != nil {
		return err
	}
	if a.next.head.id == uuid.Nil {
		if err := a.register(ctx, tx); err != nil {
			return err
		}
	}
	before := a.next.head
	recordedAt := microseconds(time.Now())
	hashes := a.next.head.extend(a.trail.chainer, events, recordedAt)
	var result struct {
		Events int  `db:"events"`
		Moved  bool `db:"moved"`
	}
	err := tx.GetContext(ctx, &result, eventStatement, documents(events), parentDates(events), recordedAt, before.id,
		before.seq, hashes, len(events), before.hash, a.next.head.hash)
	switch {
	case err != nil:
		return err
	case result.Events != len(events):
		return errKeysTaken
	case !result.Moved:
		a.moved()
		return errHeadMoved
	}
	return nil
}

// extend moves a head over events and gives their hashes, one after the other.
func (h *head) extend(chainer audit.Chainer, events []audit.Prepared, recordedAt time.Time) []byte {
	var hashes []byte
	for i := range events {
		h.seq++
		h.hash = chainer.Append(h.hash, audit.Place{ChainID: h.id, Seq: h.seq, RecordedAt: recordedAt}, events[i].Canonical)
		hashes = append(hashes, h.hash...)
	}
	return hashes
}

// documents gives the canonical forms as one JSON array.
func documents(events []audit.Prepared) string {
	list := make([][]byte, len(events))
	for i := range events {
		list[i] = events[i].Canonical
	}
	return "[" + string(bytes.Join(list, []byte(","))) + "]"
}

func parentDates(events []audit.Prepared) []sql.NullString {
	dates := make([]sql.NullString, len(events))
	for i := range events {
		if date := events[i].ParentDate; date != nil {
			dates[i] = sql.NullString{String: date.Format(time.DateOnly), Valid: true}
		}
	}
	return dates
}

// isMonthMissing reports whether an event was refused because its month has no partition.
func isMonthMissing(err error) bool {
	refusal := pq.As(err, pqerror.CheckViolation)
	return refusal != nil && refusal.Constraint == "" && refusal.Table == "audit_events"
}
