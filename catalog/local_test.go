package catalog_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

func model(name string, state catalog.ModelState) catalog.Model {
	return catalog.Model{Name: name, Dimensions: 1, State: state}
}

// newCatalogOf makes a catalog of a process with these models, over a store with those.
func newCatalogOf(t *testing.T, local []string, models ...catalog.Model) (*catalog.Catalog, *fakeStore, map[string]*fakeEmbedder) {
	t.Helper()
	store := &fakeStore{byText: map[string][]float32{}, models: models}
	embedders := map[string]*fakeEmbedder{}
	cfg := catalog.Config{Store: store}
	for i, name := range local {
		embedders[name] = &fakeEmbedder{name: name}
		if i == 0 {
			cfg.Embedder = embedders[name]
			continue
		}
		cfg.MoreModels = append(cfg.MoreModels, catalog.LocalModel{Embedder: embedders[name]})
	}
	c, err := catalog.New(cfg)
	require.NoError(t, err)
	return c, store, embedders
}

func TestOneEmbedderPerModel(t *testing.T) {
	t.Parallel()
	_, err := catalog.New(catalog.Config{
		Store: &fakeStore{}, Embedder: &fakeEmbedder{}, MoreModels: []catalog.LocalModel{{Embedder: &fakeEmbedder{}}},
	})
	require.ErrorContains(t, err, "two embedders of model fake")
}

// What a search is embedded by depends on the store, not on the order of the configuration.
func TestSearchUsesTheModelThatServes(t *testing.T) {
	t.Parallel()
	serving, standby, filling, retired := catalog.ModelServing, catalog.ModelStandby, catalog.ModelFilling, catalog.ModelRetired
	for name, test := range map[string]struct {
		local  []string
		models []catalog.Model
		want   string // empty when no search by meaning is possible
	}{
		"nothing published":             {[]string{"a", "b"}, nil, "a"},
		"the first one":                 {[]string{"a", "b"}, []catalog.Model{model("a", serving), model("b", standby)}, "a"},
		"the second one":                {[]string{"a", "b"}, []catalog.Model{model("b", serving), model("a", standby)}, "b"},
		"behind a switch":               {[]string{"a"}, []catalog.Model{model("b", serving), model("a", standby)}, "a"},
		"ahead of a switch":             {[]string{"b"}, []catalog.Model{model("a", serving), model("b", standby)}, "b"},
		"not by one that is incomplete": {[]string{"b"}, []catalog.Model{model("a", serving), model("b", filling)}, ""},
		"not by one that is given up":   {[]string{"b"}, []catalog.Model{model("a", serving), model("b", retired)}, ""},
		"not by one that is unknown":    {[]string{"b"}, []catalog.Model{model("a", serving)}, ""},
		"not by another length":         {[]string{"a"}, []catalog.Model{{Name: "a", Dimensions: 2, State: serving}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, store, embedders := newCatalogOf(t, test.local, test.models...)
			answer, err := c.Search(t.Context(), searchRequest())
			if test.want == "" {
				require.ErrorIs(t, err, catalog.ErrNoEmbedder)
				require.ErrorIs(t, err, embedding.ErrUnavailable)
				require.Empty(t, store.queries)
				require.ErrorIs(t, c.CheckEmbedder(t.Context()), catalog.ErrNoEmbedder)
				degraded := searchRequest()
				degraded.Mode = catalog.ModeHybrid
				answer, err = c.Search(t.Context(), degraded)
				require.NoError(t, err)
				require.True(t, answer.Degraded)
				require.Contains(t, answer.Warnings[0], "no embedder")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, answer.Model)
			require.Equal(t, test.want, store.queries[0].Model)
			require.EqualValues(t, 7, store.queries[0].Generation)
			for name, e := range embedders {
				require.Equal(t, name == test.want, len(e.calls) == 1, "a vector is only compared with those of its own model")
			}
			require.NoError(t, c.CheckEmbedder(t.Context()))
			require.Contains(t, c.EmbedderDetail(), "searches with "+test.want)
		})
	}
}

func TestPublishEmbedsByAllModels(t *testing.T) {
	t.Parallel()
	c, store, embedders := newCatalogOf(t, []string{"a", "b"},
		model("b", catalog.ModelServing), model("a", catalog.ModelStandby), model("c", catalog.ModelFilling))
	embedders["a"].setError(embedding.ErrUnavailable)
	_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
	require.NoError(t, err)
	vectors := store.published[0].Vectors
	require.Len(t, vectors, 3)
	require.NotNil(t, vectors[0].Vector)
	require.Nil(t, vectors[1].Vector, "its embedder is away")
	require.Nil(t, vectors[2].Vector, "it has none")
}

// modelsChange is a store whose models change after they were read.
type modelsChange struct {
	*fakeStore

	next [][]catalog.Model
}

func (s *modelsChange) State(ctx context.Context) (catalog.State, error) {
	state, err := s.fakeStore.State(ctx)
	if len(s.next) > 0 {
		s.models, s.next = s.next[0], s.next[1:]
	}
	return state, err
}

func TestPublishEmbedsAnewWhenTheModelsChange(t *testing.T) {
	t.Parallel()
	a := []catalog.Model{model("a", catalog.ModelServing)}
	both := []catalog.Model{model("b", catalog.ModelServing), model("a", catalog.ModelStandby)}
	third := []catalog.Model{model("c", catalog.ModelServing)}
	for name, test := range map[string]struct {
		next [][]catalog.Model
		err  error
	}{
		"once":           {next: [][]catalog.Model{both}},
		"without an end": {next: [][]catalog.Model{both, third, a, both, third}, err: catalog.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &modelsChange{&fakeStore{models: a}, test.next}
			c, err := catalog.New(catalog.Config{
				Store: store, Embedder: &fakeEmbedder{name: "a"}, MoreModels: []catalog.LocalModel{{Embedder: &fakeEmbedder{name: "b"}}},
			})
			require.NoError(t, err)
			_, err = c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft()})
			require.ErrorIs(t, err, test.err)
			if test.err == nil {
				stored := store.published[len(store.published)-1].Vectors
				require.Len(t, stored, 2)
				require.NotNil(t, stored[0].Vector)
			}
		})
	}
}

// The bulk of a move is for Reembed, at the pace that an operator chooses.
func TestFillerLeavesAloneWhatIsBeingFilled(t *testing.T) {
	t.Parallel()
	for state, want := range map[catalog.ModelState]int{catalog.ModelStandby: 3, catalog.ModelServing: 3, catalog.ModelFilling: 0} {
		var log strings.Builder
		store := &fakeStore{pending: pendingVersions(3), models: []catalog.Model{model("a", state)}}
		c, err := catalog.New(catalog.Config{
			Store: store, Embedder: &fakeEmbedder{name: "a"}, FillInterval: time.Millisecond,
			Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		require.NoError(t, err)
		runFiller(t, c, store, func() bool { return store.states > 3 })
		require.Len(t, store.completed, want, state)
	}
}

func TestFillerNotesOnceThatTheModelIsNotHere(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	store := &fakeStore{models: []catalog.Model{model("b", catalog.ModelServing)}}
	c, err := catalog.New(catalog.Config{
		Store: store, Embedder: &fakeEmbedder{name: "a"}, FillInterval: time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	runFiller(t, c, store, func() bool { return store.states > 3 })
	require.Equal(t, 1, strings.Count(log.String(), "this process has no embedder"))
	require.Contains(t, log.String(), "b (1 dimensions)")
}
