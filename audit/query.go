package audit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Bounds of a query.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
	MaxOffset    = 1_000_000
)

// Order is the order of a list of events.
type Order string

const (
	// OrderNewest lists by event time, newest first. A walk by cursor neither repeats nor misses an event that was
	// committed before the walk began; later ones appear when their time lies below the cursor.
	OrderNewest Order = "newest"
	// OrderRecorded lists in the order of recording, oldest first, and only what no running transaction can still come
	// before, so that a walk that goes on for ever misses nothing.
	OrderRecorded Order = "recorded"
)

// Filter selects events. Empty fields do not filter.
type Filter struct {
	CorrelationID string    `json:"correlation_id,omitempty"`
	Type          string    `json:"event_type,omitempty"` // a final * matches any rest
	Category      string    `json:"event_category,omitempty"`
	Action        string    `json:"event_action,omitempty"`
	Outcome       Outcome   `json:"event_outcome,omitempty"`
	Severity      string    `json:"severity,omitempty"`
	ActorType     string    `json:"actor_type,omitempty"`
	ActorID       string    `json:"actor_id,omitempty"`
	ResourceType  string    `json:"resource_type,omitempty"`
	ResourceID    string    `json:"resource_id,omitempty"`
	Namespace     string    `json:"namespace,omitempty"`
	TraceID       string    `json:"trace_id,omitempty"`
	Since         time.Time `json:"-"` // inclusive
	Until         time.Time `json:"-"` // exclusive
	// Range is the range of time as the caller wrote it, e.g. 24h. It names the range in cursors, which carry the times
	// that it meant when the walk began.
	Range string `json:"range,omitempty"`
}

// Query asks for one page of events.
type Query struct {
	Filter

	Order     Order
	Limit     int
	Offset    int    // not with a cursor
	Cursor    string // empty for the first page
	WithTotal bool
}

// Page is one page of events.
type Page struct {
	Events     []Recorded
	HasMore    bool
	NextCursor string // with OrderRecorded always set, to go on from here later
	Total      *int64 // only when asked for
}

// Position is where a page ended: the last event's time (or the transaction that recorded it) and id.
type Position struct {
	At      time.Time `json:"t,omitzero"`
	Tx      uint64    `json:"x,omitempty"`
	EventID uuid.UUID `json:"e"`
}

// Check refuses a query out of bounds. The error is a *validation.Error.
//
// With a cursor the range of time is not looked at: what counts is the range of the walk's beginning, which Resume puts
// back. A relative since that has meanwhile passed a fixed until is no fault then.
func (q *Query) Check() error {
	var v validation.Violations
	if q.Limit < 1 || q.Limit > MaxLimit {
		v.Add("/limit", "must be between 1 and %d", MaxLimit)
	}
	if q.Offset < 0 || q.Offset > MaxOffset {
		v.Add("/offset", "must be between 0 and %d; use a cursor to go deeper", MaxOffset)
	}
	if q.Cursor != "" && q.Offset > 0 {
		v.Add("/cursor", "cannot be used together with an offset")
	}
	if q.Order == OrderRecorded && q.Offset > 0 {
		v.Add("/offset", "cannot be used with order=%s; use a cursor", OrderRecorded)
	}
	if q.Order != OrderNewest && q.Order != OrderRecorded {
		v.Add("/order", "must be %s or %s", OrderNewest, OrderRecorded)
	}
	if q.Cursor == "" && !q.Since.IsZero() && !q.Until.IsZero() && !q.Since.Before(q.Until) {
		v.Add("/until", "must be later than since")
	}
	for _, text := range [][2]string{
		{"correlation_id", q.CorrelationID}, {"event_type", q.Type}, {"event_category", q.Category},
		{"event_action", q.Action}, {"severity", q.Severity}, {"actor_type", q.ActorType}, {"actor_id", q.ActorID},
		{"resource_type", q.ResourceType}, {"resource_id", q.ResourceID}, {"namespace", q.Namespace},
		{"trace_id", q.TraceID},
	} {
		v.Text("/"+text[0], text[1], maxID)
	}
	return v.Err()
}

// cursor binds a position to the query that it belongs to.
type cursor struct {
	Position

	Since time.Time `json:"s,omitzero"`
	Until time.Time `json:"u,omitzero"`
	Query []byte    `json:"q"`
}

// CursorAt gives the opaque cursor of the page that starts after a position.
func (q *Query) CursorAt(p Position) (string, error) {
	hash, err := q.hash()
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(cursor{Position: p, Since: q.Since, Until: q.Until, Query: hash})
	if err != nil {
		return "", fmt.Errorf("write cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(data), nil
}

// Resume gives the position after which the page starts, nil for the first page, and puts the range of time back to what
// it meant when the walk began. Error: ErrInvalidCursor.
func (q *Query) Resume() (*Position, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil {
		return nil, fmt.Errorf("%w: it is damaged", ErrInvalidCursor)
	}
	var c cursor
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("%w: it is damaged", ErrInvalidCursor)
	}
	hash, err := q.hash()
	if err != nil {
		return nil, err
	}
	if string(hash) != string(c.Query) {
		return nil, fmt.Errorf("%w: it belongs to a query with other filters or another order", ErrInvalidCursor)
	}
	q.Since, q.Until = c.Since, c.Until
	return &c.Position, nil
}

// hash names the filters and the order; the page size may change on the way.
func (q *Query) hash() ([]byte, error) {
	data, err := json.Marshal(struct {
		Filter Filter
		Order  Order
	}{q.Filter, q.Order})
	if err != nil {
		return nil, fmt.Errorf("hash of the query: %w", err)
	}
	sum := sha256.Sum256(data)
	return sum[:8], nil
}
