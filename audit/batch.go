package audit

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/internal/validation"
)

// MaxBatch is the number of events that one request may hold.
const MaxBatch = 500

// Prepared is a normalised event with its canonical form, from which the store computes its hashes.
type Prepared struct {
	Event

	Canonical []byte
}

// Prepare normalises the events of one request, checks them against each other and computes their canonical forms. An
// event that stands in a batch twice with equal content is kept once. The error is a *validation.Error whose pointers
// start with the index of the bad item.
func Prepare(events []Event, now time.Time, window Window) ([]Prepared, error) {
	if len(events) == 0 || len(events) > MaxBatch {
		var v validation.Violations
		v.Add("", "must have 1 to %d events", MaxBatch)
		return nil, v.Err()
	}
	b := batch{byID: make(map[uuid.UUID]int, len(events))}
	for i, event := range events {
		if err := b.add(event, now, window, i); err != nil {
			return nil, err
		}
	}
	if len(b.violations) == 0 {
		b.refuseCycles()
	}
	return b.prepared, b.violations.Err()
}

type batch struct {
	violations validation.Violations
	prepared   []Prepared
	indices    []int             // of each prepared event in the request
	byID       map[uuid.UUID]int // index into prepared
}

func (b *batch) add(event Event, now time.Time, window Window, index int) error {
	normal, violations, err := normaliseItem(event, now, window, "/"+strconv.Itoa(index))
	if err != nil {
		return err
	}
	if len(violations) > 0 {
		b.violations = append(b.violations, violations...)
		return nil
	}
	canonical := encode(&normal, normal.Data, normal.Metadata)
	if twin, dup := b.byID[normal.ID]; dup {
		if !bytes.Equal(b.prepared[twin].Canonical, canonical) {
			b.violations.Add(fmt.Sprintf("/%d/event_id", index), "stands in the batch before, with other content")
		}
		return nil
	}
	b.byID[normal.ID] = len(b.prepared)
	b.prepared = append(b.prepared, Prepared{Event: normal, Canonical: canonical})
	b.indices = append(b.indices, index)
	return nil
}

// refuseCycles follows the parents of each event within the batch. Only there can a cycle arise, since a parent that is
// recorded already cannot have a parent that is not.
func (b *batch) refuseCycles() {
	const (
		fresh = iota
		onPath
		done
	)
	state := make([]int, len(b.prepared))
	for start := range b.prepared {
		var path []int
		at := start
		for state[at] == fresh {
			state[at] = onPath
			path = append(path, at)
			parent, inside := b.parentOf(at)
			if !inside {
				break
			}
			if state[parent] == onPath {
				b.violations.Add(fmt.Sprintf("/%d/parent_event_id", b.indices[at]), "closes a cycle of parents")
				break
			}
			at = parent
		}
		for _, visited := range path {
			state[visited] = done
		}
	}
}

func (b *batch) parentOf(i int) (int, bool) {
	parent := b.prepared[i].ParentID
	if parent == nil {
		return 0, false
	}
	index, ok := b.byID[*parent]
	return index, ok
}
