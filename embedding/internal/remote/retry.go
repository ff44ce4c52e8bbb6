package remote

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// firstPause is the mean pause before the first repetition; each further one
// doubles it.
const firstPause = 100 * time.Millisecond

// retry repeats do while its failure may pass. It pauses as long as the server
// asked, else with jitter, and gives up at once when the pause would outlast
// ctx: the caller is better off degrading now than timing out.
func (c *Client) retry(ctx context.Context, do func() error) error {
	for try := 0; ; try++ {
		err := do()
		var failure passing
		if !errors.As(err, &failure) {
			return err
		}
		pause := pauseBefore(try, failure.after)
		if try >= c.cfg.Retries || !fits(ctx, pause) {
			return failure.error
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// pauseBefore adds the jitter on top of what the server asked for, or spreads it
// around the pause of this try, so that clients that failed together do not
// come back together.
func pauseBefore(try int, asked time.Duration) time.Duration {
	if asked > 0 {
		return asked + rand.N(firstPause) //nolint:gosec // jitter needs no secret randomness
	}
	mean := firstPause << try
	return mean/2 + rand.N(mean) //nolint:gosec // as above
}

func fits(ctx context.Context, pause time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > pause
}

// sleep pauses, and fails when ctx ends first.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return embedding.ContextError(ctx, "pausing before a repetition")
	}
}
