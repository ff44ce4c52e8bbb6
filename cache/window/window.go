// Package window counts what happened lately.
package window

import (
	"sync"
	"time"
)

// The window over which the recent hit rate is taken, and the steps in which it slides.
const (
	Length     = 10 * time.Minute
	stepLength = 10 * time.Second
	steps      = int64(Length / stepLength)
)

// Share gives a part of a whole, 0 of none.
func Share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Window counts requests and hits within Length. It is safe for concurrent use. The zero value is ready.
type Window struct {
	mu    sync.Mutex
	steps [steps]step
}

type step struct {
	number      int64 // since the epoch
	asked, hits int64
}

// Add counts one request.
func (w *Window) Add(now time.Time, hit bool) {
	number := now.Unix() / int64(stepLength/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.steps[number%steps]
	if s.number != number {
		*s = step{number: number}
	}
	s.asked++
	if hit {
		s.hits++
	}
}

// Sum gives what was counted within the window that ends now.
func (w *Window) Sum(now time.Time) (asked, hits int64) {
	number := now.Unix() / int64(stepLength/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.steps {
		if s.number > number-steps && s.number <= number {
			asked, hits = asked+s.asked, hits+s.hits
		}
	}
	return asked, hits
}
