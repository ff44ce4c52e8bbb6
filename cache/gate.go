package cache

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/redis/rueidis"
)

var (
	// errResting says that the server is left alone for a while.
	errResting = errors.New("the server did not answer in time, and is left alone for a while")
	// errSlow says that asking the server takes longer than doing without it.
	errSlow = errors.New("the server takes longer to answer than it takes to load a vector")
)

const (
	// failureThreshold is how many calls have to fail one after the other before the server is left alone.
	failureThreshold = 5
	// patience is how many times longer the call of somebody may take who changes something, and whom a failure concerns.
	patience = 4
)

// gate lets calls through to the server while it answers in time. When it does not, calls fail at once, and the gate
// itself finds out when the server is back: no caller pays for that. It logs each change once.
type gate struct {
	client  *Client
	timeout time.Duration // of one call
	breaker circuitbreaker.CircuitBreaker[any]
	pace    pace
	log     *slog.Logger
	detach  func(context.Context) context.Context
	closing context.Context // ends with the gate
	probing sync.WaitGroup

	mu      sync.Mutex
	cause   error     // why the last call failed
	lost    time.Time // when that was
	refuses bool      // the server did not take what it was given last
	closed  bool
}

func newGate(closing context.Context, client *Client, timeout, coolDown time.Duration, log *slog.Logger) *gate {
	g := &gate{client: client, timeout: timeout, log: log, closing: closing, detach: context.WithoutCancel}
	g.pace.floor = paceFloor
	g.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(failureThreshold).
		WithSuccessThreshold(1).
		WithDelay(coolDown).
		OnStateChanged(g.changed).
		Build()
	return g
}

// isOpen says whether calls are let through.
func (g *gate) isOpen() bool { return g.breaker.IsClosed() }

// do makes a call with a time of its own: that its caller leaves says nothing about the server, and must not undo half
// of what is done there. The call says whether the server was asked at all, and how that went.
func (g *gate) do(ctx context.Context, call func(context.Context, rueidis.Client) (asked bool, err error)) error {
	return g.doWithin(ctx, g.timeout, call)
}

// doPatiently is do for a caller who would rather wait than be told of a failure.
func (g *gate) doPatiently(ctx context.Context, call func(context.Context, rueidis.Client) (asked bool, err error)) error {
	return g.doWithin(ctx, patience*g.timeout, call)
}

func (g *gate) doWithin(ctx context.Context, limit time.Duration, call func(context.Context, rueidis.Client) (bool, error)) error {
	if !g.isOpen() {
		return errResting
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(g.detach(ctx), limit)
	defer cancel()
	conn, err := g.client.connection(ctx)
	asked := true
	if err == nil {
		asked, err = call(ctx, conn)
	}
	if asked {
		g.note(conn, err, start)
	}
	return err
}

// note draws conclusions from a call. A refusal is an answer. Calls that were lost at the same time count as one: a
// moment without an answer is no outage, however many were waiting for one.
func (g *gate) note(conn rueidis.Client, err error, start time.Time) {
	if err == nil || isReply(err) {
		g.breaker.RecordSuccess()
		return
	}
	g.client.dropUntracked(conn, err)
	if g.lostSince(start, err) {
		g.breaker.RecordFailure()
	}
}

// lostSince notes why a call was lost. It reports whether that was not clear when the call began.
func (g *gate) lostSince(start time.Time, cause error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cause = cause
	if start.Before(g.lost) {
		return false
	}
	g.lost = time.Now()
	return true
}

// read notes how long it took to ask the server for one vector. A server that is slower than loading is left alone.
func (g *gate) read(took time.Duration) {
	if g.pace.called(took) {
		g.failed(errSlow)
		g.breaker.Open()
	}
}

// close waits for the probe, after closing has ended.
func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.probing.Wait()
}

// lossOf gives the first error that is no answer of the server: one that says nothing about the command.
func lossOf(results []rueidis.RedisResult) error {
	for _, result := range results {
		if err := result.NonRedisError(); err != nil {
			return err
		}
	}
	return nil
}

// failureOf gives the first error, one that is no answer before all others.
func failureOf(results []rueidis.RedisResult) error {
	if err := lossOf(results); err != nil {
		return err
	}
	for _, result := range results {
		if err := result.Error(); err != nil {
			return err
		}
	}
	return nil
}

// isReply says whether an error is what the server answered.
func isReply(err error) bool {
	_, ok := rueidis.IsRedisErr(err)
	return ok
}

func (g *gate) failed(cause error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cause = cause
}

// taken notes whether the server took what it was given, err being its answer.
func (g *gate) taken(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if refuses := err != nil; refuses != g.refuses {
		g.refuses = refuses
		if refuses {
			g.log.Warn("the cache's server does not take what it is given", "error", err)
		} else {
			g.log.Info("the cache's server takes what it is given again")
		}
	}
}

func (g *gate) leaveAlone() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.log.Warn("the cache is done without: its server does not answer in time", "error", g.cause)
		g.probing.Go(g.probe)
	}
}

// changed is called by the breaker.
func (g *gate) changed(event circuitbreaker.StateChangedEvent) {
	switch {
	case event.OldState == circuitbreaker.ClosedState:
		g.leaveAlone()
	case event.NewState == circuitbreaker.ClosedState:
		g.pace.reset()
		g.log.Info("the cache is used again")
	}
}

// probe asks the server now and then until it answers in time.
func (g *gate) probe() {
	for !g.isOpen() {
		select {
		case <-g.closing.Done():
			return
		case <-time.After(g.breaker.RemainingDelay()):
		}
		if !g.breaker.TryAcquirePermit() {
			continue
		}
		if err := g.ping(); err != nil {
			g.failed(err)
			g.breaker.RecordFailure()
		} else {
			g.breaker.RecordSuccess()
		}
	}
}

func (g *gate) ping() error {
	ctx, cancel := context.WithTimeout(g.closing, g.timeout)
	defer cancel()
	start := time.Now()
	if err := g.client.Ping(ctx); err != nil {
		return err
	}
	if g.pace.tooSlow(time.Since(start)) {
		return errSlow
	}
	return nil
}
