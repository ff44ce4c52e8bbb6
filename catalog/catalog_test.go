package catalog_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

func TestNewNeedsItsParts(t *testing.T) {
	t.Parallel()
	_, err := catalog.New(catalog.Config{})
	require.Error(t, err)
}

func TestPublishEmbedsTitleAndDescription(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"Container killed for lack of memory. Raise the memory limit."}}, embedder.calls)
	got := store.published[0]
	require.Equal(t, embedding.TextHash(embedder.calls[0][0]), got.TextHash)
	require.Len(t, got.Vectors, 1)
	require.Equal(t, "fake", got.Vectors[0].Model)
	require.NotNil(t, got.Vectors[0].Vector)
	require.Equal(t, catalog.Anonymous, got.Actor)
	require.Equal(t, catalog.IfExistsFail, got.IfExists)
}

func TestPublishTakesOverTheVectorOfAnEqualText(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	d := validDraft()
	store.byText[embedding.TextHash(embedding.Text(d.Title, d.Description))] = []float32{42}
	_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: d})
	require.NoError(t, err)
	require.Empty(t, embedder.calls)
	require.Equal(t, []float32{42}, store.published[0].Vectors[0].Vector)
}

func TestPublishWithoutEmbedderStoresAllTheSame(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{embedding.ErrUnavailable, embedding.ErrRejected} {
		c, store, embedder := newCatalog(t)
		embedder.setError(cause)
		published, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
		require.NoError(t, err)
		require.Nil(t, store.published[0].Vectors[0].Vector)
		require.Equal(t, catalog.EmbeddingPending, published.Version.EmbeddingStatus)
	}
}

func TestPublishStopsForACallerThatWentAway(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	embedder.setError(ctx.Err())
	_, err := c.Publish(ctx, catalog.PublishRequest{Draft: validDraft()})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, store.published)
}

func TestPublishRefusesBeforeItEmbeds(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	d := validDraft()
	d.Title = ""
	_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: d})
	require.ErrorIs(t, err, validation.ErrInvalid)
	require.Empty(t, embedder.calls)
	require.Empty(t, store.published)

	store.unavailable = true
	_, err = c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.Empty(t, embedder.calls)
}

func searchRequest() catalog.SearchRequest {
	return catalog.SearchRequest{
		Query: "  pod\n was  OOMKilled ", TopK: catalog.DefaultTopK, MinSimilarity: catalog.DefaultMinSimilarity,
		Mode: catalog.ModeSemantic, Labels: catalog.Labels{Values: map[string]string{"severity": "Critical", "signal_type": "OOMKilled"}},
	}
}

func TestSearchAsksTheStoreWithFoldedFilters(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	answer, err := c.Search(t.Context(), searchRequest())
	require.NoError(t, err)
	require.Equal(t, []string{"pod was OOMKilled"}, embedder.calls[0])
	query := store.queries[0]
	require.Equal(t, "critical", query.Severity)
	require.Equal(t, "oomkilled", query.SignalType)
	require.EqualValues(t, 7, answer.Total)
	require.True(t, answer.Exact)
	require.Equal(t, "fake", answer.Model)
}

func TestSearchExplains(t *testing.T) {
	t.Parallel()
	c, _, _ := newCatalog(t)
	req := searchRequest()
	req.Mode, req.Labels.Values["component"] = catalog.ModeHybrid, "pod"
	plain, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Nil(t, plain.Hits[0].Explanation)

	req.Explain = true
	answer, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	explanation := answer.Hits[0].Explanation
	require.InDelta(t, 1, explanation.Base, 0, "the similarity of the hit")
	require.Len(t, explanation.Parts, 1)

	req.Mode = catalog.ModeSemantic
	answer, err = c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Empty(t, answer.Hits[0].Explanation.Parts, "labels do not count there")
}

func TestSearchByWords(t *testing.T) {
	t.Parallel()
	c, store, embedder := newCatalog(t)
	req := searchRequest()
	plain, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, catalog.RankSimilarity, plain.Rank)

	req.Mode, req.Rank, req.Explain = catalog.ModeHybrid, catalog.RankFusion, true
	fused, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, catalog.RankFusion, fused.Rank)
	require.Equal(t, 0.5, fused.Hits[0].Explanation.Base, "labels add to the relevance") //nolint:testifylint // as it is

	embedder.setError(embedding.ErrUnavailable)
	degraded, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, catalog.RankSimilarity, degraded.Rank, "labels alone decide")

	asked := func(i int) [2]any { return [2]any{store.queries[i].Text, store.queries[i].CommonWords} }
	require.Equal(t, [2]any{"", false}, asked(0))
	require.Equal(t, [2]any{req.Query, true}, asked(1))
	require.Equal(t, [2]any{"", false}, asked(2))
}

func TestSearchRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change  func(*catalog.SearchRequest)
		pointer string
	}{
		"blank query":                {func(r *catalog.SearchRequest) { r.Query = " \n" }, "/query"},
		"long query":                 {func(r *catalog.SearchRequest) { r.Query = strings.Repeat("ä", 1001) }, "/query"},
		"NUL in query":               {func(r *catalog.SearchRequest) { r.Query = "a\x00" }, "/query"},
		"words of disabled versions": {func(r *catalog.SearchRequest) { r.Rank, r.IncludeDisabled = catalog.RankFusion, true }, "/rank"},
		"unknown rank":               {func(r *catalog.SearchRequest) { r.Rank = "luck" }, "/rank"},
		"top_k of zero":              {func(r *catalog.SearchRequest) { r.TopK = 0 }, "/top_k"},
		"top_k of 101":               {func(r *catalog.SearchRequest) { r.TopK = 101 }, "/top_k"},
		"similarity above 1":         {func(r *catalog.SearchRequest) { r.MinSimilarity = 1.1 }, "/min_similarity"},
		"similarity NaN":             {func(r *catalog.SearchRequest) { r.MinSimilarity = math.NaN() }, "/min_similarity"},
		"unknown mode":               {func(r *catalog.SearchRequest) { r.Mode = "best" }, "/mode"},
		"misspelt severity":          {func(r *catalog.SearchRequest) { r.Labels.Values["severity"] = "critcal" }, "/labels/severity"},
		"NUL in signal type":         {func(r *catalog.SearchRequest) { r.Labels.Values["signal_type"] = "a\x00" }, "/labels/signal_type"},
		"signal type too long":       {func(r *catalog.SearchRequest) { r.Labels.Values["signal_type"] = strings.Repeat("a", 101) }, "/labels/signal_type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, store, _ := newCatalog(t)
			req := searchRequest()
			test.change(&req)
			_, err := c.Search(t.Context(), req)
			var invalid *validation.Error
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, test.pointer, invalid.Violations[0].Pointer)
			require.Empty(t, store.queries)
		})
	}
}

func TestSearchSaysThatTheEmbedderIsAway(t *testing.T) {
	t.Parallel()
	c, _, embedder := newCatalog(t)
	embedder.setError(fmt.Errorf("dial: %w", embedding.ErrUnavailable))
	_, err := c.Search(t.Context(), searchRequest())
	require.ErrorIs(t, err, embedding.ErrUnavailable)
}

func TestReadsRefuseMalformedNames(t *testing.T) {
	t.Parallel()
	c, _, _ := newCatalog(t)
	_, err := c.Latest(t.Context(), "A")
	require.ErrorIs(t, err, validation.ErrInvalid)
	_, err = c.Version(t.Context(), "a", "1.0.0")
	require.ErrorIs(t, err, versioning.ErrInvalidFormat)
	_, err = c.Versions(t.Context(), "a", catalog.Page{Limit: catalog.MaxPageSize + 1})
	require.ErrorIs(t, err, validation.ErrInvalid)
	_, err = c.List(t.Context(), catalog.ListQuery{Page: catalog.Page{Limit: 0}})
	require.ErrorIs(t, err, validation.ErrInvalid)
	_, err = c.List(t.Context(), catalog.ListQuery{
		Page: catalog.Page{Limit: 1}, Labels: catalog.Labels{Values: map[string]string{catalog.LabelEnvironment: "prod"}},
	})
	require.ErrorIs(t, err, validation.ErrInvalid, "a value that no schema knows can never match")
}
