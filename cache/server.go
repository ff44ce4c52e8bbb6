package cache

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/rueidis"
)

// serverLookPause is the time between two looks at how the server is set up.
const serverLookPause = time.Minute

// ServerStats is what the server says of itself, summed over the nodes of a cluster.
type ServerStats struct {
	UsedBytes   int64
	MaxBytes    int64  // 0 when the memory of a node is not bounded
	Policy      string // maxmemory-policy; of a node that evicts nothing, if there is one
	EvictedKeys int64
}

const noEviction = "noeviction"

// flaw says why the server is not fit for a cache, empty when it is.
func (s ServerStats) flaw() string {
	switch {
	case s.MaxBytes == 0:
		return "its memory is not bounded: set maxmemory"
	case s.Policy == noEviction:
		return "it takes nothing more when it is full: set maxmemory-policy to allkeys-lru, and give the audit queue a server of its own"
	default:
		return ""
	}
}

// server asks every node.
func (e *Embeddings) server(ctx context.Context) (ServerStats, error) {
	var sum ServerStats
	err := e.gate.do(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		bounded := true
		for _, node := range conn.Nodes() {
			text, err := node.Do(ctx, node.B().Info().Build()).ToString()
			if err != nil {
				return true, err
			}
			one := statsOf(parseInfo(text))
			sum.UsedBytes += one.UsedBytes
			sum.MaxBytes += one.MaxBytes
			sum.EvictedKeys += one.EvictedKeys
			bounded = bounded && one.MaxBytes > 0
			if sum.Policy == "" || one.Policy == noEviction {
				sum.Policy = one.Policy
			}
		}
		if !bounded {
			sum.MaxBytes = 0
		}
		return true, nil
	})
	return sum, err
}

func statsOf(said map[string]string) ServerStats {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(said[name], 10, 64) // 0 when the server does not say
		return n
	}
	return ServerStats{
		UsedBytes: number("used_memory"), MaxBytes: number("maxmemory"), Policy: said["maxmemory_policy"],
		EvictedKeys: number("evicted_keys"),
	}
}

// serverWatch says when the server is not fit for a cache, or cannot do what it should, and when that changes.
type serverWatch struct {
	cache     *Embeddings
	next      time.Time
	flaw      string
	untracked bool
}

func (w *serverWatch) look(ctx context.Context) {
	if time.Now().Before(w.next) {
		return
	}
	server, err := w.cache.server(ctx)
	if err != nil {
		return
	}
	w.next = time.Now().Add(serverLookPause)
	log := w.cache.log
	if flaw := server.flaw(); flaw != w.flaw {
		w.flaw = flaw
		if flaw == "" {
			log.InfoContext(ctx, "the server is fit for a cache now")
		} else {
			log.WarnContext(ctx, "the server is not fit for a cache", "reason", flaw)
		}
	}
	if untracked := w.cache.client.untracked.Load(); untracked != w.untracked {
		w.untracked = untracked
		log.WarnContext(ctx, "the cache's server does not track keys (CLIENT TRACKING): nothing is cached in this process")
	}
}
