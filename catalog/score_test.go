package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func labelled(pairs ...string) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		labels.Values[pairs[i]] = pairs[i+1]
	}
	return labels
}

func TestRate(t *testing.T) {
	t.Parallel()
	team := func(values ...string) catalog.Labels {
		return catalog.Labels{Custom: map[string][]string{"team": values}}
	}
	for name, test := range map[string]struct {
		base           float64
		asked, found   catalog.Labels
		boost, penalty catalog.Points
		final          float64
	}{
		"published example: boosts up to the clamp": {
			base: 0.87,
			asked: labelled("resource_management", "gitops", "gitops_tool", "argocd", "environment", "production",
				"business_category", "payments", "priority", "P0", "risk_tolerance", "low"),
			found: labelled("resource_management", "gitops", "gitops_tool", "argocd", "environment", "production",
				"business_category", "payments", "priority", "P0", "risk_tolerance", "low"),
			boost: 350, final: 1,
		},
		"published example: no labels": {base: 0.85, final: 0.85},
		"published example: a penalty": {
			base: 0.88, asked: labelled("resource_management", "gitops"), found: labelled("resource_management", "manual"),
			penalty: 100, final: 0.78,
		},
		"absent is neutral":        {base: 0.5, asked: labelled("environment", "test"), final: 0.5},
		"not asked is neutral":     {base: 0.5, found: labelled("environment", "test"), final: 0.5},
		"case does not count":      {base: 0.5, asked: labelled("priority", "p1"), found: labelled("priority", "P1"), boost: 50, final: 0.55},
		"wildcard of the playbook": {base: 0.5, asked: labelled("priority", "P1"), found: labelled("priority", "*"), boost: 25, final: 0.525},
		"wildcard of the question": {base: 0.5, asked: labelled("priority", "*"), found: labelled("priority", "P1"), boost: 25, final: 0.525},
		"wildcards on both sides":  {base: 0.5, asked: labelled("priority", "*"), found: labelled("priority", "*"), boost: 25, final: 0.525},
		"wildcard and nothing":     {base: 0.5, asked: labelled("priority", "*"), final: 0.5},
		"filters give no points":   {base: 0.5, asked: labelled("severity", "high"), found: labelled("severity", "high"), final: 0.5},
		"never below zero":         {base: 0.04, asked: labelled("component", "pod"), found: labelled("component", "node"), penalty: 50},
		"custom values":            {base: 0.5, asked: team("A", "b", "c"), found: team("a", "B", "x"), boost: 100, final: 0.6},
		"custom values, at most":   {base: 0.5, asked: team("a", "b", "c", "d"), found: team("a", "b", "c", "d"), boost: 150, final: 0.65},
		"custom, no penalty":       {base: 0.5, asked: team("a"), found: team("b"), final: 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			score := catalog.Rate(test.base, test.asked, test.found)
			require.Equal(t, test.boost, score.Boost)
			require.Equal(t, test.penalty, score.Penalty)
			require.InDelta(t, test.final, score.Final, 1e-12)
			require.LessOrEqual(t, score.Boost, catalog.LargestBoost(test.asked))
		})
	}
}

func TestLargestBoostOfAllLabels(t *testing.T) {
	t.Parallel()
	asked := catalog.Labels{Values: map[string]string{}, Custom: map[string][]string{"team": {"a", "b", "c", "d"}}}
	for _, p := range catalog.Preferences() {
		asked.Values[p.Label] = "x"
	}
	require.EqualValues(t, 550, catalog.LargestBoost(asked))
}
