package store_test

import (
	"database/sql"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/lib/pq"
	"github.com/pgvector/pgvector-go"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/synthetic"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
	"github.com/kubernaut/datastorage/store/storetest"
)

const (
	nearRows       = 5000
	nearDimensions = 64
	nearExactRows  = 500
)

// nearFixture is a catalog that is large for its store, with the index of its model. Tests only read it.
type nearFixture struct {
	store     *store.Store
	db        *sql.DB
	generator *synthetic.Generator
}

func newNear(t *testing.T) nearFixture {
	t.Helper()
	url := testdb.New(t)
	f := nearFixture{db: openDB(t, url), generator: synthetic.New(1, nearDimensions), store: openLarge(t, url, nearExactRows)}
	require.NoError(t, f.generator.Load(t.Context(), f.db, testModel, 0, nearRows, nil))
	made, err := f.store.EnsureSearchIndexes(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{testModel}, made)
	return f
}

// openLarge opens a store to which a catalog is large soon.
func openLarge(t *testing.T, url string, exactRows int) *store.Store {
	t.Helper()
	s, err := store.New(store.Config{DatabaseURL: url, ExactRows: exactRows})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// preferring says how much a question prefers.
type preferring int

const (
	nothing preferring = iota
	whatAlertsKnow
	everything
)

// question gives a query without filters.
func (f *nearFixture) question(i int, preferring preferring) catalog.SearchQuery {
	asked := f.generator.Question(i)
	q := catalog.SearchQuery{Model: testModel, Vector: asked.Vector, TopK: 10, MinSimilarity: 0.3}
	switch preferring {
	case whatAlertsKnow:
		q.Preferred = asked.Labels
	case everything:
		q.Preferred = f.generator.Demanding(i)
	}
	return q
}

func (f *nearFixture) search(t *testing.T, q catalog.SearchQuery) catalog.Matches {
	t.Helper()
	matches, err := f.store.Search(t.Context(), q)
	require.NoError(t, err)
	return matches
}

func TestNearSearch(t *testing.T) {
	t.Parallel()
	f := newNear(t)
	for name, test := range map[string]func(*testing.T, nearFixture){
		"finds the best":                 testNearRecall,
		"needs labels in the index":      testNearWithoutLabels,
		"has all hits at each selection": testNearSelections,
		"completes a short answer":       testNearShort,
		"follows the index":              testNearPlans,
		"comes close to the score":       testNearVectors,
	} {
		t.Run(name, func(t *testing.T) { test(t, f) })
	}
}

// overlap counts the hits that two answers share, and asserts that what they say of these is the same.
func overlap(t *testing.T, near, exact catalog.Matches) int {
	t.Helper()
	shared := 0
	for _, hit := range near.Hits {
		if i := slices.IndexFunc(exact.Hits, func(h catalog.Hit) bool { return h.PlaybookID == hit.PlaybookID }); i >= 0 {
			require.Equal(t, exact.Hits[i], hit, "score and similarity are those of an exact search")
			shared++
		}
	}
	return shared
}

func testNearRecall(t *testing.T, f nearFixture) {
	const questions = 60
	for _, preferring := range []preferring{nothing, whatAlertsKnow, everything} {
		found := 0
		for i := range questions {
			q := f.question(i, preferring)
			near := f.search(t, q)
			q.Exact = true
			exact := f.search(t, q)
			require.False(t, near.Exact)
			require.True(t, near.TotalAtLeast)
			require.LessOrEqual(t, near.Total, exact.Total)
			require.Len(t, near.Hits, q.TopK)
			require.True(t, exact.Exact)
			require.False(t, exact.TotalAtLeast)
			found += overlap(t, near, exact)
		}
		require.GreaterOrEqual(t, found, questions*10*99/100, "recall@10 of at least 0.99")
	}
}

// Without weights in the question to the index, what labels bring forward is lost: that the index knows of labels is what
// finds it.
func testNearWithoutLabels(t *testing.T, f nearFixture) {
	const questions = 60
	found := map[float64]int{}
	for i := range questions {
		q := f.question(i, everything)
		exact := q
		exact.Exact = true
		want := f.search(t, exact)
		for _, share := range []float64{1, 0.5, 0} {
			query, args := store.BuildNear(q)
			for _, arg := range args {
				if weights, ok := arg.(pq.Float64Array); ok {
					for i := range weights {
						weights[i] *= share
					}
				}
			}
			near, err := f.store.Matches(t.Context(), q, query, args)
			require.NoError(t, err)
			found[share] += overlap(t, near, want)
		}
	}
	require.GreaterOrEqual(t, found[1], questions*10*99/100, "recall@10 of at least 0.99")
	require.Less(t, found[0], questions*10*97/100, "recall@10 below 0.97 without the weights")
	require.LessOrEqual(t, found[0.5], found[1])
	t.Logf("found of %d by weight of labels: %v", questions*10, found)
}

// testNearSelections asks with filters and with similarities at least that leave one row in thousands, or all.
func testNearSelections(t *testing.T, f nearFixture) {
	seen := map[bool]int{}
	for i := range 60 {
		q := f.question(i, preferring(i%3))
		q.TopK = []int{1, 10, catalog.MaxTopK}[i%3]
		q.MinSimilarity = []float64{-1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.95}[i%7]
		asked := f.generator.Question(i).Labels
		if i%4 >= 2 {
			q.SignalType = catalog.Fold(asked.Get(catalog.LabelSignalType))
		}
		if i%4%2 == 1 {
			q.Severity = catalog.Fold(asked.Get(catalog.LabelSeverity))
		}
		near := f.search(t, q)
		q.Exact = true
		exact := f.search(t, q)
		require.Len(t, near.Hits, min(q.TopK, int(exact.Total)), "%d", i)
		seen[near.Exact]++
		if near.Exact {
			require.Equal(t, exact, near)
		}
	}
	require.Len(t, seen, 2, "some answers were exact and some were not")
}

func testNearShort(t *testing.T, f nearFixture) {
	q := f.question(0, whatAlertsKnow)
	q.MinSimilarity = 1 // nothing, to the index as to anybody
	short := f.search(t, q)
	require.True(t, short.Exact)
	require.False(t, short.TotalAtLeast)
	require.Empty(t, short.Hits)
	q.Vector = f.generator.Playbook(7).Vector
	q.MinSimilarity = 0.999
	one := f.search(t, q)
	require.True(t, one.Exact)
	require.EqualValues(t, 1, one.Total)
	require.Equal(t, f.generator.Playbook(7).ID, one.Hits[0].PlaybookID)
}

func testNearPlans(t *testing.T, f nearFixture) {
	index := store.IndexName(testModel)
	for _, filters := range [][2]string{{"", ""}, {"signal00", ""}, {"", "high"}, {"signal00", "high"}} {
		q := f.question(1, everything)
		q.SignalType, q.Severity = filters[0], filters[1]
		text, args := store.BuildSearch(q)
		require.NotContains(t, plan(t, f.db, text, args...), index)
		if filters[0] == "" {
			text, args = store.BuildNear(q)
			near := plan(t, f.db, text, args...)
			require.Contains(t, near, "Index Scan using "+index, near)
			require.NotContains(t, near, "Seq Scan", near)
		}
	}
}

// The inner product that the index orders by is the score but for rounding, and for labels that share a place, which
// can only make a row look better than it is.
func testNearVectors(t *testing.T, f nearFixture) {
	const half = 0.002 // more than halves can lose
	equal, all := 0, 0
	for i := range 20 {
		q := f.question(i, preferring(i%3))
		terms, weights := store.QuestionTerms(q.Preferred)
		rows, err := f.db.QueryContext(t.Context(), `SELECT playbook_id, -(search_row_vector(embedding, component, environment, priority,
				risk_tolerance, business_category, resource_management, gitops_tool, custom_terms) <#> question) AS near
			FROM playbook_search_vectors, search_question_vector($1, $2, $3) AS question ORDER BY playbook_id LIMIT 200`,
			pgvector.NewVector(q.Vector), pq.StringArray(terms), pq.Float64Array(weights))
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		for n := 0; rows.Next(); n++ {
			var id string
			var near float64
			require.NoError(t, rows.Scan(&id, &near))
			p := f.generator.Playbook(n)
			require.Equal(t, p.ID, id)
			score := catalog.Rate(0, q.Preferred, p.Labels)
			sum := embedding.Cosine(p.Vector, q.Vector) + (score.Boost - score.Penalty).Score()
			require.Greater(t, near, sum-half)
			if all++; near < sum+half {
				equal++
			}
		}
		require.NoError(t, rows.Err())
	}
	require.Greater(t, equal, all*9/10)
}

// Whatever an index leaves out, an answer that says so is exact, and none is short.
func TestNearSearchSaysWhatItIs(t *testing.T) {
	t.Parallel()
	s := openLarge(t, testdb.New(t), 10)
	require.NoError(t, s.MakeIndex(t.Context(), storetest.Model, storetest.Dimensions))
	compared := storetest.CompareSearches(t, s, 400)
	require.Greater(t, compared.Exact, 50)
	require.Greater(t, compared.Pairs-compared.Exact, 50)
	require.GreaterOrEqual(t, compared.Found, compared.Wanted*99/100)
}

// nearTo gives a vector at a similarity of about 0.99.
func nearTo(vector []float32, i int) []float32 {
	r := rand.New(rand.NewPCG(3, uint64(i))) //nolint:gosec // repeatable
	near := slices.Clone(vector)
	for i := range near {
		near[i] += float32(r.NormFloat64() * 0.1 / math.Sqrt(nearDimensions))
	}
	return near
}

// 1,000 playbooks that were just as near were disabled: the index still leads to them, and they must not keep a search
// from the one that is left.
func TestNearSearchPassesWhatWasDisabled(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	s, db := openLarge(t, url, 50), openDB(t, url)
	g := synthetic.New(2, nearDimensions)
	require.NoError(t, g.Load(t.Context(), db, testModel, 0, 200, nil))
	require.NoError(t, s.MakeIndex(t.Context(), testModel, nearDimensions))
	const duplicates, writers = 1000, 4
	vector := g.Question(0).Vector
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < duplicates; i += writers {
				p := publication(t, sprintf("disabled-%04d", i), "v1.0.0")
				p.Vectors = vectors(nearTo(vector, i))
				_, err := s.Publish(t.Context(), p)
				if err == nil {
					_, err = s.ChangePlaybook(t.Context(), catalog.PlaybookChange{
						PlaybookID: p.Draft.PlaybookID, Transition: catalog.TransitionDisable, Reason: "x", Actor: catalog.Anonymous,
					})
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	enabled := publication(t, "enabled", "v1.0.0")
	enabled.Vectors = vectors(nearTo(vector, duplicates))
	publish(t, s, enabled)
	for _, exact := range []bool{false, true} {
		matches, err := s.Search(t.Context(), catalog.SearchQuery{Model: testModel, Vector: vector, TopK: 10, MinSimilarity: 0.3, Exact: exact})
		require.NoError(t, err)
		require.Equal(t, exact, matches.Exact)
		require.Len(t, matches.Hits, 10)
		require.Equal(t, "enabled", matches.Hits[0].PlaybookID)
	}
}

func TestSearchIndexes(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	s, db := openLarge(t, url, 100), openDB(t, url)
	g := synthetic.New(3, 16)
	ensure := func() []string {
		t.Helper()
		made, err := s.EnsureSearchIndexes(t.Context())
		require.NoError(t, err)
		return made
	}
	require.NoError(t, g.Load(t.Context(), db, testModel, 0, 50, nil))
	require.Empty(t, ensure(), "a small catalog needs none")
	require.NoError(t, g.Load(t.Context(), db, testModel, 50, 150, nil))
	q := catalog.SearchQuery{Model: testModel, Vector: g.Question(0).Vector, TopK: 10, MinSimilarity: -1}
	exact := func() bool {
		t.Helper()
		matches, err := s.Search(t.Context(), q)
		require.NoError(t, err)
		require.Len(t, matches.Hits, 10)
		return matches.Exact
	}
	require.True(t, exact(), "without the index nothing else is left")
	require.Equal(t, []string{testModel}, ensure())
	require.False(t, exact())
	require.Empty(t, ensure(), "it is there")

	// What an interrupted attempt leaves is neither used nor kept.
	exec(t, db, `UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::regclass`, store.IndexName(testModel))
	other := openLarge(t, url, 100)
	matches, err := other.Search(t.Context(), q)
	require.NoError(t, err)
	require.True(t, matches.Exact)
	require.Equal(t, []string{testModel}, ensure())
	require.False(t, exact())
}

// A role that owns nothing searches by an index, but does not make one.
func TestSearchIndexesAreTheOwners(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner, service := openLarge(t, url, 10), openLarge(t, serviceRole(t, url), 10)
	g := synthetic.New(4, 16)
	require.NoError(t, g.Load(t.Context(), openDB(t, url), testModel, 0, 50, nil))
	made, err := service.EnsureSearchIndexes(t.Context())
	require.ErrorIs(t, err, store.ErrNotOwner)
	require.Empty(t, made)
	_, err = owner.EnsureSearchIndexes(t.Context())
	require.NoError(t, err)
	made, err = service.EnsureSearchIndexes(t.Context())
	require.NoError(t, err)
	require.Empty(t, made)
	matches, err := service.Search(t.Context(), catalog.SearchQuery{Model: testModel, Vector: g.Question(0).Vector, TopK: 10, MinSimilarity: -1})
	require.NoError(t, err)
	require.False(t, matches.Exact)
}
