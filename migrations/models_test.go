package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/migrations"
)

// The model that searches found most by goes on serving, whatever the processes are configured with, and what waits for
// another one is pending no more.
func TestModelsOfWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	_, err := migrations.Down(t.Context(), db, 13)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO playbooks SELECT id, '2026-01-01', '2026-01-09' FROM unnest(ARRAY ['a', 'b', 'c']) AS id`,
		`INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, embedding_status, created_at, created_by,
				actor_source, updated_at, updated_by)
			SELECT playbook_id, 'v1.0.0', '011', '1.0', 't', 'd', 'c', 'text/markdown', repeat('0', 64), '{}', '{}', '[]',
				'pending', '2026-01-01', 'alice', 'asserted', '2026-01-08', 'carol'
			FROM playbooks`,
		`INSERT INTO playbook_search (playbook_id, version, custom_terms) SELECT playbook_id, version, '{}' FROM playbook_versions`,
		`INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding, created_at)
			VALUES ('a', 'v1.0.0', 'old', 2, repeat('0', 64), '[1,0]', '2026-01-01'),
				('b', 'v1.0.0', 'old', 2, repeat('0', 64), '[1,0]', '2026-01-01'),
				('a', 'v1.0.0', 'new', 3, repeat('0', 64), '[1,0,0]', '2026-01-02')`,
		`INSERT INTO playbook_search_vectors (playbook_id, model, vector_version, version, custom_terms, embedding)
			SELECT playbook_id, model, version, version, '{}', embedding FROM playbook_embeddings`,
		`INSERT INTO embedding_jobs (playbook_id, version, model, claimable_at, created_at)
			VALUES ('b', 'v1.0.0', 'new', now(), now()), ('c', 'v1.0.0', 'new', now(), now()), ('c', 'v1.0.0', 'old', now(), now())`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)

	list := func(query string) (lines []string) {
		rows, err := db.QueryContext(t.Context(), query)
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			lines = append(lines, line)
		}
		require.NoError(t, rows.Err())
		return lines
	}
	require.Equal(t, []string{"new|3|retired", "old|2|serving"},
		list(`SELECT concat_ws('|', model, dimensions, state) FROM playbook_models ORDER BY model`))
	require.Equal(t, []string{"a|ready|2", "b|ready|2", "c|pending|1"},
		list(`SELECT concat_ws('|', playbook_id, embedding_status, revision) FROM playbook_versions ORDER BY playbook_id`))
	require.Equal(t, []string{"c|old"}, list(`SELECT concat_ws('|', playbook_id, model) FROM embedding_jobs`))
	require.Equal(t, []string{"a", "b"}, list(`SELECT playbook_id FROM playbooks WHERE updated_at > '2026-01-10' ORDER BY playbook_id`))
}
