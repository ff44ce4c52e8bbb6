package catalog_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/validation"
)

// standingStore knows where every playbook stands.
type standingStore struct {
	*fakeStore

	standing catalog.Standing
	err      error
	asked    []string
}

func (s *standingStore) Standing(_ context.Context, _ catalog.SearchQuery, id string) (catalog.Standing, error) {
	s.asked = append(s.asked, id)
	return s.standing, s.err
}

func newStandingCatalog(t *testing.T, standing catalog.Standing, err error) (*catalog.Catalog, *standingStore) {
	t.Helper()
	store := &standingStore{fakeStore: &fakeStore{}, standing: standing, err: err}
	c, newErr := catalog.New(catalog.Config{Store: store, Embedder: &fakeEmbedder{}})
	require.NoError(t, newErr)
	return c, store
}

func TestWhyNot(t *testing.T) {
	t.Parallel()
	standing := func(change func(*catalog.Standing)) catalog.Standing {
		s := catalog.Standing{Version: "v1.0.0", Labels: labelled("severity", "CRITICAL", "signal_type", "OOMKilled", "component", "pod")}
		change(&s)
		return s
	}
	ranked := func(rank int64) catalog.Standing {
		return standing(func(s *catalog.Standing) { s.Rank, s.Similarity = rank, new(0.5) })
	}
	for name, test := range map[string]struct {
		standing catalog.Standing
		err      error
		want     catalog.WhyNotReason
	}{
		"unknown":      {err: catalog.ErrPlaybookNotFound, want: catalog.ReasonNoPlaybook},
		"inactive":     {standing: catalog.Standing{Newest: &catalog.HistoryEntry{}}, want: catalog.ReasonNoActiveVersion},
		"no vector":    {standing: standing(func(*catalog.Standing) {}), want: catalog.ReasonNoVector},
		"not similar":  {standing: standing(func(s *catalog.Standing) { s.Similarity = new(0.1) }), want: catalog.ReasonBelowMinimum},
		"the last one": {standing: ranked(10), want: catalog.ReasonMissed},
		"the next one": {standing: ranked(11), want: catalog.ReasonBelowTopK},
		"other severity": {
			standing: standing(func(s *catalog.Standing) { s.Labels.Values["severity"] = "low" }), want: catalog.ReasonFiltered,
		},
		"other signal type": {
			standing: standing(func(s *catalog.Standing) { s.Labels.Values["signal_type"], s.Similarity = "x", new(0.1) }), want: catalog.ReasonFiltered,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := newStandingCatalog(t, test.standing, test.err)
			req := searchRequest()
			req.WhyNot, req.Mode, req.Labels.Values["component"] = "some-id", catalog.ModeHybrid, "pod"
			answer, err := c.Search(t.Context(), req)
			require.NoError(t, err)
			require.Equal(t, "some-id", answer.WhyNot.PlaybookID)
			require.Equal(t, test.want, answer.WhyNot.Reason)
			require.Equal(t, test.standing, answer.WhyNot.Standing)
			require.Equal(t, test.want == catalog.ReasonFiltered, len(answer.WhyNot.Filters) == 1)
			require.Equal(t, test.standing.Rank > 0, answer.WhyNot.Explanation != nil)
			if test.standing.Rank > 0 {
				require.InDelta(t, 0.55, answer.WhyNot.Explanation.Score.Final, 1e-12)
			}
		})
	}
}

// What is in the answer is told from the answer.
func TestWhyNotOfAHit(t *testing.T) {
	t.Parallel()
	c, store := newStandingCatalog(t, catalog.Standing{}, errors.New("must not be asked"))
	req := searchRequest()
	req.WhyNot = "a"
	answer, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, catalog.ReasonInAnswer, answer.WhyNot.Reason)
	require.EqualValues(t, 1, answer.WhyNot.Standing.Rank)
	require.NotNil(t, answer.WhyNot.Explanation)
	require.Empty(t, store.asked)

	req.WhyNot = "b"
	_, err = c.Search(t.Context(), req)
	require.ErrorContains(t, err, "must not be asked")
	req.WhyNot = ""
	answer, err = c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Nil(t, answer.WhyNot)
}

func TestWhyNotNeedsAnID(t *testing.T) {
	t.Parallel()
	c, store := newStandingCatalog(t, catalog.Standing{}, nil)
	for _, id := range []string{"No_Id", "search", "-a"} {
		req := searchRequest()
		req.WhyNot = id
		_, err := c.Search(t.Context(), req)
		var invalid *validation.Error
		require.ErrorAs(t, err, &invalid, id)
		require.Equal(t, "/why_not", invalid.Violations[0].Pointer)
	}
	require.Empty(t, store.asked)
}
