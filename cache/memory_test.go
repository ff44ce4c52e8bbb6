package cache_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// wideEmbedder gives vectors as long as those of the default model.
type wideEmbedder struct{ countingEmbedder }

func (*wideEmbedder) Dimensions() int { return 384 }

func (*wideEmbedder) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = make([]float32, 384)
		copy(vectors[i], vectorsOf(text)[0])
	}
	return vectors, nil
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // a size
}

// The memory of the process holds what is configured, however much is read. Not parallel: it measures the whole heap.
func TestLocalMemoryIsBounded(t *testing.T) {
	const entries, batch = 3000, 100
	url := testdb.StartValkey(t).URL()
	texts := make([]string, entries)
	for i := range texts {
		texts[i] = fmt.Sprintf("text %d", i)
	}
	pass := func(p *replica, queries *cache.Queries) (hits int) {
		t.Helper()
		for from := 0; from < entries; from += batch {
			answer, err := queries.Lookup(t.Context(), texts[from:from+batch])
			require.NoError(t, err)
			for _, result := range answer.Results {
				if result == cache.ResultHitLocal {
					hits++
				}
			}
		}
		p.Settle()
		return hits
	}
	read := func(localBytes int) (grown int64, hits int) {
		t.Helper()
		p := startReplica(t, url, func(c *cache.EmbeddingsConfig) { c.LocalBytes = localBytes })
		queries := p.Queries(&wideEmbedder{countingEmbedder{model: "wide"}})
		before := heap()
		pass(p, queries)
		grown = heap() - before
		return grown, pass(p, queries)
	}
	read(1) // fills the server

	const bound = 2 << 20
	nothing, none := read(1)
	bounded, _ := read(bound)
	unbounded, all := read(64 << 20)
	t.Logf("%d entries: %d KiB of heap when bounded to nothing, %d KiB more when to %d KiB, %d KiB more when all are held", entries,
		nothing>>10, (bounded-nothing)>>10, bound>>10, (unbounded-nothing)>>10)
	require.Zero(t, none)
	require.Less(t, bounded-nothing, int64(bound)*5/4)
	require.Equal(t, entries, all)
	require.Greater(t, unbounded-nothing, int64(entries)*1600, "without a bound everything is held")
}
