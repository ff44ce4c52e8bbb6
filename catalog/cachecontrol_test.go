package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/validation"
)

// controlled is a store and a cache of vectors that count what is done to them.
type controlled struct {
	catalog.CacheStore

	stored, cached, recorded []string
	err                      error // of the cache
}

func (c *controlled) SetCacheTTL(_ context.Context, playbookID string, _ *time.Duration) error {
	c.stored = append(c.stored, playbookID)
	if playbookID == "unknown" {
		return catalog.ErrPlaybookNotFound
	}
	return nil
}

func (c *controlled) RecordInvalidation(_ context.Context, i catalog.Invalidation) error {
	c.recorded = append(c.recorded, i.PlaybookID)
	return nil
}

type controlledVectors struct{ *controlled }

func (c controlledVectors) Invalidate(_ context.Context, playbookID string) (int64, error) {
	c.cached = append(c.cached, playbookID)
	return 2, c.err
}

func (c controlledVectors) InvalidateAll(ctx context.Context) (int64, error) {
	return c.Invalidate(ctx, "*")
}

func (c controlledVectors) SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) error {
	return errors.Join(c.SetCacheTTL(ctx, playbookID, ttl), c.err)
}

func TestTTLIsSetOnce(t *testing.T) {
	t.Parallel()
	minute, never := time.Minute, 366*24*time.Hour
	for name, withCache := range map[string]bool{"with a cache": true, "without one": false} {
		c := &controlled{}
		control := catalog.CacheControl{Store: c}
		if withCache {
			control.Vectors = controlledVectors{c}
		}
		warnings, err := control.SetTTL(t.Context(), "a", &minute)
		require.NoError(t, err, name)
		require.Empty(t, warnings, name)
		require.Equal(t, []string{"a"}, c.stored, name)
		_, err = control.SetTTL(t.Context(), "unknown", nil)
		require.ErrorIs(t, err, catalog.ErrPlaybookNotFound, name)
		_, err = control.SetTTL(t.Context(), "a", &never)
		require.ErrorIs(t, err, validation.ErrInvalid, name)
	}
}

func TestCacheThatIsAwayIsAWarning(t *testing.T) {
	t.Parallel()
	c := &controlled{err: fmt.Errorf("%w: refused", catalog.ErrCacheAway)}
	control := catalog.CacheControl{Store: c, Vectors: controlledVectors{c}}
	minute := time.Minute
	warnings, err := control.SetTTL(t.Context(), "a", &minute)
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	for _, id := range []string{"a", ""} {
		done, err := control.Invalidate(t.Context(), catalog.Invalidation{PlaybookID: id})
		require.NoError(t, err)
		require.Len(t, done.Warnings, 1)
		require.EqualValues(t, 2, done.Entries)
	}
	require.Equal(t, []string{"a", ""}, c.recorded)
	require.Equal(t, []string{"a", "*"}, c.cached)
}
