// Package results keeps the answers to searches in the memory of the process.
//
// It is a decorator of catalog.Store. It knows no Redis and no SQL: what makes an answer stale is the generation of the
// catalog alone.
package results

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kubernaut/datastorage/cache/window"
	"github.com/kubernaut/datastorage/catalog"
)

// Config bounds what a Store keeps. All fields but Requested are required.
type Config struct {
	Store    catalog.Store
	MaxBytes int           // estimated size of all answers
	TTL      time.Duration // age at which an answer is forgotten, whatever the generation says
	// Requested is told of every search: hit is whether it was answered from memory. It must not block.
	Requested func(hit bool)
}

// Store is a catalog.Store that answers repeated searches from the memory of this process.
//
// An answer is kept with the generation of the catalog that was read before the search, and counts only for a search
// that reads the same generation itself. A search that begins after a change was acknowledged, by any process, reads a
// later one; so it never gets an answer from before the change. What depends on no generation is nothing: all other
// methods go to the store.
type Store struct {
	catalog.Store

	answers   *otter.Cache[key, answer]
	requested func(hit bool)
	hits      atomic.Int64
	misses    atomic.Int64
	recent    window.Window
}

// key is a digest of everything that a search asks.
type key [sha256.Size]byte

type answer struct {
	generation int64
	matches    catalog.Matches
}

// New puts a Store before another one.
func New(cfg Config) (*Store, error) {
	if cfg.Store == nil || cfg.MaxBytes <= 0 || cfg.TTL <= 0 {
		return nil, fmt.Errorf("result cache: a store, a positive size and a positive TTL are required")
	}
	answers, err := otter.New(&otter.Options[key, answer]{
		MaximumWeight:    uint64(cfg.MaxBytes),
		Weigher:          func(_ key, r answer) uint32 { return r.weight() },
		ExpiryCalculator: otter.ExpiryWriting[key, answer](cfg.TTL),
	})
	if err != nil {
		return nil, fmt.Errorf("result cache: %w", err)
	}
	r := &Store{Store: cfg.Store, answers: answers, requested: cfg.Requested}
	if r.requested == nil {
		r.requested = func(bool) {}
	}
	return r, nil
}

// Search implements catalog.Store. Unless the caller has read the generation already, it costs one short query for that,
// and the search itself unless the answer is in memory.
func (r *Store) Search(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	generation := q.Generation
	if generation == 0 {
		var err error
		if generation, err = r.Generation(ctx); err != nil {
			return catalog.Matches{}, err
		}
	}
	q.Generation = 0 // it says when an answer counts, not what was asked
	k, err := keyOf(q)
	if err != nil {
		return catalog.Matches{}, err
	}
	if kept, found := r.answers.GetIfPresent(k); found && kept.generation == generation {
		r.count(true)
		return kept.copy(), nil
	}
	r.count(false)
	matches, err := r.Store.Search(ctx, q)
	if err != nil {
		return catalog.Matches{}, err
	}
	kept := answer{generation, matches}
	kept.matches.Hits = slices.Clone(matches.Hits)
	r.answers.Set(k, kept)
	return matches, nil
}

// Clear forgets all answers of this process, and gives their number.
func (r *Store) Clear() int {
	n := r.answers.EstimatedSize()
	r.answers.InvalidateAll()
	return n
}

func (r *Store) count(hit bool) {
	if hit {
		r.hits.Add(1)
	} else {
		r.misses.Add(1)
	}
	r.recent.Add(time.Now(), hit)
	r.requested(hit)
}

// Stats is what a Store has done since it was made, and what it holds.
type Stats struct {
	Hits, Misses            int64
	RecentAsked, RecentHits int64 // within window.Length
	Answers                 int
	Bytes                   uint64 // estimated
}

// HitRate is the share of searches that were answered from memory, 0 when there was none.
func (s Stats) HitRate() float64 { return window.Share(s.Hits, s.Hits+s.Misses) }

// RecentHitRate is HitRate within window.Length.
func (s Stats) RecentHitRate() float64 { return window.Share(s.RecentHits, s.RecentAsked) }

// Stats gives the figures.
func (r *Store) Stats() Stats {
	s := Stats{Hits: r.hits.Load(), Misses: r.misses.Load(), Answers: r.answers.EstimatedSize(), Bytes: r.answers.WeightedSize()}
	s.RecentAsked, s.RecentHits = r.recent.Sum(time.Now())
	return s
}

// copy gives the answer with a list of its own, so that a caller that orders or cuts it does not change what is kept.
func (r *answer) copy() catalog.Matches {
	matches := r.matches
	matches.Hits = slices.Clone(matches.Hits)
	matches.Cached = true
	return matches
}

// keyOf covers every field of a query, those that are added later included: all but the vector is hashed in its JSON form.
func keyOf(q catalog.SearchQuery) (key, error) {
	digest := sha256.New()
	vector := make([]byte, 0, 8+4*len(q.Vector))
	vector = binary.LittleEndian.AppendUint64(vector, uint64(len(q.Vector)))
	for _, x := range q.Vector {
		vector = binary.LittleEndian.AppendUint32(vector, math.Float32bits(x))
	}
	_, _ = digest.Write(vector)
	q.Vector = nil
	rest, err := json.Marshal(q)
	if err != nil {
		return key{}, fmt.Errorf("key of a search: %w", err)
	}
	_, _ = digest.Write(rest)
	return key(digest.Sum(nil)), nil
}

// weight estimates the bytes that an answer takes: its texts, and for each hit and label what surrounds them.
func (r *answer) weight() uint32 {
	const perAnswer, perHit, perLabel = 200, 400, 64
	bytes := perAnswer
	for i := range r.matches.Hits {
		hit := &r.matches.Hits[i]
		bytes += perHit + len(hit.PlaybookID) + len(hit.Version) + len(hit.Title) + len(hit.Description) +
			len(hit.Owner) + len(hit.Content)
		if hit.Text != nil {
			for _, word := range hit.Text.Words {
				bytes += perLabel + len(word)
			}
		}
		for name, value := range hit.Labels.Values {
			bytes += perLabel + len(name) + len(value)
		}
		for name, values := range hit.Labels.Custom {
			bytes += perLabel + len(name)
			for _, value := range values {
				bytes += perLabel + len(value)
			}
		}
	}
	return uint32(min(bytes, math.MaxUint32)) //nolint:gosec // bounded
}
