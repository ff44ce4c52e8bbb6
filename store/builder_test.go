package store_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

var placeholder = regexp.MustCompile(`\$[0-9]+`)

// requireBound asserts that a text uses each of its arguments and no other, and holds none of the given values.
func requireBound(t *testing.T, query string, args []any, values ...string) {
	t.Helper()
	used := map[string]bool{}
	for _, name := range placeholder.FindAllString(query, -1) {
		used[name] = true
	}
	require.Len(t, used, len(args))
	for i := range args {
		require.Contains(t, used, sprintf("$%d", i+1))
	}
	for _, value := range values {
		require.NotContains(t, query, value)
	}
	require.NotRegexp(t, `SELECT \*|%!`, query)
}

func TestBuildSearch(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for _, signalType := range []string{"", "it's"} {
		for _, severity := range []string{"", "it''s"} {
			for _, content := range []bool{false, true} {
				query, args := store.BuildSearch(catalog.SearchQuery{
					Model: "mo'del", Vector: []float32{1}, SignalType: signalType, Severity: severity, TopK: 3,
					MinSimilarity: 0.25, IncludeContent: content,
				})
				requireBound(t, query, args, "it's", "it''s", "mo'del", "0.25")
				require.Equal(t, content, strings.Contains(query, "v.content"))
				require.Equal(t, signalType != "", strings.Contains(query, "s.signal_type ="))
				require.Equal(t, severity != "", strings.Contains(query, "s.severity ="))
				texts[query] = true
			}
		}
	}
	require.Len(t, texts, 8, "a plan of its own for each combination")
}

func TestBuildSearchWithPreferences(t *testing.T) {
	t.Parallel()
	preferred := catalog.Labels{Values: map[string]string{}, Custom: map[string][]string{"te'am": {"it's"}}}
	for _, p := range catalog.Preferences() {
		preferred.Values[p.Label] = "it's"
	}
	query, args := store.BuildSearch(catalog.SearchQuery{Model: "m", Vector: []float32{1}, Preferred: preferred, TopK: 3})
	requireBound(t, query, args, "it's", "te'am")
	query, args = store.BuildSearch(catalog.SearchQuery{Model: "mo'del", Preferred: preferred, TopK: 3})
	requireBound(t, query, args, "it's", "te'am", "mo'del")
	require.NotContains(t, query, "playbook_search_vectors")
}

func TestBuildSearchByWords(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for _, common := range []bool{false, true} {
		query, args := store.BuildSearch(catalog.SearchQuery{
			Model: "mo'del", Vector: []float32{1}, TopK: 3, Severity: "it''s", Text: "it's", CommonWords: common,
		})
		requireBound(t, query, args, "it's", "it''s", "mo'del")
		require.Equal(t, common, strings.Contains(query, "AS common_words"))
		texts[query] = true
	}
	require.Len(t, texts, 2)
	plain, _ := store.BuildSearch(catalog.SearchQuery{Model: "m", Vector: []float32{1}, TopK: 3})
	require.NotContains(t, plain, "playbook_search_terms")
}

func TestBuildStanding(t *testing.T) {
	t.Parallel()
	for _, q := range []catalog.SearchQuery{
		{Model: "mo'del", Vector: []float32{1}, SignalType: "it's", Severity: "it''s", MinSimilarity: 0.25},
		{Model: "mo'del", Vector: []float32{1}, SignalType: "it's", Severity: "it''s", MinSimilarity: 0.25, Text: "te'xt"},
		{Model: "mo'del", SignalType: "it's", Preferred: catalog.Labels{Values: map[string]string{"component": "it's"}}},
	} {
		query, args := store.BuildStanding(q, "some-id")
		requireBound(t, query, args, "it's", "it''s", "mo'del", "0.25", "some-id", "te'xt")
		require.Equal(t, q.Vector != nil, strings.Contains(query, "playbook_search_vectors"))
	}
}

func TestBuildList(t *testing.T) {
	t.Parallel()
	since := time.Now()
	labels := catalog.Labels{Values: map[string]string{"severity": "it's"}}
	for name, test := range map[string]struct {
		query catalog.ListQuery
		args  []any
	}{
		"none":   {store.ListQueryOf(5), []any{"after", 6}},
		"status": {catalog.ListQuery{Status: "active"}, []any{"after", "active", 1}},
		"labels": {catalog.ListQuery{Labels: labels}, []any{"after", []string{"severity:it's"}, 1}},
		"owner":  {catalog.ListQuery{Owner: "it's"}, []any{"after", "it's", 1}},
		"since":  {catalog.ListQuery{UpdatedSince: &since}, []any{"after", since, 1}},
		"text":   {catalog.ListQuery{Text: `10%_\'`}, []any{"after", `%10\%\_\\'%`, 1}},
		"all": {
			catalog.ListQuery{Status: "active", Labels: labels, Owner: "o", UpdatedSince: &since, Text: "x"},
			[]any{"after", since, "active", []string{"severity:it's"}, "o", "%x%", 1},
		},
	} {
		query, args := store.BuildList(test.query, "after")
		require.Equal(t, test.args, args, name)
		requireBound(t, query, args, "it's", "after")
	}
}
