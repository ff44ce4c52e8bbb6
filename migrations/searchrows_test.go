package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/migrations"
)

// The labels of what is searchable already come beside its vectors, and the way back loses none of these.
func TestSearchRowsTakeTheirLabels(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	const before = 9
	_, err := migrations.Down(t.Context(), db, before)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO playbooks VALUES ('a', '2026-01-01', '2026-01-09')`,
		`INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, embedding_status, created_at, created_by,
				actor_source, updated_at, updated_by)
			SELECT 'a', version, version, '1.0', 't', 'd', 'c', 'text/markdown', repeat('0', 64), '{}', '{}', '[]', 'ready',
				'2026-01-01', 'alice', 'asserted', '2026-01-08', 'carol' FROM unnest('{v1.0.0,v2.0.0}'::text[]) AS version`,
		`INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding)
			VALUES ('a', 'v1.0.0', 'm', 2, repeat('0', 64), '[1,2]')`,
		`INSERT INTO playbook_search (playbook_id, version, signal_type, severity, component, environment, priority,
				risk_tolerance, business_category, resource_management, gitops_tool, custom_terms)
			VALUES ('a', 'v2.0.0', 's', 'high', 'c', 'e', 'p', 'r', 'b', 'm', NULL, '{custom_labels:k:v}')`,
		`INSERT INTO playbook_search_vectors (playbook_id, model, vector_version, embedding) VALUES ('a', 'm', 'v1.0.0', '[1,2]')`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	var row string
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT concat_ws('|', playbook_id, model, vector_version, version,
			signal_type, severity, component, environment, priority, risk_tolerance, business_category, resource_management,
			coalesce(gitops_tool, 'none'), custom_terms, embedding)
		FROM playbook_search_vectors`).Scan(&row))
	require.Equal(t, "a|m|v1.0.0|v2.0.0|s|high|c|e|p|r|b|m|none|{custom_labels:k:v}|[1,2]", row)

	_, err = migrations.Down(t.Context(), db, before)
	require.NoError(t, err)
	require.NoError(t, db.QueryRowContext(t.Context(),
		`SELECT concat_ws('|', playbook_id, model, vector_version, embedding) FROM playbook_search_vectors`).Scan(&row))
	require.Equal(t, "a|m|v1.0.0|[1,2]", row)
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
}
