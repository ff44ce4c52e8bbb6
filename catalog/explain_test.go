package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

// The published examples, as they are explained.
func TestExplain(t *testing.T) {
	t.Parallel()
	part := func(label, asked, found string, weight, points catalog.Points, outcome catalog.Outcome) catalog.Part {
		return catalog.Part{Label: label, Asked: asked, Found: found, Weight: weight, Points: points, Outcome: outcome}
	}
	for name, test := range map[string]struct {
		base         float64
		asked, found catalog.Labels
		parts        []catalog.Part
		sum, final   float64
	}{
		"boosts up to the clamp": {
			base: 0.87,
			asked: labelled("component", "pod", "risk_tolerance", "low", "priority", "p0", "business_category", "payments",
				"environment", "production", "resource_management", "gitops", "severity", "high"),
			found: labelled("component", "pod", "risk_tolerance", "low", "priority", "P0", "business_category", "Payments",
				"environment", "production", "resource_management", "gitops", "severity", "high"),
			parts: []catalog.Part{
				part("resource_management", "gitops", "gitops", 100, 100, "match"),
				part("environment", "production", "production", 50, 50, "match"),
				part("business_category", "payments", "Payments", 50, 50, "match"),
				part("priority", "p0", "P0", 50, 50, "match"),
				part("risk_tolerance", "low", "low", 50, 50, "match"),
				part("component", "pod", "pod", 50, 50, "match"),
			},
			sum: 1.22, final: 1,
		},
		"no labels": {base: 0.85, found: labelled("component", "pod"), parts: []catalog.Part{}, sum: 0.85, final: 0.85},
		"a penalty": {
			base: 0.88, asked: labelled("resource_management", "gitops"), found: labelled("resource_management", "manual"),
			parts: []catalog.Part{part("resource_management", "gitops", "manual", 100, -100, "mismatch")}, sum: 0.78, final: 0.78,
		},
		"below zero": {
			base: 0.02, asked: labelled("component", "pod"), found: labelled("component", "node"),
			parts: []catalog.Part{part("component", "pod", "node", 50, -50, "mismatch")}, sum: -0.03, final: 0,
		},
		"half and absent": {
			base: 0.5, asked: labelled("environment", "*", "priority", "P1", "gitops_tool", "flux"),
			found: labelled("environment", "test", "priority", "*"),
			parts: []catalog.Part{
				part("gitops_tool", "flux", "", 50, 0, "absent"),
				part("environment", "*", "test", 50, 25, "half"),
				part("priority", "P1", "*", 50, 25, "half"),
			},
			sum: 0.55, final: 0.55,
		},
		"custom labels value by value": {
			base:  0.5,
			asked: catalog.Labels{Custom: map[string][]string{"team": {"A", "x", "a"}, "zone": {"eu"}}},
			found: catalog.Labels{Custom: map[string][]string{"Team": {"a", "b"}}},
			parts: []catalog.Part{
				part("custom_labels:team", "A", "a", 50, 50, "match"),
				part("custom_labels:team", "x", "a, b", 50, 0, "mismatch"),
				part("custom_labels:zone", "eu", "", 50, 0, "absent"),
			},
			sum: 0.55, final: 0.55,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := catalog.Explain(test.base, test.asked, test.found)
			require.Equal(t, test.parts, e.Parts)
			require.InDelta(t, test.sum, e.Sum(), 1e-12)
			require.InDelta(t, test.final, e.Score.Final, 1e-12)
		})
	}
}

// Custom labels together give at most MaxCustomBoost; what is above it is missing from the last parts, and they say so.
func TestExplainCap(t *testing.T) {
	t.Parallel()
	custom := catalog.Labels{Custom: map[string][]string{"team": {"a", "b"}, "tier": {"c", "d"}}}
	e := catalog.Explain(0.5, custom, custom)
	require.Equal(t, catalog.MaxCustomBoost, e.Score.Boost)
	for i, part := range e.Parts {
		require.Equal(t, catalog.OutcomeMatch, part.Outcome)
		require.Equal(t, i == 3, part.Capped, "part %d", i)
		require.Equal(t, part.Capped, part.Points == 0, "part %d", i)
	}
}

// An explanation comes to the score that Rate gives, and its parts add up to it.
func TestExplainEqualsRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asked, found := drawLabels(t, "asked"), drawLabels(t, "found")
		base := rapid.Float64Range(0, 1).Draw(t, "base")
		e, score := catalog.Explain(base, asked, found), catalog.Rate(base, asked, found)
		require.Equal(t, score, e.Score)
		sum, values := catalog.Points(0), 0
		for _, part := range e.Parts {
			require.LessOrEqual(t, max(part.Points, -part.Points), part.Weight)
			require.Equal(t, part.Outcome == catalog.OutcomeAbsent, part.Found == "")
			sum += part.Points
		}
		require.Equal(t, score.Boost-score.Penalty, sum)
		for _, p := range catalog.Preferences() {
			if asked.Get(p.Label) != "" {
				values++
			}
		}
		require.Len(t, e.Parts, values+len(asked.CustomTerms()), "each label asked for has its part")
		require.Equal(t, min(max(e.Sum(), 0), 1), e.Score.Final)
	})
}

// drawLabels gives labels of few values, so that matches, differences and wildcards are all frequent.
func drawLabels(t *rapid.T, name string) catalog.Labels {
	value := rapid.SampledFrom([]string{"", "a", "A", "b", catalog.Wildcard})
	labels := catalog.Labels{Values: map[string]string{}}
	for _, p := range catalog.Preferences() {
		if text := value.Draw(t, name+" "+p.Label); text != "" {
			labels.Values[p.Label] = text
		}
	}
	labels.Custom = rapid.MapOfN(
		rapid.SampledFrom([]string{"team", "tier", "zone"}),
		rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "A", "b", "c"}), 1, 4, rapid.ID[string]), 0, 3,
	).Draw(t, name+" custom")
	return labels
}
