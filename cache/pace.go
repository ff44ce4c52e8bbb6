package cache

import (
	"sync"
	"time"
)

const (
	// paceWeight is the share of the newest measurement in a moving average.
	paceWeight = 0.1
	// paceCalls is how many calls are measured before anything is concluded.
	paceCalls = 16
	// paceTime is how long the server has to be slow.
	paceTime = 500 * time.Millisecond
	// paceFloor is how long a call may take however quick loading is. Below it, a noisy machine could be taken for a slow
	// server.
	paceFloor = 5 * time.Millisecond
)

// pace compares how long the server takes with how long it takes to do without.
type pace struct {
	floor time.Duration

	mu    sync.Mutex
	calls int
	since time.Time     // that calls are slow, zero when they are not
	call  time.Duration // moving average
	load  time.Duration // likewise, of one vector; 0 before the first
}

// called notes a call, and reports whether calls have been slower than loading for some time.
func (p *pace) called(took time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	p.call = average(p.call, took, p.calls == 1)
	switch {
	case p.calls < paceCalls || !p.slow(p.call):
		p.since = time.Time{}
	case p.since.IsZero():
		p.since = time.Now()
	}
	return !p.since.IsZero() && time.Since(p.since) > paceTime
}

// loaded notes how long one vector took to load.
func (p *pace) loaded(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load = average(p.load, took, p.load == 0)
}

// tooSlow reports whether a call that took so long is slower than loading.
func (p *pace) tooSlow(took time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slow(took)
}

// reset forgets the calls.
func (p *pace) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls, p.call, p.since = 0, 0, time.Time{}
}

func (p *pace) slow(took time.Duration) bool { return p.load > 0 && took > max(p.load, p.floor) }

func average(before, now time.Duration, first bool) time.Duration {
	if first {
		return now
	}
	return before + time.Duration(paceWeight*float64(now-before))
}
