package cache

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/redis/rueidis"
)

// LockKey names the lock of a key.
var LockKey = lockKey

// Settle waits for what is being loaded and kept.
func (e *Embeddings) Settle() { e.filling.Wait() }

// Listening says whether somebody waits for another process, or is about to.
func (e *Embeddings) Listening() bool {
	e.notifier.mu.Lock()
	defer e.notifier.mu.Unlock()
	return len(e.notifier.listeners) > 0
}

// Wake lets everybody look again who waits for another process.
func (e *Embeddings) Wake() { e.notifier.invalidated(nil) }

// IgnorePace keeps a test machine that is busy from passing for a slow server.
func (e *Embeddings) IgnorePace() { e.gate.pace.floor = time.Hour }

// Pace sets how long a call may take however quick loading is.
func (e *Embeddings) Pace(floor time.Duration) { e.gate.pace.floor = floor }

// What follows switches one mechanism off each, before the first call, to show what it is there to prevent.

// WithoutLocks lets every process believe that it alone loads a key.
func (e *Embeddings) WithoutLocks() {
	e.lockKey = func(key string) string { return lockKey(key + rand.Text()) }
}

// WithoutSharing lets every caller load for itself, as far as locks allow.
func (e *Embeddings) WithoutSharing() {
	e.flightKey = func(want) any { return new(int) }
}

// OnCallersContext lets a load and all that belongs to it end with the caller who began it. That callers leave does not
// count as a failure of the server then.
func (e *Embeddings) OnCallersContext() {
	e.gate.detach = func(ctx context.Context) context.Context { return ctx }
	e.gate.breaker = circuitbreaker.NewBuilder[any]().WithFailureThreshold(1 << 30).Build()
}

// WithoutPush keeps it from whoever waits that a key has changed.
func (e *Embeddings) WithoutPush() {
	e.client.option.OnInvalidations = func([]rueidis.RedisMessage) {}
}

// WithoutProlonging lets locks run out while their holder is loading.
func (e *Embeddings) WithoutProlonging() { e.prolongEvery = time.Hour }
