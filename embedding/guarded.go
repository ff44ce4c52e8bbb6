package embedding

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// probeText is what Health embeds to find out whether a provider is back.
const probeText = "health"

// errPanicked is what a call leaves behind that never returned.
var errPanicked = errors.New("the provider panicked")

// GuardConfig configures NewGuarded. The zero value is usable.
type GuardConfig struct {
	// FailureThreshold is how many calls in a row must find the provider
	// unavailable before calls fail fast. Default 5.
	FailureThreshold uint
	// CoolDown is how long calls then fail fast, before one is let through as a
	// probe. Default 10 s.
	CoolDown time.Duration
	// Observe, if set, is told of every finished call. It must be quick and safe
	// for concurrent use.
	Observe func(Observation)
}

// Guarded wraps an Embedder with a circuit breaker and a memory of its state.
//
// Only ErrUnavailable counts as a failure: a provider that refuses an input is
// there. While the breaker is open, Embed returns ErrUnavailable at once and
// names the last cause. After the cool-down a single call is let through;
// its success closes the breaker, its failure starts the next cool-down.
type Guarded struct {
	inner   Embedder
	breaker circuitbreaker.CircuitBreaker[any]
	observe func(Observation)

	mu     sync.Mutex
	status Status
	cause  error // the last failure that counted for the breaker
}

var _ Embedder = (*Guarded)(nil)

// NewGuarded wraps inner, which it owns from then on: Close closes it.
func NewGuarded(inner Embedder, cfg GuardConfig) *Guarded {
	if cfg.FailureThreshold == 0 {
		cfg.FailureThreshold = 5
	}
	if cfg.CoolDown <= 0 {
		cfg.CoolDown = 10 * time.Second
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Observation) {}
	}
	breaker := circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(cfg.FailureThreshold).
		WithSuccessThreshold(1).
		WithDelay(cfg.CoolDown).
		Build()
	return &Guarded{
		inner:   inner,
		breaker: breaker,
		observe: cfg.Observe,
		status:  Status{State: StateUnknown, Since: time.Now()},
	}
}

// Model implements Embedder.
func (g *Guarded) Model() string { return g.inner.Model() }

// Dimensions implements Embedder.
func (g *Guarded) Dimensions() int { return g.inner.Dimensions() }

// Close implements Embedder.
func (g *Guarded) Close() error { return g.inner.Close() }

// Embed implements Embedder.
func (g *Guarded) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	start := time.Now()
	if !g.breaker.TryAcquirePermit() {
		g.report(OutcomeRefused, len(texts), start)
		return nil, g.refusal()
	}
	outcome, failure := OutcomeUnavailable, errPanicked
	defer func() {
		g.record(outcome, failure)
		g.report(outcome, len(texts), start)
	}()
	vectors, err := g.inner.Embed(ctx, texts)
	outcome, failure = classify(err), err
	return vectors, err
}

// Status returns what is remembered. It asks nobody.
func (g *Guarded) Status() Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.status
	s.RetryIn = g.breaker.RemainingDelay()
	return s
}

// Health answers from memory while the provider is up, and asks its own Health
// before the first call. While it is down, Health embeds one word as often as
// the breaker allows, so that an idle service notices that its provider is back.
// That call goes on when ctx ends first: a prober's patience is no measure of
// the provider, and a slow one would otherwise stay shut out for ever.
func (g *Guarded) Health(ctx context.Context) error {
	switch g.Status().State {
	case StateUp:
		return nil
	case StateUnknown:
		return g.inner.Health(ctx)
	default:
		return g.probe(ctx)
	}
}

func (g *Guarded) probe(ctx context.Context) error {
	answered := make(chan error, 1)
	go func() {
		_, err := g.Embed(context.WithoutCancel(ctx), []string{probeText})
		answered <- err
	}()
	select {
	case err := <-answered:
		return err
	case <-ctx.Done():
		return ContextError(ctx, "waiting for a probe")
	}
}

func classify(err error) Outcome {
	switch {
	case err == nil:
		return OutcomeOK
	case errors.Is(err, ErrUnavailable):
		return OutcomeUnavailable
	case errors.Is(err, context.Canceled):
		return OutcomeCanceled
	default:
		return OutcomeRejected
	}
}

func (g *Guarded) record(outcome Outcome, err error) {
	switch outcome {
	case OutcomeCanceled:
		g.abandon()
		return
	case OutcomeUnavailable:
		g.remember(StateDown, err)
		g.breaker.RecordFailure()
	default:
		g.breaker.RecordSuccess()
		g.remember(StateUp, err)
	}
}

// abandon ends a call that the caller cancelled, which says nothing about the
// provider. Only a probe must leave a mark, or it would hold the single place of
// the half-open breaker for ever.
func (g *Guarded) abandon() {
	if g.breaker.IsHalfOpen() {
		g.breaker.RecordFailure()
	}
}

func (g *Guarded) remember(state State, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if g.status.State != state {
		g.status.State, g.status.Since = state, now
	}
	if err != nil {
		g.status.LastError, g.status.LastErrorAt = err, now
	}
	if state == StateDown {
		g.cause = err
	}
}

// refusal quotes the last cause without wrapping it: how that earlier call ended
// is not how this one did.
func (g *Guarded) refusal() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := g.breaker.RemainingDelay().Round(time.Millisecond)
	return fmt.Errorf("%w: not asked again for %s after: %s", ErrUnavailable, wait, g.cause.Error())
}

func (g *Guarded) report(outcome Outcome, texts int, start time.Time) {
	g.observe(Observation{Model: g.Model(), Texts: texts, Duration: time.Since(start), Outcome: outcome})
}
