package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/versioning"
)

// requireRefused runs a statement that the named constraint or trigger has to refuse.
func requireRefused(t testing.TB, db *sql.DB, constraint, statement string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement, args...)
	refusal := pq.As(err)
	require.NotNil(t, refusal, "%s: %v", statement, err)
	require.EqualValues(t, "23", refusal.Code.Class(), "%s: %v", statement, err)
	require.Equal(t, constraint, refusal.Constraint, statement)
}

// mutable are the columns of playbook_versions that the service itself may change. All others are immutable, so that a
// new column has to be put on one of the two sides.
var mutable = []string{
	"status", "disabled_at", "disabled_by", "disabled_reason", "deprecation_notice", "superseded_by", "total_executions",
	"successful_executions", "is_latest", "revision", "embedding_status", "updated_at", "updated_by",
	"disabled_with_playbook",
}

func TestPublishedColumnsAreImmutable(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "immutable", "v1.0.0"))

	for name, kind := range columnsOf(t, db, "playbook_versions") {
		if slices.Contains(mutable, name) {
			continue
		}
		trigger := "playbook_versions_immutable"
		if name == "change_summary_generated" {
			trigger = "playbook_versions_summary_immutable"
		}
		requireRefused(t, db, trigger,
			fmt.Sprintf(`UPDATE playbook_versions SET %s = %s`, pq.QuoteIdentifier(name), otherValue(t, name, kind)))
		exec(t, db, fmt.Sprintf(`UPDATE playbook_versions SET %[1]s = %[1]s`, pq.QuoteIdentifier(name)))
	}
	for name, kind := range columnsOf(t, db, "playbooks") {
		if name != "updated_at" && name != "cache_ttl_seconds" {
			requireRefused(t, db, "playbooks_immutable",
				fmt.Sprintf(`UPDATE playbooks SET %s = %s`, pq.QuoteIdentifier(name), otherValue(t, name, kind)))
		}
	}
}

// columnsOf gives the columns that can be written, with their types.
func columnsOf(t testing.TB, db *sql.DB, table string) map[string]string {
	t.Helper()
	const query = `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_name = $1 AND is_generated = 'NEVER'`
	rows, err := db.QueryContext(t.Context(), query, table)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	columns := map[string]string{}
	for rows.Next() {
		var name, kind string
		require.NoError(t, rows.Scan(&name, &kind))
		columns[name] = kind
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, columns)
	return columns
}

// otherValue gives an SQL expression that differs from what publication stores.
func otherValue(t testing.TB, name, kind string) string {
	t.Helper()
	switch kind {
	case "boolean":
		return `NOT ` + pq.QuoteIdentifier(name)
	case "text":
		return pq.QuoteIdentifier(name) + ` || 'x'`
	case "timestamp with time zone":
		return `coalesce(` + pq.QuoteIdentifier(name) + `, now()) - interval '1 second'`
	case "jsonb":
		return `'{"other": "x"}'`
	case "json":
		return `'[1]'`
	case "ARRAY":
		return `ARRAY ['other']`
	case "double precision", "integer":
		return `1`
	}
	t.Fatalf("column %s has type %s, which this test does not know", name, kind)
	return ""
}

func TestNothingIsDeleted(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "kept", "v1.0.0"))
	for _, table := range []string{"playbooks", "playbook_versions", "playbook_history", "playbook_executions"} {
		requireRefused(t, db, table+"_kept", `DELETE FROM `+table)
		requireRefused(t, db, table+"_kept", `DELETE FROM `+table+` WHERE playbook_id = 'nobody'`)
		requireRefused(t, db, table+"_kept", `TRUNCATE `+table+` CASCADE`)
	}
	require.Equal(t, 1, scan[int](t, db, `SELECT count(*) FROM playbook_versions`))
}

func TestHistoryIsAppendOnly(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "told", "v1.0.0"))
	requireRefused(t, db, "playbook_history_immutable", `UPDATE playbook_history SET reason = reason`)
	requireRefused(t, db, "playbook_executions_immutable", `UPDATE playbook_executions SET success = success`)
	for _, test := range []struct{ constraint, values string }{
		{"playbook_history_pkey", `1, 'disable', 'active', 'disabled', false, 'why', 'bob', 'none'`},
		{"playbook_history_transition_known", `2, 'enable', 'archived', 'active', false, 'why', 'bob', 'none'`},
		{"playbook_history_transition_known", `2, 'disable', 'active', 'archived', false, 'why', 'bob', 'none'`},
		{"playbook_history_whole_playbook_known", `2, 'archive', 'active', 'archived', true, 'why', 'bob', 'none'`},
		{"playbook_history_reason_given", `2, 'disable', 'active', 'disabled', false, '', 'bob', 'none'`},
		{"playbook_history_actor_bounds", `2, 'disable', 'active', 'disabled', false, 'why', '', 'none'`},
		{"playbook_history_actor_source_known", `2, 'disable', 'active', 'disabled', false, 'why', 'bob', 'said so'`},
	} {
		requireRefused(t, db, test.constraint, `INSERT INTO playbook_history (playbook_id, version, seq, transition, from_status,
			to_status, whole_playbook, reason, actor, actor_source, at) VALUES ('told', 'v1.0.0', `+test.values+`, now())`)
	}
	require.Equal(t, 1, scan[int](t, db, `SELECT count(*) FROM playbook_history`))
}

func TestStateOfAVersionIsConsistent(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "state", "v1.0.0"))
	publish(t, s, publication(t, "state", "v1.1.0"))
	const latest, older = `UPDATE playbook_versions SET %s WHERE version = 'v1.1.0'`, `UPDATE playbook_versions SET %s WHERE version = 'v1.0.0'`
	for _, test := range []struct{ constraint, format, set string }{
		{"playbook_versions_one_latest", older, `is_latest = true`},
		{"playbook_versions_latest_is_active", latest, `status = 'archived'`},
		{"playbook_versions_latest_is_active", latest, `status = 'deprecated'`},
		{"playbook_versions_disabled_complete", older, `status = 'disabled'`},
		{"playbook_versions_disabled_complete", older, `status = 'disabled', disabled_at = now(), disabled_by = 'bob'`},
		{"playbook_versions_disabled_complete", older, `status = 'disabled', disabled_by = 'bob', disabled_reason = 'why'`},
		{"playbook_versions_disabled_complete", older, `disabled_at = now()`},
		{"playbook_versions_disabled_complete", older, `disabled_reason = 'why'`},
		{"playbook_versions_status_known", older, `status = 'gone'`},
		{"playbook_versions_taken_is_disabled", older, `disabled_with_playbook = true`},
		{"playbook_versions_embedding_status_known", older, `embedding_status = 'gone'`},
		{"playbook_versions_executions_bounds", older, `successful_executions = 1`},
		{"playbook_versions_executions_bounds", older, `successful_executions = -1`},
		{"playbook_versions_executions_bounds", older, `total_executions = -1`},
		{"playbook_versions_updated_after_created", older, `updated_at = created_at - interval '1 second'`},
		{"playbook_versions_updated_by_bounds", older, `updated_by = ''`},
		{"playbook_versions_lifecycle_bounds", older, `deprecation_notice = repeat('x', 10001)`},
		{"playbook_versions_revision_grows", older, `revision = 0`},
		{"playbook_versions_revision_grows", latest, `revision = revision - 1`},
	} {
		if test.set == `revision = revision - 1` {
			exec(t, db, fmt.Sprintf(latest, `revision = 7`))
		}
		requireRefused(t, db, test.constraint, fmt.Sprintf(test.format, test.set))
	}
	exec(t, db, fmt.Sprintf(older, `status = 'disabled', disabled_at = now(), disabled_by = 'bob', disabled_reason = 'why'`))
	exec(t, db, fmt.Sprintf(older, `total_executions = 4, successful_executions = 3`))
	require.InDelta(t, 0.75, scan[float64](t, db, `SELECT actual_success_rate FROM playbook_versions WHERE version = 'v1.0.0'`), 0)
}

// copyOf inserts a version that differs from a stored one in some columns.
const copyOf = `INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description,
		content, content_type, content_hash, labels, label_terms, parameters, owner, maintainer, version_notes,
		change_summary, approved_by, expected_success_rate, expected_duration_seconds, embedding_status,
		created_at, created_by, actor_source, updated_at, updated_by)
	SELECT playbook_id, version, version_key, schema_version, title, description,
		content, content_type, content_hash, labels, label_terms, parameters, owner, maintainer, version_notes,
		change_summary, approved_by, expected_success_rate, expected_duration_seconds, embedding_status,
		created_at, created_by, actor_source, updated_at, updated_by
	FROM (
		SELECT playbook_id, 'v9.0.0' AS version, '019.010.010~' AS version_key, %s FROM playbook_versions WHERE version = 'v1.0.0'
	) AS stored`

func TestBoundsOfAVersion(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "bounds", "v1.0.0"))
	columns := []string{
		"schema_version", "title", "description", "content", "content_type", "content_hash", "labels", "label_terms",
		"parameters", "owner", "maintainer", "version_notes", "change_summary", "approved_by", "expected_success_rate",
		"expected_duration_seconds", "embedding_status", "created_at", "created_by", "actor_source", "updated_at", "updated_by",
	}
	with := func(column, value string) string {
		list := slices.Clone(columns)
		if i := slices.Index(list, column); i >= 0 {
			list[i] = value + ` AS ` + column
		}
		return fmt.Sprintf(copyOf, strings.Join(list, ", "))
	}
	for _, test := range []struct{ column, value, constraint string }{
		{"schema_version", `''`, "schema_version_bounds"},
		{"title", `''`, "title_bounds"},
		{"title", `repeat('ü', 256)`, "title_bounds"},
		{"description", `''`, "description_bounds"},
		{"description", `repeat('ü', 10001)`, "description_bounds"},
		{"content", `''`, "content_bounds"},
		{"content", `repeat('x', 1048577)`, "content_bounds"},
		{"content", `repeat('ü', 524289)`, "content_bounds"},
		{"content_type", `'text/plain'`, "content_type_known"},
		{"content_hash", `repeat('0', 63)`, "content_hash_format"},
		{"content_hash", `repeat('A', 64)`, "content_hash_format"},
		{"labels", `'[]'::jsonb`, "labels_object"},
		{"parameters", `'{}'::json`, "parameters_array"},
		{"owner", `repeat('x', 256)`, "owner_bounds"},
		{"maintainer", `repeat('x', 321)`, "maintainer_bounds"},
		{"version_notes", `repeat('x', 10001)`, "version_notes_bounds"},
		{"change_summary", `repeat('x', 10001)`, "change_summary_bounds"},
		{"approved_by", `repeat('x', 256)`, "approved_by_bounds"},
		{"expected_success_rate", `1.000001::float8`, "expected_success_rate_bounds"},
		{"expected_success_rate", `-0.000001::float8`, "expected_success_rate_bounds"},
		{"expected_success_rate", `'NaN'::float8`, "expected_success_rate_bounds"},
		{"expected_duration_seconds", `-1`, "expected_duration_bounds"},
		{"expected_duration_seconds", `31536001`, "expected_duration_bounds"},
		{"embedding_status", `'unknown'`, "embedding_status_known"},
		{"created_by", `''`, "created_by_bounds"},
		{"actor_source", `'guessed'`, "actor_source_known"},
	} {
		requireRefused(t, db, "playbook_versions_"+test.constraint, with(test.column, test.value))
	}
	exec(t, db, with("", ""))
	requireRefused(t, db, "playbook_versions_pkey", with("", ""))
	requireRefused(t, db, "playbook_versions_key_unique", strings.Replace(with("", ""), "'v9.0.0'", "'v9.0.1'", 1))
	requireRefused(t, db, "playbook_versions_playbook_fkey",
		strings.Replace(with("", ""), "SELECT playbook_id, 'v9.0.0'", "SELECT 'nobody' AS playbook_id, 'v9.0.0'", 1))
}

func TestBoundsOfIDsAndVectors(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "vectors", "v1.0.0"))
	for _, id := range []string{"", "-a", "a-", "A", "a_b", "ä", "a\n", strings.Repeat("a", 256)} {
		requireRefused(t, db, "playbooks_id_format", `INSERT INTO playbooks (playbook_id, created_at, updated_at) VALUES ($1, now(), now())`, id)
	}
	requireRefused(t, db, "playbooks_updated_after_created", `UPDATE playbooks SET updated_at = created_at - interval '1 second'`)

	const embed = `INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding)
		VALUES ('vectors', $1, $2, $3, $4, $5::vector)`
	hash := strings.Repeat("0", 64)
	requireRefused(t, db, "playbook_embeddings_dimensions_match", embed, "v1.0.0", "m", 3, hash, "[1,2]")
	requireRefused(t, db, "playbook_embeddings_not_zero", embed, "v1.0.0", "m", 2, hash, "[0,0]")
	requireRefused(t, db, "playbook_embeddings_model_bounds", embed, "v1.0.0", "", 2, hash, "[1,2]")
	requireRefused(t, db, "playbook_embeddings_text_hash_format", embed, "v1.0.0", "m", 2, "0", "[1,2]")
	requireRefused(t, db, "playbook_embeddings_version_fkey", embed, "v1.0.1", "m", 2, hash, "[1,2]")
	requireRefused(t, db, "playbook_embeddings_pkey", embed, "v1.0.0", testModel, 2, hash, "[1,2]")
	requireRefused(t, db, "playbook_embeddings_dimensions_bounds", embed, "v1.0.0", "m", 2001, hash,
		"["+strings.Repeat("1,", 2000)+"1]")
	requireRefused(t, db, "catalog_state_shard_bounds", `INSERT INTO catalog_state (shard) VALUES (32)`)
	requireRefused(t, db, "catalog_state_generation_bounds", `UPDATE catalog_state SET generation = -1`)
	requireRefused(t, db, "playbook_search_version_fkey", `UPDATE playbook_search SET version = 'v1.0.1'`)
	requireRefused(t, db, "playbook_search_vectors_embedding_fkey", `UPDATE playbook_search_vectors SET model = 'm'`)
	publish(t, s, publication(t, "vectors", "v1.1.0"))
	requireRefused(t, db, "playbook_search_vectors_search_fkey", `UPDATE playbook_search SET version = 'v1.0.0'`)
	requireRefused(t, db, "playbook_search_vectors_search_fkey", `UPDATE playbook_search_vectors SET version = 'v1.0.0'`)
}

// The database and package versioning agree on what a version is, and on the order of versions.
func TestVersionsInSQL(t *testing.T) {
	t.Parallel()
	_, db := setup(t)
	definition := scan[string](t, db,
		`SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'playbook_versions_version_format'`)
	expression := strings.TrimPrefix(definition, "CHECK ")

	t.Run("format", func(t *testing.T) {
		part := rapid.SampledFrom([]string{"v", "0", "1", "01", "10", ".", "-", "+", "a", "rc", "Z", " ", "\n", "é", "1.2.3"})
		rapid.Check(t, func(r *rapid.T) {
			text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(r, "parts"), "")
			if rapid.Bool().Draw(r, "prefixed") {
				text = "v1.2.3" + text
			}
			accepted := scan[bool](t, db, `SELECT `+expression+` FROM (SELECT $1::text COLLATE "C" AS version) AS given`, text)
			require.Equal(r, versioning.ValidateVersionFormat(text) == nil, accepted, "%q", text)
		})
	})
	t.Run("order", func(t *testing.T) {
		generator := rapid.StringMatching(`v(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]?)\.(0|[1-9])(-(0|[1-9][0-9]?|[a-zA-Z-]{1,3})(\.(0|[1-9][0-9]?|[0-9]?[a-zA-Z-]{1,2})){0,3})?`)
		versions := map[string]bool{}
		for seed := range 1000 {
			versions[generator.Example(seed)] = true
		}
		exec(t, db, `CREATE TABLE ordered (version text, version_key text COLLATE "C")`)
		var wanted []string
		for version := range versions {
			key, err := versioning.SortKey(version)
			require.NoError(t, err)
			wanted = append(wanted, version)
			exec(t, db, `INSERT INTO ordered (version, version_key) VALUES ($1, $2)`, version, key)
		}
		rand.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
		slices.SortFunc(wanted, func(a, b string) int {
			order, err := versioning.CompareVersions(a, b)
			require.NoError(t, err)
			return order
		})
		var got []string
		require.NoError(t, db.QueryRowContext(t.Context(),
			`SELECT array_agg(version ORDER BY version_key) FROM ordered`).Scan(pq.Array(&got)))
		require.Equal(t, wanted, got)
	})
}

func TestConstraintsHaveNames(t *testing.T) {
	t.Parallel()
	_, db := setup(t)
	// A name that PostgreSQL makes up repeats the table and ends in check, fkey, key or the like, with a number if need be.
	const query = `SELECT count(*) FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u') AND conname ~ '(_check|_key)[0-9]*$'
			AND conrelid <> 'goose_db_version'::regclass`
	require.Zero(t, scan[int](t, db, query))
}
