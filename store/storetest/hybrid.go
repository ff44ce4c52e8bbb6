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

// testHybridEqualsRate compares the scores and the order of a store with those of catalog.Rate over all playbooks.
func testHybridEqualsRate(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 12)) //nolint:gosec // repeatable
	all := make(map[string]catalog.Labels)
	vectors := make(map[string][]float32)
	for i := range 60 {
		id := fmt.Sprintf("p-%02d", i)
		all[id], vectors[id] = randomLabels(r, true), randomVector(r)
		publish(t, s, withVector(publication(draft(t, id, "v1.0.0", withLabels(all[id]))), vectors[id]))
	}
	for range 60 {
		q := query(randomVector(r))
		q.TopK, q.Preferred = 1+r.IntN(30), randomLabels(r, false)
		if r.IntN(4) == 0 {
			q.Vector = nil
		}
		want := rateAll(q, all, vectors)
		matches := search(t, s, q)
		require.True(t, matches.Exact)
		require.EqualValues(t, len(all), matches.Total)
		require.Equal(t, want[:q.TopK], standings(matches.Hits), "%+v", q)
		for _, hit := range matches.Hits {
			requireExplained(t, q, hit)
		}
	}
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

// standing is what a hit is ordered by. Similarities are left out: they are compared up to rounding elsewhere.
type standing struct {
	id             string
	boost, penalty catalog.Points
}

func standings(hits []catalog.Hit) []standing {
	out := make([]standing, len(hits))
	for i, hit := range hits {
		out[i] = standing{hit.PlaybookID, hit.Score.Boost, hit.Score.Penalty}
	}
	return out
}

func rateAll(q catalog.SearchQuery, all map[string]catalog.Labels, vectors map[string][]float32) []standing {
	type rated struct {
		standing
		final, similarity float64
	}
	list := make([]rated, 0, len(all))
	for id, labels := range all {
		base, similarity := catalog.LabelModeBase, 0.0
		if q.Vector != nil {
			similarity = cosine(vectors[id], q.Vector)
			base = similarity
		}
		score := catalog.Rate(base, q.Preferred, labels)
		list = append(list, rated{standing{id, score.Boost, score.Penalty}, score.Final, similarity})
	}
	slices.SortFunc(list, func(a, b rated) int {
		return cmp.Or(cmp.Compare(b.final, a.final), cmp.Compare(b.similarity, a.similarity), cmp.Compare(a.id, b.id))
	})
	out := make([]standing, len(list))
	for i := range list {
		out[i] = list[i].standing
	}
	return out
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
