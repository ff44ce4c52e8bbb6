package store

import (
	"bytes"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// separate splits groups, by their indices, into those that can be written together and those that contradict an
// earlier one, because they give the same id to another event. Whether that is a conflict depends on what becomes of
// the earlier one.
func separate(groups []audit.Group) (together, contradicting []int) {
	seen := map[uuid.UUID][]byte{}
	for i, group := range groups {
		if contradicts(group, seen) {
			contradicting = append(contradicting, i)
			continue
		}
		together = append(together, i)
		for j := range group {
			seen[group[j].ID] = group[j].Canonical
		}
	}
	return together, contradicting
}

func contradicts(group audit.Group, seen map[uuid.UUID][]byte) bool {
	for i := range group {
		if canonical, ok := seen[group[i].ID]; ok && !bytes.Equal(canonical, group[i].Canonical) {
			return true
		}
	}
	return false
}

// stored is what is known of a recorded event.
type stored struct {
	date time.Time
	hash []byte // of its content, nil when it was not asked for
}

// batch is groups that are written together, with what is known so far of recorded events.
type batch struct {
	groups  []audit.Group
	errs    []error // one per group
	taken   map[uuid.UUID]stored
	parents map[uuid.UUID]stored
	asked   map[uuid.UUID]bool // parents that were looked for
}

func newBatch(groups []audit.Group) *batch {
	return &batch{groups: groups, taken: map[uuid.UUID]stored{}, parents: map[uuid.UUID]stored{}, asked: map[uuid.UUID]bool{}}
}

// resolve judges the groups by what is known. It gives the events that are to be recorded, each once and with the dates
// of their parents, and the parents that have to be looked for before that verdict counts.
//
// A group stands when there is an order of the groups in which each parent is there before its child or comes in the
// same group; so groups that need each other fail, and no cycle can arise.
func (b *batch) resolve() (events []audit.Prepared, ask []uuid.UUID) {
	b.errs = make([]error, len(b.groups))
	placed := map[uuid.UUID]time.Time{}
	pending := make([]int, 0, len(b.groups))
	for i, group := range b.groups {
		if ids := b.conflicts(group); len(ids) > 0 {
			b.errs[i] = &audit.ConflictError{IDs: ids}
			continue
		}
		pending = append(pending, i)
	}
	for progress := true; progress; {
		progress = false
		var left []int
		for _, i := range pending {
			if len(b.missing(b.groups[i], placed)) > 0 {
				left = append(left, i)
				continue
			}
			progress = true
			events = b.place(events, b.groups[i], placed)
		}
		pending = left
	}
	for _, i := range pending {
		ids := b.missing(b.groups[i], placed)
		b.errs[i] = &audit.UnknownParentError{IDs: ids}
		for _, id := range ids {
			if !b.asked[id] {
				b.asked[id] = true
				ask = append(ask, id)
			}
		}
	}
	return events, ask
}

// conflicts gives the ids of a group that are taken by events with other content.
func (b *batch) conflicts(group audit.Group) []uuid.UUID {
	var ids []uuid.UUID
	for i := range group {
		if s, ok := b.taken[group[i].ID]; ok && !bytes.Equal(s.hash, audit.ContentHash(group[i].Canonical)) {
			ids = append(ids, group[i].ID)
		}
	}
	return ids
}

// missing gives the parents of a group that are not known to be there, or not on the day that the child says.
func (b *batch) missing(group audit.Group, placed map[uuid.UUID]time.Time) []uuid.UUID {
	own := make(map[uuid.UUID]time.Time, len(group))
	for i := range group {
		own[group[i].ID] = group[i].Date()
	}
	var ids []uuid.UUID
	for i := range group {
		e := &group[i]
		if _, ok := b.taken[e.ID]; ok || e.ParentID == nil {
			continue
		}
		date, ok := own[*e.ParentID]
		if !ok {
			date, ok = b.dateOf(*e.ParentID, placed)
		}
		if !ok || e.ParentDate != nil && !e.ParentDate.Equal(date) {
			ids = append(ids, *e.ParentID)
		}
	}
	return ids
}

func (b *batch) dateOf(id uuid.UUID, placed map[uuid.UUID]time.Time) (time.Time, bool) {
	if date, ok := placed[id]; ok {
		return date, true
	}
	if s, ok := b.taken[id]; ok {
		return s.date, true
	}
	s, ok := b.parents[id]
	return s.date, ok
}

// place adds the events of a group that are not recorded yet.
func (b *batch) place(events []audit.Prepared, group audit.Group, placed map[uuid.UUID]time.Time) []audit.Prepared {
	var fresh []audit.Prepared
	for i := range group {
		_, done := placed[group[i].ID]
		if _, ok := b.taken[group[i].ID]; ok || done {
			continue
		}
		placed[group[i].ID] = group[i].Date()
		fresh = append(fresh, group[i])
	}
	for i := range fresh {
		fresh[i].ParentDate = nil
		if parent := fresh[i].ParentID; parent != nil {
			date, _ := b.dateOf(*parent, placed)
			fresh[i].ParentDate = &date
		}
	}
	return append(events, fresh...)
}

func idsOf(events []audit.Prepared) []uuid.UUID {
	ids := make([]uuid.UUID, len(events))
	for i := range events {
		ids[i] = events[i].ID
	}
	return ids
}
