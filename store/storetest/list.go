package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func list(t testing.TB, s catalog.Store, q catalog.ListQuery) []string {
	t.Helper()
	q.Limit = catalog.MaxPageSize
	page, err := s.List(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, page.NextCursor)
	return ids(page.Items)
}

func testListFilters(t *testing.T, s catalog.Store) {
	for id, l := range map[string]catalog.Labels{
		"a": {Values: map[string]string{"signal_type": "OOMKilled", "severity": "high", "component": "Pod"}},
		"b": {Values: map[string]string{"signal_type": "oomkilled", "severity": "low", "component": "node", "business_category": "ÄRGER"}},
		"c": {
			Values: map[string]string{"signal_type": "NodeNotReady", "severity": "high", "component": "pod"},
			Custom: map[string][]string{"Team": {"Core", "Web"}, "zone": {"eu"}},
		},
	} {
		publish(t, s, publication(draft(t, id, "v1.0.0", withLabels(l), func(d *catalog.Draft) { d.Owner = "Owner-" + id })))
	}
	// One item per playbook: a greater version that is not the latest neither appears nor matches.
	publish(t, s, publication(draft(t, "a", "v2.0.0-rc.1", withLabels(labels("Other", "critical")))))

	value := func(name, value string) catalog.Labels { return catalog.Labels{Values: map[string]string{name: value}} }
	two := catalog.Labels{Values: map[string]string{"signal_type": "oomkilled", "component": "POD"}}
	custom := func(key string, values ...string) catalog.Labels {
		return catalog.Labels{Custom: map[string][]string{key: values}}
	}
	for name, test := range map[string]struct {
		query catalog.ListQuery
		want  []string
	}{
		"none":                    {catalog.ListQuery{}, []string{"a", "b", "c"}},
		"status":                  {catalog.ListQuery{Status: catalog.StatusActive}, []string{"a", "b", "c"}},
		"other status":            {catalog.ListQuery{Status: catalog.StatusDisabled}, []string{}},
		"label, any case":         {catalog.ListQuery{Labels: value("signal_type", "OOMKILLED")}, []string{"a", "b"}},
		"label beyond ASCII":      {catalog.ListQuery{Labels: value("business_category", "ärger")}, []string{"b"}},
		"labels together":         {catalog.ListQuery{Labels: two}, []string{"a"}},
		"custom label":            {catalog.ListQuery{Labels: custom("team", "web")}, []string{"c"}},
		"custom values":           {catalog.ListQuery{Labels: custom("TEAM", "core", "web")}, []string{"c"}},
		"a custom value too many": {catalog.ListQuery{Labels: custom("team", "core", "other")}, []string{}},
		"value of another key":    {catalog.ListQuery{Labels: custom("zone", "core")}, []string{}},
		"name is not custom":      {catalog.ListQuery{Labels: custom("severity", "high")}, []string{}},
		"owner":                   {catalog.ListQuery{Owner: "Owner-b"}, []string{"b"}},
		"owner in another case":   {catalog.ListQuery{Owner: "owner-b"}, []string{}},
		"all at once": {catalog.ListQuery{
			Status: catalog.StatusActive, Labels: value("severity", "high"), Owner: "Owner-c", Text: "of c", UpdatedSince: &time.Time{},
		}, []string{"c"}},
		"label of another version": {catalog.ListQuery{Labels: value("signal_type", "Other")}, []string{}},
	} {
		require.Equal(t, test.want, list(t, s, test.query), name)
	}
}

func testListText(t *testing.T, s catalog.Store) {
	for id, title := range map[string]string{
		"plain": "Restart the pod", "percent": `Uses 100% of \memory`, "under-score": "A_B", "axb": "AXB", "quote": `it's "quoted"`,
	} {
		publish(t, s, publication(draft(t, id, "v1.0.0", func(d *catalog.Draft) {
			d.Title, d.Description = title, "Description number of "+id
		})))
	}
	for text, want := range map[string][]string{
		"RESTART":            {"plain"},
		"number of PERCENT":  {"percent"},
		"0%":                 {"percent"},
		`\m`:                 {"percent"},
		"%":                  {"percent"},
		"a_b":                {"under-score"},
		"r-s":                {"under-score"},
		`'s "q`:              {"quote"},
		"not in any of them": {},
	} {
		require.Equal(t, want, list(t, s, catalog.ListQuery{Text: text}), text)
	}
}

func testListUpdatedSince(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "early", "v1.0.0")))
	publish(t, s, pending(draft(t, "pending", "v1.0.0")))
	late := publish(t, s, publication(draft(t, "late", "v1.0.0")))
	since := func(at time.Time) catalog.ListQuery { return catalog.ListQuery{UpdatedSince: &at} }
	require.Equal(t, []string{"late"}, list(t, s, since(late.CreatedAt)), "the bound itself is in")
	require.Empty(t, list(t, s, since(late.CreatedAt.Add(time.Microsecond))))

	publish(t, s, publication(draft(t, "early", "v1.1.0-rc.1")))
	require.Equal(t, []string{"early", "late"}, list(t, s, since(late.CreatedAt)), "a version that is not listed counts")
	complete(t, s, claim(t, s, 10)...)
	require.Equal(t, []string{"early", "late", "pending"}, list(t, s, since(late.CreatedAt)), "a vector that arrives counts")
}

// Playbooks that are there from the first page to the last one are listed exactly once, whatever is published meanwhile.
func testListPagesUnderInserts(t *testing.T, s catalog.Store) {
	var stay []string
	for i := range 20 {
		id := fmt.Sprintf("stay-%02d", i)
		stay = append(stay, id)
		publish(t, s, publication(draft(t, id, "v1.0.0")))
	}
	var seen []string
	page := catalog.Page{Limit: 3}
	for round := 0; ; round++ {
		listed, err := s.List(t.Context(), catalog.ListQuery{Page: page})
		require.NoError(t, err)
		seen = append(seen, ids(listed.Items)...)
		if page.Cursor = listed.NextCursor; page.Cursor == "" {
			break
		}
		publish(t, s, publication(draft(t, fmt.Sprintf("a-new-%d", round), "v1.0.0")))
		publish(t, s, publication(draft(t, fmt.Sprintf("stay-%02d-new", 3*round), "v1.0.0")))
		publish(t, s, publication(draft(t, stay[round], fmt.Sprintf("v1.%d.0", round+1))))
	}
	require.True(t, slices.IsSorted(seen))
	require.Len(t, slices.Compact(slices.Clone(seen)), len(seen), "nothing comes twice")
	kept := slices.DeleteFunc(seen, func(id string) bool { return !slices.Contains(stay, id) })
	require.Equal(t, stay, kept)
}

func testCursors(t *testing.T, s catalog.Store) {
	for _, id := range []string{"a", "b", "c"} {
		publish(t, s, publication(draft(t, id, "v1.0.0")))
		publish(t, s, publication(draft(t, id, "v1.1.0")))
	}
	first := catalog.Page{Limit: 1}
	base := catalog.ListQuery{Page: first, Labels: labels("oomkilled", "HIGH")}
	page, err := s.List(t.Context(), base)
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)

	next := base
	next.Cursor, next.Limit, next.Labels = page.NextCursor, 2, labels("OOMKilled", "high")
	rest, err := s.List(t.Context(), next)
	require.NoError(t, err, "another limit and case do not matter")
	require.Equal(t, []string{"b", "c"}, ids(rest.Items))

	now := time.Now()
	for name, change := range map[string]func(*catalog.ListQuery){
		"status": func(q *catalog.ListQuery) { q.Status = catalog.StatusActive },
		"labels": func(q *catalog.ListQuery) { q.Labels = labels("oomkilled", "low") },
		"owner":  func(q *catalog.ListQuery) { q.Owner = "o" },
		"since":  func(q *catalog.ListQuery) { q.UpdatedSince = &now },
		"text":   func(q *catalog.ListQuery) { q.Text = "x" },
		"damage": func(q *catalog.ListQuery) { q.Cursor += "x" },
	} {
		other := next
		change(&other)
		_, err := s.List(t.Context(), other)
		require.ErrorIs(t, err, catalog.ErrInvalidCursor, name)
	}

	versions, err := s.Versions(t.Context(), "a", first)
	require.NoError(t, err)
	require.NotEmpty(t, versions.NextCursor)
	for _, wrong := range []string{versions.NextCursor, page.NextCursor, "no cursor"} {
		_, err = s.Versions(t.Context(), "b", catalog.Page{Limit: 1, Cursor: wrong})
		require.ErrorIs(t, err, catalog.ErrInvalidCursor)
	}
}
