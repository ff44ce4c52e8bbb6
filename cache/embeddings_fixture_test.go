package cache_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

// countingEmbedder embeds a text by its letters, and remembers what it was asked.
type countingEmbedder struct {
	model string
	delay time.Duration
	hold  chan struct{} // calls wait until it is closed, nil for not at all

	panics bool

	mu     sync.Mutex
	calls  [][]string
	refuse string
	err    error
}

const dimensions = 26

func (e *countingEmbedder) Model() string              { return e.model }
func (*countingEmbedder) Dimensions() int              { return dimensions }
func (*countingEmbedder) Health(context.Context) error { return nil }
func (*countingEmbedder) Close() error                 { return nil }

func (e *countingEmbedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	e.mu.Lock()
	e.calls = append(e.calls, texts)
	err, refuse := e.err, e.refuse
	e.mu.Unlock()
	if e.hold != nil {
		select {
		case <-e.hold:
		case <-ctx.Done():
			return nil, embedding.ContextError(ctx, "embedding")
		}
	}
	if e.delay > 0 {
		select {
		case <-time.After(e.delay):
		case <-ctx.Done():
			return nil, embedding.ContextError(ctx, "embedding")
		}
	}
	if e.panics {
		panic("the model panics")
	}
	if err != nil {
		return nil, err
	}
	if refuse != "" && slices.Contains(texts, refuse) {
		return nil, embedding.ErrRejected
	}
	return vectorsOf(texts...), nil
}

func (e *countingEmbedder) asked() [][]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}

// vectorsOf gives the vectors that a countingEmbedder gives.
func vectorsOf(texts ...string) [][]float32 {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = make([]float32, dimensions)
		vectors[i][0] = 1
		for _, c := range strings.ToLower(text) {
			if c >= 'a' && c <= 'z' {
				vectors[i][c-'a']++
			}
		}
		if err := embedding.Normalise(vectors[i]); err != nil {
			panic(err)
		}
	}
	return vectors
}

// playbookStore is a catalog.CacheStore and catalog.VectorReader in memory.
type playbookStore struct {
	mu       sync.Mutex
	versions map[string][]string
	ttls     map[string]time.Duration
	vectors  map[string][]float32 // by hash of the text
	err      error
}

var (
	_ catalog.CacheStore   = (*playbookStore)(nil)
	_ catalog.VectorReader = (*playbookStore)(nil)
)

func (s *playbookStore) VersionNumbers(_ context.Context, id string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.versions[id], s.err
}

func (s *playbookStore) CacheTTLs(_ context.Context, ids []string) (map[string]time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]time.Duration{}
	for _, id := range ids {
		if ttl, ok := s.ttls[id]; ok {
			found[id] = ttl
		}
	}
	return found, s.err
}

func (s *playbookStore) SetCacheTTL(_ context.Context, id string, ttl *time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.versions[id] == nil {
		return catalog.ErrPlaybookNotFound
	}
	delete(s.ttls, id)
	if ttl != nil {
		s.ttls[id] = *ttl
	}
	return nil
}

func (s *playbookStore) VectorsByText(_ context.Context, _ string, hashes []string) (map[string][]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string][]float32{}
	for _, hash := range hashes {
		if vector, ok := s.vectors[hash]; ok {
			found[hash] = vector
		}
	}
	return found, s.err
}

func (s *playbookStore) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// replica is what a process has: a cache of its own, before an embedder and a source of its own.
type replica struct {
	*cache.Embeddings

	embedder *countingEmbedder
	queries  *cache.Queries
	vectors  *cache.Playbooks
	store    *playbookStore
	log      *lines
}

// startReplica makes a process. Its timeout is long: a test machine that is busy must not look like a server that is away.
func startReplica(t testing.TB, url string, edit ...func(*cache.EmbeddingsConfig)) *replica {
	t.Helper()
	p := &replica{
		embedder: &countingEmbedder{model: "letters"}, log: &lines{},
		store: &playbookStore{versions: map[string][]string{}, ttls: map[string]time.Duration{}, vectors: map[string][]float32{}},
	}
	cfg := cache.EmbeddingsConfig{URL: url, Playbooks: p.store, Timeout: patience, Logger: slog.New(slog.NewJSONHandler(p.log, nil))}
	for _, change := range edit {
		change(&cfg)
	}
	var err error
	p.Embeddings, err = cache.NewEmbeddings(cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		p.Close(ctx)
	})
	p.IgnorePace()
	p.queries = p.Queries(p.embedder)
	p.vectors = p.Playbooks(catalog.NewVectorSource(p.store, p.embedder))
	return p
}

// ask asks for vectors of texts that are searched for, checks them, waits until they are kept, and gives how they were
// come by.
func (p *replica) ask(t testing.TB, texts ...string) []cache.Result {
	t.Helper()
	answer, err := p.queries.Lookup(t.Context(), texts)
	require.NoError(t, err)
	require.Equal(t, vectorsOf(texts...), answer.Vectors)
	p.Settle()
	return answer.Results
}

// askFor asks for vectors of versions, whose texts are their names.
func (p *replica) askFor(t testing.TB, versions ...catalog.VersionID) []cache.Result {
	t.Helper()
	texts, names := make([]catalog.VersionText, len(versions)), make([]string, len(versions))
	for i, id := range versions {
		names[i] = "text of " + id.PlaybookID + id.Version
		texts[i] = catalog.VersionText{VersionID: id, Text: names[i]}
	}
	answer, err := p.vectors.Lookup(t.Context(), texts)
	require.NoError(t, err)
	require.Equal(t, vectorsOf(names...), answer.Vectors)
	p.Settle()
	return answer.Results
}

func keys(t testing.TB, client rueidis.Client) []string {
	t.Helper()
	found, err := client.Do(t.Context(), client.B().Keys().Pattern("*").Build()).AsStrSlice()
	require.NoError(t, err)
	slices.Sort(found)
	return found
}

// logged counts the lines of the log that have a text.
func (p *replica) logged(text string) (n int) {
	for _, line := range p.log.all() {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}
