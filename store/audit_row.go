package store

import (
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// eventColumns are the columns of eventRow, of audit_events AS e.
const eventColumns = `e.event_id, e.event_version, e.event_timestamp, e.event_type, e.event_category, e.event_action,
	e.event_outcome, e.actor_type, e.actor_id, coalesce(e.actor_ip, '') AS actor_ip, e.resource_type, e.resource_id,
	coalesce(e.resource_name, '') AS resource_name, e.correlation_id, e.parent_event_id, e.parent_event_date,
	coalesce(e.trace_id, '') AS trace_id, coalesce(e.span_id, '') AS span_id, coalesce(e.namespace, '') AS namespace,
	coalesce(e.cluster_id, '') AS cluster_id, e.event_data, e.event_metadata, coalesce(e.severity, '') AS severity,
	e.duration_ms, coalesce(e.error_code, '') AS error_code, coalesce(e.error_message, '') AS error_message,
	e.retention_days, e.is_sensitive, e.recorded_at, e.chain_id, e.chain_seq, e.hash, e.tx::text AS tx`

// eventRow is one row of audit_events.
type eventRow struct {
	ID            uuid.UUID     `db:"event_id"`
	Version       string        `db:"event_version"`
	Timestamp     time.Time     `db:"event_timestamp"`
	Type          string        `db:"event_type"`
	Category      string        `db:"event_category"`
	Action        string        `db:"event_action"`
	Outcome       string        `db:"event_outcome"`
	ActorType     string        `db:"actor_type"`
	ActorID       string        `db:"actor_id"`
	ActorIP       string        `db:"actor_ip"`
	ResourceType  string        `db:"resource_type"`
	ResourceID    string        `db:"resource_id"`
	ResourceName  string        `db:"resource_name"`
	CorrelationID string        `db:"correlation_id"`
	ParentID      *uuid.UUID    `db:"parent_event_id"`
	ParentDate    nullTime      `db:"parent_event_date"`
	TraceID       string        `db:"trace_id"`
	SpanID        string        `db:"span_id"`
	Namespace     string        `db:"namespace"`
	ClusterID     string        `db:"cluster_id"`
	Data          []byte        `db:"event_data"`
	Metadata      []byte        `db:"event_metadata"`
	Severity      string        `db:"severity"`
	DurationMS    *int64        `db:"duration_ms"`
	ErrorCode     string        `db:"error_code"`
	ErrorMessage  string        `db:"error_message"`
	RetentionDays int           `db:"retention_days"`
	Sensitive     bool          `db:"is_sensitive"`
	RecordedAt    nullTime      `db:"recorded_at"`
	ChainID       uuid.NullUUID `db:"chain_id"`
	Seq           sql.NullInt64 `db:"chain_seq"`
	Hash          []byte        `db:"hash"`
	Tx            string        `db:"tx"`
}

func (r *eventRow) event() audit.Recorded {
	recorded := audit.Recorded{
		Event: audit.Event{
			ID: r.ID, Version: r.Version, Timestamp: r.Timestamp.UTC(), Type: r.Type, Category: r.Category,
			Action: r.Action, Outcome: audit.Outcome(r.Outcome), ActorType: r.ActorType, ActorID: r.ActorID,
			ActorIP: r.ActorIP, ResourceType: r.ResourceType, ResourceID: r.ResourceID, ResourceName: r.ResourceName,
			CorrelationID: r.CorrelationID, ParentID: r.ParentID, ParentDate: r.ParentDate.pointer(),
			TraceID: r.TraceID, SpanID: r.SpanID, Namespace: r.Namespace, ClusterID: r.ClusterID,
			Data: r.Data, Metadata: r.Metadata, Severity: r.Severity, DurationMS: r.DurationMS,
			ErrorCode: r.ErrorCode, ErrorMessage: r.ErrorMessage, RetentionDays: r.RetentionDays, Sensitive: r.Sensitive,
		},
		Place: audit.Place{ChainID: r.ChainID.UUID, Seq: r.Seq.Int64},
		Hash:  r.Hash,
	}
	if at := r.RecordedAt.pointer(); at != nil {
		recorded.RecordedAt = *at
	}
	return recorded
}

// tx is the transaction that recorded the event, 0 for rows of an earlier release.
func (r *eventRow) tx() (uint64, error) {
	tx, err := strconv.ParseUint(r.Tx, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("transaction of event %s: %w", r.ID, err)
	}
	return tx, nil
}

func eventsOf(rows []eventRow) []audit.Recorded {
	events := make([]audit.Recorded, len(rows))
	for i := range rows {
		events[i] = rows[i].event()
	}
	return events
}
