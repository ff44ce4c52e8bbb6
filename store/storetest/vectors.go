package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func claim(t testing.TB, s catalog.Store, limit int) []catalog.PendingVersion {
	t.Helper()
	return claimFor(t, s, limit, time.Hour)
}

func claimFor(t testing.TB, s catalog.Store, limit int, lease time.Duration) []catalog.PendingVersion {
	t.Helper()
	claimed, err := s.ClaimPending(t.Context(), model, limit, lease)
	require.NoError(t, err)
	return claimed
}

// complete stores the vectors that the titles decide.
func complete(t testing.TB, s catalog.Store, claimed ...catalog.PendingVersion) {
	t.Helper()
	vectors := make([]catalog.VersionVector, len(claimed))
	for i, p := range claimed {
		vectors[i] = catalog.VersionVector{VersionID: p.VersionID, TextHash: textHash(p.Title), Vector: vectorOf(p.Title)}
	}
	require.NoError(t, s.CompletePending(t.Context(), model, vectors))
}

func count(t testing.TB, s catalog.Store, model string) int {
	t.Helper()
	n, err := s.CountPending(t.Context(), model)
	require.NoError(t, err)
	return n
}

func claimedIDs(claimed []catalog.PendingVersion) []catalog.VersionID {
	list := make([]catalog.VersionID, len(claimed))
	for i, p := range claimed {
		list[i] = p.VersionID
	}
	return list
}

// vectorsByText gives the stored vectors of texts, nil where there is none.
func vectorsByText(t testing.TB, s catalog.Store, model string, hashes ...string) [][]float32 {
	t.Helper()
	found, err := s.VectorsByText(t.Context(), model, hashes)
	require.NoError(t, err)
	vectors := make([][]float32, len(hashes))
	for i, hash := range hashes {
		vectors[i] = found[hash]
	}
	return vectors
}

func testVectorsByText(t *testing.T, s catalog.Store) {
	p := publication(draft(t, "a", "v1.0.0"))
	other := publication(draft(t, "b", "v1.0.0", func(d *catalog.Draft) { d.Title = "another title" }))
	publish(t, s, p)
	publish(t, s, other)
	unknown := textHash("nobody wrote this")
	require.Equal(t, [][]float32{other.Vectors[0].Vector, nil, p.Vectors[0].Vector, other.Vectors[0].Vector},
		vectorsByText(t, s, model, other.TextHash, unknown, p.TextHash, other.TextHash), "every bit is kept")
	require.Equal(t, [][]float32{nil}, vectorsByText(t, s, otherModel, p.TextHash))
	require.Empty(t, vectorsByText(t, s, model))

	// A version with the same text makes no difference, and a later one no other vector.
	publish(t, s, publication(draft(t, "a", "v1.1.0", func(d *catalog.Draft) { d.Content = "changed" })))
	require.Equal(t, [][]float32{p.Vectors[0].Vector}, vectorsByText(t, s, model, p.TextHash))
}

func testPendingThenComplete(t *testing.T, s catalog.Store) {
	published := publish(t, s, pending(draft(t, "a", "v1.0.0")))
	require.Equal(t, catalog.EmbeddingPending, published.EmbeddingStatus)
	require.Equal(t, 1, count(t, s, model))
	require.Zero(t, count(t, s, otherModel))
	require.Zero(t, search(t, s, query(axis(0))).Total, "without a vector it cannot be ranked")

	claimed := claim(t, s, 10)
	require.Equal(t, []catalog.PendingVersion{{
		VersionID: catalog.VersionID{PlaybookID: "a", Version: "v1.0.0"},
		Title:     published.Title, Description: published.Description, Attempts: 1,
	}}, claimed)
	require.Equal(t, 1, count(t, s, model), "what is claimed still waits")
	complete(t, s, claimed...)

	require.Zero(t, count(t, s, model))
	ready, err := s.Version(t.Context(), "a", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, catalog.EmbeddingReady, ready.EmbeddingStatus)
	require.Equal(t, published.Revision+1, ready.Revision)
	require.True(t, ready.UpdatedAt.After(published.UpdatedAt))
	require.Equal(t, published.Draft, ready.Draft)

	matches := search(t, s, query(vectorOf(published.Title)))
	require.Len(t, matches.Hits, 1)
	require.InDelta(t, 1, *matches.Hits[0].Similarity, 1e-6)
	require.False(t, matches.Hits[0].Provisional)
	require.Equal(t, [][]float32{vectorOf(published.Title)}, vectorsByText(t, s, model, textHash(published.Title)))
}

// A new version without a vector is found by that of its predecessor, with its own labels, until its own one arrives.
func testProvisional(t *testing.T, s catalog.Store) {
	publish(t, s, withVector(publication(draft(t, "a", "v1.0.0")), axis(0)))
	publish(t, s, pending(draft(t, "a", "v2.0.0", withLabels(labels("New", "low")))))
	publish(t, s, pending(draft(t, "a", "v3.0.0", withLabels(labels("Newer", "low")))))

	only := func(q catalog.SearchQuery) catalog.Hit {
		t.Helper()
		q.SignalType = "newer"
		matches := search(t, s, q)
		require.EqualValues(t, 1, matches.Total)
		require.Equal(t, "v3.0.0", matches.Hits[0].Version)
		return matches.Hits[0]
	}
	hit := only(query(axis(0)))
	require.True(t, hit.Provisional)
	require.InDelta(t, 1, *hit.Similarity, 1e-6)

	vector := func(version string, v []float32) catalog.VersionVector {
		return catalog.VersionVector{
			VersionID: catalog.VersionID{PlaybookID: "a", Version: version}, TextHash: textHash(version), Vector: v,
		}
	}
	claim(t, s, 10)
	require.NoError(t, s.CompletePending(t.Context(), model, []catalog.VersionVector{vector("v2.0.0", axis(2))}))
	hit = only(query(axis(2)))
	require.True(t, hit.Provisional, "a nearer predecessor")
	require.InDelta(t, 1, *hit.Similarity, 1e-6)

	require.NoError(t, s.CompletePending(t.Context(), model, []catalog.VersionVector{vector("v3.0.0", axis(3))}))
	hit = only(query(axis(3)))
	require.False(t, hit.Provisional)
	require.InDelta(t, 1, *hit.Similarity, 1e-6)

	// A vector that arrives for a version that is no longer the latest does not take the place of its successor's.
	publish(t, s, pending(draft(t, "a", "v4.0.0")))
	publish(t, s, withVector(publication(draft(t, "a", "v5.0.0", withLabels(labels("Newest", "low")))), axis(5)))
	claim(t, s, 10)
	require.NoError(t, s.CompletePending(t.Context(), model, []catalog.VersionVector{vector("v4.0.0", axis(4))}))
	matches := search(t, s, query(axis(5)))
	require.False(t, matches.Hits[0].Provisional)
	require.InDelta(t, 1, *matches.Hits[0].Similarity, 1e-6)
}

// Claimers that run at the same time share the work without overlap.
func testClaimsAreExclusive(t *testing.T, s catalog.Store) {
	const versions, claimers = 40, 8
	for i := range versions {
		publish(t, s, pending(draft(t, "p-"+string(rune('a'+i/10))+string(rune('a'+i%10)), "v1.0.0")))
	}
	claimed := make([][]catalog.PendingVersion, claimers)
	errs := make([]error, claimers)
	var wg sync.WaitGroup
	for i := range claimers {
		wg.Go(func() {
			for {
				batch, err := s.ClaimPending(t.Context(), model, 3, time.Hour)
				if errs[i] = err; err != nil || len(batch) == 0 {
					return
				}
				claimed[i] = append(claimed[i], batch...)
			}
		})
	}
	wg.Wait()
	seen := map[catalog.VersionID]bool{}
	for i := range claimers {
		require.NoError(t, errs[i])
		for _, p := range claimed[i] {
			require.False(t, seen[p.VersionID], "%v was claimed twice", p.VersionID)
			seen[p.VersionID] = true
		}
	}
	// Skipping what another claimer has just locked may leave something behind, for nobody for long.
	for _, p := range claim(t, s, versions) {
		require.False(t, seen[p.VersionID])
		seen[p.VersionID] = true
	}
	require.Len(t, seen, versions)
	require.Empty(t, claim(t, s, versions))
}

func testLeaseEnds(t *testing.T, s catalog.Store) {
	publish(t, s, pending(draft(t, "a", "v1.0.0")))
	first := claimFor(t, s, 1, 50*time.Millisecond)
	require.Len(t, first, 1)
	var second []catalog.PendingVersion
	require.Eventually(t, func() bool {
		second = claim(t, s, 1)
		return len(second) == 1
	}, 30*time.Second, 10*time.Millisecond)
	require.Equal(t, first[0].VersionID, second[0].VersionID)
	require.Equal(t, 2, second[0].Attempts)
}

func testPostpone(t *testing.T, s catalog.Store) {
	publish(t, s, pending(draft(t, "a", "v1.0.0")))
	publish(t, s, pending(draft(t, "b", "v1.0.0")))
	require.Equal(t, []string{"a"}, playbooks(claim(t, s, 1)), "what waits longest comes first")

	ids := []catalog.VersionID{{PlaybookID: "a", Version: "v1.0.0"}}
	require.NoError(t, s.PostponePending(t.Context(), model, ids, time.Hour, "the model is away"))
	require.Equal(t, []string{"b"}, playbooks(claim(t, s, 10)))
	require.Equal(t, 2, count(t, s, model))

	require.NoError(t, s.PostponePending(t.Context(), model, ids, 0, "the process stops"))
	again := claim(t, s, 10)
	require.Equal(t, ids, claimedIDs(again), "it was given back before its lease ended")
	require.Equal(t, 2, again[0].Attempts)
	require.NoError(t, s.PostponePending(t.Context(), model, nil, 0, "nothing to give back"))
}

func playbooks(claimed []catalog.PendingVersion) []string {
	list := make([]string, len(claimed))
	for i, p := range claimed {
		list[i] = p.PlaybookID
	}
	return list
}

// Of two who worked on the same version, the first one counts, and the second one changes nothing.
func testCompletedMeanwhile(t *testing.T, s catalog.Store) {
	publish(t, s, pending(draft(t, "a", "v1.0.0")))
	publish(t, s, pending(draft(t, "b", "v1.0.0")))
	claimed := claim(t, s, 10)
	complete(t, s, claimed[0])
	before := snapshot(t, s, "a")

	late := catalog.VersionVector{VersionID: claimed[0].VersionID, TextHash: textHash("late"), Vector: axis(1)}
	require.NoError(t, s.CompletePending(t.Context(), model, []catalog.VersionVector{late}))
	require.NoError(t, s.CompletePending(t.Context(), model, nil))
	require.Equal(t, before, snapshot(t, s, "a"))
	since := before.latest.UpdatedAt.Add(time.Microsecond)
	require.Empty(t, list(t, s, catalog.ListQuery{UpdatedSince: &since}))

	fresh := catalog.VersionVector{VersionID: claimed[1].VersionID, TextHash: textHash("b"), Vector: axis(2)}
	require.NoError(t, s.CompletePending(t.Context(), model, []catalog.VersionVector{late, fresh}))
	require.Zero(t, count(t, s, model))
	a, err := s.Version(t.Context(), "a", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, before.latest.Version, a)
	require.Equal(t, "b", search(t, s, query(axis(2))).Hits[0].PlaybookID)
}
