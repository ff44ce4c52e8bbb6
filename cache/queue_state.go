package cache

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// Why the queue takes no groups, other than that it cannot be reached.
var (
	errQueueFull       = errors.New("its server's memory is full: raise maxmemory, or let the queue drain")
	errQueueEvicts     = errors.New("its server may evict what it holds: set maxmemory-policy to noeviction")
	errQueueNotDurable = errors.New("its server does not confirm that what it holds survives a crash")
)

// condition is what the queue can do, as far as it was seen.
type condition string

const (
	conditionUnseen      condition = ""
	conditionGood        condition = "good"
	conditionUnreachable condition = "unreachable"
	conditionFull        condition = "full"
	conditionEvicts      condition = "evicts"
	conditionNotDurable  condition = "not durable"
)

// queueState logs each change of the condition once, not each failure.
type queueState struct {
	log *slog.Logger

	mu   sync.Mutex
	last condition
}

// failed notes why a call did not succeed.
func (s *queueState) failed(ctx context.Context, cause error) {
	if now := conditionOf(cause); s.change(now) {
		s.log.ErrorContext(ctx, "the audit queue does not take events", "condition", string(now), "error", cause)
	}
}

// reached notes an answer of the server. It does not say that the server would take a group.
func (s *queueState) reached(ctx context.Context) {
	s.mu.Lock()
	unreachable := s.last == conditionUnreachable
	s.mu.Unlock()
	if unreachable && s.change(conditionUnseen) {
		s.log.InfoContext(ctx, "the audit queue is reached again")
	}
}

// good notes that the server takes groups, and how they are kept.
func (s *queueState) good(ctx context.Context, durability string) {
	if s.change(conditionGood) {
		s.log.InfoContext(ctx, "the audit queue takes events", "durability", durability)
	}
}

// passed notes that a check found nothing against the server. It did not look whether there is room.
func (s *queueState) passed(ctx context.Context, durability string) {
	s.mu.Lock()
	full := s.last == conditionFull
	s.mu.Unlock()
	if !full {
		s.good(ctx, durability)
	}
}

func (s *queueState) change(now condition) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.last
	s.last = now
	return before != now
}

func conditionOf(cause error) condition {
	switch {
	case errors.Is(cause, errQueueFull):
		return conditionFull
	case errors.Is(cause, errQueueEvicts):
		return conditionEvicts
	case errors.Is(cause, errQueueNotDurable):
		return conditionNotDurable
	default:
		return conditionUnreachable
	}
}
