package catalog_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/embedding"
)

// fakeStore remembers what it was asked. Methods that a test does not need panic by way of the nil interface.
type fakeStore struct {
	catalog.Store

	mu          sync.Mutex
	models      []catalog.Model
	states      int // times that they were read
	byText      map[string][]float32
	published   []catalog.Publication
	queries     []catalog.SearchQuery
	pending     []catalog.PendingVersion
	completed   []catalog.VersionVector
	postponed   []catalog.VersionID
	delays      []time.Duration
	unavailable bool
	emptyClaims int // claims that found nothing
	schemaReads int
	added       []catalog.LabelSchema // beside 1.0
	hits        []catalog.Hit         // of a search, default one
	disabled    []catalog.Hit         // of a search for disabled versions
	unknown     bool                  // no playbook is known
}

func (s *fakeStore) LabelSchemas(context.Context) ([]catalog.LabelSchema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schemaReads++
	if s.unavailable {
		return nil, catalog.ErrUnavailable
	}
	return append(slices.Clone(s.added), catalogtest.LabelSchema()), nil
}

func (s *fakeStore) VectorsByText(_ context.Context, _ string, hashes []string) (map[string][]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unavailable {
		return nil, catalog.ErrUnavailable
	}
	found := map[string][]float32{}
	for _, hash := range hashes {
		if vector, ok := s.byText[hash]; ok {
			found[hash] = vector
		}
	}
	return found, nil
}

func (s *fakeStore) Publish(_ context.Context, p catalog.Publication) (catalog.Published, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.published = append(s.published, p)
	status := catalog.EmbeddingReady
	for _, m := range s.models {
		if !slices.ContainsFunc(p.Vectors, func(v catalog.ModelVector) bool { return v.Model == m.Name }) {
			return catalog.Published{}, catalog.ErrModelsChanged
		}
	}
	if p.Vectors[0].Vector == nil {
		status = catalog.EmbeddingPending
	}
	return catalog.Published{Version: catalog.Version{Draft: p.Draft, EmbeddingStatus: status}}, nil
}

func (s *fakeStore) State(context.Context) (catalog.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states++
	return catalog.State{Generation: 7, Models: s.models}, nil
}

func (s *fakeStore) Search(_ context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, q)
	if s.hits != nil {
		return catalog.Matches{Hits: slices.Clone(s.hits), Total: 7, Exact: true}, nil
	}
	hit := catalog.Hit{PlaybookID: "a", Similarity: new(1.0)}
	if q.Text != "" {
		hit.Text = &catalog.TextMatch{Relevance: 0.5}
	}
	return catalog.Matches{Hits: []catalog.Hit{hit}, Total: 7, Exact: true}, nil
}

func (s *fakeStore) SearchDisabled(_ context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, q)
	return catalog.Matches{Hits: s.disabled, Total: int64(len(s.disabled)), Exact: true}, nil
}

func (s *fakeStore) ReadVersions(_ context.Context, ids []catalog.VersionID) ([]catalog.Version, error) {
	versions := make([]catalog.Version, len(ids))
	for i, id := range ids {
		versions[i].PlaybookID, versions[i].Version = id.PlaybookID, id.Version
	}
	return versions, nil
}

func (s *fakeStore) Versions(context.Context, string, catalog.Page) (catalog.VersionPage, error) {
	if s.unknown {
		return catalog.VersionPage{}, catalog.ErrPlaybookNotFound
	}
	return catalog.VersionPage{Items: []catalog.Version{{}}}, nil
}

func (s *fakeStore) ChangeModel(_ context.Context, change catalog.ModelChange) (catalog.Model, error) {
	return catalog.Model{Name: change.Model, Dimensions: change.Dimensions, State: change.To}, nil
}

func (s *fakeStore) EnqueueMissing(context.Context, string) (int, error) { return 0, nil }

func (s *fakeStore) ClaimPending(_ context.Context, _ string, limit int, _ time.Duration) ([]catalog.PendingVersion, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(limit, len(s.pending))
	if n == 0 {
		s.emptyClaims++
	}
	claimed := s.pending[:n]
	s.pending = s.pending[n:]
	return claimed, nil
}

func (s *fakeStore) CompletePending(_ context.Context, _ string, vectors []catalog.VersionVector) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.completed = append(s.completed, vectors...)
	return nil
}

func (s *fakeStore) PostponePending(_ context.Context, _ string, ids []catalog.VersionID, delay time.Duration, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postponed = append(s.postponed, ids...)
	s.delays = append(s.delays, delay)
	return nil
}

func (s *fakeStore) CountPending(context.Context, string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending), nil
}

// fakeEmbedder answers with the length of each text, fails with err, and refuses one text.
type fakeEmbedder struct {
	name   string // default fake
	mu     sync.Mutex
	err    error
	refuse string
	calls  [][]string
}

func (e *fakeEmbedder) Model() string              { return cmp.Or(e.name, "fake") }
func (*fakeEmbedder) Dimensions() int              { return 1 }
func (*fakeEmbedder) Health(context.Context) error { return nil }
func (*fakeEmbedder) Close() error                 { return nil }
func (e *fakeEmbedder) setError(err error)         { e.mu.Lock(); e.err = err; e.mu.Unlock() }
func (e *fakeEmbedder) Embed(_ context.Context, texts []string) ([][]float32, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, texts)
	if e.err != nil {
		return nil, e.err
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if text == e.refuse {
			return nil, embedding.ErrRejected
		}
		vectors[i] = []float32{float32(len(text))}
	}
	return vectors, nil
}

func newCatalog(t *testing.T) (*catalog.Catalog, *fakeStore, *fakeEmbedder) {
	t.Helper()
	store, embedder := &fakeStore{byText: map[string][]float32{}}, &fakeEmbedder{}
	c, err := catalog.New(catalog.Config{Store: store, Embedder: embedder})
	require.NoError(t, err)
	return c, store, embedder
}
