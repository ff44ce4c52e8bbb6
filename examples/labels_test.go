package examples

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// closedSets lists the labels of schema 1.0 whose values are given, with all of
// their values.
var closedSets = map[string][]string{
	"severity":            {"critical", "high", "medium", "low"},
	"environment":         {"production", "staging", "development", "test", "*"},
	"priority":            {"P0", "P1", "P2", "P3", "*"},
	"risk_tolerance":      {"low", "medium", "high"},
	"resource_management": {"gitops", "manual", "automated"},
	"gitops_tool":         {"argocd", "flux"},
}

// named returns the labels by key, without those that are not set.
func (l labels) named() map[string]string {
	all := map[string]string{
		"signal_type": l.SignalType, "severity": l.Severity, "component": l.Component,
		"environment": l.Environment, "priority": l.Priority, "risk_tolerance": l.RiskTolerance,
		"business_category": l.BusinessCategory, "resource_management": l.ResourceManagement,
		"gitops_tool": l.GitopsTool,
	}
	for key, value := range all {
		if value == "" {
			delete(all, key)
		}
	}
	return all
}

func TestLabelsFollowTheSchema(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		require.NotEmpty(t, m.Labels.SignalType)
		require.NotEmpty(t, m.Labels.Severity)
		for key, value := range m.Labels.named() {
			if allowed, closed := closedSets[key]; closed {
				require.Contains(t, allowed, value, key)
			}
		}
		require.LessOrEqual(t, len(m.Labels.CustomLabels), 10)
		for key, values := range m.Labels.CustomLabels {
			require.LessOrEqual(t, len(key), 63)
			require.NotEmpty(t, values, key)
			require.LessOrEqual(t, len(values), 5, key)
			for _, value := range values {
				require.LessOrEqual(t, len(value), 100, key)
			}
		}
	})
}

func TestEveryLabelAndEveryClosedValueIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string][]string{}
	custom := 0
	for _, m := range load(t) {
		for key, value := range m.Labels.named() {
			used[key] = append(used[key], value)
		}
		custom += len(m.Labels.CustomLabels)
	}
	require.Positive(t, custom)
	for _, key := range []string{"signal_type", "component", "business_category"} {
		require.NotEmpty(t, used[key], key)
	}
	require.True(t, slices.Contains(used["business_category"], "*"), "business_category *")
	for key, values := range closedSets {
		for _, value := range values {
			require.True(t, slices.Contains(used[key], value), "no sample has %s %s", key, value)
		}
	}
}
