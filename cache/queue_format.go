package cache

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/audit"
)

// How a group is written into the queue, version 1. It is text, so that people can read it with any client:
//
//	1
//	- {"actor_id":…}
//	2026-03-04 {"actor_id":…}
//
// The first line is the version of the format. Each other line is one event: the date of its parent, or - when it is not
// known, a blank, and its canonical form, which holds no line breaks. Every line ends with \n. The event is rebuilt from
// the canonical form, so that what is recorded in the end has the content hash of what was accepted.
const (
	formatVersion = "1"
	noDate        = "-"
)

var errCorrupt = errors.New("cannot be read")

func encodeGroup(group audit.Group) ([]byte, error) {
	size := len(formatVersion) + 1
	for i := range group {
		size += len(time.DateOnly) + len(group[i].Canonical) + 2
	}
	text := append(make([]byte, 0, size), formatVersion+"\n"...)
	for i := range group {
		event := &group[i]
		if len(event.Canonical) == 0 || bytes.IndexByte(event.Canonical, '\n') >= 0 {
			return nil, fmt.Errorf("event %s: its canonical form is empty or has line breaks", event.ID)
		}
		if event.ParentDate == nil {
			text = append(text, noDate...)
		} else {
			text = event.ParentDate.AppendFormat(text, time.DateOnly)
		}
		text = append(append(append(text, ' '), event.Canonical...), '\n')
	}
	return text, nil
}

// decodeGroup gives the group that encodeGroup has written. Error: errCorrupt.
func decodeGroup(text []byte) (audit.Group, error) {
	version, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(version) != formatVersion {
		return nil, fmt.Errorf("%w: it is not of format %s, the only one that this version of the service knows", errCorrupt, formatVersion)
	}
	if len(rest) == 0 {
		return nil, fmt.Errorf("%w: it holds no event", errCorrupt)
	}
	group := make(audit.Group, 0, bytes.Count(rest, []byte("\n")))
	for len(rest) > 0 {
		line, after, complete := bytes.Cut(rest, []byte("\n"))
		if !complete {
			return nil, fmt.Errorf("%w: event %d is cut off", errCorrupt, len(group))
		}
		event, err := decodeEvent(line)
		if err != nil {
			return nil, fmt.Errorf("%w: event %d: %w", errCorrupt, len(group), err)
		}
		group, rest = append(group, event), after
	}
	return group, nil
}

func decodeEvent(line []byte) (audit.Prepared, error) {
	date, canonical, found := bytes.Cut(line, []byte(" "))
	if !found {
		return audit.Prepared{}, errors.New("want a date, a blank and an event")
	}
	event, err := audit.ParseCanonical(canonical)
	if err != nil {
		return audit.Prepared{}, err
	}
	if string(date) != noDate {
		day, err := time.Parse(time.DateOnly, string(date))
		if err != nil {
			return audit.Prepared{}, err
		}
		event.ParentDate = &day
	}
	return audit.Prepared{Event: event, Canonical: canonical}, nil
}
