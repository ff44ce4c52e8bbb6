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
