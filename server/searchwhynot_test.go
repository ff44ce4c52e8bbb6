package server_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func TestWhyNotIsWorded(t *testing.T) {
	t.Parallel()
	entry := disabledEntry()
	ranked := catalog.Standing{
		Version: "v1.0.0", Similarity: new(0.5), Provisional: true, Rank: 12, Score: catalog.Score{Boost: 50, Penalty: 25, Final: 0.525},
	}
	explanation := catalog.Explain(0.5, catalog.Labels{}, catalog.Labels{})
	for _, test := range []struct {
		why    catalog.WhyNot
		exact  bool
		detail string
		want   apiserver.WhyNot
	}{
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonNoPlaybook},
			detail: "no version of it was ever published; look at the spelling of the id",
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonNoActiveVersion, Standing: catalog.Standing{Newest: &entry}},
			detail: "none of its versions may be used; the newest, v1.0.0, is disabled since 2026-11-24T06:00:00Z by carol: broke things",
			want: apiserver.WhyNot{Version: new("v1.0.0"), PresentState: &apiserver.PresentState{
				Status: "disabled", Transition: "disable", By: "carol", At: storedAt, Reason: new("broke things"),
			}},
		},
		{
			why: catalog.WhyNot{Reason: catalog.ReasonFiltered, Standing: catalog.Standing{Version: "v1.0.0"}, Filters: []catalog.FilterMiss{
				{Label: "signal_type", Asked: "a", Found: "b"}, {Label: "severity", Asked: "low", Found: "high"},
			}},
			detail: "its signal_type is b, asked was a; its severity is high, asked was low",
			want: apiserver.WhyNot{Version: new("v1.0.0"), Filters: []apiserver.FilterMiss{
				{Label: "signal_type", Asked: "a", Found: "b"}, {Label: "severity", Asked: "low", Found: "high"},
			}},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonNoVector, Standing: catalog.Standing{Version: "v1.0.0"}},
			detail: "the embedding of v1.0.0 is not computed yet, so that it can be found with mode=labels only",
			want:   apiserver.WhyNot{Version: new("v1.0.0")},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonBelowMinimum, Standing: catalog.Standing{Version: "v1.0.0", Similarity: new(0.21)}},
			detail: "its similarity 0.210 is below min_similarity 0.3",
			want:   apiserver.WhyNot{Version: new("v1.0.0"), Similarity: new(0.21), MinSimilarity: new(0.3), Provisional: new(false)},
		},
		{
			why: catalog.WhyNot{Reason: catalog.ReasonBelowMinimum, Standing: catalog.Standing{
				Version: "v1.0.0", Similarity: new(0.31), Text: &catalog.TextMatch{Score: 0.1, Relevance: 0.24},
			}},
			detail: "its relevance 0.240 is below min_similarity 0.3",
			want: apiserver.WhyNot{
				Version: new("v1.0.0"), Similarity: new(0.31), TextScore: new(0.1), Relevance: new(0.24), MinSimilarity: new(0.3),
				Provisional: new(false),
			},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonBelowTopK, Standing: ranked, Explanation: &explanation},
			detail: "it matches, but is number 12, and top_k is 10",
			want: apiserver.WhyNot{
				Version: new("v1.0.0"), Similarity: new(0.5), Provisional: new(true), Rank: new(int64(12)), FinalScore: new(0.525),
				LabelBoost: new(0.05), LabelPenalty: new(0.025),
				Explanation: &apiserver.ScoreExplanation{Base: 0.5, BaseOf: "similarity", Sum: 0.5, Parts: []apiserver.ScorePart{}},
			},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonMissed, Standing: catalog.Standing{Version: "v1.0.0", Rank: 3}},
			detail: "it is number 3, and the search, which was not exact, has missed it; ask with exact=true",
			want:   apiserver.WhyNot{Version: new("v1.0.0"), Rank: new(int64(3)), FinalScore: new(0.0), LabelBoost: new(0.0), LabelPenalty: new(0.0)},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonMissed, Standing: catalog.Standing{Version: "v1.0.0", Rank: 3}},
			exact:  true,
			detail: "it is number 3 now: the catalog has changed since the search; ask again",
			want:   apiserver.WhyNot{Version: new("v1.0.0"), Rank: new(int64(3)), FinalScore: new(0.0), LabelBoost: new(0.0), LabelPenalty: new(0.0)},
		},
		{
			why:    catalog.WhyNot{Reason: catalog.ReasonInAnswer, Standing: catalog.Standing{Version: "v1.0.0", Rank: 1}},
			detail: "it is number 1 of the answer",
			want:   apiserver.WhyNot{Version: new("v1.0.0"), Rank: new(int64(1)), FinalScore: new(0.0), LabelBoost: new(0.0), LabelPenalty: new(0.0)},
		},
	} {
		answer := foundOne()
		test.why.PlaybookID = "some-id"
		answer.WhyNot, answer.Exact = &test.why, test.exact
		var result apiserver.SearchResult
		newFixture(t, searching(answer)).get(t, "/api/v1/playbooks/search?query=x&why_not=some-id").decode(t, &result)
		test.want.PlaybookId, test.want.Reason, test.want.Detail = "some-id", apiserver.WhyNotReason(test.why.Reason), test.detail
		require.Equal(t, &test.want, result.WhyNot)
	}
}

func TestWhyNotOfNoID(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{search: func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error) {
		t.Error("the contract refuses it")
		return catalog.SearchAnswer{}, nil
	}})
	f.get(t, "/api/v1/playbooks/search?query=x&why_not=No_Id").requireProblem(t, http.StatusBadRequest, "invalid-request")
	f.post(t, "/api/v1/playbooks/search", `{"query":"x","why_not":"-"}`).requireProblem(t, http.StatusBadRequest, "invalid-request")
}

func TestContractKnowsTheReasons(t *testing.T) {
	t.Parallel()
	var reasons []any
	for _, reason := range catalog.WhyNotReasons {
		reasons = append(reasons, string(reason))
	}
	require.Equal(t, reasons, document().Components.Schemas["WhyNotReason"].Value.Enum)
}
