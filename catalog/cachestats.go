package catalog

import "time"

// CacheStats is what a cache does, in the process that tells it and since its start.
type CacheStats struct {
	Configured    bool // is there a server for the cache
	Answering     bool // is the server asked at present
	ClientCaching bool // are entries kept in the process too
	Pending       int  // playbooks with entries that are still to be removed
	Kinds         []CacheKindStats
	Server        *CacheServerStats // nil when it could not be asked
}

// CacheKindStats is what was done for one kind of entry: playbook, query or result.
type CacheKindStats struct {
	Kind                   string
	Hits, Misses           int64
	HitRate, RecentHitRate float64 // 0 to 1, since the start and in the last minutes
	Loads, LoadErrors      int64
	LoadTime               time.Duration // of all loads
	LockWaits, Errors      int64
	Keys, Bytes            int64
}

// CacheServerStats is what the server of a cache says of itself.
type CacheServerStats struct {
	UsedBytes, MaxBytes int64 // no bound is 0
	Policy              string
	EvictedKeys         int64
}
