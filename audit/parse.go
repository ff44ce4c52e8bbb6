package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// ParseCanonical gives the event of a canonical form, without its ParentDate, which is not part of it. It accepts just
// what Canonical makes: the event's canonical form is the given text again, byte for byte, so that nothing is lost or
// added on the way. The rules of Normalise are not checked.
func ParseCanonical(canonical []byte) (Event, error) {
	var doc document
	decoder := json.NewDecoder(bytes.NewReader(canonical))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&doc); err != nil {
		return Event{}, fmt.Errorf("read an event's canonical form: %w", err)
	}
	e, err := doc.event()
	if err != nil {
		return Event{}, fmt.Errorf("read an event's canonical form: %w", err)
	}
	again, err := Canonical(&e)
	if err != nil {
		return Event{}, err
	}
	if !bytes.Equal(again, canonical) {
		return Event{}, errors.New("read an event's canonical form: the text is not in canonical form")
	}
	return e, nil
}

// document is the canonical form as it is read. Absent members are empty.
type document struct {
	ID            string          `json:"event_id"`
	Version       string          `json:"event_version"`
	Timestamp     string          `json:"event_timestamp"`
	Type          string          `json:"event_type"`
	Category      string          `json:"event_category"`
	Action        string          `json:"event_action"`
	Outcome       Outcome         `json:"event_outcome"`
	ActorType     string          `json:"actor_type"`
	ActorID       string          `json:"actor_id"`
	ActorIP       string          `json:"actor_ip"`
	ResourceType  string          `json:"resource_type"`
	ResourceID    string          `json:"resource_id"`
	ResourceName  string          `json:"resource_name"`
	CorrelationID string          `json:"correlation_id"`
	ParentID      string          `json:"parent_event_id"`
	TraceID       string          `json:"trace_id"`
	SpanID        string          `json:"span_id"`
	Namespace     string          `json:"namespace"`
	ClusterID     string          `json:"cluster_id"`
	Data          json.RawMessage `json:"event_data"`
	Metadata      json.RawMessage `json:"event_metadata"`
	Severity      string          `json:"severity"`
	DurationMS    *int64          `json:"duration_ms"`
	ErrorCode     string          `json:"error_code"`
	ErrorMessage  string          `json:"error_message"`
	RetentionDays int             `json:"retention_days"`
	Sensitive     bool            `json:"is_sensitive"`
}

func (doc *document) event() (Event, error) {
	id, err := uuid.Parse(doc.ID)
	if err != nil {
		return Event{}, fmt.Errorf("event_id: %w", err)
	}
	timestamp, err := time.Parse(timeFormat, doc.Timestamp)
	if err != nil {
		return Event{}, fmt.Errorf("event_timestamp: %w", err)
	}
	var parent *uuid.UUID
	if doc.ParentID != "" {
		parsed, err := uuid.Parse(doc.ParentID)
		if err != nil {
			return Event{}, fmt.Errorf("parent_event_id: %w", err)
		}
		parent = &parsed
	}
	return Event{
		ID: id, Version: doc.Version, Timestamp: timestamp,
		Type: doc.Type, Category: doc.Category, Action: doc.Action, Outcome: doc.Outcome,
		ActorType: doc.ActorType, ActorID: doc.ActorID, ActorIP: doc.ActorIP,
		ResourceType: doc.ResourceType, ResourceID: doc.ResourceID, ResourceName: doc.ResourceName,
		CorrelationID: doc.CorrelationID, ParentID: parent, TraceID: doc.TraceID, SpanID: doc.SpanID,
		Namespace: doc.Namespace, ClusterID: doc.ClusterID, Data: doc.Data, Metadata: doc.Metadata,
		Severity: doc.Severity, DurationMS: doc.DurationMS, ErrorCode: doc.ErrorCode, ErrorMessage: doc.ErrorMessage,
		RetentionDays: doc.RetentionDays, Sensitive: doc.Sensitive,
	}, nil
}
