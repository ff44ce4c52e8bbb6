package audit

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// Outcome is how an event ended.
type Outcome string

// The outcomes.
const (
	OutcomeSuccess Outcome = "success"
	OutcomeFailure Outcome = "failure"
	OutcomePending Outcome = "pending"
)

// Retention bounds and default, in days.
const (
	MinRetentionDays     = 1
	MaxRetentionDays     = 2555 // seven years
	DefaultRetentionDays = MaxRetentionDays
)

// Event is what a writer says about one thing that happened. Texts that may be absent are empty then.
//
// An event that went through Normalise has an id, times in UTC with microseconds (what PostgreSQL keeps), and its JSON
// members in the canonical form of RFC 8785.
type Event struct {
	ID            uuid.UUID
	Version       string // of the event's format, e.g. 1.0
	Timestamp     time.Time
	Type          string // service.domain.action
	Category      string
	Action        string
	Outcome       Outcome
	ActorType     string
	ActorID       string
	ActorIP       string
	ResourceType  string
	ResourceID    string
	ResourceName  string
	CorrelationID string
	// ParentID names the event that caused this one. ParentDate is the date of that event; it is looked up when absent,
	// and is not part of the content.
	ParentID      *uuid.UUID
	ParentDate    *time.Time
	TraceID       string
	SpanID        string
	Namespace     string
	ClusterID     string
	Data          json.RawMessage // a JSON object
	Metadata      json.RawMessage // a JSON object, or nil
	Severity      string
	DurationMS    *int64
	ErrorCode     string
	ErrorMessage  string
	RetentionDays int
	Sensitive     bool
}

// Date is the UTC day of the event, by which the trail is partitioned.
func (e *Event) Date() time.Time { return Day(e.Timestamp) }

// Day gives midnight UTC of the day of a time.
func Day(t time.Time) time.Time {
	return t.UTC().Truncate(24 * time.Hour)
}

// Month gives midnight UTC of the first day of the month of a time.
func Month(t time.Time) time.Time {
	year, month, _ := t.UTC().Date()
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
}

// Recorded is an event as the trail keeps it.
type Recorded struct {
	Event

	Place

	Hash []byte // nil for rows that are older than the chains; their chain id and number are zero
}
