package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// plan gives the plan for a query, or without arguments the one that PostgreSQL would keep for whatever arguments.
func plan(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	options := `(COSTS OFF) `
	if len(args) == 0 {
		options = `(COSTS OFF, GENERIC_PLAN) `
	}
	rows, err := db.QueryContext(t.Context(), `EXPLAIN `+options+query, args...)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	text := ""
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		text += line + "\n"
	}
	require.NoError(t, rows.Err())
	return text
}

func TestPlansUseTheIndexes(t *testing.T) {
	t.Parallel()
	db := openDB(t, testdb.New(t))
	load(t, db, 5000, 8)

	searchFor := func(signalType, severity string) statement {
		text, args := store.BuildSearch(catalog.SearchQuery{
			Model: testModel, Vector: []float32{1, 0, 0, 0, 0, 0, 0, 0}, SignalType: signalType, Severity: severity, TopK: 10,
		})
		return statement{text, args}
	}
	wordsText, wordsArgs := store.BuildSearch(catalog.SearchQuery{
		Model: testModel, Vector: []float32{1, 0, 0, 0, 0, 0, 0, 0}, TopK: 10, Text: "wordbcd wordbce wordbcf", CommonWords: true,
	})
	listText, listArgs := store.BuildList(store.ListQueryOf(50), "p-000100")
	for name, test := range map[string]struct {
		statement

		uses []string
		not  []string
	}{
		"search by both labels": {
			searchFor("s0", "high"),
			[]string{"playbook_search_vectors_by_labels", "Index Scan using playbook_versions_"}, []string{"Seq Scan"},
		},
		"search by signal type": {
			searchFor("s0", ""),
			[]string{"playbook_search_vectors_by_labels", "Index Scan using playbook_versions_"}, []string{"Seq Scan"},
		},
		"search without filters": {
			searchFor("", ""), []string{"Index Scan using playbook_versions_"}, []string{"Seq Scan on playbook_versions"},
		},
		"search by words": {
			statement{wordsText, wordsArgs},
			[]string{"playbook_search_terms_pkey", "Index Scan using playbook_versions_"},
			[]string{"Seq Scan on playbook_search_terms", "Seq Scan on playbook_versions"},
		},
		"list": {
			statement{listText, listArgs},
			[]string{"playbooks_pkey", "playbook_versions_one_latest", "playbook_versions_key_unique"},
			[]string{"Seq Scan", "Sort"},
		},
		"one version": {statement{store.VersionQuery, []any{"p-000100", "v1.0.0"}}, []string{"playbook_versions_pkey"}, []string{"Seq Scan"}},
	} {
		for _, args := range [][]any{test.args, nil} {
			text := plan(t, db, test.text, args...)
			for _, index := range test.uses {
				require.Contains(t, text, index, "%s:\n%s", name, text)
			}
			for _, step := range test.not {
				require.NotContains(t, text, step, "%s:\n%s", name, text)
			}
		}
	}
}

// statement is a text with arguments.
type statement struct {
	text string
	args []any
}
