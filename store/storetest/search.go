package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// entry is what a brute-force search knows of a playbook.
type entry struct {
	id, signalType, severity string
	vector                   []float32
}

func testSearchEqualsBruteForce(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 11)) //nolint:gosec // repeatable
	signals, severities := []string{"oomkilled", "crashloop", "pending"}, []string{"critical", "high", "medium", "low"}
	entries := make([]entry, 60)
	for i := range entries {
		e := entry{
			id: fmt.Sprintf("p-%02d", i), signalType: signals[r.IntN(len(signals))],
			severity: severities[r.IntN(len(severities))], vector: randomVector(r),
		}
		entries[i] = e
		publish(t, s, withVector(publication(draft(t, e.id, "v1.0.0", withLabels(labels(e.signalType, e.severity)))), e.vector))
	}
	for range 40 {
		q := query(randomVector(r))
		q.TopK = 1 + r.IntN(20)
		q.MinSimilarity = r.Float64()*1.4 - 0.7
		if r.IntN(2) == 0 {
			q.SignalType = signals[r.IntN(len(signals))]
		}
		if r.IntN(2) == 0 {
			q.Severity = severities[r.IntN(len(severities))]
		}
		want, total := bruteForce(entries, q)
		matches := search(t, s, q)
		require.Equal(t, want, hitIDs(matches.Hits), "%+v", q)
		require.Equal(t, total, matches.Total, "%+v", q)
		for _, hit := range matches.Hits {
			i := slices.IndexFunc(entries, func(e entry) bool { return e.id == hit.PlaybookID })
			require.InDelta(t, cosine(entries[i].vector, q.Vector), *hit.Similarity, 1e-6)
			require.False(t, hit.Provisional)
		}
	}
}

func bruteForce(entries []entry, q catalog.SearchQuery) ([]string, int64) {
	var found []entry
	for _, e := range entries {
		if (q.SignalType == "" || q.SignalType == e.signalType) && (q.Severity == "" || q.Severity == e.severity) &&
			cosine(e.vector, q.Vector) >= q.MinSimilarity {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b entry) int {
		return cmp.Or(cmp.Compare(cosine(b.vector, q.Vector), cosine(a.vector, q.Vector)), cmp.Compare(a.id, b.id))
	})
	top := make([]string, 0, q.TopK)
	for _, e := range found[:min(q.TopK, len(found))] {
		top = append(top, e.id)
	}
	return top, int64(len(found))
}

func testSearchFiltersAndTotals(t *testing.T, s catalog.Store) {
	for i := range 12 {
		severity := []string{"high", "low"}[i%2]
		p := publication(draft(t, fmt.Sprintf("p-%02d", i), "v1.0.0", withLabels(labels("OOMKilled", severity))))
		publish(t, s, withVector(p, axis(0)))
	}
	q := query(axis(0))
	q.TopK = 3
	for name, test := range map[string]struct {
		signalType, severity string
		total                int64
		hits                 []string
	}{
		"all":          {"", "", 12, []string{"p-00", "p-01", "p-02"}},
		"signal type":  {"oomkilled", "", 12, []string{"p-00", "p-01", "p-02"}},
		"severity":     {"", "low", 6, []string{"p-01", "p-03", "p-05"}},
		"both":         {"oomkilled", "high", 6, []string{"p-00", "p-02", "p-04"}},
		"no match":     {"oomkilled", "critical", 0, []string{}},
		"other signal": {"oom", "", 0, []string{}},
	} {
		q.SignalType, q.Severity = test.signalType, test.severity
		matches := search(t, s, q)
		require.Equal(t, test.total, matches.Total, name)
		require.Equal(t, test.hits, hitIDs(matches.Hits), name)
	}
}

// Equal similarities are ordered by id, so that an answer repeats and one top_k continues the other.
func testSearchTies(t *testing.T, s catalog.Store) {
	tied := []string{"a", "b", "b-1", "b1", "c", "z"}
	for i := range tied {
		publish(t, s, withVector(publication(draft(t, tied[len(tied)-1-i], "v1.0.0")), axis(1)))
	}
	publish(t, s, withVector(publication(draft(t, "nearer", "v1.0.0")), axis(2)))
	q := query(normalised([]float32{0, 1, 2, 0, 0, 0, 0, 0}))
	want := append([]string{"nearer"}, tied...)
	for q.TopK = 1; q.TopK <= len(want); q.TopK++ {
		matches := search(t, s, q)
		require.Equal(t, want[:q.TopK], hitIDs(matches.Hits))
		require.EqualValues(t, len(want), matches.Total)
	}
}

// A similarity equal to the least one counts.
func testSearchBoundary(t *testing.T, s catalog.Store) {
	publish(t, s, withVector(publication(draft(t, "equal", "v1.0.0")), axis(0)))
	publish(t, s, withVector(publication(draft(t, "half", "v1.0.0")), []float32{1, 1, 1, 1, 0, 0, 0, 0}))
	publish(t, s, withVector(publication(draft(t, "across", "v1.0.0")), axis(7)))
	q := query(axis(0))
	for least, want := range map[float64][]string{
		1: {"equal"}, 0.5: {"equal", "half"}, 0.500001: {"equal"}, 0: {"equal", "half", "across"},
	} {
		q.MinSimilarity = least
		require.Equal(t, want, hitIDs(search(t, s, q).Hits), "least similarity %v", least)
	}
}

func testSearchContent(t *testing.T, s catalog.Store) {
	p := publish(t, s, publication(draft(t, "content", "v1.0.0")))
	q := query(axis(0))
	require.Empty(t, search(t, s, q).Hits[0].Content)
	q.IncludeContent = true
	require.Equal(t, p.Content, search(t, s, q).Hits[0].Content)
}

func testSearchModelsApart(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	takeUp(t, s)
	publish(t, s, withOther(pending(draft(t, "b", "v1.0.0")), []float32{1, 0, 1})) // of another length, too
	require.Equal(t, []string{"a"}, hitIDs(search(t, s, query(axis(0))).Hits))
	q := query([]float32{1, 0, 0})
	q.Model = otherModel
	require.Equal(t, []string{"b"}, hitIDs(search(t, s, q).Hits))
}

func testSearchLatestOnly(t *testing.T, s catalog.Store) {
	publish(t, s, withVector(publication(draft(t, "a", "v1.0.0", withLabels(labels("Old", "low")))), axis(0)))
	publish(t, s, withVector(publication(draft(t, "a", "v2.0.0", withLabels(labels("New", "high")))), axis(1)))
	publish(t, s, withVector(publication(draft(t, "a", "v3.0.0-rc.1", withLabels(labels("Next", "high")))), axis(2)))
	q := query(axis(1))
	matches := search(t, s, q)
	require.EqualValues(t, 1, matches.Total)
	require.Equal(t, "v2.0.0", matches.Hits[0].Version)
	require.InDelta(t, 1, *matches.Hits[0].Similarity, 1e-6)
	for signal, want := range map[string]int64{"old": 0, "new": 1, "next": 0} {
		q.SignalType = signal
		require.Equal(t, want, search(t, s, q).Total, signal)
	}
}

func testSearchWithoutDirection(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	for name, vector := range map[string][]float32{"zero": make([]float32, dimensions), "none": {}} {
		_, err := s.Search(t.Context(), query(vector))
		require.Error(t, err, name)
	}
}

func testGeneration(t *testing.T, s catalog.Store) {
	generation := func() int64 {
		t.Helper()
		g, err := s.Generation(t.Context())
		require.NoError(t, err)
		return g
	}
	before := generation()
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	published := generation()
	require.Greater(t, published, before)
	publish(t, s, pending(draft(t, "a", "v2.0.0")))
	published2 := generation()
	require.Greater(t, published2, published)

	claimed := claim(t, s, 10)
	search(t, s, query(axis(0)))
	require.Equal(t, published2, generation(), "neither a claim nor a search changes answers")
	complete(t, s, claimed...)
	require.Greater(t, generation(), published2, "a vector that arrives does")
}
