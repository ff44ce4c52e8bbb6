package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/audit"
)

// eventStatement stores events with their keys and moves the head of their chain, all of it or nothing: it fails when an id
// is taken or the head is not where it should be, so that it can be a transaction of its own. The canonical forms are read
// as JSON, so that the members of an event and the columns of its row cannot differ.
//
// Keys are inserted in the order of ids: two transactions with the same ids wait for each other once, not in a circle.
// The head is locked after everything else.
const eventStatement = `WITH given AS (
		SELECT *
		FROM ROWS FROM (
			json_to_recordset($1::json) AS (event_id uuid, event_version text, event_timestamp timestamptz, event_type text,
				event_category text, event_action text, event_outcome text, actor_type text, actor_id text, actor_ip text,
				resource_type text, resource_id text, resource_name text, correlation_id text, parent_event_id uuid,
				trace_id text, span_id text, namespace text, cluster_id text, event_data jsonb, event_metadata jsonb,
				severity text, duration_ms bigint, error_code text, error_message text, retention_days integer,
				is_sensitive boolean),
			unnest($2::date[])
		) WITH ORDINALITY AS e (event_id, event_version, event_timestamp, event_type, event_category, event_action,
			event_outcome, actor_type, actor_id, actor_ip, resource_type, resource_id, resource_name, correlation_id,
			parent_event_id, trace_id, span_id, namespace, cluster_id, event_data, event_metadata, severity, duration_ms,
			error_code, error_message, retention_days, is_sensitive, parent_event_date, n)
	), keys AS (
		INSERT INTO audit_event_keys (event_id, event_date, content_hash)
		SELECT event_id, (event_timestamp AT TIME ZONE 'UTC')::date, substring($9::bytea FROM (32 * (n - 1) + 1)::integer FOR 32)
		FROM given ORDER BY event_id
		RETURNING event_id, event_date
	), events AS (
		INSERT INTO audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category,
			event_action, event_outcome, actor_type, actor_id, actor_ip, resource_type, resource_id, resource_name,
			correlation_id, parent_event_id, parent_event_date, trace_id, span_id, namespace, cluster_id, event_data,
			event_metadata, severity, duration_ms, error_code, error_message, retention_days, is_sensitive,
			recorded_at, chain_id, chain_seq, hash)
		SELECT g.event_id, g.event_version, g.event_timestamp, k.event_date, g.event_type, g.event_category,
			g.event_action, g.event_outcome, g.actor_type, g.actor_id, g.actor_ip, g.resource_type, g.resource_id,
			g.resource_name, g.correlation_id, g.parent_event_id, g.parent_event_date, g.trace_id, g.span_id, g.namespace,
			g.cluster_id, g.event_data, g.event_metadata, g.severity, g.duration_ms, g.error_code, g.error_message,
			g.retention_days, g.is_sensitive,
			$3::timestamptz, $4::uuid, $5::bigint + g.n, substring($6::bytea FROM (32 * (g.n - 1) + 1)::integer FOR 32)
		FROM given AS g JOIN keys AS k ON k.event_id = g.event_id
		ORDER BY g.n
		RETURNING event_id
	), stored AS (
		SELECT count(*) AS events FROM events
	)
	SELECT CASE WHEN audit_move_head($4, $5, $7::bytea, $5 + events, $8::bytea, $3) THEN events ELSE audit_head_moved($4)::int END
	FROM stored`

// runner runs a statement: within a transaction, or on a session on which the statement is a transaction.
type runner interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
}

// store runs eventStatement. Errors: errKeysTaken, errHeadMoved, or that of the database.
func (a *appending) store(ctx context.Context, on runner, events []audit.Prepared) error {
	before := a.next.head
	recordedAt := microseconds(time.Now())
	hashes := a.next.head.extend(a.trail.chainer, events, recordedAt)
	var stored int
	err := on.GetContext(ctx, &stored, eventStatement, documents(events), parentDates(events), recordedAt, before.id,
		before.seq, hashes, before.hash, a.next.head.hash, contentHashes(events))
	switch {
	case isRefused(err, "audit_event_keys_pkey"):
		return fmt.Errorf("%w: %w", errKeysTaken, err)
	case isRefused(err, "audit_head_moved"):
		a.moved()
		return fmt.Errorf("%w: %w", errHeadMoved, err)
	}
	return err
}

func isRefused(err error, constraint string) bool {
	refusal := pq.As(err)
	return refusal != nil && refusal.Constraint == constraint
}

// documents gives the canonical forms as one JSON array.
func documents(events []audit.Prepared) []byte {
	size := 2
	for i := range events {
		size += len(events[i].Canonical) + 1
	}
	list := make([]byte, 0, size)
	for i := range events {
		list = append(append(list, "[,"[min(i, 1)]), events[i].Canonical...)
	}
	return append(list, ']')
}

// extend moves a head over events and gives their hashes, one after the other.
func (h *head) extend(chainer audit.Chainer, events []audit.Prepared, recordedAt time.Time) []byte {
	hashes := make([]byte, 0, sha256.Size*len(events))
	for i := range events {
		h.seq++
		h.hash = chainer.Append(h.hash, audit.Place{ChainID: h.id, Seq: h.seq, RecordedAt: recordedAt}, events[i].Canonical)
		hashes = append(hashes, h.hash...)
	}
	return hashes
}

// contentHashes gives the hashes by which a repeat is told from a conflict, one after the other.
func contentHashes(events []audit.Prepared) []byte {
	hashes := make([]byte, 0, sha256.Size*len(events))
	for i := range events {
		hashes = append(hashes, audit.ContentHash(events[i].Canonical)...)
	}
	return hashes
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
