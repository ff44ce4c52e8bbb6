package cache

import (
	"context"
	"time"

	"github.com/kubernaut/datastorage/cache/window"
)

// Stats is what the cache has done since the start of this process, and what its server holds.
type Stats struct {
	Kinds map[Kind]KindStats
	// Server is nil when the server could not be asked.
	Server *ServerStats
	// Answering says whether the server is asked at present. While it does not answer in time, it is left alone.
	Answering bool
	// ClientCaching says whether entries are kept in this process too, as far as that is known.
	ClientCaching bool
	// PendingPlaybooks is how many playbooks have entries that are still to be removed; AllPending says that all have.
	PendingPlaybooks int
	AllPending       bool
}

// KindStats is what was done for one kind of vector.
type KindStats struct {
	HitsLocal, HitsRedis, Misses, Waits, Errors int64 // vectors that were asked for, by result

	RecentAsked, RecentHits int64 // those within window.Length

	Loads, LoadErrors, Loaded int64         // calls, calls that failed, vectors that came of them
	LoadTime                  time.Duration // in all
	LockWaits                 int64         // waits for another process

	BytesRead, BytesWritten int64 // of values, from and to the server

	Usage
}

// Usage is what the server holds. Keys and bytes are 0 when it could not be asked.
type Usage struct {
	Keys    int64
	Bytes   int64 // estimated from a sample
	AtLeast bool  // there was no time to count them all
}

// Hits are the vectors that were there.
func (k KindStats) Hits() int64 { return k.HitsLocal + k.HitsRedis }

// HitRate is the share of vectors that were there, 0 when none was asked for.
func (k KindStats) HitRate() float64 {
	return window.Share(k.Hits(), k.Hits()+k.Misses+k.Waits+k.Errors)
}

// RecentHitRate is HitRate within window.Length.
func (k KindStats) RecentHitRate() float64 { return window.Share(k.RecentHits, k.RecentAsked) }

// Stats gives the figures. What the server is asked for takes a second at most, and is asked once in ten.
func (e *Embeddings) Stats(ctx context.Context) Stats {
	s := Stats{
		Kinds: map[Kind]KindStats{}, Answering: e.Answering(), ClientCaching: e.clientCaching(),
	}
	s.PendingPlaybooks, s.AllPending = e.pending.size()
	held := e.usage.get(ctx, e.measure)
	s.Server = held.server
	for _, kind := range Kinds() {
		k := e.tally.of(kind).snapshot(time.Now())
		k.Usage = held.kinds[kind]
		s.Kinds[kind] = k
	}
	return s
}

// Answering says whether the server is asked at present, see Stats.
func (e *Embeddings) Answering() bool { return e.gate.isOpen() }

// PendingInvalidations is how many playbooks have entries that are still to be removed, a great number when all have.
func (e *Embeddings) PendingInvalidations() int {
	playbooks, all := e.pending.size()
	if all {
		return maxPending
	}
	return playbooks
}

func (k *kindTally) snapshot(now time.Time) KindStats {
	s := KindStats{
		HitsLocal: k.hitsLocal.Load(), HitsRedis: k.hitsRedis.Load(), Misses: k.misses.Load(), Waits: k.waits.Load(),
		Errors: k.errors.Load(), Loads: k.loads.Load(), LoadErrors: k.loadErrors.Load(), Loaded: k.vectors.Load(),
		LoadTime: time.Duration(k.loadTime.Load()), LockWaits: k.lockWaits.Load(),
		BytesRead: k.read.Load(), BytesWritten: k.written.Load(),
	}
	s.RecentAsked, s.RecentHits = k.recent.Sum(now)
	return s
}

func (e *Embeddings) clientCaching() bool { return e.local && !e.client.untracked.Load() }
