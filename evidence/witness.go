package evidence

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// Bounds of a witness. A group of events is as large as shares the cost of a commit well, and nobody waits for it to be
// recorded, so there is time for it to gather.
const (
	eventsPerGroup    = 64
	gatherTime        = 20 * time.Millisecond
	defaultMaxWaiting = 4096
	defaultMaxBytes   = 16 << 20
)

// Recorder records events, all or none. *audit.Recorder is one.
type Recorder interface {
	Record(ctx context.Context, events []audit.Event) (audit.Receipt, error)
}

// Observer is told what became of searches, for metrics. Its methods must not block.
type Observer interface {
	// Recorded is told of searches that are recorded, or durable in the queue.
	Recorded(path audit.Path, searches int)
	// Dropped is told of searches that never will be.
	Dropped(searches int)
}

// Config is what a Witness is made of. Recorder is required.
type Config struct {
	Recorder   Recorder
	Text       bool         // record the text of queries, not only its hash
	MaxWaiting int          // searches that wait to be recorded, default 4096
	MaxBytes   int          // their estimated size, default 16 MiB
	Observer   Observer     // default none
	Logger     *slog.Logger // default slog.Default
}

// Witness keeps searches as evidence. It is safe for concurrent use.
//
// What it has taken over is recorded in the order in which it came, and tried again while neither the database nor the
// queue can hold it. It is lost when the process is killed before.
type Witness struct {
	cfg     Config
	wake    chan struct{} // something waits, or the witness is closed
	closing chan struct{}
	stopped chan struct{}
	abort   context.CancelFunc // ends what is being recorded

	mu       sync.Mutex
	waiting  []search
	bytes    int
	closed   bool
	refusing int // searches dropped in a row for want of room
}

var _ catalog.Witness = (*Witness)(nil)

// New makes a Witness and starts it. Close ends it.
func New(cfg Config) (*Witness, error) {
	if cfg.Recorder == nil {
		return nil, errors.New("evidence: a recorder is required")
	}
	if cfg.MaxWaiting <= 0 {
		cfg.MaxWaiting = defaultMaxWaiting
	}
	if cfg.MaxBytes <= 0 {
		cfg.MaxBytes = defaultMaxBytes
	}
	if cfg.Observer == nil {
		cfg.Observer = unobserved{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	ctx, abort := context.WithCancel(context.Background())
	w := &Witness{
		cfg: cfg, wake: make(chan struct{}, 1), closing: make(chan struct{}), stopped: make(chan struct{}), abort: abort,
	}
	go w.work(ctx)
	return w, nil
}

// Searched implements catalog.Witness. It reports false when there is no room, or the witness is closed.
func (w *Witness) Searched(record catalog.SearchRecord) bool {
	s := keep(&record)
	size := s.size()
	w.mu.Lock()
	before := w.refusing
	fits := !w.closed && len(w.waiting) < w.cfg.MaxWaiting && w.bytes+size <= w.cfg.MaxBytes
	if fits {
		w.waiting, w.bytes, w.refusing = append(w.waiting, s), w.bytes+size, 0
	} else {
		w.refusing++
	}
	w.mu.Unlock()
	if !fits {
		w.cfg.Observer.Dropped(1)
		if before == 0 {
			w.cfg.Logger.Warn("searches are not recorded in the audit trail, too many wait to be recorded")
		}
		return false
	}
	if before > 0 {
		w.cfg.Logger.Info("searches are recorded in the audit trail again", "dropped", before)
	}
	w.signal()
	return true
}

// Waiting says how many searches wait to be recorded; those that are being recorded do not count.
func (w *Witness) Waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting)
}

// Close takes no more searches, records those that wait, and returns when that is done or the context ends. What is left
// then is dropped, and so is what neither the database nor the queue can hold.
func (w *Witness) Close(ctx context.Context) error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.closing)
	}
	w.mu.Unlock()
	w.signal()
	select {
	case <-w.stopped:
		return nil
	case <-ctx.Done():
		w.abort()
		<-w.stopped
		return ctx.Err()
	}
}

func (w *Witness) signal() {
	select {
	case w.wake <- struct{}{}:
	default: // it is awake already
	}
}

// work records what waits until the witness is closed and nothing waits any more.
func (w *Witness) work(ctx context.Context) {
	defer close(w.stopped)
	defer w.abort()
	for {
		if n := w.Waiting(); n > 0 && n < eventsPerGroup {
			w.sleep(ctx, gatherTime)
		}
		group, closed := w.take()
		switch {
		case len(group) > 0:
			w.record(ctx, w.events(group))
		case closed:
			return
		default:
			<-w.wake
		}
	}
}

// take gives what waits, up to one group, and whether the witness is closed.
func (w *Witness) take() ([]search, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(w.waiting), eventsPerGroup)
	group := w.waiting[:n:n]
	for i := range group {
		w.bytes -= group[i].size()
	}
	if w.waiting = w.waiting[n:]; len(w.waiting) == 0 {
		w.waiting = nil // what was taken is not held any longer
	}
	return group, w.closed
}

type unobserved struct{}

func (unobserved) Recorded(audit.Path, int) {}
func (unobserved) Dropped(int)              {}
