package catalog_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

func manyChanges(t *testing.T) (from, to catalog.Version) {
	t.Helper()
	return changed(t, func(d *catalog.Draft) {
		d.Owner = "sre"
		d.Description = "one\ntwo\n"
		d.Content = "# Raise\n\n```bash\nkubectl get pods\n```\n\nThen wait.\n"
		d.Parameters = []catalog.Parameter{
			{Name: "A", Type: catalog.ParameterString}, {Name: "B", Type: catalog.ParameterString},
			{Name: "C", Type: catalog.ParameterString, Default: json.RawMessage(`"x"`), Description: "see"},
		}
	}, func(d *catalog.Draft) {
		d.Title, d.Owner, d.Description = "Raise it", "", "one\nzwei\n"
		d.ChangeSummary, d.VersionNotes = "mine", "note"
		d.Labels.Values[catalog.LabelSignalType] = "Evicted"
		d.Labels.Values[catalog.LabelComponent] = "pod"
		d.Labels.Custom = map[string][]string{"team": {"a"}}
		d.Content = "# Raise\n\n```bash\nkubectl get nodes\n```\n\nThen wait.\n"
		d.Parameters = []catalog.Parameter{
			{Name: "C", Type: catalog.ParameterString, Description: "look"}, {Name: "B", Type: catalog.ParameterString},
			{Name: "D", Type: catalog.ParameterString},
		}
	})
}

func TestUnified(t *testing.T) {
	t.Parallel()
	from, to := manyChanges(t)
	require.Equal(t, `--- oom-killed v1.0.0
+++ oom-killed v1.1.0
-title: "Container killed for lack of memory"
+title: "Raise it"
 description:
@@ -1,2 +1,2 @@
 one
-two
+zwei
-owner: "sre"
+version_notes: "note"
+change_summary: "mine"
+labels/component: "pod"
-labels/signal_type: "OOMKilled"
+labels/signal_type: "Evicted"
+labels/custom_labels/team: ["a"]
-parameters/A: {"name":"A","type":"string","required":false}
-parameters/C/description: "see"
+parameters/C/description: "look"
-parameters/C/default: "x"
+parameters/D: {"name":"D","type":"string","required":false}
-parameters (order): ["B","C"]
+parameters (order): ["C","B"]
 content:
@@ -1,7 +1,7 @@
 # Raise
 
 `+"```bash"+`
-kubectl get pods
+kubectl get nodes
 `+"```"+`
 
 Then wait.
`, catalog.Unified(from, to))
}

func TestSummary(t *testing.T) {
	t.Parallel()
	from, to := manyChanges(t)
	require.Equal(t, `Label signal_type changed from "OOMKilled" to "Evicted"; removed parameter A; added label component, team; `+
		`removed default of parameter C; added parameter D; steps in the content changed (+1 -1 lines); `+
		`changed title, description; removed owner; changed description of parameter C; reordered parameters.`,
		catalog.Summary(catalog.Compare(from, to)))
}

func TestSummaryLeavesOutNotes(t *testing.T) {
	t.Parallel()
	from, to := changed(t, func(d *catalog.Draft) { d.ChangeSummary = "old" },
		func(d *catalog.Draft) { d.VersionNotes, d.ChangeSummary = "note", "" })
	require.Equal(t, "Only notes changed.", catalog.Summary(catalog.Compare(from, to)))
}

func TestSummaryIsShort(t *testing.T) {
	t.Parallel()
	many := make([]catalog.Parameter, 60)
	for i := range many {
		many[i] = catalog.Parameter{
			Name: fmt.Sprintf("%s_%d", strings.Repeat("P", 50), i), Type: catalog.ParameterString,
		}
	}
	everything := func(d *catalog.Draft) {
		few := slices.Clone(many[:5])
		for i := range few {
			p := &few[i]
			p.Type, p.Required, p.Description = catalog.ParameterInteger, true, "!"
			p.Enum, p.Default, p.Minimum, p.Maximum = raws("1"), json.RawMessage("1"), new(float64), new(float64)
			*p.Maximum = 1
		}
		d.Parameters = few
	}
	tests := map[string]struct {
		prepare, change func(*catalog.Draft)
		end             string
	}{
		"many names":   {nil, parameters(many...), " and 55 more."},
		"many phrases": {parameters(many[:5]...), everything, "; and 6 more."},
		"long escapes": {
			label(catalog.LabelSignalType, strings.Repeat("\u200b", 60)), label(catalog.LabelSignalType, strings.Repeat("\u200c", 60)), "…",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := changed(t, test.prepare, test.change)
			summary := catalog.Summary(catalog.Compare(from, to))
			require.LessOrEqual(t, utf8.RuneCountInString(summary), 500)
			require.True(t, strings.HasSuffix(summary, test.end), summary)
		})
	}
}

func TestSummaryIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := genVersion().Draw(t, "a"), genVersion().Draw(t, "b")
		summary := catalog.Summary(catalog.Compare(a, b))
		require.Equal(t, summary, catalog.Summary(catalog.Compare(a, b)))
		require.LessOrEqual(t, utf8.RuneCountInString(summary), 500)
		require.NotContains(t, summary, "\n")
	})
}
