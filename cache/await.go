package cache

import (
	"context"
	"time"

	"github.com/redis/rueidis"
)

const (
	// pollPause is the time between two looks at what another process loads, on a server that does not say when it is done.
	pollPause = 20 * time.Millisecond
	// freePause is the time until a lock is asked for that is free. What this process knows of it may be of the moment
	// before somebody took it.
	freePause = time.Millisecond
)

// await waits until something has changed of what other processes are loading, but no longer than until the first of
// their locks runs out: a change that is not heard of, as the process that holds the lock has died or the connection was
// lost, costs no more than that.
func (f *fill) await(ctx context.Context, flights []*flight, limit time.Duration) {
	if limit <= 0 {
		return
	}
	locks := make([]string, len(flights))
	for i, flight := range flights {
		locks[i] = f.lockKey(flight.key)
	}
	listening := f.notifier.listen(locks)
	defer listening.stop()
	if free, watched := f.watch(ctx, locks); free {
		limit = min(limit, freePause)
	} else if !watched {
		limit = min(limit, pollPause)
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-listening.changed:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// watch reads locks, so that the server tells when they are given back, prolonged or removed. It reports whether one of
// them is free, and whether the server does tell.
func (f *fill) watch(ctx context.Context, locks []string) (free, watched bool) {
	err := f.gate.do(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		commands := make([]rueidis.CacheableTTL, len(locks))
		for i, lock := range locks {
			commands[i] = rueidis.CT(conn.B().Get().Key(lock).Cache(), f.maxWait)
		}
		results := conn.DoMultiCache(ctx, commands...)
		for _, result := range results {
			free = free || rueidis.IsRedisNil(result.Error())
		}
		return true, lossOf(results)
	})
	return free, err == nil && !f.client.untracked.Load()
}
