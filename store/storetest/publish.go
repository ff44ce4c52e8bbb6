package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

// What is published is read back in every detail, and is what Publish answered.
func testRoundTrip(t *testing.T, s catalog.Store) {
	before := time.Now().Add(-time.Minute)
	published := publish(t, s, publication(full(t, "round-trip", "v1.2.3-rc.1")))

	require.Equal(t, full(t, "round-trip", "v1.2.3-rc.1"), published.Draft)
	require.Equal(t, catalog.StatusActive, published.Status)
	require.Equal(t, catalog.EmbeddingReady, published.EmbeddingStatus)
	require.True(t, published.IsLatest)
	require.EqualValues(t, 1, published.Revision)
	require.Equal(t, alice.Name, published.CreatedBy)
	require.Equal(t, alice.Source, published.ActorSource)
	require.Equal(t, alice.Name, published.UpdatedBy)
	require.WithinRange(t, published.CreatedAt, before, time.Now().Add(time.Minute))
	require.Equal(t, published.CreatedAt, published.UpdatedAt)

	read, err := s.Version(t.Context(), "round-trip", "v1.2.3-rc.1")
	require.NoError(t, err)
	require.Equal(t, published, read)
	latest, err := s.Latest(t.Context(), "round-trip")
	require.NoError(t, err)
	require.Equal(t, catalog.Latest{Version: published}, latest)

	withoutContent := published
	withoutContent.Content = ""
	versions, err := s.Versions(t.Context(), "round-trip", catalog.Page{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, catalog.VersionPage{Items: []catalog.Version{withoutContent}}, versions)
	list, err := s.List(t.Context(), catalog.ListQuery{Page: catalog.Page{Limit: 10}})
	require.NoError(t, err)
	require.Equal(t, catalog.VersionPage{Items: []catalog.Version{withoutContent}}, list)

	matches := search(t, s, query(vectorOf(published.Title)))
	require.Len(t, matches.Hits, 1)
	hit := matches.Hits[0]
	hit.Similarity, hit.Score = nil, catalog.Score{}
	require.Equal(t, catalog.Hit{
		PlaybookID: published.PlaybookID, Version: "v1.2.3-rc.1", Title: published.Title,
		Description: published.Description, Labels: published.Labels, Owner: published.Owner,
		ExpectedSuccessRate: published.ExpectedSuccessRate,
	}, hit)
}

// A draft with nothing but what it must have comes back the same, and the bounds of length are reached.
func testRoundTripOfLittle(t *testing.T, s catalog.Store) {
	little := publish(t, s, publication(draft(t, "a", "v0.0.0")))
	read, err := s.Version(t.Context(), "a", "v0.0.0")
	require.NoError(t, err)
	require.Equal(t, little, read)
	require.Nil(t, read.ExpectedSuccessRate)
	require.Nil(t, read.ActualSuccessRate)
	require.Empty(t, read.PreviousVersion)

	longID := strings.Repeat("x", 255)
	longest := "v" + strings.Repeat("9", 20) + ".0.0-" + strings.Repeat("a", 38)
	require.Len(t, longest, versioning.MaxLength)
	large := publish(t, s, publication(draft(t, longID, longest, func(d *catalog.Draft) {
		d.Content = strings.Repeat("€", catalog.MaxContentBytes/3)
		d.Title, d.Description = strings.Repeat("ü", 255), strings.Repeat("ü", 10_000)
		d.Labels.Values[catalog.LabelComponent] = strings.Repeat("ü", 100)
	})))
	read, err = s.Version(t.Context(), longID, longest)
	require.NoError(t, err)
	require.Equal(t, large, read)
}

func testIncrementRule(t *testing.T, s catalog.Store) {
	steps := []struct {
		version string
		beat    string // the version that a refusal names; empty when the version is stored
	}{
		{"v1.0.0", ""},
		{"v0.9.0", "v1.0.0"},
		{"v1.0.0-rc.1", "v1.0.0"},
		{"v2.0.0-rc.2", ""},
		{"v2.0.0-rc.1", "v2.0.0-rc.2"},
		{"v2.0.0-rc.10", ""},
		{"v1.3.1", ""}, // a pre-release of v2 is no bar
		{"v1.3.0", "v1.3.1"},
		{"v1.4.0-alpha", ""}, // nor for a pre-release of another version
		{"v1.10.0", ""},
		{"v1.9.0", "v1.10.0"},
		{"v2.0.0", ""},
		{"v2.0.0-rc.11", "v2.0.0"},
		{"v10000000000000000000000.0.0", ""},
		{"v9999999999999999999999.0.0", "v10000000000000000000000.0.0"},
	}
	for _, step := range steps {
		_, err := s.Publish(t.Context(), publication(draft(t, "increment", step.version)))
		if step.beat == "" {
			require.NoError(t, err, step.version)
			continue
		}
		var refusal *versioning.NotIncrementedError
		require.ErrorAs(t, err, &refusal, step.version)
		require.Equal(t, versioning.NotIncrementedError{Next: step.version, Greatest: step.beat}, *refusal)
	}
}

func testExistingVersion(t *testing.T, s catalog.Store) {
	first := publish(t, s, publication(draft(t, "exists", "v1.0.0")))
	publish(t, s, publication(draft(t, "exists", "v1.1.0")))
	for name, p := range map[string]catalog.Publication{
		"the same":              publication(draft(t, "exists", "v1.0.0")),
		"another content":       publication(draft(t, "exists", "v1.0.0", func(d *catalog.Draft) { d.Content = "other" })),
		"different, by request": repeatable(publication(draft(t, "exists", "v1.0.0", func(d *catalog.Draft) { d.Owner = "other" }))),
	} {
		// It exists, which comes before it being lower than the greatest.
		_, err := s.Publish(t.Context(), p)
		require.ErrorIs(t, err, versioning.ErrVersionAlreadyExists, name)
		require.NotErrorIs(t, err, versioning.ErrVersionNotIncremented, name)
	}
	read, err := s.Version(t.Context(), "exists", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, first.Draft, read.Draft)
}

func repeatable(p catalog.Publication) catalog.Publication {
	p.IfExists = catalog.IfExistsReturnIdentical
	return p
}

func testIdenticalRepeat(t *testing.T, s catalog.Store) {
	publish(t, s, repeatable(publication(full(t, "repeat", "v1.0.0"))))
	publish(t, s, publication(draft(t, "repeat", "v2.0.0")))
	stored, err := s.Version(t.Context(), "repeat", "v1.0.0")
	require.NoError(t, err)
	generation, err := s.Generation(t.Context())
	require.NoError(t, err)

	again := repeatable(pending(full(t, "repeat", "v1.0.0")))
	again.Actor = catalog.Anonymous
	published, err := s.Publish(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, catalog.Published{Version: stored, Identical: true}, published)

	same, err := s.Version(t.Context(), "repeat", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, stored, same, "a repeat changes nothing")
	after, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Equal(t, generation, after)
}

func testDryRun(t *testing.T, s catalog.Store) {
	dry := func(p catalog.Publication) catalog.Publication { p.DryRun = true; return p }

	_, err := s.Publish(t.Context(), dry(pending(draft(t, "dry", "v1.0.0"))))
	require.NoError(t, err)
	requireNothing(t, s, "dry")

	publish(t, s, publication(draft(t, "dry", "v1.0.0")))
	before := snapshot(t, s, "dry")
	would, err := s.Publish(t.Context(), dry(publication(draft(t, "dry", "v1.1.0"))))
	require.NoError(t, err)
	require.False(t, would.Identical)
	require.True(t, would.Version.IsLatest)
	require.Equal(t, "v1.0.0", would.Version.PreviousVersion)
	require.Equal(t, draft(t, "dry", "v1.1.0"), would.Version.Draft)

	_, err = s.Publish(t.Context(), dry(publication(draft(t, "dry", "v0.9.0"))))
	require.ErrorIs(t, err, versioning.ErrVersionNotIncremented)
	_, err = s.Publish(t.Context(), dry(publication(draft(t, "dry", "v1.0.0"))))
	require.ErrorIs(t, err, versioning.ErrVersionAlreadyExists)
	same, err := s.Publish(t.Context(), dry(repeatable(publication(draft(t, "dry", "v1.0.0")))))
	require.NoError(t, err)
	require.True(t, same.Identical)

	require.Equal(t, before, snapshot(t, s, "dry"), "dry runs leave nothing behind")
}

// state is all that can be seen of a catalog with one playbook.
type state struct {
	latest     catalog.Latest
	versions   catalog.VersionPage
	list       catalog.VersionPage
	matches    catalog.Matches
	generation int64
	waiting    int
}

func snapshot(t *testing.T, s catalog.Store, id string) state {
	t.Helper()
	var seen state
	var err error
	seen.latest, err = s.Latest(t.Context(), id)
	require.NoError(t, err)
	seen.versions, err = s.Versions(t.Context(), id, catalog.Page{Limit: catalog.MaxPageSize})
	require.NoError(t, err)
	seen.list, err = s.List(t.Context(), catalog.ListQuery{Page: catalog.Page{Limit: catalog.MaxPageSize}})
	require.NoError(t, err)
	seen.matches = search(t, s, query(axis(0)))
	seen.generation, err = s.Generation(t.Context())
	require.NoError(t, err)
	seen.waiting, err = s.CountPending(t.Context(), model)
	require.NoError(t, err)
	return seen
}

func requireNothing(t *testing.T, s catalog.Store, id string) {
	t.Helper()
	_, err := s.Latest(t.Context(), id)
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	_, err = s.Versions(t.Context(), id, catalog.Page{Limit: 1})
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	list, err := s.List(t.Context(), catalog.ListQuery{Page: catalog.Page{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, list.Items)
	require.Zero(t, search(t, s, query(axis(0))).Total)
	generation, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Zero(t, generation)
	waiting, err := s.CountPending(t.Context(), model)
	require.NoError(t, err)
	require.Zero(t, waiting)
}

// A publication of a new playbook that fails leaves no trace of the playbook.
func testRefusedLeavesNothing(t *testing.T, s catalog.Store) {
	zero := withVector(publication(draft(t, "refused", "v1.0.0")), make([]float32, dimensions))
	_, err := s.Publish(t.Context(), zero)
	require.Error(t, err, "a vector without a direction cannot be stored")
	requireNothing(t, s, "refused")
}

func testLatestAndRevisions(t *testing.T, s catalog.Store) {
	steps := []struct{ publish, latest string }{
		{"v1.0.0-rc.1", "v1.0.0-rc.1"}, // no stable version yet
		{"v2.0.0-rc.1", "v2.0.0-rc.1"},
		{"v1.0.0-rc.2", "v2.0.0-rc.1"},
		{"v0.1.0", "v0.1.0"}, // a stable version goes before any pre-release
		{"v2.0.0-rc.2", "v0.1.0"},
		{"v1.0.0", "v1.0.0"},
	}
	revisions := map[string]int64{}
	previous := ""
	for _, step := range steps {
		published := publish(t, s, publication(draft(t, "latest", step.publish)))
		require.Equal(t, step.latest == step.publish, published.IsLatest, step.publish)
		revisions[step.publish] = 1
		if previous != "" && previous != step.latest {
			revisions[previous]++ // it stepped down
		}
		previous = step.latest

		latest, err := s.Latest(t.Context(), "latest")
		require.NoError(t, err)
		require.Equal(t, step.latest, latest.Draft.Version)
		require.Equal(t, []string{step.latest}, latestOf(t, s, "latest"))
		require.Equal(t, revisions, revisionsOf(t, s, "latest"), step.publish)
	}
	down, err := s.Version(t.Context(), "latest", "v0.1.0")
	require.NoError(t, err)
	up, err := s.Version(t.Context(), "latest", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, up.CreatedAt, down.UpdatedAt, "both changed in one transaction")
	require.Equal(t, alice.Name, down.UpdatedBy)
}

func latestOf(t *testing.T, s catalog.Store, id string) []string {
	t.Helper()
	page, err := s.Versions(t.Context(), id, catalog.Page{Limit: catalog.MaxPageSize})
	require.NoError(t, err)
	var latest []string
	for _, v := range page.Items {
		if v.IsLatest {
			latest = append(latest, v.Version)
		}
	}
	return latest
}

func revisionsOf(t *testing.T, s catalog.Store, id string) map[string]int64 {
	t.Helper()
	page, err := s.Versions(t.Context(), id, catalog.Page{Limit: catalog.MaxPageSize})
	require.NoError(t, err)
	revisions := map[string]int64{}
	for _, v := range page.Items {
		revisions[v.Version] = v.Revision
	}
	return revisions
}

func testPreviousVersion(t *testing.T, s catalog.Store) {
	for _, step := range []struct{ publish, previous string }{
		{"v1.0.0", ""},
		{"v2.0.0-rc.1", "v1.0.0"},
		{"v1.10.0", "v1.0.0"}, // the greatest below, not the one before in time
		{"v2.0.0", "v2.0.0-rc.1"},
	} {
		published := publish(t, s, publication(draft(t, "previous", step.publish)))
		require.Equal(t, step.previous, published.PreviousVersion, step.publish)
	}
}
