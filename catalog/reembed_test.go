package catalog_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// The model gets no more texts per second than asked for, and no batch is so large that it would wait beyond its lease.
func TestReembedKeepsToTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, embedder := &fakeStore{byText: map[string][]float32{}, pending: pendingVersions(100)}, &fakeEmbedder{}
		var done, total int
		start := time.Now()
		report, err := catalog.Reembed(t.Context(), catalog.ReembedConfig{
			Store: store, Embedder: embedder, To: catalog.ModelStandby, Concurrency: 2, PerSecond: 5, Lease: 10 * time.Second,
			Progress: func(d, all int) { done, total = d, all },
		})
		require.NoError(t, err)
		require.Equal(t, 100, report.Filled)
		require.Equal(t, 100, report.Embedded)
		require.Equal(t, [2]int{100, 100}, [2]int{done, total})
		took := time.Since(start)
		require.InDelta(t, 20*time.Second, took, float64(3*time.Second), "100 texts at 5 per second")
		for _, texts := range embedder.calls {
			require.LessOrEqual(t, len(texts), 12)
		}
	})
}
