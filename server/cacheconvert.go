package server

import (
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func cacheStats(s *catalog.CacheStats) apiserver.CacheStats {
	out := apiserver.CacheStats{
		Configured: s.Configured, Answering: s.Answering, ClientCaching: s.ClientCaching,
		PendingInvalidations: int32Must(s.Pending), Kinds: make([]apiserver.CacheKindStats, len(s.Kinds)),
	}
	for i := range s.Kinds {
		out.Kinds[i] = cacheKind(&s.Kinds[i])
	}
	if s.Server != nil {
		out.Server = &apiserver.CacheServerStats{
			UsedMemoryBytes: s.Server.UsedBytes, MaxMemoryBytes: s.Server.MaxBytes,
			MaxmemoryPolicy: s.Server.Policy, EvictedKeys: s.Server.EvictedKeys,
		}
	}
	return out
}

func cacheKind(k *catalog.CacheKindStats) apiserver.CacheKindStats {
	return apiserver.CacheKindStats{
		Kind: k.Kind, Hits: k.Hits, Misses: k.Misses,
		HitRate: k.HitRate, RecentHitRate: k.RecentHitRate, Loads: k.Loads, LoadErrors: k.LoadErrors,
		LoadMs: float64(k.LoadTime.Microseconds()) / 1000, LockWaits: k.LockWaits, Errors: k.Errors,
		Keys: k.Keys, Bytes: k.Bytes,
	}
}

func warmUp(w *catalog.WarmUp) apiserver.CacheWarmUp {
	out := apiserver.CacheWarmUp{
		State: apiserver.CacheWarmUpState(w.State), Model: optional(w.Model), Error: optional(w.Error),
		Playbooks: warmCount(w.Playbooks), Queries: warmCount(w.Queries), FinishedAt: utc(w.FinishedAt),
	}
	if !w.AskedAt.IsZero() {
		out.AskedAt = utc(&w.AskedAt)
	}
	return out
}

func warmCount(c catalog.WarmCount) apiserver.CacheWarmCount {
	return apiserver.CacheWarmCount{Total: int32Must(c.Total), Done: int32Must(c.Done)}
}
