package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

func hybrid() catalog.SearchRequest {
	req := searchRequest()
	req.Mode = catalog.ModeHybrid
	return req
}

// What keeps a hybrid search from a vector makes it one by labels alone, and never fails it.
func TestHybridSearchGoesOnWithoutAVector(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{"away": embedding.ErrUnavailable, "refuses": embedding.ErrRejected} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, store, embedder := newCatalog(t)
			embedder.setError(fmt.Errorf("model: %w", cause))
			req := hybrid()
			req.Labels.Values["component"] = "pod"
			answer, err := c.Search(t.Context(), req)
			require.NoError(t, err)
			require.True(t, answer.Degraded)
			require.Equal(t, catalog.ModeLabels, answer.Mode)
			require.Len(t, answer.Warnings, 1)
			require.Contains(t, answer.Warnings[0], "ranked by labels alone")
			require.Nil(t, store.queries[0].Vector)
			require.Equal(t, "critical", store.queries[0].Severity, "strict filters stay")

			req.Mode = catalog.ModeSemantic
			_, err = c.Search(t.Context(), req)
			require.ErrorIs(t, err, cause, "a semantic search is nothing without a vector")

			embedder.setError(nil)
			answer, err = c.Search(t.Context(), hybrid())
			require.NoError(t, err)
			require.False(t, answer.Degraded)
			require.Equal(t, catalog.ModeHybrid, answer.Mode)
			require.Empty(t, answer.Warnings)
		})
	}
}

func TestOtherFailuresDoNotDegrade(t *testing.T) {
	t.Parallel()
	c, _, embedder := newCatalog(t)
	fault := errors.New("a fault of our own")
	embedder.setError(fault)
	_, err := c.Search(t.Context(), hybrid())
	require.ErrorIs(t, err, fault)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	embedder.setError(embedding.ErrUnavailable)
	_, err = c.Search(ctx, hybrid())
	require.Error(t, err, "nobody is there to be answered")
}

// Without any label that counts, an order by labels says nothing, and the answer says that.
func TestOrderThatSaysNothing(t *testing.T) {
	t.Parallel()
	c, _, embedder := newCatalog(t)
	embedder.setError(embedding.ErrUnavailable)
	for _, mode := range []catalog.Mode{catalog.ModeHybrid, catalog.ModeLabels} {
		req := hybrid()
		req.Mode = mode
		answer, err := c.Search(t.Context(), req)
		require.NoError(t, err)
		require.Contains(t, answer.Warnings[len(answer.Warnings)-1], "the order says nothing")
		req.Labels.Custom = map[string][]string{"team": {"a"}}
		answer, err = c.Search(t.Context(), req)
		require.NoError(t, err)
		require.NotContains(t, strings.Join(answer.Warnings, "\n"), "the order says nothing")
	}
}

// hanging never answers.
type hanging struct{ fakeEmbedder }

func (*hanging) Embed(ctx context.Context, _ []string) ([][]float32, error) {
	<-ctx.Done()
	return nil, embedding.ContextError(ctx, "hanging")
}

// A model that takes all the time there is leaves enough for an answer without it.
func TestHangingEmbedderLeavesTimeToAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := catalog.New(catalog.Config{Store: &fakeStore{}, Embedder: &hanging{}, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		answer, err := c.Search(ctx, hybrid())
		require.NoError(t, err)
		require.True(t, answer.Degraded)
		require.Equal(t, 15*time.Second, time.Since(start))

		req := hybrid()
		req.Mode = catalog.ModeSemantic
		_, err = c.Search(ctx, req)
		require.ErrorIs(t, err, embedding.ErrUnavailable, "which has nothing to leave time for")
		require.Equal(t, 20*time.Second, time.Since(start))
	})
}

func TestOutageIsLoggedOnce(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	embedder := &fakeEmbedder{}
	c, err := catalog.New(catalog.Config{Store: &fakeStore{}, Embedder: embedder, Logger: slog.New(slog.NewTextHandler(&logs, nil))})
	require.NoError(t, err)
	for _, cause := range []error{nil, embedding.ErrUnavailable, embedding.ErrRejected, context.Canceled, embedding.ErrUnavailable, nil, nil} {
		embedder.setError(cause)
		_, _ = c.Search(t.Context(), hybrid())
	}
	require.Equal(t, 1, strings.Count(logs.String(), "level=WARN msg=\"searches get no vectors from the embedding model\""))
	require.Equal(t, 1, strings.Count(logs.String(), "level=INFO msg=\"searches get vectors from the embedding model again\""))
}
