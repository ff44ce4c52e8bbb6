package app

import (
	"context"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/catalog"
)

// cacheStats puts the figures of both caches together. Its error is that of the context.
func (s *Service) cacheStats(ctx context.Context) (catalog.CacheStats, error) {
	out := catalog.CacheStats{Configured: s.cache != nil, Kinds: []catalog.CacheKindStats{}}
	if s.cache != nil {
		stats := s.cache.Stats(ctx)
		out.Answering, out.ClientCaching, out.Pending = stats.Answering, stats.ClientCaching, stats.PendingPlaybooks
		for _, kind := range cache.Kinds() {
			out.Kinds = append(out.Kinds, vectorStats(kind, stats.Kinds[kind]))
		}
		if stats.Server != nil {
			out.Server = &catalog.CacheServerStats{
				UsedBytes: stats.Server.UsedBytes, MaxBytes: stats.Server.MaxBytes,
				Policy: stats.Server.Policy, EvictedKeys: stats.Server.EvictedKeys,
			}
		}
	}
	if s.results != nil {
		out.Kinds = append(out.Kinds, resultStats(s.results.Stats()))
	}
	return out, ctx.Err()
}

func vectorStats(kind cache.Kind, k cache.KindStats) catalog.CacheKindStats {
	return catalog.CacheKindStats{
		Kind: string(kind), Hits: k.Hits(), Misses: k.Misses + k.Waits, HitRate: k.HitRate(), RecentHitRate: k.RecentHitRate(),
		Loads: k.Loads, LoadErrors: k.LoadErrors, LoadTime: k.LoadTime, LockWaits: k.LockWaits, Errors: k.Errors,
		Keys: k.Keys, Bytes: k.Bytes,
	}
}

func resultStats(r results.Stats) catalog.CacheKindStats {
	return catalog.CacheKindStats{
		Kind: "result", Hits: r.Hits, Misses: r.Misses, HitRate: r.HitRate(), RecentHitRate: r.RecentHitRate(),
		Loads: r.Misses,
		Keys:  int64(r.Answers), Bytes: int64(r.Bytes), //nolint:gosec // bounded by the settings
	}
}
