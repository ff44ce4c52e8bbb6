package store_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// plan gives the plan that PostgreSQL keeps for a prepared statement, whatever its arguments.
func plan(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `EXPLAIN (GENERIC_PLAN, COSTS OFF) `+query)
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

	searchText := func(signalType, severity string) string {
		text, _ := store.BuildSearch(catalog.VectorQuery{
			Model: testModel, Vector: []float32{1}, SignalType: signalType, Severity: severity, TopK: 10,
		})
		return text
	}
	listText, _ := store.BuildList(store.ListQueryOf(50), "p-000100")
	for name, test := range map[string]struct {
		query string
		uses  []string
		not   []string
	}{
		"search by both labels": {
			searchText("s0", "high"),
			[]string{"playbook_search_by_labels", "Index Scan using playbook_versions_"}, []string{"Seq Scan on playbook_search s", "Seq Scan on playbook_versions"},
		},
		"search by signal type": {
			searchText("s0", ""),
			[]string{"playbook_search_by_labels", "Index Scan using playbook_versions_"}, []string{"Seq Scan on playbook_versions"},
		},
		"search without filters": {
			searchText("", ""), []string{"Index Scan using playbook_versions_"}, []string{"Seq Scan on playbook_versions"},
		},
		"list": {
			listText,
			[]string{"playbooks_pkey", "playbook_versions_one_latest", "playbook_versions_key_unique"},
			[]string{"Seq Scan", "Sort"},
		},
		"one version": {store.VersionQuery, []string{"playbook_versions_pkey"}, []string{"Seq Scan"}},
	} {
		text := plan(t, db, test.query)
		for _, index := range test.uses {
			require.Contains(t, text, index, "%s:\n%s", name, text)
		}
		for _, step := range test.not {
			require.NotContains(t, text, step, "%s:\n%s", name, text)
		}
	}
}
