package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Invalidation tells of a call from outside that empties the cache.
type Invalidation struct {
	PlaybookID string // empty for all playbooks
	Actor      Actor
	RequestID  string
}

// Invalidated is what came of an Invalidation.
type Invalidated struct {
	Entries  int64 // that were removed: vectors on the server of the cache, and answers in the memory of this process
	Warnings []string
}

// InvalidationStore notes that the cache was emptied.
type InvalidationStore interface {
	// RecordInvalidation lets the generation grow, so that no process answers a search from before, and writes an event
	// into the audit trail, in one transaction. Error: ErrUnavailable.
	RecordInvalidation(ctx context.Context, i Invalidation) error
}

// CacheVectors is a VectorCache with what people do to it.
type CacheVectors interface {
	VectorCache

	// InvalidateAll is Invalidate for all playbooks.
	InvalidateAll(ctx context.Context) (int64, error)
	// SetTTL does what CacheStore.SetCacheTTL does, for what is cached already too. Errors: those of that; ErrCacheAway
	// when only the latter has to wait.
	SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) error
}

// ErrCacheAway says that the cache could not be reached. What was to be done to it is made up for.
var ErrCacheAway = errors.New("the cache is not available")

// CacheControl is what people do to the cache. Store is required; the others may be nil for what there is not.
type CacheControl struct {
	Store interface {
		InvalidationStore
		CacheStore
	}
	Vectors CacheVectors
	Results interface{ Clear() int }
}

const cacheAway = "the cache could not be reached: what it holds is removed when it answers again. Nothing that is served depends on it"

// Invalidate removes what is cached of one playbook, or of all when none is named. Answers to searches are not sorted by
// playbook: all of them end. Errors: *validation.Error, ErrUnavailable.
func (c *CacheControl) Invalidate(ctx context.Context, i Invalidation) (Invalidated, error) {
	if i.PlaybookID != "" {
		if err := CheckPlaybookID(i.PlaybookID); err != nil {
			return Invalidated{}, err
		}
	}
	i.RequestID = RequestID(ctx)
	if err := c.Store.RecordInvalidation(ctx, i); err != nil {
		return Invalidated{}, err
	}
	out := Invalidated{Warnings: []string{}}
	if c.Results != nil {
		out.Entries = int64(c.Results.Clear())
	}
	removed, err := c.removeVectors(ctx, i.PlaybookID)
	out.Entries += removed
	if err != nil {
		out.Warnings = append(out.Warnings, cacheAway)
	}
	return out, nil
}

func (c *CacheControl) removeVectors(ctx context.Context, playbookID string) (int64, error) {
	switch {
	case c.Vectors == nil:
		return 0, nil
	case playbookID == "":
		return c.Vectors.InvalidateAll(ctx)
	default:
		return c.Vectors.Invalidate(ctx, playbookID)
	}
}

// SetTTL says for how long the vectors of a playbook are cached, nil for as long as those of others. It gives warnings.
// Errors: *validation.Error, ErrPlaybookNotFound, ErrUnavailable.
func (c *CacheControl) SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) ([]string, error) {
	var v validation.Violations
	checkID(&v, playbookID)
	if ttl != nil && (*ttl < MinCacheTTL || *ttl > MaxCacheTTL) {
		v.Add("/ttl_seconds", "must be between %d and %d", int(MinCacheTTL.Seconds()), int(MaxCacheTTL.Seconds()))
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	set := c.Store.SetCacheTTL
	if c.Vectors != nil {
		set = c.Vectors.SetTTL
	}
	switch err := set(ctx, playbookID, ttl); {
	case errors.Is(err, ErrCacheAway):
		return []string{cacheAway}, nil
	case err != nil:
		return nil, err
	}
	return []string{}, nil
}
