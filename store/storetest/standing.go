package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func standingOf(t testing.TB, s catalog.Store, q catalog.SearchQuery, id string) catalog.Standing {
	t.Helper()
	got, err := s.Standing(t.Context(), q, id)
	require.NoError(t, err, id)
	return got
}

// testStandingEqualsSearch asks every playbook of a catalog for its place, and compares with the answer to a search that
// gives all of them. Few labels and vectors make for many ties.
func testStandingEqualsSearch(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 13)) //nolint:gosec // repeatable
	const playbooks = 40
	for i := range playbooks {
		p := publication(draft(t, fmt.Sprintf("p-%02d", i), "v1.0.0", withLabels(randomLabels(r, true))))
		switch r.IntN(4) {
		case 0:
			p = withVector(p, axis(r.IntN(3)))
		case 1:
			p = withVector(p, nil)
		}
		publish(t, s, p)
	}
	for range 15 {
		q := query(randomVector(r))
		q.Preferred, q.MinSimilarity = randomLabels(r, false), r.Float64()-0.5
		switch r.IntN(4) {
		case 0:
			q.Vector = nil
		case 1:
			q.Vector = axis(r.IntN(3))
		}
		q.TopK = playbooks
		matches := search(t, s, q)
		require.EqualValues(t, len(matches.Hits), matches.Total)
		rank := map[string]int64{}
		for i, hit := range matches.Hits {
			got := standingOf(t, s, q, hit.PlaybookID)
			rank[hit.PlaybookID] = int64(i + 1)
			require.Equal(t, catalog.Standing{
				Version: hit.Version, Labels: hit.Labels, Similarity: hit.Similarity, Score: hit.Score, Rank: int64(i + 1),
			}, got, "%s: %+v", hit.PlaybookID, q)
		}
		q.TopK = 1
		for i := range playbooks {
			id := fmt.Sprintf("p-%02d", i)
			got := standingOf(t, s, q, id)
			require.Equal(t, rank[id], got.Rank, "%s: %+v", id, q)
			if got.Rank == 0 && got.Similarity != nil {
				require.Less(t, *got.Similarity, q.MinSimilarity)
			}
		}
	}
}

// testStandingOfWhatDoesNotMatch goes through the reasons why a playbook is not found.
func testStandingOfWhatDoesNotMatch(t *testing.T, s catalog.Store) {
	q := query(axis(0))
	_, err := s.Standing(t.Context(), q, "nothing-here")
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)

	publish(t, s, pending(draft(t, "first-version", "v1.0.0")))
	without := standingOf(t, s, q, "first-version")
	require.Equal(t, "v1.0.0", without.Version)
	require.Nil(t, without.Similarity)
	require.Zero(t, without.Rank)
	q.Vector = nil
	require.EqualValues(t, 1, standingOf(t, s, q, "first-version").Rank, "labels alone need no vector")

	q = query(axis(0))
	publish(t, s, withVector(publication(draft(t, "a", "v1.0.0")), axis(0)))
	publish(t, s, pending(draft(t, "a", "v1.1.0")))
	require.True(t, standingOf(t, s, q, "a").Provisional)
	q.Severity = "low"
	filtered := standingOf(t, s, q, "a")
	require.Zero(t, filtered.Rank)
	require.InDelta(t, 1, *filtered.Similarity, 1e-6, "known, though the filter leaves the playbook out")
	require.Equal(t, "high", filtered.Labels.Get(catalog.LabelSeverity))

	q = query(axis(0))
	q.Model = otherModel
	require.Nil(t, standingOf(t, s, q, "a").Similarity, "vectors of another model do not count")

	q = query(axis(0))
	change(t, s, "a", "v1.0.0", catalog.TransitionArchive)
	change(t, s, "a", "v1.1.0", catalog.TransitionDisable)
	inactive := standingOf(t, s, q, "a")
	require.Equal(t, catalog.Standing{Newest: inactive.Newest}, inactive)
	require.Equal(t, "v1.1.0", inactive.Newest.Version)
	require.Equal(t, catalog.TransitionDisable, inactive.Newest.Transition)
	require.NotEmpty(t, inactive.Newest.Reason)
	require.NotEmpty(t, inactive.Newest.Actor.Name)
	require.False(t, inactive.Newest.At.IsZero())

	for name, vector := range map[string][]float32{"zero": make([]float32, dimensions), "none": {}} {
		_, err := s.Standing(t.Context(), query(vector), "a")
		require.Error(t, err, name)
	}
}
