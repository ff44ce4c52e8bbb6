package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// The parts of a score add up to it, whatever is asked for.
func TestSearchExplains(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	result := search(t, c, apiclient.SearchPlaybooksParams{
		Query: new("pod keeps getting OOMKilled"), Explain: new(true), MinSimilarity: new(0.0), Environment: new("PRODUCTION"),
		Priority: new("*"), ResourceManagement: new("gitops"), Component: new("deployment"), Label: []string{"team:platform-sre"},
	})
	require.NotEmpty(t, result.Items)
	outcomes := map[apiclient.LabelOutcome]bool{}
	for _, item := range result.Items {
		e := item.Explanation
		require.Equal(t, *item.Similarity, e.Base)
		require.Len(t, e.Parts, 5)
		sum := e.Base
		for _, part := range e.Parts {
			sum += part.Points
			outcomes[part.Outcome] = true
		}
		require.InDelta(t, e.Sum, sum, 1e-9)
		require.InDelta(t, item.LabelBoost-item.LabelPenalty, e.Sum-e.Base, 1e-9)
		require.InDelta(t, item.FinalScore, min(max(e.Sum, 0), 1), 1e-9)
	}
	require.Len(t, outcomes, 4, "the samples show every outcome: %v", outcomes)
	require.Nil(t, search(t, c, apiclient.SearchPlaybooksParams{Query: new("pod")}).Items[0].Explanation)
}

// Every reason why a playbook is not in an answer, from the running service.
func TestWhyNot(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	d := draft("why-not-sourdough", "v1.0.0")
	d.Title, d.Description = "Sourdough does not rise", "Feed the starter twice a day, and keep the dough at 26 degrees until it has doubled."
	require.Equal(t, http.StatusCreated, publish(t, c, d).StatusCode())
	ask := func(change func(*apiclient.SearchPlaybooksParams)) *apiclient.WhyNot {
		params := apiclient.SearchPlaybooksParams{Query: new("sourdough does not rise"), WhyNot: new("why-not-sourdough")}
		change(&params)
		return search(t, c, params).WhyNot
	}
	there := ask(func(*apiclient.SearchPlaybooksParams) {})
	require.Equal(t, apiclient.WhyInAnswer, there.Reason)
	require.EqualValues(t, 1, *there.Rank)

	require.Equal(t, apiclient.WhyNoSuchPlaybook, ask(func(p *apiclient.SearchPlaybooksParams) { p.WhyNot = new("why-not-rye") }).Reason)
	filtered := ask(func(p *apiclient.SearchPlaybooksParams) { p.SignalType = new("OtherSignal") })
	require.Equal(t, apiclient.WhyFiltered, filtered.Reason)
	require.Equal(t, "OtherSignal", filtered.Filters[0].Asked)
	far := ask(func(p *apiclient.SearchPlaybooksParams) {
		p.Query, p.MinSimilarity = new("certificate of the webhook has expired"), new(0.5)
	})
	require.Equal(t, apiclient.WhyBelowMinSimilarity, far.Reason)
	require.Less(t, *far.Similarity, 0.5)
	behind := ask(func(p *apiclient.SearchPlaybooksParams) {
		p.Query, p.MinSimilarity, p.TopK = new("certificate of the webhook has expired"), new(0.0), new(int32(1))
	})
	require.Contains(t, []apiclient.WhyNotReason{apiclient.WhyBelowTopK, apiclient.WhyBelowMinSimilarity}, behind.Reason)
	labels := ask(func(p *apiclient.SearchPlaybooksParams) {
		p.Mode, p.TopK = new(apiclient.SearchModeLabels), new(int32(1))
	})
	require.Equal(t, apiclient.WhyBelowTopK, labels.Reason)
	require.Greater(t, *labels.Rank, int64(1))
	require.Nil(t, labels.Similarity)

	disabled, err := c.DisablePlaybookWithResponse(t.Context(), "why-not-sourdough", nil,
		apiclient.TransitionRequest{Reason: "burns", Actor: new("carol")})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, disabled.StatusCode())
	gone := ask(func(*apiclient.SearchPlaybooksParams) {})
	require.Equal(t, apiclient.WhyNoActiveVersion, gone.Reason)
	require.Equal(t, "v1.0.0", *gone.Version)
	require.Equal(t, "carol", gone.PresentState.By)
	require.Equal(t, "burns", *gone.PresentState.Reason)

	malformed, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("x"), WhyNot: new("No_Id")})
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, malformed.StatusCode())
	require.Equal(t, "/why_not", malformed.ApplicationproblemJSON400.Errors[0].Pointer)
}
