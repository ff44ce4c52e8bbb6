package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// How the recorder works. Nothing is gained by larger groups: the cost of a commit is shared well enough at a hundred
// events.
const (
	maxEventsPerCommit  = 256
	maxWaitingRequests  = 4096
	defaultWriteTimeout = 5 * time.Second
)

// ErrClosed says that the recorder is shutting down and takes no more events.
var ErrClosed = errors.New("the audit recorder is shutting down")

// Path says where an accepted event went.
type Path string

// The paths of an event: committed in the database, durable in the queue, or accepted by neither.
const (
	PathDirect  Path = "direct"
	PathQueued  Path = "queued"
	PathRefused Path = "refused"
)

// Receipt says what was accepted.
type Receipt struct {
	Events []Prepared // in the order of the request, repeats within it left out
	Queued bool       // durable in the queue, not yet in the database
}

// RecorderConfig is what a Recorder is made of. Writer is required.
type RecorderConfig struct {
	Writer       Writer
	Queue        Queue // nil: what the database cannot take is refused
	Window       Window
	WriteTimeout time.Duration // of one commit, default 5 s
	Observer     Observer      // default none
	Logger       *slog.Logger  // default slog.Default
}

// Observer is told what happened, for metrics. Its methods must not block.
type Observer interface {
	// Recorded is called once per request.
	Recorded(path Path, events int, took time.Duration)
	// Drained is called after each round of the drain.
	Drained(recorded, parked int)
	// QueueLooked is called when the state of the queue was read.
	QueueLooked(stats QueueStats, err error)
}

// Recorder accepts events: it commits concurrent requests together, and puts into the queue what the database cannot
// take. One goroutine writes, since the events of a process form one chain anyway; while it waits for a commit the next
// requests gather. It is safe for concurrent use.
type Recorder struct {
	cfg      RecorderConfig
	requests chan request
	away     atomic.Bool // the database was not reachable at the last try
	closing  chan struct{}
	closed   sync.Once
	stopped  chan struct{}
	wakeup   chan struct{} // tells the drain that something was queued
}

type request struct {
	group Group
	reply chan reply
}

type reply struct {
	queued bool
	err    error
}

// NewRecorder makes a Recorder and starts its writer. Close ends it.
func NewRecorder(cfg RecorderConfig) (*Recorder, error) {
	if cfg.Writer == nil {
		return nil, errors.New("audit: a writer is required")
	}
	if cfg.Window == (Window{}) {
		cfg.Window = DefaultWindow
	}
	if cfg.WriteTimeout <= 0 {
		cfg.WriteTimeout = defaultWriteTimeout
	}
	if cfg.Observer == nil {
		cfg.Observer = unobserved{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	r := &Recorder{
		cfg: cfg, requests: make(chan request, maxWaitingRequests), closing: make(chan struct{}),
		stopped: make(chan struct{}), wakeup: make(chan struct{}, 1),
	}
	go r.write()
	return r, nil
}

// Record accepts the events of one request, all or none. When it returns without an error they are committed, or with
// Receipt.Queued durable in the queue.
//
// Errors: *validation.Error, *ConflictError, *UnknownParentError, ErrUnavailable when neither database nor queue can
// hold them, ErrClosed, and the context's own. After the context's error the events may still be recorded; a repeat with
// the same ids is harmless.
func (r *Recorder) Record(ctx context.Context, events []Event) (Receipt, error) {
	start := time.Now()
	prepared, err := Prepare(events, start, r.cfg.Window)
	if err != nil {
		r.Refused(len(events), time.Since(start))
		return Receipt{}, err
	}
	queued, err := r.submit(ctx, prepared)
	r.cfg.Observer.Recorded(pathOf(queued, err), len(prepared), time.Since(start))
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Events: prepared, Queued: queued}, nil
}

// Refused counts events that did not come as far as Record.
func (r *Recorder) Refused(events int, took time.Duration) {
	r.cfg.Observer.Recorded(PathRefused, events, took)
}

func pathOf(queued bool, err error) Path {
	switch {
	case err != nil:
		return PathRefused
	case queued:
		return PathQueued
	default:
		return PathDirect
	}
}

func (r *Recorder) submit(ctx context.Context, group Group) (bool, error) {
	req := request{group: group, reply: make(chan reply, 1)}
	select {
	case <-r.closing:
		return false, ErrClosed
	default:
	}
	select {
	case r.requests <- req:
	case <-r.closing:
		return false, ErrClosed
	case <-ctx.Done():
		return false, ctx.Err()
	}
	select {
	case got := <-req.reply:
		return got.queued, got.err
	case <-ctx.Done():
		return false, ctx.Err()
	case <-r.stopped:
		return r.lastReply(req)
	}
}

// lastReply serves a request that was handed in while the writer stopped.
func (r *Recorder) lastReply(req request) (bool, error) {
	select {
	case got := <-req.reply:
		return got.queued, got.err
	default:
		return false, ErrClosed
	}
}

// Close takes no more events, finishes those accepted, and returns when all are answered or the context ends.
func (r *Recorder) Close(ctx context.Context) error {
	r.closed.Do(func() { close(r.closing) })
	select {
	case <-r.stopped:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Waiting says how many requests wait for their commit to begin.
func (r *Recorder) Waiting() int { return len(r.requests) }

// write commits what gathers until the recorder is closed and nothing waits.
func (r *Recorder) write() {
	defer close(r.stopped)
	for {
		select {
		case first := <-r.requests:
			r.commit(r.gather(first))
		case <-r.closing:
			select {
			case first := <-r.requests:
				r.commit(r.gather(first))
			default:
				return
			}
		}
	}
}

// gather takes what waits already. It does not wait for more: while a commit is under way the next requests gather by
// themselves, and a lone request is not delayed.
func (r *Recorder) gather(first request) []request {
	batch, events := []request{first}, len(first.group)
	for events < maxEventsPerCommit {
		select {
		case next := <-r.requests:
			batch, events = append(batch, next), events+len(next.group)
		default:
			return batch
		}
	}
	return batch
}

func (r *Recorder) commit(batch []request) {
	groups := make([]Group, len(batch))
	for i, req := range batch {
		groups[i] = req.group
	}
	if r.away.Load() && r.cfg.Queue != nil && r.push(batch, groups) == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), r.cfg.WriteTimeout)
	defer cancel()
	errs, err := r.cfg.Writer.Record(ctx, groups)
	if err != nil {
		r.divert(batch, groups, err)
		return
	}
	r.setAway(false, nil)
	for i, req := range batch {
		r.answer(ctx, req, errs[i])
	}
}

// answer replies to one request of a commit that succeeded. A child whose parent may still wait in the queue follows it
// there. That a parent does not exist is said only when it is sure: not while the queue cannot be asked.
func (r *Recorder) answer(ctx context.Context, req request, err error) {
	if !errors.Is(err, ErrUnknownParent) || r.cfg.Queue == nil {
		req.reply <- reply{err: err}
		return
	}
	stats, statsErr := r.cfg.Queue.Stats(ctx)
	switch {
	case statsErr != nil:
		req.reply <- reply{err: fmt.Errorf("%w: the parent may be in the queue: %w", ErrUnavailable, statsErr)}
	case stats.Depth > 0:
		// A time of its own: the commit may have used up most of the context's.
		if pushErr := r.push([]request{req}, []Group{req.group}); pushErr != nil { //nolint:contextcheck // said above
			req.reply <- reply{err: fmt.Errorf("%w: the parent may be in the queue: %w", ErrUnavailable, pushErr)}
		}
	default:
		req.reply <- reply{err: r.recordAgain(ctx, req.group)}
	}
}

// recordAgain tries a child once more when the queue is empty: the parent may have gone from there into the database
// since the first try.
func (r *Recorder) recordAgain(ctx context.Context, group Group) error {
	errs, err := r.cfg.Writer.Record(ctx, []Group{group})
	if err != nil {
		return err
	}
	return errs[0]
}

// divert queues what the database did not take. When the commit's outcome is unknown the same ids are queued, and found
// to be there already when the queue drains.
func (r *Recorder) divert(batch []request, groups []Group, cause error) {
	r.setAway(true, cause)
	if r.cfg.Queue != nil {
		if err := r.push(batch, groups); err == nil {
			return
		}
	}
	for _, req := range batch {
		req.reply <- reply{err: cause}
	}
}

// push puts requests into the queue and answers them.
func (r *Recorder) push(batch []request, groups []Group) error {
	ctx, cancel := context.WithTimeout(context.Background(), r.cfg.WriteTimeout)
	defer cancel()
	if err := r.cfg.Queue.Push(ctx, groups); err != nil {
		r.cfg.Logger.Error("cannot queue audit events", "error", err, "requests", len(groups))
		return err
	}
	for _, req := range batch {
		req.reply <- reply{queued: true}
	}
	select {
	case r.wakeup <- struct{}{}:
	default: // it is awake already
	}
	return nil
}

// setAway logs each change of state once, not once per event.
func (r *Recorder) setAway(away bool, cause error) {
	if r.away.Swap(away) == away {
		return
	}
	if away {
		r.cfg.Logger.Error("audit events go to the queue: the database does not take them", "error", cause)
		return
	}
	r.cfg.Logger.Info("audit events go to the database again")
}

// IDs gives the ids of the accepted events.
func (r Receipt) IDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(r.Events))
	for i := range r.Events {
		ids[i] = r.Events[i].ID
	}
	return ids
}

type unobserved struct{}

func (unobserved) Recorded(Path, int, time.Duration) {}
func (unobserved) Drained(int, int)                  {}
func (unobserved) QueueLooked(QueueStats, error)     {}
