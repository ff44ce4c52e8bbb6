package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Group is what one request wants recorded: all of it or nothing.
type Group []Prepared

// Writer records events.
type Writer interface {
	// Record writes groups in one transaction and chains their events. It gives one error per group: nil when the group
	// is committed (or was before: a repeat with equal content is harmless), a *ConflictError, or an
	// *UnknownParentError; a group that fails does not keep the others from being recorded. The second result is an
	// error of all groups: ErrUnavailable when nothing was recorded, and ErrOutcomeUnknown with it when that is not known.
	Record(ctx context.Context, groups []Group) ([]error, error)
}

// Reader reads the trail. Its methods answer ErrUnavailable when the database cannot be reached.
type Reader interface {
	// List gives one page of events. Error: ErrInvalidCursor.
	List(ctx context.Context, q Query) (Page, error)
	// Event gives one event. Error: ErrEventNotFound.
	Event(ctx context.Context, id uuid.UUID) (Recorded, error)
	// Children gives the events whose parent is the given one, oldest first, at most limit, and whether there are more.
	// Error: ErrEventNotFound.
	Children(ctx context.Context, id uuid.UUID, limit int) ([]Recorded, bool, error)
	// Ancestors gives the chain of parents from the given event's own to the root. Error: ErrEventNotFound.
	Ancestors(ctx context.Context, id uuid.UUID) ([]Recorded, error)
	// Tree gives the whole tree to which an event belongs, parents before children, at most limit events, and whether
	// there are more. Error: ErrEventNotFound.
	Tree(ctx context.Context, id uuid.UUID, limit int) ([]Recorded, bool, error)
}

// Queue holds events durably while the database cannot be reached.
type Queue interface {
	// Push adds groups. On return they survive a crash of the queue's server and of its machine. After an error,
	// ErrQueueUnavailable, some may be in the queue nevertheless and be recorded later: harmless, like a commit whose
	// answer was lost, since a repeat with the same ids is.
	Push(ctx context.Context, groups []Group) error
	// Claim takes up to limit entries for this process, oldest first: what it claimed before and did not finish and what a
	// process that died has left, then new ones when there is room. It may give fewer than there are.
	Claim(ctx context.Context, limit int) ([]QueueEntry, error)
	// Release gives entries back that were not tried because the database is away: that delivery does not count, and any
	// process may claim them at once.
	Release(ctx context.Context, entries []QueueEntry) error
	// Done removes entries whose events are committed.
	Done(ctx context.Context, ids []string) error
	// Park sets an entry aside that cannot be recorded, with the reason. One that is in the queue no more is left alone.
	Park(ctx context.Context, entry QueueEntry, reason string) error
	// Stats says what the queue holds.
	Stats(ctx context.Context) (QueueStats, error)
	// Parked lists the entries set aside, oldest first, at most limit.
	Parked(ctx context.Context, limit int) ([]ParkedEntry, error)
	// Retry puts a parked entry back into the queue. Error: ErrQueueEntryNotFound.
	Retry(ctx context.Context, id string) error
	// Remove drops a parked entry for good, and gives what it was. Error: ErrQueueEntryNotFound.
	Remove(ctx context.Context, id string) (ParkedEntry, error)
}

// QueueEntry is one group in the queue.
type QueueEntry struct {
	ID       string
	Group    Group
	Attempts int64 // deliveries so far, this one included, those that were given back left out
	Leading  bool  // nothing that was pushed before it is in the queue but what was claimed with it
}

// ParkedEntry is one group that could not be recorded.
type ParkedEntry struct {
	QueueEntry

	Reason   string
	ParkedAt time.Time
}

// QueueStats is what the queue holds.
type QueueStats struct {
	Depth     int64         // groups that wait
	OldestAge time.Duration // of the group that waits longest, 0 when none does
	Parked    int64
	Durable   bool // does the server confirm that what it holds survives a crash
}
