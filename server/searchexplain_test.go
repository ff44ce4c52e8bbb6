package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// searching gives a catalog that answers a search so.
func searching(answer catalog.SearchAnswer) *fakeCatalog {
	return &fakeCatalog{search: func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error) { return answer, nil }}
}

func TestSearchExplanation(t *testing.T) {
	t.Parallel()
	asked := catalog.Labels{
		Values: map[string]string{"resource_management": "gitops", "environment": "*", "priority": "P1", "component": "pod"},
		Custom: map[string][]string{"team": {"a", "b"}},
	}
	found := catalog.Labels{
		Values: map[string]string{"resource_management": "GitOps", "environment": "test", "priority": "P0"},
		Custom: map[string][]string{"team": {"a"}},
	}
	answer := foundOne()
	explanation := catalog.Explain(0.9375, asked, found)
	answer.Hits[0].Text = nil
	answer.Hits[0].Similarity, answer.Hits[0].Score, answer.Hits[0].Explanation = new(0.9375), explanation.Score, &explanation
	body := newFixture(t, searching(answer)).get(t, "/api/v1/playbooks/search?query=x&explain=true").body
	var got struct {
		Items []struct {
			Explanation json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	require.JSONEq(t, `{"base": 0.9375, "base_of": "similarity", "sum": 1.0625, "clamped": true, "parts": [
		{"label": "resource_management", "asked": "gitops", "found": "GitOps", "weight": 0.1, "points": 0.1, "outcome": "match"},
		{"label": "environment", "asked": "*", "found": "test", "weight": 0.05, "points": 0.025, "outcome": "half"},
		{"label": "priority", "asked": "P1", "found": "P0", "weight": 0.05, "points": -0.05, "outcome": "mismatch"},
		{"label": "component", "asked": "pod", "weight": 0.05, "points": 0, "outcome": "absent"},
		{"label": "custom_labels:team", "asked": "a", "found": "a", "weight": 0.05, "points": 0.05, "outcome": "match"},
		{"label": "custom_labels:team", "asked": "b", "found": "a", "weight": 0.05, "points": 0, "outcome": "mismatch"}
	]}`, string(got.Items[0].Explanation))

	explanation = catalog.Explain(catalog.LabelModeBase, catalog.Labels{Values: map[string]string{}}, found)
	answer.Hits[0].Similarity = nil
	body = newFixture(t, searching(answer)).get(t, "/api/v1/playbooks/search?mode=labels&explain=true").body
	require.Contains(t, body, `"explanation":{"base":0.5,"base_of":"labels_mode","clamped":false,"parts":[],"sum":0.5}`)
	answer.Hits[0].Similarity, answer.Hits[0].Text = new(0.25), &catalog.TextMatch{Score: 1, Relevance: 0.5, Words: []string{"oom", "pod"}}
	body = newFixture(t, searching(answer)).get(t, "/api/v1/playbooks/search?query=x&rank=fusion&explain=true").body
	require.Contains(t, body, `"explanation":{"base":0.5,"base_of":"relevance","clamped":false,"parts":[],"sum":0.5,"words":["oom","pod"]}`)
	require.Contains(t, body, `"relevance":0.5,"similarity":0.25,"text_score":1,`)
	answer.Hits[0].Explanation = nil
	require.NotContains(t, newFixture(t, searching(answer)).get(t, "/api/v1/playbooks/search?query=x").body, "explanation")
}

// What the contract says of weights is what the table of weights says.
func TestContractKnowsTheWeights(t *testing.T) {
	t.Parallel()
	search := document().Paths.Value("/api/v1/playbooks/search").Get
	number := regexp.MustCompile(`\b0\.\d+\b`)
	described := func(name string) []string {
		return number.FindAllString(search.Parameters.GetByInAndName("query", name).Description, -1)
	}
	for _, p := range catalog.Preferences() {
		require.Equal(t, []string{fmt.Sprintf("%.2f", p.Weight.Score())}, described(p.Label), p.Label)
	}
	require.Equal(t, []string{
		fmt.Sprintf("%.2f", catalog.CustomValueWeight.Score()), fmt.Sprintf("%.2f", catalog.MaxCustomBoost.Score()),
	}, described("label"))
	schemas := document().Components.Schemas
	base := schemas["ScoreExplanation"].Value.Properties["base"].Value.Description
	require.Equal(t, []string{fmt.Sprint(catalog.LabelModeBase)}, number.FindAllString(base, -1))
}
