package audit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Sentinels of this package. Adapters wrap them; callers ask with errors.Is.
var (
	// ErrEventNotFound says that no event has this id.
	ErrEventNotFound = errors.New("no such audit event")
	// ErrConflict says that an id is taken by an event with other content.
	ErrConflict = errors.New("an event with this id and other content exists")
	// ErrUnknownParent says that a parent does not exist.
	ErrUnknownParent = errors.New("no such parent event")
	// ErrUnavailable says that the trail cannot be written or read now; nothing was recorded.
	ErrUnavailable = errors.New("the audit store is not available")
	// ErrOutcomeUnknown says that the connection was lost while events were being committed. Writing them again with the
	// same ids is harmless.
	ErrOutcomeUnknown = errors.New("the outcome of the write is unknown")
	// ErrQueueUnavailable says that the dead-letter queue cannot hold an event durably.
	ErrQueueUnavailable = errors.New("the audit queue is not available")
	// ErrInvalidCursor says that a cursor is damaged or belongs to another query.
	ErrInvalidCursor = errors.New("invalid cursor")
	// ErrQueueEntryNotFound says that no parked event has this id.
	ErrQueueEntryNotFound = errors.New("no such parked event")
)

// ConflictError is ErrConflict with the ids that are taken.
type ConflictError struct{ IDs []uuid.UUID }

func (e *ConflictError) Error() string { return describeIDs(ErrConflict, e.IDs) }

// Unwrap makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// UnknownParentError is ErrUnknownParent with the parents that do not exist.
type UnknownParentError struct{ IDs []uuid.UUID }

func (e *UnknownParentError) Error() string { return describeIDs(ErrUnknownParent, e.IDs) }

// Unwrap makes errors.Is(err, ErrUnknownParent) true.
func (e *UnknownParentError) Unwrap() error { return ErrUnknownParent }

func describeIDs(sentinel error, ids []uuid.UUID) string {
	const shown = 3
	var texts []string
	for _, id := range ids[:min(len(ids), shown)] {
		texts = append(texts, id.String())
	}
	if more := len(ids) - shown; more > 0 {
		texts = append(texts, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%s: %s", sentinel, strings.Join(texts, ", "))
}
