package catalog

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// AskedStore keeps how often texts were searched for.
type AskedStore interface {
	// CountAsked adds counts to those of today, and forgets what is old or rare beyond the bounds.
	CountAsked(ctx context.Context, counts map[string]int) error
}

const (
	maxAsked      = 1000 // different texts between two flushes
	askedInterval = 10 * time.Second
)

// Asked counts which texts are searched for, for warm-ups. Counts are written now and then, never on the path of a search;
// what a process that dies has not written is lost. The zero value is not usable; it is safe for concurrent use.
type Asked struct {
	store  AskedStore
	logger *slog.Logger

	mu     sync.Mutex
	counts map[string]int
}

// NewAsked makes an Asked.
func NewAsked(store AskedStore, logger *slog.Logger) *Asked {
	return &Asked{store: store, logger: logger, counts: map[string]int{}}
}

// Count notes that a normalised text was searched for. Beyond a bound, texts that are new are not counted until the next flush. A
// nil Asked counts nothing.
func (a *Asked) Count(text string) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.counts[text]; known || len(a.counts) < maxAsked {
		a.counts[text]++
	}
}

// Run writes the counts until the context ends, and once more then.
func (a *Asked) Run(ctx context.Context) {
	ticker := time.NewTicker(askedInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			a.flush(last)
			return
		case <-ticker.C:
			a.flush(ctx)
		}
	}
}

func (a *Asked) flush(ctx context.Context) {
	a.mu.Lock()
	counts := a.counts
	a.counts = make(map[string]int, len(counts))
	a.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	if err := a.store.CountAsked(ctx, counts); err != nil {
		a.logger.WarnContext(ctx, "cannot note which texts were searched for", "texts", len(counts), "error", err)
		a.giveBack(counts)
	}
}

// giveBack keeps counts for the next flush, as far as there is room.
func (a *Asked) giveBack(counts map[string]int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		if _, known := a.counts[text]; known || len(a.counts) < maxAsked {
			a.counts[text] += counts[text]
		}
	}
}
