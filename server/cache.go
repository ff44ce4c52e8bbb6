package server

import (
	"context"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// Cache is the cache as the server uses it. All fields are required.
type Cache struct {
	Control CacheControl
	Warmer  CacheWarmer
	Stats   func(ctx context.Context) (catalog.CacheStats, error)
}

// CacheControl empties the cache. *catalog.CacheControl is one.
type CacheControl interface {
	Invalidate(ctx context.Context, i catalog.Invalidation) (catalog.Invalidated, error)
	SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) (warnings []string, err error)
}

// CacheWarmer fills it. *catalog.Warmer is one.
type CacheWarmer interface {
	Progress(ctx context.Context) (catalog.WarmUp, error)
	Ask(ctx context.Context) (catalog.WarmUp, error)
}

// InvalidateCache removes what is cached of all playbooks.
func (a *api) InvalidateCache(ctx context.Context, _ apiserver.InvalidateCacheRequestObject) (apiserver.InvalidateCacheResponseObject, error) {
	answer, err := a.invalidate(ctx, "")
	if err != nil {
		return nil, err
	}
	return apiserver.InvalidateCache200JSONResponse{CacheInvalidatedJSONResponse: answer}, nil
}

// InvalidatePlaybookCache removes what is cached of one playbook.
func (a *api) InvalidatePlaybookCache(ctx context.Context, req apiserver.InvalidatePlaybookCacheRequestObject) (apiserver.InvalidatePlaybookCacheResponseObject, error) {
	answer, err := a.invalidate(ctx, req.PlaybookId)
	if err != nil {
		return nil, err
	}
	return apiserver.InvalidatePlaybookCache200JSONResponse{CacheInvalidatedJSONResponse: answer}, nil
}

func (a *api) invalidate(ctx context.Context, playbookID string) (apiserver.CacheInvalidatedJSONResponse, error) {
	done, err := a.cache.Control.Invalidate(ctx, catalog.Invalidation{PlaybookID: playbookID, Actor: callFrom(ctx).actor})
	if err != nil {
		return apiserver.CacheInvalidatedJSONResponse{}, err
	}
	return apiserver.CacheInvalidatedJSONResponse{
		Body: apiserver.CacheInvalidation{Invalidated: done.Entries, Warnings: done.Warnings},
	}, nil
}

// SetPlaybookCacheTTL says for how long the vectors of a playbook are cached.
func (a *api) SetPlaybookCacheTTL(ctx context.Context, req apiserver.SetPlaybookCacheTTLRequestObject) (apiserver.SetPlaybookCacheTTLResponseObject, error) {
	var ttl *time.Duration
	if seconds := req.Body.TtlSeconds; seconds != nil {
		ttl = pointerTo(time.Duration(*seconds) * time.Second)
	}
	warnings, err := a.cache.Control.SetTTL(ctx, req.PlaybookId, ttl)
	if err != nil {
		return nil, err
	}
	return apiserver.SetPlaybookCacheTTL200JSONResponse{Body: apiserver.CacheTTL{
		PlaybookId: req.PlaybookId, TtlSeconds: req.Body.TtlSeconds, Warnings: warnings,
	}}, nil
}

// GetCacheStats says what the cache does.
func (a *api) GetCacheStats(ctx context.Context, _ apiserver.GetCacheStatsRequestObject) (apiserver.GetCacheStatsResponseObject, error) {
	stats, err := a.cache.Stats(ctx)
	if err != nil {
		return nil, err
	}
	return apiserver.GetCacheStats200JSONResponse{Body: cacheStats(&stats)}, nil
}

// GetCacheWarmUp says how far the last warm-up is.
func (a *api) GetCacheWarmUp(ctx context.Context, _ apiserver.GetCacheWarmUpRequestObject) (apiserver.GetCacheWarmUpResponseObject, error) {
	progress, err := a.cache.Warmer.Progress(ctx)
	if err != nil {
		return nil, err
	}
	return apiserver.GetCacheWarmUp200JSONResponse{CacheWarmUpJSONResponse: apiserver.CacheWarmUpJSONResponse{Body: warmUp(&progress)}}, nil
}

// WarmCache lets a process warm the cache up.
func (a *api) WarmCache(ctx context.Context, _ apiserver.WarmCacheRequestObject) (apiserver.WarmCacheResponseObject, error) {
	progress, err := a.cache.Warmer.Ask(ctx)
	if err != nil {
		return nil, err
	}
	return apiserver.WarmCache202JSONResponse{CacheWarmUpJSONResponse: apiserver.CacheWarmUpJSONResponse{Body: warmUp(&progress)}}, nil
}
