package evidence

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/audit"
)

const (
	recordTimeout = 30 * time.Second // of one group, more than the recorder takes with a database that hangs
	firstPause    = 100 * time.Millisecond
	maxPause      = 10 * time.Second
)

// events makes the events of searches. One that cannot be made is dropped.
func (w *Witness) events(group []search) []audit.Event {
	events := make([]audit.Event, 0, len(group))
	for i := range group {
		event, err := group[i].event(w.cfg.Text)
		if err != nil {
			w.drop(1, err)
			continue
		}
		events = append(events, event)
	}
	return events
}

// record hands events over until they are recorded. While the trail cannot hold them it tries again, with the same ids,
// so that a repeat is harmless. An event that the trail refuses does not take the others with it.
func (w *Witness) record(ctx context.Context, events []audit.Event) {
	for pause := firstPause; len(events) > 0; pause = min(2*pause, maxPause) {
		receipt, err := w.try(ctx, events)
		switch {
		case err == nil:
			w.cfg.Observer.Recorded(path(receipt), len(events))
			return
		case mayPass(err) && w.sleep(ctx, pause):
		case mayPass(err), len(events) == 1, errors.Is(err, audit.ErrClosed), ctx.Err() != nil:
			w.drop(len(events), err)
			return
		default:
			for i := range events {
				w.record(ctx, events[i:i+1])
			}
			return
		}
	}
}

func (w *Witness) try(ctx context.Context, events []audit.Event) (audit.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	return w.cfg.Recorder.Record(ctx, events)
}

func path(receipt audit.Receipt) audit.Path {
	if receipt.Queued {
		return audit.PathQueued
	}
	return audit.PathDirect
}

// mayPass reports whether the same events may be taken later.
func mayPass(err error) bool {
	for _, passing := range []error{
		audit.ErrUnavailable, audit.ErrOutcomeUnknown, audit.ErrQueueUnavailable, context.DeadlineExceeded,
	} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

// sleep waits. It reports false when the witness is closed before, so that there is no time for more.
func (w *Witness) sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.closing:
		return false
	case <-ctx.Done():
		return false
	}
}

func (w *Witness) drop(searches int, cause error) {
	w.cfg.Observer.Dropped(searches)
	w.cfg.Logger.Error("searches are lost for the audit trail", "searches", searches, "error", cause)
}
