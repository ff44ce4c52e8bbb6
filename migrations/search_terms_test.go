package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/migrations"
)

// What is searchable when the words come in gets its words, and taking them back and forth loses none.
func TestWordsOfWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	_, err := migrations.Down(t.Context(), db, 14)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO playbooks VALUES ('a', '2026-01-01', '2026-01-09'), ('b', '2026-01-01', '2026-01-09')`,
		`INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, embedding_status, created_at, created_by,
				actor_source, updated_at, updated_by)
			SELECT id, version, version, '1.0', title, 'Pods', 'c', 'text/markdown', repeat('0', 64),
				'{"signal_type": "NodeNotReady"}', '{}', '[]', 'ready', '2026-01-01', 'alice', 'asserted', '2026-01-01', 'alice'
			FROM (VALUES ('a', 'v1.0.0', 'Of yesterday'), ('a', 'v2.0.0', 'A pod'), ('b', 'v1.0.0', 'Not searchable'))
				AS given (id, version, title)`,
		`INSERT INTO playbook_search (playbook_id, version, custom_terms) VALUES ('a', 'v2.0.0', '{}')`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	for range 2 {
		_, err = migrations.Migrate(t.Context(), db)
		require.NoError(t, err)
		var terms string
		require.NoError(t, db.QueryRowContext(t.Context(),
			`SELECT string_agg(concat_ws(':', playbook_id, term, occurrences, words), ' ' ORDER BY term) FROM playbook_search_terms`,
		).Scan(&terms))
		require.Equal(t, "a:node:1:4 a:pod:2:4 a:readi:1:4", terms)
		_, err = migrations.Down(t.Context(), db, 14)
		require.NoError(t, err)
	}
}
