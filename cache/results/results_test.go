package results_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
	"github.com/kubernaut/datastorage/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(testdb.Main(m, migrate)) }

func migrate(ctx context.Context, url string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := migrations.Migrate(ctx, db); err != nil {
		return err
	}
	s, err := store.New(store.Config{DatabaseURL: url})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	_, err = s.Trail().EnsurePartitions(ctx, time.Now())
	return err
}

func TestResultsConform(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) catalog.Store { return newResults(t, openStore(t, testdb.New(t)), 1<<20, time.Hour) })
}

func TestRepeatedSearchIsAnsweredFromMemory(t *testing.T) {
	t.Parallel()
	var hits, misses atomic.Int32
	r, err := results.New(results.Config{
		Store: openStore(t, testdb.New(t)), MaxBytes: 1 << 20, TTL: time.Hour,
		Requested: func(hit bool) {
			if hit {
				hits.Add(1)
			} else {
				misses.Add(1)
			}
		},
	})
	require.NoError(t, err)
	publishAt(t, r, "a", "v1.0.0")
	first := searchAll(t, r)
	require.False(t, first.Cached)
	first.Hits[0].PlaybookID = "a caller may write into its own copy"
	second := searchAll(t, r)
	require.True(t, second.Cached)
	require.Equal(t, "a", second.Hits[0].PlaybookID)
	second.Hits[0].PlaybookID = "here too"
	require.Equal(t, "a", searchAll(t, r).Hits[0].PlaybookID)

	stats := r.Stats()
	require.Equal(t, 1, stats.Answers)
	require.Positive(t, stats.Bytes)
	require.EqualValues(t, 2, stats.Hits)
	require.EqualValues(t, 1, stats.Misses)
	require.EqualValues(t, 3, stats.RecentAsked)
	require.Equal(t, 1, r.Clear())
	require.False(t, searchAll(t, r).Cached)
	require.EqualValues(t, 2, hits.Load())
	require.EqualValues(t, 2, misses.Load())
}

// Every change that a search can show is shown by the first search after it, in another process too.
func TestChangeEndsWhatIsKept(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	here := newResults(t, openStore(t, url), 1<<20, time.Hour)
	there := newResults(t, openStore(t, url), 1<<20, time.Hour)
	publishAt(t, here, "a", "v1.0.0")
	for i := range 20 {
		version := fmt.Sprintf("v1.%d.0", i+1)
		for _, r := range []*results.Store{here, there} {
			searchAll(t, r)
			require.True(t, searchAll(t, r).Cached)
		}
		publishAt(t, here, "a", version)
		require.Equal(t, version, searchAll(t, there).Hits[0].Version)
		searchAll(t, here)
		disable(t, here, "a", version)
		for _, r := range []*results.Store{here, there} {
			require.NotEqual(t, version, searchAll(t, r).Hits[0].Version, "disabled, and still answered")
		}
	}
}

// The generation is the mechanism: with one that stands still, the test above would find an old answer.
func TestWithoutTheGenerationAnOldAnswerWouldBeServed(t *testing.T) {
	t.Parallel()
	r := newResults(t, standstill{openStore(t, testdb.New(t))}, 1<<20, time.Hour)
	publishAt(t, r, "a", "v1.0.0")
	searchAll(t, r)
	publishAt(t, r, "a", "v1.1.0")
	require.Equal(t, "v1.0.0", searchAll(t, r).Hits[0].Version)
}

// A change that is committed between the reading of the generation and the search is in the answer, but the answer does
// not count for the generation after the change: it may have been read before a second change of the same generation.
func TestChangeDuringASearch(t *testing.T) {
	t.Parallel()
	s := &interrupted{Store: openStore(t, testdb.New(t))}
	r := newResults(t, s, 1<<20, time.Hour)
	publishAt(t, r, "a", "v1.0.0")
	s.before = func() { publishAt(t, s.Store, "a", "v1.1.0") }
	require.Equal(t, "v1.1.0", searchAll(t, r).Hits[0].Version)
	s.before = nil
	next := searchAll(t, r)
	require.False(t, next.Cached)
	require.Equal(t, "v1.1.0", next.Hits[0].Version)
}

func TestEveryFieldOfASearchCounts(t *testing.T) {
	t.Parallel()
	r := newResults(t, openStore(t, testdb.New(t)), 1<<20, time.Hour)
	publishAt(t, r, "a", "v1.0.0")
	base := everything()
	_, err := r.Search(t.Context(), base)
	require.NoError(t, err)
	kind := reflect.TypeFor[catalog.SearchQuery]()
	for i := range kind.NumField() {
		if kind.Field(i).Name == "Generation" {
			continue // see TestGenerationThatTheCallerHasRead
		}
		changed := base
		field := reflect.ValueOf(&changed).Elem().Field(i)
		change(t, field)
		matches, err := r.Search(t.Context(), changed)
		require.NoError(t, err)
		require.False(t, matches.Cached, "%s is no part of the key", kind.Field(i).Name)
	}
	again, err := r.Search(t.Context(), everything())
	require.NoError(t, err)
	require.True(t, again.Cached)
}

// A caller that has read the generation itself gets what counts for that one.
func TestGenerationThatTheCallerHasRead(t *testing.T) {
	t.Parallel()
	r := newResults(t, openStore(t, testdb.New(t)), 1<<20, time.Hour)
	publishAt(t, r, "a", "v1.0.0")
	generation, err := r.Generation(t.Context())
	require.NoError(t, err)
	for _, step := range []struct {
		generation int64
		cached     bool
	}{{0, false}, {generation, true}, {generation + 1, false}, {generation + 1, true}, {0, false}} {
		q := everything()
		q.Generation = step.generation
		matches, err := r.Search(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, step.cached, matches.Cached, "%+v", step)
	}
}

func change(t *testing.T, field reflect.Value) {
	t.Helper()
	switch value := field.Addr().Interface().(type) {
	case *string:
		*value += "x"
	case *int:
		*value++
	case *float64:
		*value += 0.125
	case *bool:
		*value = !*value
	case *[]float32:
		*value = []float32{0, 1, 0}
	case *map[string]string:
		*value = map[string]string{"region": "eu"}
	case *catalog.Labels:
		*value = catalog.Labels{Values: map[string]string{"component": "pod"}}
	default:
		require.Fail(t, "a field of a kind that this test does not know", "%T", value)
	}
}

func TestResultsAreBounded(t *testing.T) {
	t.Parallel()
	const limit = 20_000
	r := newResults(t, openStore(t, testdb.New(t)), limit, time.Hour)
	publishAt(t, r, "a", "v1.0.0")
	for i := range 200 {
		q := query()
		q.MinSimilarity = float64(i) / 1000
		_, err := r.Search(t.Context(), q)
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		stats := r.Stats()
		return stats.Bytes <= limit && stats.Answers < 200 && stats.Answers > 0
	}, 10*time.Second, time.Millisecond)
}

func TestResultsGrowOld(t *testing.T) {
	t.Parallel()
	r := newResults(t, openStore(t, testdb.New(t)), 1<<20, 20*time.Millisecond)
	publishAt(t, r, "a", "v1.0.0")
	searchAll(t, r)
	require.Eventually(t, func() bool { return !searchAll(t, r).Cached }, 10*time.Second, 30*time.Millisecond)
}

func TestNoAnswerIsKeptOfAFailure(t *testing.T) {
	t.Parallel()
	s := &interrupted{Store: openStore(t, testdb.New(t))}
	r := newResults(t, s, 1<<20, time.Hour)
	s.err = catalog.ErrUnavailable
	_, err := r.Search(t.Context(), query())
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	s.err = nil
	require.False(t, searchAll(t, r).Cached)
}

func TestResultsNeedBounds(t *testing.T) {
	t.Parallel()
	_, err := results.New(results.Config{Store: standstill{}, TTL: time.Hour})
	require.ErrorContains(t, err, "positive size")
}

// standstill is a store whose generation does not grow.
type standstill struct{ catalog.Store }

func (standstill) Generation(context.Context) (int64, error) { return 1, nil }

// interrupted is a store in which something happens between the generation and the search.
type interrupted struct {
	catalog.Store

	before func()
	err    error
}

func (s *interrupted) Search(ctx context.Context, q catalog.SearchQuery) (catalog.Matches, error) {
	if s.before != nil {
		s.before()
	}
	if s.err != nil {
		return catalog.Matches{}, s.err
	}
	return s.Store.Search(ctx, q)
}

func newResults(t *testing.T, s catalog.Store, bytes int, ttl time.Duration) *results.Store {
	t.Helper()
	r, err := results.New(results.Config{Store: s, MaxBytes: bytes, TTL: ttl})
	require.NoError(t, err)
	return r
}

func openStore(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.New(store.Config{DatabaseURL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func query() catalog.SearchQuery {
	return catalog.SearchQuery{Model: "a-model", Vector: []float32{1, 0, 0}, TopK: 10}
}

// everything is a query with all fields set.
func everything() catalog.SearchQuery {
	q := query()
	q.SignalType, q.Severity, q.MinSimilarity = "oomkilled", "high", 0.25
	q.Filters = map[string]string{"zone": "a"}
	q.Preferred = catalog.Labels{Values: map[string]string{"priority": "P1"}}
	return q
}

func searchAll(t *testing.T, s catalog.Store) catalog.Matches {
	t.Helper()
	matches, err := s.Search(t.Context(), query())
	require.NoError(t, err)
	return matches
}

func publishAt(t *testing.T, s catalog.Store, id, version string) {
	t.Helper()
	draft, err := catalog.Draft{
		PlaybookID: id, Version: version, Title: "Title", Description: strings.Repeat("What it does. ", 10), Content: "# Steps",
		Labels: catalog.Labels{Values: map[string]string{"signal_type": "OOMKilled", "severity": "high"}},
	}.Normalise(catalogtest.LabelSchemas())
	require.NoError(t, err)
	hash := sha256.Sum256([]byte(draft.Title))
	_, err = s.Publish(t.Context(), catalog.Publication{
		Draft: draft, Actor: catalog.Anonymous, IfExists: catalog.IfExistsFail, TextHash: hex.EncodeToString(hash[:]),
		Vectors: []catalog.ModelVector{{Model: "a-model", Dimensions: 3, Vector: []float32{1, 0, 0}}},
	})
	require.NoError(t, err)
}

func disable(t *testing.T, s catalog.Store, id, version string) {
	t.Helper()
	_, err := s.Change(t.Context(), catalog.VersionChange{
		VersionID:  catalog.VersionID{PlaybookID: id, Version: version},
		Transition: catalog.TransitionDisable, Reason: "test", Actor: catalog.Anonymous,
	})
	require.NoError(t, err)
}
