package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/migrations"
)

// The history begins with what is known of the versions that are there already.
func TestHistoryOfWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	_, err := migrations.Down(t.Context(), db, 6)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO playbooks VALUES ('a', '2026-01-01', '2026-01-09'), ('b', '2026-01-01', '2026-01-09')`,
		`INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, embedding_status, created_at, created_by,
				actor_source, updated_at, updated_by, status, disabled_at, disabled_by, disabled_reason)
			SELECT id, version, version, '1.0', 't', 'd', 'c', 'text/markdown', repeat('0', 64), '{}', '{}', '[]', 'ready',
				created::timestamptz, 'alice', 'asserted', '2026-01-08', 'carol', status, disabled::timestamptz, by, reason
			FROM (VALUES
				('a', 'v1.0.0', '2026-01-01', 'active', NULL, '', ''),
				('a', 'v2.0.0', '2026-01-02', 'disabled', '2026-01-05', 'bob', 'broke things'),
				('a', 'v3.0.0', '2026-01-03', 'archived', NULL, '', ''),
				('b', 'v1.0.0', '2026-01-04', 'deprecated', NULL, '', '')
			) AS given (id, version, created, status, disabled, by, reason)`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)

	rows, err := db.QueryContext(t.Context(), `SELECT concat_ws('|', playbook_id, seq, version, transition, from_status, to_status,
		reason, actor, actor_source, (at AT TIME ZONE 'UTC')::date) FROM playbook_history ORDER BY playbook_id, seq`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	var history []string
	for rows.Next() {
		var row string
		require.NoError(t, rows.Scan(&row))
		history = append(history, row)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, []string{
		"a|1|v1.0.0|publish||active||alice|asserted|2026-01-01",
		"a|2|v2.0.0|publish||active||alice|asserted|2026-01-02",
		"a|3|v3.0.0|publish||active||alice|asserted|2026-01-03",
		"a|4|v2.0.0|disable|active|disabled|broke things|bob|asserted|2026-01-05",
		"a|5|v3.0.0|archive|active|archived|not recorded|carol|asserted|2026-01-08",
		"b|1|v1.0.0|publish||active||alice|asserted|2026-01-04",
		"b|2|v1.0.0|deprecate|active|deprecated|not recorded|carol|asserted|2026-01-08",
	}, history)

	_, err = migrations.Down(t.Context(), db, 6)
	require.ErrorContains(t, err, "the catalog has a history")
	version, err := migrations.Version(t.Context(), db)
	require.NoError(t, err)
	require.EqualValues(t, 7, version, "the history was not taken back")
}
