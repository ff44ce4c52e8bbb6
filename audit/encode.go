package audit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Canonical gives the canonical form of a normalised event: the JSON object of its members that are present, named as in
// the contract, written by RFC 8785, with times in UTC and six digits of a second. The JSON members of the event may be
// in another form, as a database gives them back.
//
// parent_event_date is not in it: it is derived from the parent, and retention may take it away.
func Canonical(e *Event) ([]byte, error) {
	data, err := transform(e.Data)
	if err != nil {
		return nil, fmt.Errorf("canonical form of event %s: event_data: %w", e.ID, err)
	}
	metadata, err := transform(e.Metadata)
	if err != nil {
		return nil, fmt.Errorf("canonical form of event %s: event_metadata: %w", e.ID, err)
	}
	return encode(e, data, metadata), nil
}

// encode writes the canonical form of an event whose JSON members are canonical already. RFC 8785 wants the members in
// the order of their names.
func encode(e *Event, data, metadata json.RawMessage) []byte {
	o := make(object, 0, 768+len(data)+len(metadata))
	o.text("actor_id", e.ActorID)
	o.optional("actor_ip", e.ActorIP)
	o.text("actor_type", e.ActorType)
	o.optional("cluster_id", e.ClusterID)
	o.text("correlation_id", e.CorrelationID)
	if e.DurationMS != nil {
		o.name("duration_ms")
		o = strconv.AppendInt(o, *e.DurationMS, 10)
	}
	o.optional("error_code", e.ErrorCode)
	o.optional("error_message", e.ErrorMessage)
	o.text("event_action", e.Action)
	o.text("event_category", e.Category)
	o.raw("event_data", data)
	o.id("event_id", e.ID)
	o.raw("event_metadata", metadata)
	o.text("event_outcome", string(e.Outcome))
	o.time("event_timestamp", e.Timestamp)
	o.text("event_type", e.Type)
	o.text("event_version", e.Version)
	o.name("is_sensitive")
	o = strconv.AppendBool(o, e.Sensitive)
	o.optional("namespace", e.Namespace)
	if e.ParentID != nil {
		o.id("parent_event_id", *e.ParentID)
	}
	o.text("resource_id", e.ResourceID)
	o.optional("resource_name", e.ResourceName)
	o.text("resource_type", e.ResourceType)
	o.name("retention_days")
	o = strconv.AppendInt(o, int64(e.RetentionDays), 10)
	o.optional("severity", e.Severity)
	o.optional("span_id", e.SpanID)
	o.optional("trace_id", e.TraceID)
	return append(o, '}')
}

// object is a JSON object to which members are appended.
type object []byte

func (o *object) name(name string) {
	separator := byte(',')
	if len(*o) == 0 {
		separator = '{'
	}
	*o = append(*o, separator, '"')
	*o = append(*o, name...)
	*o = append(*o, '"', ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	*o = appendQuoted(*o, value)
}

func (o *object) optional(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) raw(name string, value json.RawMessage) {
	if len(value) > 0 {
		o.name(name)
		*o = append(*o, value...)
	}
}

func (o *object) time(name string, value time.Time) {
	o.name(name)
	*o = append(value.UTC().AppendFormat(append(*o, '"'), timeFormat), '"')
}

func (o *object) id(name string, value uuid.UUID) {
	o.text(name, value.String())
}

// appendQuoted writes a text as RFC 8785 wants it: nothing is escaped but quotation marks, backslashes and control
// characters. Bytes that are not valid UTF-8 become U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	plain := plainLength(s)
	b = append(b, s[:plain]...)
	for _, r := range s[plain:] {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ':
			b = utf8.AppendRune(b, r)
		default:
			b = appendControl(b, r)
		}
	}
	return append(b, '"')
}

// plainLength says how many bytes at the start of a text stand for themselves.
func plainLength(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

func appendControl(b []byte, c rune) []byte {
	switch c {
	case '\b':
		return append(b, `\b`...)
	case '\t':
		return append(b, `\t`...)
	case '\n':
		return append(b, `\n`...)
	case '\f':
		return append(b, `\f`...)
	case '\r':
		return append(b, `\r`...)
	}
	return fmt.Appendf(b, `\u%04x`, c)
}
