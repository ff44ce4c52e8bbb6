package embedding

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// scripted is an embedder that answers what it is told to.
type scripted struct {
	mu     sync.Mutex
	answer func(ctx context.Context) error
	calls  int
	health error
	closed bool
}

func (s *scripted) Model() string   { return "scripted" }
func (s *scripted) Dimensions() int { return 1 }
func (s *scripted) Close() error    { s.closed = true; return nil }

func (s *scripted) Health(context.Context) error { return s.health }

func (s *scripted) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	s.mu.Lock()
	s.calls++
	answer := s.answer
	s.mu.Unlock()
	if answer != nil {
		if err := answer(ctx); err != nil {
			return nil, err
		}
	}
	vectors := make([][]float32, len(texts))
	for i := range vectors {
		vectors[i] = []float32{1}
	}
	return vectors, nil
}

func (s *scripted) set(answer func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func fails(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

var (
	errDown   = fmt.Errorf("%w: connection refused", ErrUnavailable)
	errBad    = fmt.Errorf("%w: status 401", ErrRejected)
	oneText   = []string{"pod"}
	guardTest = GuardConfig{FailureThreshold: 3, CoolDown: 10 * time.Second}
)

// trip makes the breaker open.
func trip(t *testing.T, g *Guarded, s *scripted) {
	t.Helper()
	s.set(fails(errDown))
	for range guardTest.FailureThreshold {
		_, err := g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, ErrUnavailable)
	}
}

func TestBreakerOpensAndCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		trip(t, g, inner)
		asked := inner.calls
		require.Equal(t, 3, asked)

		_, err := g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, ErrUnavailable)
		require.ErrorContains(t, err, "not asked again for 10s")
		require.ErrorContains(t, err, "connection refused")
		require.Equal(t, asked, inner.calls, "an open breaker asks nobody")
		require.Equal(t, 10*time.Second, g.Status().RetryIn)

		time.Sleep(10 * time.Second) // the cool-down ends: one probe, which fails
		_, err = g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, ErrUnavailable)
		require.Equal(t, asked+1, inner.calls)
		_, err = g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, ErrUnavailable)
		require.Equal(t, asked+1, inner.calls, "a failed probe starts the next cool-down")

		inner.set(nil)
		time.Sleep(10 * time.Second)
		for range 5 {
			vectors, err := g.Embed(t.Context(), oneText)
			require.NoError(t, err)
			require.Len(t, vectors, 1)
		}
		require.Equal(t, asked+6, inner.calls)
		require.Zero(t, g.Status().RetryIn)
	})
}

func TestHalfOpenLetsOneProbeThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		trip(t, g, inner)
		asked := inner.calls
		time.Sleep(guardTest.CoolDown)

		release := make(chan struct{})
		inner.set(func(context.Context) error { <-release; return nil })
		results := make(chan error, 20)
		for range cap(results) {
			go func() {
				_, err := g.Embed(t.Context(), oneText)
				results <- err
			}()
		}
		synctest.Wait()
		require.Equal(t, asked+1, inner.calls)
		require.Len(t, results, 19, "all but the probe have failed fast")
		close(release)
		synctest.Wait()
		succeeded := 0
		for range cap(results) {
			if err := <-results; err == nil {
				succeeded++
			} else {
				require.ErrorIs(t, err, ErrUnavailable)
			}
		}
		require.Equal(t, 1, succeeded)
	})
}

func TestOnlyConsecutiveUnavailabilityOpens(t *testing.T) {
	t.Parallel()
	inner := &scripted{}
	g := NewGuarded(inner, guardTest)
	for _, answer := range []error{
		errDown, errDown, nil, errDown, errDown, errBad, errDown, errDown,
		context.Canceled, nil, errBad, errBad, errBad, errBad, context.Canceled, context.Canceled, context.Canceled,
	} {
		inner.set(fails(answer))
		_, err := g.Embed(t.Context(), oneText)
		require.Equal(t, answer, err, "what the provider says comes through unchanged")
	}
	require.Equal(t, 17, inner.calls)
}

// A caller that gives up on the probe must not leave the breaker half-open with
// its only place taken.
func TestCanceledProbeDoesNotLockTheBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		trip(t, g, inner)
		time.Sleep(guardTest.CoolDown)
		inner.set(fails(context.Canceled))
		_, err := g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, context.Canceled)

		inner.set(nil)
		time.Sleep(guardTest.CoolDown)
		_, err = g.Embed(t.Context(), oneText)
		require.NoError(t, err)
	})
}

func TestPanicCountsAsFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		inner.set(func(context.Context) error { panic("broken provider") })
		for range guardTest.FailureThreshold {
			require.Panics(t, func() { _, _ = g.Embed(t.Context(), oneText) })
		}
		_, err := g.Embed(t.Context(), oneText)
		require.ErrorIs(t, err, ErrUnavailable)
		require.ErrorContains(t, err, "panicked")
		inner.set(nil)
		time.Sleep(guardTest.CoolDown)
		_, err = g.Embed(t.Context(), oneText)
		require.NoError(t, err)
	})
}

func TestStatusRemembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		require.Equal(t, Status{State: StateUnknown, Since: start}, g.Status())

		time.Sleep(time.Second)
		inner.set(fails(errDown))
		for range 2 {
			_, _ = g.Embed(t.Context(), oneText)
			time.Sleep(time.Second)
		}
		require.Equal(t, Status{
			State: StateDown, Since: start.Add(time.Second),
			LastError: errDown, LastErrorAt: start.Add(2 * time.Second),
		}, g.Status())

		inner.set(fails(context.Canceled))
		before := g.Status()
		_, _ = g.Embed(t.Context(), oneText)
		require.Equal(t, before, g.Status(), "a cancelled call says nothing")

		inner.set(fails(errBad))
		_, _ = g.Embed(t.Context(), oneText)
		require.Equal(t, Status{
			State: StateUp, Since: start.Add(3 * time.Second),
			LastError: errBad, LastErrorAt: start.Add(3 * time.Second),
		}, g.Status(), "a refusal is an answer, and its reason is kept")
	})
}

func TestHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{health: errDown}
		g := NewGuarded(inner, guardTest)
		require.ErrorIs(t, g.Health(t.Context()), errDown, "before the first call the provider is asked")
		inner.health = nil
		require.NoError(t, g.Health(t.Context()))
		require.Zero(t, inner.calls)

		trip(t, g, inner)
		asked := inner.calls
		for range 10 {
			require.ErrorIs(t, g.Health(t.Context()), ErrUnavailable)
		}
		require.Equal(t, asked, inner.calls, "Health does not get round the breaker")

		inner.set(nil)
		time.Sleep(guardTest.CoolDown)
		require.NoError(t, g.Health(t.Context()), "an idle service notices that the provider is back")
		require.Equal(t, StateUp, g.Status().State)
		asked = inner.calls
		require.NoError(t, g.Health(t.Context()))
		require.Equal(t, asked, inner.calls, "while it is up, memory is enough")
	})
}

// A provider that takes longer than a prober waits is slow, not down.
func TestHealthDoesNotShutOutASlowProvider(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{}
		g := NewGuarded(inner, guardTest)
		trip(t, g, inner)
		inner.set(func(ctx context.Context) error {
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ContextError(ctx, "being slow")
			}
		})
		time.Sleep(guardTest.CoolDown)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, g.Health(ctx), ErrUnavailable, "not known in time")
		time.Sleep(3 * time.Second)
		require.Equal(t, StateUp, g.Status().State)
		require.NoError(t, g.Health(t.Context()))
	})
}

func TestObserverSeesEveryCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen []Observation
		cfg := guardTest
		cfg.Observe = func(o Observation) { seen = append(seen, o) }
		inner := &scripted{}
		g := NewGuarded(inner, cfg)
		for _, answer := range []error{nil, errBad, context.Canceled, errDown, errDown, errDown, errDown} {
			inner.set(func(context.Context) error { time.Sleep(time.Second); return answer })
			_, _ = g.Embed(t.Context(), []string{"a", "b"})
		}
		var outcomes []Outcome
		for _, o := range seen {
			outcomes = append(outcomes, o.Outcome)
			require.Equal(t, "scripted", o.Model)
			require.Equal(t, 2, o.Texts)
			if o.Outcome == OutcomeRefused {
				require.Zero(t, o.Duration)
			} else {
				require.Equal(t, time.Second, o.Duration)
			}
		}
		require.Equal(t, []Outcome{
			OutcomeOK, OutcomeRejected, OutcomeCanceled, OutcomeUnavailable, OutcomeUnavailable, OutcomeUnavailable, OutcomeRefused,
		}, outcomes)
	})
}

func TestGuardedPassesThrough(t *testing.T) {
	t.Parallel()
	inner := &scripted{}
	g := NewGuarded(inner, GuardConfig{})
	require.Equal(t, "scripted", g.Model())
	require.Equal(t, 1, g.Dimensions())
	inner.set(fails(errors.New("neither class")))
	_, err := g.Embed(t.Context(), oneText)
	require.EqualError(t, err, "neither class")
	require.NoError(t, g.Close())
	require.True(t, inner.closed)
}
