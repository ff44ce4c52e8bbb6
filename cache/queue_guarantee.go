package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// guaranteeTime is how long a check of the server holds. What each Push relies on is confirmed with each Push; the check
// says how, and whether the server may evict, which somebody could change at any time anyway.
const guaranteeTime = 5 * time.Second

// confirmation is how a Push learns that what it wrote is on the disk.
type confirmation string

const (
	// byWaitAOF asks for it after the write, on the same connection.
	byWaitAOF confirmation = "WAITAOF"
	// byReply takes the reply to the write, which a server sends after the fsync when appendfsync is always; that it is
	// so is asked again with each Push.
	byReply confirmation = "the reply to the write"
)

// facts are what a server says of itself. A text is empty when the server did not say.
type facts struct {
	runID       string // differs after each start of the server
	appendOnly  string // yes or no
	appendFsync string // always, everysec or no
	noFsync     string // yes: there is no fsync while the file is rewritten
	eviction    string // maxmemory-policy
	waitAOF     error  // why WAITAOF cannot be used
}

// verdict is what a check came to.
type verdict struct {
	facts

	by  confirmation
	err error // why no group may be pushed
	at  time.Time
}

func (v *verdict) good() bool {
	return v != nil && v.err == nil && time.Since(v.at) < guaranteeTime
}

func (v *verdict) String() string {
	if v == nil {
		return "unknown: not checked since the server was last out of reach"
	}
	if v.err != nil {
		return "none: " + v.err.Error()
	}
	fsync := v.appendFsync
	if fsync == "" {
		fsync = "unknown"
	}
	return fmt.Sprintf("confirmed by %s, appendfsync %s, maxmemory-policy %s", v.by, fsync, v.eviction)
}

// guarantee remembers the last verdict.
type guarantee struct {
	latest atomic.Pointer[verdict]
	tested atomic.Pointer[honesty]
	turn   chan struct{} // holds a token while nobody checks
}

// honesty is the outcome of a test of WAITAOF.
type honesty struct {
	runID string
	err   error
}

func newGuarantee() *guarantee {
	g := &guarantee{turn: make(chan struct{}, 1)}
	g.turn <- struct{}{}
	return g
}

// Durability says how the queue's server confirms that what it holds survives a crash, or why it does not, as far as it
// is known. It asks nothing.
func (q *Queue) Durability() string { return q.guarantee.latest.Load().String() }

// Check says whether the queue would take groups durably, unless its server's memory is full.
func (q *Queue) Check(ctx context.Context) error {
	inTime, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	if _, err := q.guaranteed(inTime); err != nil {
		return q.failed(ctx, err)
	}
	return nil
}

// guaranteed gives a verdict that allows a Push. One that forbids it is not kept, so that the queue works as soon as its
// server does.
func (q *Queue) guaranteed(ctx context.Context) (*verdict, error) {
	g := q.guarantee
	if v := g.latest.Load(); v.good() {
		return v, nil
	}
	select {
	case <-g.turn:
		defer func() { g.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if v := g.latest.Load(); v.good() {
		return v, nil // somebody was faster
	}
	v, err := q.examine(ctx)
	if err != nil {
		g.latest.Store(nil)
		return nil, err
	}
	g.latest.Store(v)
	if v.err != nil {
		return nil, v.err
	}
	q.state.passed(ctx, v.String())
	return v, nil
}

// decide gives the verdict on a server, but for the honesty of its WAITAOF where that is asked for.
//
// Eviction would lose events without a word, so such a server is refused, although the queue would work for a while. The
// volatile policies evict only keys that expire, which those of the queue do not.
func decide(f facts) (v verdict, testWaitAOF bool) {
	v = verdict{facts: f, at: time.Now()}
	switch {
	case f.eviction == "":
		v.err = fmt.Errorf("%w (it does not say: allow INFO or CONFIG GET)", errQueueEvicts)
	case f.eviction != "noeviction" && !strings.HasPrefix(f.eviction, "volatile-"):
		v.err = fmt.Errorf("%w (it is %s)", errQueueEvicts, f.eviction)
	case f.appendOnly == "no":
		v.err = fmt.Errorf("%w: set appendonly to yes", errQueueNotDurable)
	case f.appendFsync == "no":
		v.err = fmt.Errorf("%w: set appendfsync to always", errQueueNotDurable)
	case f.waitAOF == nil:
		v.by = byWaitAOF
		testWaitAOF = f.appendFsync != "always"
	case f.appendOnly == "yes" && f.appendFsync == "always" && f.noFsync == "no":
		v.by = byReply
	default:
		v.err = fmt.Errorf("%w: set appendfsync to always and no-appendfsync-on-rewrite to no, and allow WAITAOF or CONFIG GET: %w",
			errQueueNotDurable, f.waitAOF)
	}
	return v, testWaitAOF
}

var (
	errHasty = fmt.Errorf("%w: its WAITAOF answers without an fsync, unless appendfsync is always, which it does not say: "+
		"set appendfsync to always, and allow CONFIG GET", errQueueNotDurable)
	errUntested = fmt.Errorf("%w: whether its WAITAOF awaits an fsync could not be found out", errQueueNotDurable)
)

// How WAITAOF is tested.
const (
	testRounds = 3
	// testWait is long for an answer that awaits nothing, and short for one that awaits an fsync once per second.
	testWait = 20 * time.Millisecond
	// testSpan is how close two confirmed writes must be to be too close for fsyncs once per second.
	testSpan = 500 * time.Millisecond
)

// honestWaitAOF finds out whether WAITAOF awaits an fsync on a server that makes one per second. Several releases answer
// without one: they count what they have written to the file as synchronised. Valkey 9.1.2 is such a release, Redis
// 8.2.3 is not; the fault is described and mended in redis/redis#13793. Two writes shortly one after the other cannot
// both be synchronised by a server that tells the truth.
//
// write writes something and gives what WAITAOF answers within the time.
func honestWaitAOF(write func(limit time.Duration) (bool, error), patience time.Duration) error {
	// After this one there is no fsync under way, which would make a dishonest server look honest.
	if confirmed, err := write(patience); err != nil || !confirmed {
		return errors.Join(errUntested, err)
	}
	doubtful := false
	for range testRounds {
		begin := time.Now()
		both := true
		for range 2 {
			confirmed, err := write(testWait)
			if err != nil {
				return errors.Join(errUntested, err)
			}
			both = both && confirmed
		}
		switch {
		case both && time.Since(begin) < testSpan:
			return errHasty
		case both:
			doubtful = true
		}
	}
	if doubtful {
		return errUntested
	}
	return nil
}
