package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

const testModel = "test-model"

// setup gives a store on a database of its own, and a plain connection to that.
func setup(t testing.TB) (*store.Store, *sql.DB) {
	t.Helper()
	url := testdb.New(t)
	return openStore(t, url), openDB(t, url)
}

// publication gives one that a store takes, with a vector along the first axis.
func publication(t testing.TB, id, version string) catalog.Publication {
	t.Helper()
	draft, err := catalog.Draft{
		PlaybookID: id, Version: version, Title: "Title of " + id, Description: "What it does", Content: "# Steps",
		Labels: catalog.Labels{Values: map[string]string{"signal_type": "OOMKilled", "severity": "high"}},
	}.Normalise(catalogtest.LabelSchemas())
	require.NoError(t, err)
	hash := sha256.Sum256([]byte(draft.Title))
	return catalog.Publication{
		Draft: draft, Actor: catalog.Actor{Name: "alice", Source: catalog.ActorAsserted}, IfExists: catalog.IfExistsFail,
		TextHash: hex.EncodeToString(hash[:]), Vectors: vectors([]float32{1, 0, 0}),
	}
}

// vectors are those of a publication in a catalog of one model.
func vectors(vector []float32) []catalog.ModelVector {
	return []catalog.ModelVector{{Model: testModel, Dimensions: max(len(vector), 3), Vector: vector}}
}

func publish(t testing.TB, s *store.Store, p catalog.Publication) catalog.Version {
	t.Helper()
	published, err := s.Publish(t.Context(), p)
	require.NoError(t, err)
	return published.Version
}

func exec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}

func scan[T any](t testing.TB, db *sql.DB, query string, args ...any) T {
	t.Helper()
	var value T
	require.NoError(t, db.QueryRowContext(t.Context(), query, args...).Scan(&value), query)
	return value
}

func search(t testing.TB, s *store.Store) catalog.Matches {
	t.Helper()
	matches, err := s.Search(t.Context(), catalog.SearchQuery{Model: testModel, Vector: []float32{1, 0, 0}, TopK: 10, MinSimilarity: -1})
	require.NoError(t, err)
	return matches
}

// load stores many playbooks of two versions each with random vectors, by SQL, and gathers statistics. One in four has
// the signal type s0, and one in four each severity. Descriptions have 20 words of about 3000; the most frequent one,
// worda, is in nine playbooks of ten.
func load(t testing.TB, db *sql.DB, playbooks, dimensions int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, statement := range []string{
		`INSERT INTO playbooks (playbook_id, created_at, updated_at)
			SELECT 'p-' || lpad(i::text, 6, '0'), now(), now() FROM generate_series(1, $1::int) AS i WHERE $2::int > 0`,
		`INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, is_latest, embedding_status,
				created_at, created_by, actor_source, updated_at, updated_by)
			SELECT playbook_id, version, version_key, '1.0', 'Title of ' || playbook_id, (
					SELECT string_agg('word' || translate((power(random(), 4) * 3000)::int::text, '0123456789', 'abcdefghij'), ' ')
					FROM generate_series(1, 20) WHERE playbook_id IS NOT NULL
				),
				repeat('kubectl get pods; ', 100), 'text/markdown', repeat('0', 64),
				jsonb_build_object('signal_type', 's' || n % 16 / 4, 'severity', severity),
				ARRAY ['severity:' || severity, 'signal_type:s' || n % 16 / 4], '[]', is_latest, 'ready',
				now(), 'load', 'none', now(), 'load'
			FROM (SELECT playbook_id, n, (ARRAY ['critical', 'high', 'medium', 'low'])[n % 4 + 1] AS severity
				FROM (SELECT playbook_id, row_number() OVER () AS n FROM playbooks) AS numbered) AS labelled,
				(VALUES ('v0.9.0', '010.019.010~', false), ('v1.0.0', '011.010.010~', true)) AS named (version, version_key, is_latest)
			WHERE $1::int + $2::int > 0`,
		`INSERT INTO playbook_models (model, dimensions, state, changed_at, changed_by)
			SELECT 'test-model', $2::int, 'serving', now(), 'load' WHERE $1::int > 0`,
		`INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding)
			SELECT playbook_id, 'v1.0.0', 'test-model', $2::int, repeat('0', 64),
				(SELECT array_agg(random() - 0.5) FROM generate_series(1, $2::int) WHERE playbook_id IS NOT NULL)::vector
			FROM playbooks WHERE $1::int > 0`,
		`INSERT INTO playbook_search (playbook_id, version, signal_type, severity, custom_terms)
			SELECT playbook_id, version, labels ->> 'signal_type', labels ->> 'severity', '{}' FROM playbook_versions
			WHERE is_latest AND $1::int + $2::int > 0`,
		`INSERT INTO playbook_search_vectors (playbook_id, model, vector_version, version, signal_type, severity, custom_terms, embedding)
			SELECT playbook_id, model, version, version, signal_type, severity, custom_terms, embedding
			FROM playbook_embeddings JOIN playbook_search USING (playbook_id, version) WHERE $1::int + $2::int > 0`,
	} {
		_, err := db.ExecContext(ctx, statement, playbooks, dimensions)
		require.NoError(t, err, statement)
	}
	exec(t, db, `ANALYZE`)
}
