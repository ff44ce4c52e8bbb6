package server

import (
	"errors"
	"strconv"
	"time"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// auditQuery gives the query of a request for events.
func auditQuery(p *apiserver.ListAuditEventsParams, now time.Time) (audit.Query, error) {
	q := audit.Query{
		Filter: audit.Filter{
			CorrelationID: value(p.CorrelationId), Type: value(p.EventType), Category: value(p.EventCategory),
			Action: value(p.EventAction), Outcome: audit.Outcome(value(p.EventOutcome)), Severity: value(p.Severity),
			ActorType: value(p.ActorType), ActorID: value(p.ActorId),
			ResourceType: value(p.ResourceType), ResourceID: value(p.ResourceId),
			Namespace: value(p.Namespace), TraceID: value(p.TraceId),
		},
		Order: audit.Order(value(p.Order)), Limit: auditLimit(p.Limit), Offset: int(value(p.Offset)),
		Cursor: value(p.Cursor), WithTotal: value(p.WithTotal),
	}
	if q.Order == "" {
		q.Order = audit.OrderNewest
	}
	if p.Since == nil && p.Until == nil {
		return q, nil
	}
	q.Range = value(p.Since) + "/" + value(p.Until)
	var fields []apiserver.ProblemError
	for _, end := range []struct {
		name string
		text *string
		time *time.Time
	}{{"since", p.Since, &q.Since}, {"until", p.Until, &q.Until}} {
		if end.text == nil {
			continue
		}
		var err error
		if *end.time, err = parseAuditTime(*end.text, now); err != nil {
			fields = append(fields, field(apiserver.Query, end.name, err.Error()))
		}
	}
	if len(fields) > 0 {
		return q, refuseFields(fields)
	}
	return q, nil
}

const (
	aDay = 24 * time.Hour
	// longAgo is the greatest relative time: longer than any event is kept.
	longAgo = 36_500 * aDay
)

var (
	errNoTime  = errors.New("must be a time such as 2026-11-24T06:00:00Z (RFC 3339), or how long ago, such as 24h or 7d")
	errLongAgo = errors.New("must be at most 36500d")
	errNoYear  = errors.New("must be later than the year 1")
)

var timeUnits = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': aDay, 'w': 7 * aDay}

// parseAuditTime reads a time in RFC 3339 or as how long before now it was, in whole seconds, minutes, hours, days of 24
// hours, or weeks.
func parseAuditTime(text string, now time.Time) (time.Time, error) {
	unit, relative := timeUnits[text[len(text)-1]]
	if !relative {
		at, err := time.Parse(time.RFC3339, text)
		switch {
		case err != nil:
			return time.Time{}, errNoTime
		case at.UTC().Year() <= 1: // the beginning of the year 1 is the zero time, which would be no filter
			return time.Time{}, errNoYear
		}
		return at.UTC(), nil
	}
	count, err := strconv.Atoi(text[:len(text)-1])
	switch {
	case err != nil:
		return time.Time{}, errNoTime
	case count > int(longAgo/unit):
		return time.Time{}, errLongAgo
	}
	return now.UTC().Add(-time.Duration(count) * unit), nil
}
