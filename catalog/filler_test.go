package catalog_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

func pendingVersions(n int) []catalog.PendingVersion {
	pending := make([]catalog.PendingVersion, n)
	for i := range pending {
		pending[i] = catalog.PendingVersion{
			VersionID: catalog.VersionID{PlaybookID: fmt.Sprintf("p-%d", i), Version: "v1.0.0"},
			Title:     fmt.Sprintf("title %d", i), Description: "d", Attempts: 1,
		}
	}
	return pending
}

// runFiller runs the filler until the condition holds.
func runFiller(t *testing.T, c *catalog.Catalog, store *fakeStore, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); c.RunFiller(ctx) }()
	require.Eventually(t, func() bool {
		store.mu.Lock()
		defer store.mu.Unlock()
		return condition()
	}, 10*time.Second, time.Millisecond)
	cancel()
	<-done
}

func TestFillerCompletesWhatIsPending(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	store.pending = pendingVersions(40)
	runFiller(t, c, store, func() bool { return len(store.completed) == 40 })
	require.Len(t, embedder.calls, 3, "texts are embedded in batches")
	require.Equal(t, embedding.TextHash("title 0. d"), store.completed[0].TextHash)
}

func TestFillerPostponesWhileTheEmbedderIsAway(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	embedder.setError(embedding.ErrUnavailable)
	store.pending = pendingVersions(2)
	store.pending[1].Attempts = 4
	runFiller(t, c, store, func() bool { return len(store.postponed) == 2 })
	require.Empty(t, store.completed)
	require.Equal(t, []time.Duration{8 * time.Second}, store.delays, "the delay doubles with each attempt")
}

func TestFillerKeepsARefusedTextFromHoldingUpOthers(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	embedder.refuse = "title 1. d"
	store.pending = pendingVersions(3)
	runFiller(t, c, store, func() bool { return len(store.completed) == 2 && len(store.postponed) == 1 })
	require.Equal(t, "p-1", store.postponed[0].PlaybookID)
}

func TestPublishWakesTheFiller(t *testing.T) {
	t.Parallel()
	store, embedder := &fakeStore{}, &fakeEmbedder{}
	c, err := catalog.New(catalog.Config{Store: store, Embedder: embedder, FillInterval: time.Hour})
	require.NoError(t, err)
	embedder.setError(embedding.ErrUnavailable)
	store.pending = pendingVersions(1)
	first := true
	runFiller(t, c, store, func() bool {
		if first && store.emptyClaims == 1 { // it has looked, and sleeps for an hour
			first = false
			store.pending = pendingVersions(1)
			store.mu.Unlock()
			_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
			store.mu.Lock()
			require.NoError(t, err)
		}
		return len(store.postponed) == 2
	})
}
