package server_test

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/server"
)

var (
	_ server.CacheControl = (*catalog.CacheControl)(nil)
	_ server.CacheWarmer  = (*catalog.Warmer)(nil)
)

// fakeCache holds three vectors and remembers what it was told.
type fakeCache struct {
	do          func(context.Context) error // what every method does
	invalidated []catalog.Invalidation
	ttls        map[string]*time.Duration
	asked       int
	progressErr error
}

func (f *fakeCache) all() server.Cache { return server.Cache{Control: f, Warmer: f, Stats: f.stats} }

func withCache(f *fakeCache) func(*server.Config) {
	return func(cfg *server.Config) { cfg.Cache = f.all() }
}

func (f *fakeCache) does(ctx context.Context) error {
	if f.do == nil {
		return nil
	}
	return f.do(ctx)
}

func (f *fakeCache) Invalidate(ctx context.Context, i catalog.Invalidation) (catalog.Invalidated, error) {
	f.invalidated = append(f.invalidated, i)
	return catalog.Invalidated{Entries: 3, Warnings: []string{"careful"}}, f.does(ctx)
}

func (f *fakeCache) SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) ([]string, error) {
	if f.ttls == nil {
		f.ttls = map[string]*time.Duration{}
	}
	f.ttls[playbookID] = ttl
	if playbookID == "unknown" {
		return nil, catalog.ErrPlaybookNotFound
	}
	return []string{}, f.does(ctx)
}

func (f *fakeCache) Progress(ctx context.Context) (catalog.WarmUp, error) {
	return catalog.WarmUp{State: catalog.WarmNever}, errors.Join(f.progressErr, f.does(ctx))
}

func (f *fakeCache) Ask(ctx context.Context) (catalog.WarmUp, error) {
	f.asked++
	return catalog.WarmUp{
		State: catalog.WarmRunning, Model: "a-model", AskedAt: storedAt, FinishedAt: ptr(storedAt),
		Playbooks: catalog.WarmCount{Total: 7, Done: 3}, Queries: catalog.WarmCount{Total: 5},
	}, f.does(ctx)
}

func (f *fakeCache) stats(ctx context.Context) (catalog.CacheStats, error) {
	return catalog.CacheStats{
		Configured: true, Answering: true, Pending: 2,
		Kinds:  []catalog.CacheKindStats{{Kind: "query", Hits: 9, Misses: 1, HitRate: 0.9, LoadTime: 1500 * time.Microsecond}},
		Server: &catalog.CacheServerStats{UsedBytes: 5, MaxBytes: 7, Policy: "allkeys-lru"},
	}, f.does(ctx)
}
