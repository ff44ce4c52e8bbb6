package audit

import (
	"context"
	"errors"
	"time"
)

// How the drain works.
const (
	drainBatch    = 100 // groups per commit
	drainInterval = time.Second
	maxBackoff    = 30 * time.Second
	maxAttempts   = 5 // deliveries of an entry that cannot be recorded, before it is parked
)

// RunDrain moves what is in the queue into the database until the context ends. Any number of processes may run it.
func (r *Recorder) RunDrain(ctx context.Context) {
	if r.cfg.Queue == nil {
		return
	}
	backoff := drainInterval
	for {
		moved, err := r.drainOnce(ctx)
		switch {
		case err != nil:
			backoff = min(2*backoff, maxBackoff)
		case moved > 0:
			backoff = drainInterval
			continue
		default:
			backoff = drainInterval
		}
		// What waits for its parent need not hold up what is queued meanwhile.
		if !r.sleep(ctx, backoff, err == nil || errors.Is(err, ErrUnknownParent)) {
			return
		}
	}
}

// sleep waits, or until something is queued when wakeable. It reports false when the context has ended.
func (r *Recorder) sleep(ctx context.Context, d time.Duration, wakeable bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	wakeup := r.wakeup
	if !wakeable {
		wakeup = nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	case <-wakeup:
		return true
	}
}

// drainOnce moves one batch, and says how many entries left the queue.
func (r *Recorder) drainOnce(ctx context.Context) (int, error) {
	stats, err := r.cfg.Queue.Stats(ctx)
	r.cfg.Observer.QueueLooked(stats, err)
	if err != nil {
		return 0, err
	}
	if stats.Depth == 0 {
		// Another process may have drained what this one queued: the next event tries the database again.
		r.setAway(false, nil)
		return 0, nil
	}
	entries, err := r.cfg.Queue.Claim(ctx, drainBatch)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	recorded, parked, err := r.recordEntries(ctx, entries)
	r.cfg.Observer.Drained(recorded, parked)
	if recorded+parked > 0 {
		r.cfg.Logger.InfoContext(ctx, "drained audit events", "recorded", recorded, "parked", parked)
	}
	return recorded + parked, err
}

func (r *Recorder) recordEntries(ctx context.Context, entries []QueueEntry) (recorded, parked int, err error) {
	groups := make([]Group, len(entries))
	for i, entry := range entries {
		groups[i] = entry.Group
	}
	writeCtx, cancel := context.WithTimeout(ctx, r.cfg.WriteTimeout)
	defer cancel()
	errs, err := r.cfg.Writer.Record(writeCtx, groups)
	switch {
	case err == nil:
		r.setAway(false, nil)
		return r.settle(ctx, entries, errs)
	case errors.Is(err, ErrUnavailable):
		return 0, 0, errors.Join(err, r.cfg.Queue.Release(ctx, entries))
	case ctx.Err() != nil:
		return 0, 0, err
	case len(entries) == 1:
		parked, err = r.keepOrPark(ctx, entries[0], err)
		return 0, parked, err
	default:
		return r.recordOneByOne(ctx, entries)
	}
}

// recordOneByOne keeps one entry that the database refuses from holding up its batch.
func (r *Recorder) recordOneByOne(ctx context.Context, entries []QueueEntry) (recorded, parked int, err error) {
	for i := range entries {
		n, m, err := r.recordEntries(ctx, entries[i:i+1])
		recorded, parked = recorded+n, parked+m
		if errors.Is(err, ErrUnavailable) {
			return recorded, parked, errors.Join(err, r.cfg.Queue.Release(ctx, entries[i+1:]))
		}
	}
	return recorded, parked, nil
}

// keepOrPark leaves an entry that the database refuses in the queue, and parks it when that happened too often.
func (r *Recorder) keepOrPark(ctx context.Context, entry QueueEntry, cause error) (parked int, err error) {
	if entry.Attempts < maxAttempts {
		return 0, cause
	}
	if err := r.cfg.Queue.Park(ctx, entry, "the database refuses it"); err != nil {
		return 0, err
	}
	return 1, nil
}

// settle removes what is committed, parks what never can be, and leaves what waits for its parent. What is committed
// goes first, since that makes room in a queue that is full. The error says that nothing could be done but wait: the parent
// may be claimed by another process, so the next try comes after a pause.
func (r *Recorder) settle(ctx context.Context, entries []QueueEntry, errs []error) (recorded, parked int, err error) {
	var done []string
	var waiting []QueueEntry
	var cause error
	var hopeless []int
	for i, entry := range entries {
		switch {
		case errs[i] == nil:
			done = append(done, entry.ID)
		case errors.Is(errs[i], ErrUnknownParent) && (entry.Attempts < maxAttempts || !entry.Leading || len(waiting) > 0):
			waiting, cause = append(waiting, entry), errs[i]
		default:
			hopeless = append(hopeless, i)
		}
	}
	if err := r.cfg.Queue.Done(ctx, done); err != nil {
		return 0, 0, err
	}
	for _, i := range hopeless {
		if err := r.cfg.Queue.Park(ctx, entries[i], errs[i].Error()); err != nil {
			return len(done), parked, err
		}
		parked++
	}
	return len(done), parked, r.await(ctx, waiting, len(done)+parked > 0, cause)
}

// await gives back entries whose parent may still come: another process has claimed what was pushed before them, or this
// round has changed something. Only the other tries count, so that no entry is parked whose parent was accepted.
func (r *Recorder) await(ctx context.Context, waiting []QueueEntry, moved bool, cause error) error {
	var early []QueueEntry
	for _, entry := range waiting {
		if moved || !entry.Leading {
			early = append(early, entry)
		}
	}
	if err := r.cfg.Queue.Release(ctx, early); err != nil || moved {
		return err
	}
	return cause
}
