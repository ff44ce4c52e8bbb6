package cache_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// One vector of 384 dimensions from the memory of the process, and from the server, to see what the levels cost.
func BenchmarkLookup(b *testing.B) {
	url := testdb.StartValkey(b).URL()
	const texts = 2000
	for name, localBytes := range map[string]int{"local": 64 << 20, "server": 1} {
		b.Run(name, func(b *testing.B) {
			p := startReplica(b, url, func(c *cache.EmbeddingsConfig) { c.LocalBytes = localBytes })
			queries := p.Queries(&wideEmbedder{countingEmbedder{model: "wide"}})
			ask := func(i int) cache.Result {
				answer, err := queries.Lookup(b.Context(), []string{fmt.Sprintf("text %d", i%texts)})
				require.NoError(b, err)
				return answer.Results[0]
			}
			for i := range 2 * texts {
				ask(i)
			}
			p.Settle()
			for i := range texts {
				ask(i)
			}
			asked, hits, local := 0, 0, 0
			for ; b.Loop(); asked++ {
				result := ask(asked)
				if result.IsCacheHit() {
					hits++
				}
				if result == cache.ResultHitLocal {
					local++
				}
			}
			require.Equal(b, asked, hits)
			b.ReportMetric(float64(local)/float64(asked), "local-share")
		})
	}
}
