package server

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
)

// eventsIn gives the events of a request. It refuses only what the domain cannot see: two names of one member that
// disagree, and an id which the domain takes for none.
func eventsIn(input []apiserver.AuditEventInput) ([]audit.Event, error) {
	var v validation.Violations
	events := make([]audit.Event, len(input))
	for i := range input {
		in := &input[i]
		if in.EventId != nil && *in.EventId == uuid.Nil {
			v.Add(fmt.Sprintf("/%d/event_id", i), "must not be the nil UUID")
		}
		if in.EventVersion != nil && in.Version != nil && *in.EventVersion != *in.Version {
			v.Add(fmt.Sprintf("/%d/version", i), "is another name of event_version and must not differ from it")
		}
		events[i] = eventIn(in)
	}
	return events, v.Err()
}

func eventIn(in *apiserver.AuditEventInput) audit.Event {
	version := in.EventVersion
	if version == nil {
		version = in.Version
	}
	return audit.Event{
		ID: value(in.EventId), Version: value(version), Timestamp: in.EventTimestamp,
		Type: in.EventType, Category: in.EventCategory, Action: in.EventAction, Outcome: audit.Outcome(in.EventOutcome),
		ActorType: in.ActorType, ActorID: in.ActorId, ActorIP: value(in.ActorIp),
		ResourceType: in.ResourceType, ResourceID: in.ResourceId, ResourceName: value(in.ResourceName),
		CorrelationID: in.CorrelationId, ParentID: in.ParentEventId, ParentDate: timeOf(in.ParentEventDate),
		TraceID: value(in.TraceId), SpanID: value(in.SpanId),
		Namespace: value(in.Namespace), ClusterID: value(in.ClusterId),
		Data: in.EventData, Metadata: in.EventMetadata,
		Severity: value(in.Severity), DurationMS: in.DurationMs,
		ErrorCode: value(in.ErrorCode), ErrorMessage: value(in.ErrorMessage),
		RetentionDays: int(value(in.RetentionDays)), Sensitive: value(in.IsSensitive),
	}
}

func eventsOut(events []audit.Recorded) []apiserver.AuditEvent {
	out := make([]apiserver.AuditEvent, len(events))
	for i := range events {
		out[i] = eventOut(&events[i])
	}
	return out
}

func eventOut(e *audit.Recorded) apiserver.AuditEvent {
	out := apiserver.AuditEvent{
		EventId: e.ID, EventVersion: e.Version, EventTimestamp: e.Timestamp.UTC(), EventDate: dateOf(e.Date()),
		EventType: e.Type, EventCategory: e.Category, EventAction: e.Action, EventOutcome: apiserver.AuditOutcome(e.Outcome),
		ActorType: e.ActorType, ActorId: e.ActorID, ActorIp: optional(e.ActorIP),
		ResourceType: e.ResourceType, ResourceId: e.ResourceID, ResourceName: optional(e.ResourceName),
		CorrelationId: e.CorrelationID, ParentEventId: e.ParentID,
		TraceId: optional(e.TraceID), SpanId: optional(e.SpanID),
		Namespace: optional(e.Namespace), ClusterId: optional(e.ClusterID),
		EventData: e.Data, EventMetadata: e.Metadata,
		Severity: optional(e.Severity), DurationMs: e.DurationMS,
		ErrorCode: optional(e.ErrorCode), ErrorMessage: optional(e.ErrorMessage),
		RetentionDays: int32(e.RetentionDays), //nolint:gosec // at most audit.MaxRetentionDays
		IsSensitive:   e.Sensitive,
		RecordedAt:    e.RecordedAt.UTC(),
	}
	if e.ParentDate != nil {
		out.ParentEventDate = pointerTo(dateOf(*e.ParentDate))
	}
	if len(e.Hash) > 0 {
		out.ChainId, out.ChainSeq, out.Hash = &e.ChainID, &e.Seq, pointerTo(hex.EncodeToString(e.Hash))
	}
	return out
}

func dateOf(day time.Time) openapi_types.Date { return openapi_types.Date{Time: audit.Day(day)} }

func timeOf(date *openapi_types.Date) *time.Time {
	if date == nil {
		return nil
	}
	return &date.Time
}
