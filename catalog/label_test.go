package catalog_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

func TestLabelTermsAreFoldedAndSorted(t *testing.T) {
	t.Parallel()
	labels := catalog.Labels{
		Values: map[string]string{"severity": "Critical", "component": "Pod"},
		Custom: map[string][]string{"Team": {"Payments", "core"}},
	}
	require.Equal(t, []string{
		"component:pod", "custom_labels:team:core", "custom_labels:team:payments", "severity:critical",
	}, labels.Terms())
}

func TestLabelsSurviveJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		labels := catalog.Labels{
			Values: rapid.MapOf(rapid.StringMatching(`[a-z_]{1,8}x`), rapid.String()).Draw(t, "values"),
			Custom: rapid.MapOf(rapid.String(), rapid.SliceOfN(rapid.String(), 1, 3)).Draw(t, "custom"),
		}
		data, err := json.Marshal(labels)
		require.NoError(t, err)
		var read catalog.Labels
		require.NoError(t, json.Unmarshal(data, &read))
		require.True(t, labels.Equal(read), "%s", data)
	})
}

func TestLabelsRefuseOtherJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[]`, `{"severity": 1}`, `{"custom_labels": {"a": "b"}}`} {
		var labels catalog.Labels
		require.Error(t, json.Unmarshal([]byte(text), &labels), text)
	}
}
