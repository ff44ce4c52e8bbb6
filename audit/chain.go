package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"
)

// timeFormat is how the canonical form writes times: always UTC, always six digits, so that what PostgreSQL gives back
// reads alike.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// Chainer computes the hashes of chained events. Its zero value uses SHA-256; with a key it uses HMAC-SHA-256, so that
// who can write the table but does not have the key cannot make a chain that verifies.
type Chainer struct {
	Key []byte
}

// Place is where an event stands in a chain, and when it was recorded.
type Place struct {
	ChainID    uuid.UUID
	Seq        int64 // 1 for the first event of a chain
	RecordedAt time.Time
}

// ContentHash is the SHA-256 of an event's canonical form. Two normalised events with the same id say the same exactly
// when their content hashes are equal.
func ContentHash(canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	return sum[:]
}

// Append gives the hash of the event that follows a head: H(previous ‖ place ‖ canonical form), where place is the line
// "chain_id seq recorded_at\n" with the time in UTC and microseconds. The first event of a chain follows an empty hash.
func (c Chainer) Append(previous []byte, at Place, canonical []byte) []byte {
	h := c.newHash()
	h.Write(previous)
	h.Write(fmt.Appendf(nil, "%s %d %s\n", at.ChainID, at.Seq, at.RecordedAt.UTC().Format(timeFormat)))
	h.Write(canonical)
	return h.Sum(nil)
}

func (c Chainer) newHash() hash.Hash {
	if len(c.Key) > 0 {
		return hmac.New(sha256.New, c.Key)
	}
	return sha256.New()
}

// document is the canonical form before RFC 8785 sorts it. Absent members are left out. parent_event_date is not in it:
// it is derived from the parent, and retention may take it away.
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
	ActorIP       string          `json:"actor_ip,omitempty"`
	ResourceType  string          `json:"resource_type"`
	ResourceID    string          `json:"resource_id"`
	ResourceName  string          `json:"resource_name,omitempty"`
	CorrelationID string          `json:"correlation_id"`
	ParentID      string          `json:"parent_event_id,omitempty"`
	TraceID       string          `json:"trace_id,omitempty"`
	SpanID        string          `json:"span_id,omitempty"`
	Namespace     string          `json:"namespace,omitempty"`
	ClusterID     string          `json:"cluster_id,omitempty"`
	Data          json.RawMessage `json:"event_data"`
	Metadata      json.RawMessage `json:"event_metadata,omitempty"`
	Severity      string          `json:"severity,omitempty"`
	DurationMS    *int64          `json:"duration_ms,omitempty"`
	ErrorCode     string          `json:"error_code,omitempty"`
	ErrorMessage  string          `json:"error_message,omitempty"`
	RetentionDays int             `json:"retention_days"`
	Sensitive     bool            `json:"is_sensitive"`
}

// Canonical gives the canonical form of a normalised event: the JSON object of its members that are present, named as in
// the contract, written by RFC 8785, with times in UTC and six digits of a second.
func Canonical(e *Event) ([]byte, error) {
	doc := document{
		ID: e.ID.String(), Version: e.Version, Timestamp: e.Timestamp.UTC().Format(timeFormat),
		Type: e.Type, Category: e.Category, Action: e.Action, Outcome: e.Outcome,
		ActorType: e.ActorType, ActorID: e.ActorID, ActorIP: e.ActorIP,
		ResourceType: e.ResourceType, ResourceID: e.ResourceID, ResourceName: e.ResourceName,
		CorrelationID: e.CorrelationID, TraceID: e.TraceID, SpanID: e.SpanID,
		Namespace: e.Namespace, ClusterID: e.ClusterID, Data: e.Data, Metadata: e.Metadata,
		Severity: e.Severity, DurationMS: e.DurationMS, ErrorCode: e.ErrorCode, ErrorMessage: e.ErrorMessage,
		RetentionDays: e.RetentionDays, Sensitive: e.Sensitive,
	}
	if e.ParentID != nil {
		doc.ParentID = e.ParentID.String()
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("canonical form of event %s: %w", e.ID, err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("canonical form of event %s: %w", e.ID, err)
	}
	return canonical, nil
}
