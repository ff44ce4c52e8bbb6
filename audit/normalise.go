package audit

import (
	"fmt"
	"net/netip"
	"regexp"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Bounds of an event. Lengths are in characters.
const (
	MaxDataBytes = 256 << 10 // of event_data and of event_metadata, in canonical form
	MaxDataDepth = 10
	maxShort     = 64
	maxName      = 255
	maxID        = 500
	maxMessage   = 10_000
)

var (
	typePattern     = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,5}$`)
	categoryPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

// Window is how far an event's time may lie from the present when it is accepted.
type Window struct {
	Past   time.Duration
	Future time.Duration
}

// DefaultWindow accepts events that are up to a week late, and clocks that are up to an hour ahead.
var DefaultWindow = Window{Past: 7 * 24 * time.Hour, Future: time.Hour}

// Normalise checks an event against every rule that does not depend on what is recorded, and gives it with its
// defaults. The error is a *validation.Error.
func (e Event) Normalise(now time.Time, window Window) (Event, error) {
	normal, violations, err := normaliseItem(e, now, window, "")
	if err != nil {
		return Event{}, err
	}
	return normal, violations.Err()
}

// normaliseItem is Normalise with pointers that start with prefix, which names the event in a batch.
func normaliseItem(e Event, now time.Time, window Window, prefix string) (Event, validation.Violations, error) {
	var v validation.Violations
	e.normaliseTime(&v, now, window, prefix)
	if e.ID == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return Event{}, nil, fmt.Errorf("make an event id: %w", err)
		}
		e.ID = id
	}
	e.checkTexts(&v, prefix)
	e.checkForms(&v, prefix)
	e.checkNumbers(&v, prefix)
	e.normaliseJSON(&v, prefix)
	e.checkParent(&v, prefix)
	return e, v, nil
}

func (e *Event) checkParent(v *validation.Violations, prefix string) {
	if e.ParentID != nil && *e.ParentID == e.ID {
		v.Add(prefix+"/parent_event_id", "an event cannot be its own parent")
	}
	if e.ParentDate == nil {
		return
	}
	if e.ParentID == nil {
		v.Add(prefix+"/parent_event_date", "needs parent_event_id")
	}
	day := Day(*e.ParentDate)
	e.ParentDate = &day
}

func (e *Event) normaliseTime(v *validation.Violations, now time.Time, window Window, prefix string) {
	e.Timestamp = e.Timestamp.UTC().Truncate(time.Microsecond)
	pointer := prefix + "/event_timestamp"
	switch {
	case e.Timestamp.Before(now.Add(-window.Past)):
		v.Add(pointer, "is more than %s in the past", window.Past)
	case e.Timestamp.After(now.Add(window.Future)):
		v.Add(pointer, "is more than %s in the future", window.Future)
	}
}

func (e *Event) checkTexts(v *validation.Violations, prefix string) {
	for _, text := range []struct {
		name, value string
		max         int
		required    bool
	}{
		{"event_version", e.Version, maxShort, true},
		{"event_type", e.Type, maxName, true},
		{"event_category", e.Category, maxName, true},
		{"event_action", e.Action, maxName, true},
		{"actor_type", e.ActorType, maxName, true},
		{"actor_id", e.ActorID, maxID, true},
		{"resource_type", e.ResourceType, maxName, true},
		{"resource_id", e.ResourceID, maxID, true},
		{"resource_name", e.ResourceName, maxID, false},
		{"correlation_id", e.CorrelationID, maxName, true},
		{"trace_id", e.TraceID, maxShort, false},
		{"span_id", e.SpanID, maxShort, false},
		{"namespace", e.Namespace, maxName, false},
		{"cluster_id", e.ClusterID, maxName, false},
		{"severity", e.Severity, maxShort, false},
		{"error_code", e.ErrorCode, maxName, false},
	} {
		if isOrdinary(text.value, text.max) || text.value == "" && !text.required {
			continue // the pointer is made for what may be wrong only
		}
		pointer := prefix + "/" + text.name
		if text.required {
			v.Required(pointer, text.value)
		}
		v.Line(pointer, text.value, text.max)
	}
	if e.ErrorMessage != "" {
		v.Text(prefix+"/error_message", e.ErrorMessage, maxMessage)
	}
}

// isOrdinary reports whether a text surely breaks no rule: printable ASCII that is not blank.
func isOrdinary(s string, maxLength int) bool {
	blank := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
		blank = blank && s[i] == ' '
	}
	return !blank && len(s) <= maxLength
}

func (e *Event) checkForms(v *validation.Violations, prefix string) {
	if e.Type != "" && !typePattern.MatchString(e.Type) {
		v.Add(prefix+"/event_type", "must have the form service.domain.action, of letters, digits, _ and -")
	}
	if e.Category != "" && !categoryPattern.MatchString(e.Category) {
		v.Add(prefix+"/event_category", "must consist of letters, digits, _, . and -")
	}
	switch e.Outcome {
	case OutcomeSuccess, OutcomeFailure, OutcomePending:
	default:
		v.Add(prefix+"/event_outcome", "must be one of %s, %s, %s", OutcomeSuccess, OutcomeFailure, OutcomePending)
	}
	if e.ActorIP == "" {
		return
	}
	ip, err := netip.ParseAddr(e.ActorIP)
	if err != nil || ip.Zone() != "" {
		v.Add(prefix+"/actor_ip", "must be an IPv4 or IPv6 address")
		return
	}
	e.ActorIP = ip.Unmap().String()
}

func (e *Event) checkNumbers(v *validation.Violations, prefix string) {
	if e.RetentionDays == 0 {
		e.RetentionDays = DefaultRetentionDays
	}
	if e.RetentionDays < MinRetentionDays || e.RetentionDays > MaxRetentionDays {
		v.Add(prefix+"/retention_days", "must be between %d and %d", MinRetentionDays, MaxRetentionDays)
	}
	// A double holds integers up to 2^53; the canonical form has no larger ones.
	const maxDuration = int64(1) << 53
	if e.DurationMS != nil && (*e.DurationMS < 0 || *e.DurationMS > maxDuration) {
		v.Add(prefix+"/duration_ms", "must be between 0 and %d", maxDuration)
	}
}

func (e *Event) normaliseJSON(v *validation.Violations, prefix string) {
	if len(e.Data) == 0 {
		v.Add(prefix+"/event_data", "must be a JSON object")
	} else {
		e.Data = canonicalObject(v, prefix+"/event_data", e.Data)
	}
	if len(e.Metadata) > 0 {
		e.Metadata = canonicalObject(v, prefix+"/event_metadata", e.Metadata)
	}
}
