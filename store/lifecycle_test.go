package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

// setStatus changes a version as a transition will, and lets what depends on it follow.
func setStatus(t *testing.T, s *store.Store, db *sql.DB, id, version string, status catalog.Status) string {
	t.Helper()
	const statement = `UPDATE playbook_versions SET status = $3, is_latest = is_latest AND $3 = 'active', revision = revision + 1,
			disabled_at = CASE WHEN $3 = 'disabled' THEN now() END,
			disabled_by = CASE WHEN $3 = 'disabled' THEN 'bob' ELSE '' END,
			disabled_reason = CASE WHEN $3 = 'disabled' THEN 'it made things worse' ELSE '' END
		WHERE playbook_id = $1 AND version = $2`
	exec(t, db, statement, id, version, string(status))
	latest, err := s.Refresh(t.Context(), id, "bob")
	require.NoError(t, err)
	return latest
}

func TestLatestFallsBack(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	axes := map[string][]float32{"v1.0.0": {1, 0, 0}, "v1.1.0": {0, 1, 0}, "v1.2.0-rc.1": {0, 0, 1}}
	for _, version := range []string{"v1.0.0", "v1.1.0", "v1.2.0-rc.1"} {
		p := publication(t, "falls-back", version)
		p.Vectors = vectors(axes[version])
		publish(t, s, p)
	}
	requireFound := func(version string) {
		t.Helper()
		matches, err := s.Search(t.Context(), catalog.SearchQuery{Model: testModel, Vector: axes[version], TopK: 10, MinSimilarity: 0.9})
		require.NoError(t, err)
		require.EqualValues(t, 1, matches.Total)
		require.Equal(t, version, matches.Hits[0].Version)
		require.False(t, matches.Hits[0].Provisional)
		latest, err := s.Latest(t.Context(), "falls-back")
		require.NoError(t, err)
		require.Equal(t, version, latest.Draft.Version)
	}
	requireFound("v1.1.0")

	generation, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Equal(t, "v1.0.0", setStatus(t, s, db, "falls-back", "v1.1.0", catalog.StatusDisabled))
	requireFound("v1.0.0")
	after, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Greater(t, after, generation)
	promoted, err := s.Version(t.Context(), "falls-back", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, "bob", promoted.UpdatedBy)
	require.EqualValues(t, 3, promoted.Revision, "published, stepped down, stepped up")

	require.Equal(t, "v1.2.0-rc.1", setStatus(t, s, db, "falls-back", "v1.0.0", catalog.StatusArchived))
	requireFound("v1.2.0-rc.1")
	require.Equal(t, "v1.1.0", setStatus(t, s, db, "falls-back", "v1.1.0", catalog.StatusActive))
	requireFound("v1.1.0")
}

func TestPlaybookWithoutAnActiveVersion(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "away", "v1.0.0"))
	publish(t, s, publication(t, "away", "v2.0.0"))
	publish(t, s, publication(t, "there", "v1.0.0"))
	require.Equal(t, "v1.0.0", setStatus(t, s, db, "away", "v2.0.0", catalog.StatusDisabled))

	latest, err := s.Latest(t.Context(), "away")
	require.NoError(t, err)
	require.Equal(t, "v2.0.0", latest.Newer.Version)
	require.Equal(t, catalog.StatusDisabled, latest.Newer.Status)
	require.Equal(t, "bob", latest.Newer.DisabledBy)
	require.Equal(t, "it made things worse", latest.Newer.DisabledReason)
	require.NotNil(t, latest.Newer.DisabledAt)

	require.Empty(t, setStatus(t, s, db, "away", "v1.0.0", catalog.StatusDeprecated))
	_, err = s.Latest(t.Context(), "away")
	var none *catalog.NoActiveVersionError
	require.ErrorAs(t, err, &none)
	require.Equal(t, &catalog.NoActiveVersionError{PlaybookID: "away", Newest: *latest.Newer}, none)

	require.Equal(t, "there", search(t, s).Hits[0].PlaybookID)
	require.EqualValues(t, 1, search(t, s).Total)
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbook_search_vectors WHERE playbook_id = 'away'`))

	list := func(status catalog.Status) []catalog.Version {
		t.Helper()
		q := store.ListQueryOf(10)
		q.Status = status
		page, err := s.List(t.Context(), q)
		require.NoError(t, err)
		return page.Items
	}
	require.Len(t, list(""), 2)
	require.Equal(t, "v2.0.0", list("")[0].Version, "without a latest version the greatest one is listed")
	require.Len(t, list(catalog.StatusDisabled), 1)
	require.Empty(t, list(catalog.StatusDeprecated), "a version that is not listed does not match")

	// A version that was not the greatest but is greater than what is active is no bar, one that is disabled is.
	_, err = s.Publish(t.Context(), publication(t, "away", "v1.5.0"))
	require.ErrorContains(t, err, "v2.0.0")
	require.True(t, publish(t, s, publication(t, "away", "v2.1.0")).IsLatest)
}

// A search row without a vector of its own takes that of the greatest version below, and none when there is none below.
func TestVectorsFollowTheSearchedVersion(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	first := publication(t, "follow", "v1.0.0")
	first.Vectors = vectors(nil)
	publish(t, s, first)
	publish(t, s, publication(t, "follow", "v2.0.0"))
	require.EqualValues(t, 1, search(t, s).Total)
	require.Equal(t, "v1.0.0", setStatus(t, s, db, "follow", "v2.0.0", catalog.StatusDisabled))
	require.Zero(t, search(t, s).Total, "the vector of a later version says nothing about an earlier one")
	require.Equal(t, "v2.0.0", setStatus(t, s, db, "follow", "v2.0.0", catalog.StatusActive))
	require.EqualValues(t, 1, search(t, s).Total)
}

func TestSearchRowHoldsAllLabels(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	p := publication(t, "labels", "v1.0.0")
	p.Draft.Labels = catalog.Labels{
		Values: map[string]string{
			"signal_type": "OOMKilled", "severity": "high", "component": "ÄPOD", "environment": "*", "priority": "P1",
			"risk_tolerance": "low", "business_category": "Payments", "resource_management": "gitops", "gitops_tool": "argocd",
		},
		Custom: map[string][]string{"Team": {"B", "a"}},
	}
	publish(t, s, p)
	require.Equal(t, "oomkilled|high|äpod|*|p1|low|payments|gitops|argocd|{custom_labels:team:a,custom_labels:team:b}",
		scan[string](t, db, `SELECT concat_ws('|', signal_type, severity, component, environment, priority, risk_tolerance,
			business_category, resource_management, gitops_tool, custom_terms) FROM playbook_search`))

	publish(t, s, publication(t, "labels", "v1.1.0"))
	require.Equal(t, "oomkilled|high|{}", scan[string](t, db, `SELECT concat_ws('|', signal_type, severity, component, environment, priority,
		risk_tolerance, business_category, resource_management, gitops_tool, custom_terms) FROM playbook_search`), "nothing is left of the old ones")
}

func TestGenerationNeedsItsShards(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	require.Equal(t, 32, scan[int](t, db, `SELECT count(*) FROM catalog_state`))
	exec(t, db, `DELETE FROM catalog_state`)
	_, err := s.Publish(t.Context(), publication(t, "a", "v1.0.0"))
	require.ErrorContains(t, err, "catalog_state")
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbooks`))
}

func TestShards(t *testing.T) {
	t.Parallel()
	ids := make([]string, 0, 1000)
	for i := range 1000 {
		ids = append(ids, sprintf("playbook-%d", i))
	}
	shards := store.ShardsOf(ids)
	require.Len(t, shards, 32, "each once, and all in use")
	require.IsIncreasing(t, shards)
	require.EqualValues(t, 0, shards[0])
	require.EqualValues(t, 31, shards[31])
}
