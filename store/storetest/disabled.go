package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// Of each playbook the disabled version counts that would be the latest if it were active.
func testSearchDisabled(t *testing.T, s catalog.Store) {
	for id, versions := range map[string]string{
		"active":            "v1.0.0",
		"all-disabled":      "v1.0.0- v1.1.0-",
		"archived":          "v1.0.0!",
		"older-disabled":    "v1.0.0- v2.0.0",
		"newer-disabled":    "v1.0.0 v2.0.0-",
		"newest-archived":   "v1.0.0- v2.0.0!",
		"rc-of-disabled":    "v1.0.0- v2.0.0-rc.1",
		"disabled-rc":       "v1.0.0 v2.0.0-rc.1-",
		"nothing-but-an-rc": "v1.0.0-rc.1-",
	} {
		for version := range strings.SplitSeq(versions, " ") {
			name := strings.TrimRight(version, "-!")
			publish(t, s, withVector(publication(draft(t, id, name)), axis(0)))
			switch {
			case strings.HasSuffix(version, "-"):
				change(t, s, id, name, catalog.TransitionDisable)
			case strings.HasSuffix(version, "!"):
				change(t, s, id, name, catalog.TransitionArchive)
			}
		}
	}
	want := map[string]string{
		"all-disabled": "v1.1.0", "newer-disabled": "v2.0.0", "newest-archived": "v1.0.0", "rc-of-disabled": "v1.0.0",
		"nothing-but-an-rc": "v1.0.0-rc.1",
	}
	for _, vector := range [][]float32{axis(0), nil} {
		matches, err := s.SearchDisabled(t.Context(), query(vector))
		require.NoError(t, err)
		found := map[string]string{}
		for _, hit := range matches.Hits {
			found[hit.PlaybookID] = hit.Version
		}
		require.Equal(t, want, found)
		require.EqualValues(t, len(want), matches.Total)
		require.True(t, matches.Exact)
	}

	q := query(axis(0))
	q.Severity = "low"
	matches, err := s.SearchDisabled(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, matches.Hits, "strict filters count")
	q = query(axis(1))
	q.MinSimilarity = 0.5
	matches, err = s.SearchDisabled(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, matches.Hits, "and so does the least similarity")

	publish(t, s, pending(draft(t, "all-disabled", "v1.2.0")))
	change(t, s, "all-disabled", "v1.2.0", catalog.TransitionDisable)
	q = query(axis(0))
	q.TopK = 1
	matches, err = s.SearchDisabled(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, "v1.2.0", matches.Hits[0].Version)
	require.True(t, matches.Hits[0].Provisional, "ranked by the vector of the version before")
}

// Disabled versions are scored and ordered as searchable ones are.
func testDisabledEqualsRate(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 13)) //nolint:gosec // repeatable
	w := world{playbooks: map[string]*searched{}}
	for i := range 30 {
		p := &searched{id: fmt.Sprintf("p-%02d", i), labels: randomLabels(r, true), vector: wholeVector(r)}
		w.playbooks[p.id] = p
		publish(t, s, withVector(publication(draft(t, p.id, "v1.0.0", withLabels(p.labels))), p.vector))
		change(t, s, p.id, "v1.0.0", catalog.TransitionDisable)
	}
	for range 30 {
		q := query(wholeVector(r))
		q.TopK, q.Preferred = 1+r.IntN(20), randomLabels(r, false)
		if r.IntN(4) == 0 {
			q.Vector = nil
		}
		matches, err := s.SearchDisabled(t.Context(), q)
		require.NoError(t, err)
		require.True(t, matches.Exact)
		w.compare(t, q, matches)
		require.Empty(t, search(t, s, q).Hits, "a search finds none of them")
	}
}

func testReadVersions(t *testing.T, s catalog.Store) {
	a := publish(t, s, publication(draft(t, "a", "v1.0.0")))
	publish(t, s, publication(draft(t, "a", "v2.0.0")))
	b := publish(t, s, publication(draft(t, "b", "v1.0.0")))
	disabled := change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	id := func(v catalog.Version) catalog.VersionID {
		return catalog.VersionID{PlaybookID: v.PlaybookID, Version: v.Version}
	}
	got, err := s.ReadVersions(t.Context(), []catalog.VersionID{id(b), id(a), id(b)})
	require.NoError(t, err)
	require.Equal(t, []catalog.Version{b, disabled, b}, got)
	none, err := s.ReadVersions(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = s.ReadVersions(t.Context(), []catalog.VersionID{id(a), {PlaybookID: "b", Version: "v9.0.0"}})
	require.ErrorIs(t, err, catalog.ErrVersionNotFound)
}
