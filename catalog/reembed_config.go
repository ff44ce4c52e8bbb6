package catalog

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/kubernaut/datastorage/embedding"
)

// Defaults of Reembed.
const (
	DefaultReembedBatch       = 16
	DefaultReembedConcurrency = 4
	DefaultReembedLease       = 2 * time.Minute
	DefaultReembedPatience    = 5 * time.Minute
)

// ReembedConfig says how the catalog gets the vectors of another model. Store, Embedder and To are required.
type ReembedConfig struct {
	Store interface {
		VectorStore
		ModelStore
	}
	Embedder embedding.Embedder
	To       ModelState // ModelStandby or ModelServing: what becomes of the model once it is complete

	Concurrency int           // batches in work at once
	BatchSize   int           // versions in one batch
	PerSecond   float64       // texts given to the model at most, 0 for no bound
	Lease       time.Duration // for which a batch belongs to this process
	Patience    time.Duration // without any progress, before it gives up

	Actor Actor
	// Progress is told how many of the versions that lacked a vector at the start have one. It may be nil.
	Progress func(done, total int)
}

func (c ReembedConfig) withDefaults() ReembedConfig {
	if c.Concurrency <= 0 {
		c.Concurrency = DefaultReembedConcurrency
	}
	if c.BatchSize <= 0 {
		c.BatchSize = DefaultReembedBatch
	}
	if c.Lease <= 0 {
		c.Lease = DefaultReembedLease
	}
	if c.Patience <= 0 {
		c.Patience = DefaultReembedPatience
	}
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	if c.PerSecond > 0 {
		// What waits for its turn must not lose its lease: batches become so small that all of them are through in half of it.
		affordable := int(c.PerSecond * c.Lease.Seconds() / float64(2*c.Concurrency))
		c.BatchSize = max(1, min(c.BatchSize, affordable))
	}
	return c
}

// metered is an embedder that counts the texts that it is given, and takes a bounded number of them per second.
type metered struct {
	embedding.Embedder

	limiter *rate.Limiter
	texts   atomic.Int64
}

// newMetered bounds nothing for a rate of 0. No call may have more texts than burst.
func newMetered(embedder embedding.Embedder, perSecond float64, burst int) *metered {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	return &metered{Embedder: embedder, limiter: rate.NewLimiter(limit, burst)}
}

// Embed implements embedding.Embedder.
func (m *metered) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := m.limiter.WaitN(ctx, len(texts)); err != nil {
		return nil, fmt.Errorf("wait for the turn: %w", err)
	}
	m.texts.Add(int64(len(texts)))
	return m.Embedder.Embed(ctx, texts)
}
