package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// PairsVariable names the environment variable that says how many pairs of a catalog and a question are compared.
const PairsVariable = "SEARCH_PAIRS"

const (
	defaultPairs      = 400
	questionsPerState = 20
	mostPlaybooks     = 60
)

// searched is what a search by brute force knows of one playbook.
type searched struct {
	id       string
	released int // versions so far
	labels   catalog.Labels
	vector   []float32
	disabled bool
}

func testHybridEqualsRate(t *testing.T, s catalog.Store) {
	pairs := defaultPairs
	if text := os.Getenv(PairsVariable); text != "" {
		var err error
		pairs, err = strconv.Atoi(text)
		require.NoError(t, err, PairsVariable)
	}
	compared := CompareSearches(t, s, pairs)
	require.Equal(t, compared.Pairs, compared.Exact)
	t.Logf("%d pairs of a catalog and a question, mismatches: 0", compared.Pairs)
}

// Compared says what CompareSearches has seen.
type Compared struct {
	Pairs  int // of a catalog and a question
	Exact  int // of these, answers that say that they are exact
	Wanted int // hits that belong into the other answers
	Found  int // of these, hits that are there
}

// CompareSearches changes a catalog at random and asks it at random, and compares each answer with catalog.Rate over all
// playbooks. An answer that says so is exact: hits, order, scores and total are the same. Any other has as many hits, each
// with its right score, in order. Vectors are of small whole numbers, so that similarities are the same to the last bit in
// whatever order they are added up, and so that many are equal.
func CompareSearches(t *testing.T, s catalog.Store, pairs int) Compared {
	t.Helper()
	w := world{r: rand.New(rand.NewPCG(2026, 12)), store: s, playbooks: map[string]*searched{}} //nolint:gosec // repeatable
	for range mostPlaybooks / 2 {
		w.publish(t)
	}
	for w.Pairs < pairs {
		for range 3 {
			w.change(t)
		}
		for range questionsPerState {
			w.ask(t)
		}
	}
	return w.Compared
}

// world is a store beside what is known to be in it.
type world struct {
	Compared

	r         *rand.Rand
	store     catalog.Store
	playbooks map[string]*searched
}

func (w *world) change(t *testing.T) {
	t.Helper()
	if w.r.IntN(3) == 0 {
		w.publish(t)
		return
	}
	ids := slices.Sorted(maps.Keys(w.playbooks))
	p := w.playbooks[ids[w.r.IntN(len(ids))]]
	p.disabled = !p.disabled
	transition := catalog.TransitionEnable
	if p.disabled {
		transition = catalog.TransitionDisable
	}
	_, err := w.store.ChangePlaybook(t.Context(), catalog.PlaybookChange{PlaybookID: p.id, Transition: transition, Reason: "x", Actor: alice})
	require.NoError(t, err)
}

// publish adds a version with other labels and another vector, of a new playbook or of one that is there.
func (w *world) publish(t *testing.T) {
	t.Helper()
	id := fmt.Sprintf("p-%02d", w.r.IntN(mostPlaybooks))
	p := w.playbooks[id]
	if p == nil {
		p = &searched{id: id}
		w.playbooks[id] = p
	}
	if p.disabled {
		return // a new version would be active beside the disabled ones
	}
	p.released++
	p.labels, p.vector = randomLabels(w.r, true), wholeVector(w.r)
	p.labels.Values[catalog.LabelSeverity] = []string{"high", "Low"}[w.r.IntN(2)]
	publish(t, w.store, withVector(publication(draft(t, id, fmt.Sprintf("v1.%d.0", p.released), withLabels(p.labels))), p.vector))
}

func (w *world) ask(t *testing.T) {
	t.Helper()
	q := query(wholeVector(w.r))
	q.TopK, q.Preferred, q.MinSimilarity = 1+w.r.IntN(30), randomLabels(w.r, false), w.r.Float64()*1.5-1
	if w.r.IntN(4) == 0 {
		q.Vector = nil
	}
	if w.r.IntN(3) == 0 {
		q.Severity = []string{"high", "low", "medium"}[w.r.IntN(3)]
	}
	w.compare(t, q, search(t, w.store, q))
}

func (w *world) compare(t *testing.T, q catalog.SearchQuery, matches catalog.Matches) {
	t.Helper()
	all := w.rate(q)
	want, got := all[:min(q.TopK, len(all))], make([]rated, len(matches.Hits))
	for i, hit := range matches.Hits {
		got[i] = rated{id: hit.PlaybookID, score: hit.Score}
		if hit.Similarity != nil {
			got[i].similarity = *hit.Similarity
		}
		requireExplained(t, q, hit)
	}
	w.Pairs++
	require.Equal(t, !matches.Exact, matches.TotalAtLeast)
	if matches.Exact {
		w.Exact++
		require.EqualValues(t, len(all), matches.Total, "%+v", q)
		require.Equal(t, want, got, "%+v", q)
		return
	}
	w.Wanted += len(want)
	require.Len(t, got, len(want))
	require.True(t, slices.IsSortedFunc(got, compareRated))
	require.Subset(t, all, got, "%+v", q)
	require.LessOrEqual(t, matches.Total, int64(len(all)))
	for _, hit := range got {
		if slices.Contains(want, hit) {
			w.Found++
		}
	}
}

// rated is what a hit is ordered by.
type rated struct {
	id         string
	similarity float64
	score      catalog.Score
}

// rate gives all matches in order.
func (w *world) rate(q catalog.SearchQuery) []rated {
	list := []rated{}
	for _, p := range w.playbooks {
		if p.disabled || q.Severity != "" && q.Severity != catalog.Fold(p.labels.Get(catalog.LabelSeverity)) {
			continue
		}
		base, similarity := catalog.LabelModeBase, 0.0
		if q.Vector != nil {
			similarity = storedCosine(p.vector, q.Vector)
			base = similarity
			if similarity < q.MinSimilarity {
				continue
			}
		}
		list = append(list, rated{p.id, similarity, catalog.Rate(base, q.Preferred, p.labels)})
	}
	slices.SortFunc(list, compareRated)
	return list
}

func compareRated(a, b rated) int {
	return cmp.Or(cmp.Compare(b.score.Final, a.score.Final), cmp.Compare(b.similarity, a.similarity), cmp.Compare(a.id, b.id))
}

// storedCosine is the similarity as a database comes to it by way of the distance.
func storedCosine(a, b []float32) float64 {
	distance := 1 - min(max(dot(a, b)/math.Sqrt(dot(a, a)*dot(b, b)), -1), 1)
	return 1 - distance
}

// wholeVector gives a vector of small whole numbers that is not zero.
func wholeVector(r *rand.Rand) []float32 {
	vector := make([]float32, dimensions)
	for dot(vector, vector) == 0 {
		for i := range vector {
			vector[i] = float32(r.IntN(5) - 2)
		}
	}
	return vector
}

// requireExplained asserts that the explanation of a hit, made from what the store says of it, comes to its score.
func requireExplained(t *testing.T, q catalog.SearchQuery, hit catalog.Hit) {
	t.Helper()
	base := catalog.LabelModeBase
	if hit.Similarity != nil {
		base = *hit.Similarity
	}
	require.Equal(t, hit.Score, catalog.Explain(base, q.Preferred, hit.Labels).Score, "%s: %+v", hit.PlaybookID, q)
}

// randomLabels gives labels of few values, in any case, with wildcards where the schema of a playbook allows them.
func randomLabels(r *rand.Rand, required bool) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{}}
	if required {
		labels.Values[catalog.LabelSignalType], labels.Values[catalog.LabelSeverity] = "OOMKilled", "high"
	}
	pick := func(name string, values ...string) {
		if i := r.IntN(len(values) + 1); i < len(values) {
			labels.Values[name] = values[i]
		}
	}
	pick(catalog.LabelComponent, "pod", "Pod", "node")
	pick(catalog.LabelEnvironment, "production", "test", catalog.Wildcard)
	pick(catalog.LabelPriority, "P0", "P1", catalog.Wildcard)
	pick(catalog.LabelRiskTolerance, "low", "high")
	pick(catalog.LabelBusinessCategory, "payments", "Payments", "search", catalog.Wildcard)
	pick(catalog.LabelResourceManagement, "gitops", "manual")
	pick(catalog.LabelGitOpsTool, "argocd", "flux")
	for _, key := range []string{"team", "tier"} {
		values := []string{"a", "B", "c", "d"}
		r.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		if n := r.IntN(4); n > 0 {
			if labels.Custom == nil {
				labels.Custom = map[string][]string{}
			}
			labels.Custom[key] = values[:n]
		}
	}
	return labels
}
