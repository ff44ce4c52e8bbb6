package app

import (
	"context"
	"time"
)

// done is what something answers to repeat that need not be done again.
const done time.Duration = -1

// repeat does something at once and then again and again, each time after the time that it asks for, until it is done or
// the context ends.
func repeat(ctx context.Context, do func(context.Context) time.Duration) {
	for {
		pause := do(ctx)
		if pause == done {
			return
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}
