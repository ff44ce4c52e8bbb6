package cache

import (
	"sync"
	"time"
)

// The window over which the recent hit rate is taken, and the steps in which it slides.
const (
	WindowLength = 10 * time.Minute
	windowStep   = 10 * time.Second
	windowSteps  = int64(WindowLength / windowStep)
)

// window counts what happened lately. The zero value is ready.
type window struct {
	mu    sync.Mutex
	steps [windowSteps]step
}

type step struct {
	number      int64 // since the epoch
	asked, hits int64
}

func (w *window) add(now time.Time, hit bool) {
	number := now.Unix() / int64(windowStep/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.steps[number%windowSteps]
	if s.number != number {
		*s = step{number: number}
	}
	s.asked++
	if hit {
		s.hits++
	}
}

// sum gives what was counted within the window that ends now.
func (w *window) sum(now time.Time) (asked, hits int64) {
	number := now.Unix() / int64(windowStep/time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.steps {
		if s.number > number-windowSteps && s.number <= number {
			asked, hits = asked+s.asked, hits+s.hits
		}
	}
	return asked, hits
}
