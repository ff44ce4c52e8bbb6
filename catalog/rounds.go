package catalog

import (
	"context"
	"time"
)

// bell calls a worker to its work before its next round.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

// ring lets the worker begin a round when it is done with this one. It does not wait.
func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default: // it has rung already
	}
}

// rounds works at once, after each interval, and when the bell rings, until the context ends.
func (b bell) rounds(ctx context.Context, interval time.Duration, work func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		work()
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-b:
		}
	}
}
