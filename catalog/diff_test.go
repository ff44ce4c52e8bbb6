package catalog_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

func TestCompareListsWhatAPublisherChanged(t *testing.T) {
	t.Parallel()
	from, to := changed(t, func(d *catalog.Draft) {
		d.Owner = "sre"
		d.Parameters = []catalog.Parameter{
			{Name: "NAMESPACE", Type: catalog.ParameterString, Default: json.RawMessage(`"default"`)},
			{Name: "LIMIT", Type: catalog.ParameterInteger},
		}
		d.Labels.Custom = map[string][]string{"a/b": {"x", "y"}}
	}, func(d *catalog.Draft) {
		d.Title = "Raise <the> limit"
		d.Owner = ""
		d.Labels.Values[catalog.LabelComponent] = "pod"
		d.Labels.Values[catalog.LabelSeverity] = "high"
		d.Labels.Custom = map[string][]string{"a/b": {"y", "x"}}
		d.Parameters = []catalog.Parameter{
			{Name: "LIMIT", Type: catalog.ParameterInteger},
			{Name: "NAMESPACE", Type: catalog.ParameterString},
			{Name: "DRY_RUN", Type: catalog.ParameterBoolean},
		}
		d.Content = "# Raise it"
	})
	diff := catalog.Compare(from, to)
	require.Equal(t, "v1.0.0", diff.From)
	require.Equal(t, "v1.1.0", diff.To)
	require.Equal(t, []string{
		`/title changed text patch: "Container killed for lack of memory" → "Raise <the> limit"`,
		`/owner removed metadata patch: "sre" → `,
		`/labels/component added labels minor:  → "pod"`,
		`/labels/severity changed labels major: "critical" → "high"`,
		`/labels/custom_labels/a~1b reordered labels patch: ["x","y"] → ["y","x"]`,
		`/parameters/DRY_RUN added parameters minor:  → {"name":"DRY_RUN","type":"boolean","required":false}`,
		`/parameters/NAMESPACE/default removed parameters minor: "default" → `,
		`/parameters reordered parameters patch: ["NAMESPACE","LIMIT"] → ["LIMIT","NAMESPACE"]`,
		`/content changed text patch:  → `,
	}, describe(diff.Changes))
	require.Equal(t, "--- v1.0.0/content\n+++ v1.1.0/content\n@@ -1 +1 @@\n-# Raise the limit\n"+
		"\\ No newline at end of file\n+# Raise it\n\\ No newline at end of file\n", diff.Changes[8].Text)
	require.Equal(t, catalog.BumpMajor, diff.SuggestedBump)
	require.Equal(t, []catalog.BumpReason{{
		Bump: catalog.BumpMajor, Rule: "severity_changed", Path: "/labels/severity", Detail: "the severity changed",
	}}, diff.Reasons)
}

// describe writes changes as lines.
func describe(changes []catalog.Change) []string {
	lines := make([]string, len(changes))
	for i, c := range changes {
		lines[i] = fmt.Sprintf("%s %s %s %s: %s → %s", c.Path, c.Kind, c.Class, c.Bump, c.Old, c.New)
	}
	return lines
}

func TestCompareShowsLongTextsAsDiff(t *testing.T) {
	t.Parallel()
	from, to := changed(t, func(d *catalog.Draft) { d.Description = "one\ntwo\nthree\n" },
		func(d *catalog.Draft) { d.Description = "one\nzwei\nthree\n" })
	diff := catalog.Compare(from, to)
	require.Equal(t, "--- v1.0.0/description\n+++ v1.1.0/description\n@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n",
		diff.Changes[0].Text)
	require.JSONEq(t, `"one\ntwo\nthree\n"`, string(diff.Changes[0].Old), "old and new value are there too")
}

// A field that is added to Draft must be compared, or be listed here with the reason why it is not.
func TestCompareForgetsNoField(t *testing.T) {
	t.Parallel()
	notCompared := map[string]string{
		"Version":     "is Diff.From and Diff.To",
		"ContentHash": "follows from the content",
	}
	draft := reflect.TypeFor[catalog.Draft]()
	for i := range draft.NumField() {
		field := draft.Field(i)
		if notCompared[field.Name] != "" {
			continue
		}
		t.Run(field.Name, func(t *testing.T) {
			t.Parallel()
			from, to := version(t, validDraft()), version(t, validDraft())
			setOther(t, reflect.ValueOf(&to.Draft).Elem().FieldByName(field.Name))
			diff := catalog.Compare(from, to)
			require.Len(t, diff.Changes, 1)
			require.Regexp(t, "^/"+snakeCase(field.Name)+"(/|$)", diff.Changes[0].Path)
			require.NotEqual(t, catalog.BumpNone, diff.SuggestedBump)
			require.NotEmpty(t, catalog.Unified(from, to))
			require.NotEmpty(t, catalog.Summary(diff))
		})
	}
}

func TestCompareForgetsNoAttributeOfAParameter(t *testing.T) {
	t.Parallel()
	parameter := reflect.TypeFor[catalog.Parameter]()
	for i := range parameter.NumField() {
		field := parameter.Field(i)
		if field.Name == "Name" {
			continue // another name is another parameter
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := version(t, validDraft()), version(t, validDraft())
			other := catalog.Parameter{Name: "P", Type: catalog.ParameterString}
			from.Parameters = []catalog.Parameter{other}
			setOther(t, reflect.ValueOf(&other).Elem().FieldByName(field.Name))
			to.Parameters = []catalog.Parameter{other}
			diff := catalog.Compare(from, to)
			require.Len(t, diff.Changes, 1)
			require.Equal(t, "/parameters/P/"+name, diff.Changes[0].Path)
		})
	}
}

// setOther gives a field a value that it does not have yet.
func setOther(t *testing.T, field reflect.Value) {
	t.Helper()
	one, at, count := 0.25, time.Unix(1, 0), 7
	switch field.Interface().(type) {
	case catalog.Labels:
		field.Set(reflect.ValueOf(catalog.Labels{Values: map[string]string{
			catalog.LabelSignalType: "Other", catalog.LabelSeverity: "critical",
		}}))
	case []catalog.Parameter:
		field.Set(reflect.ValueOf([]catalog.Parameter{{Name: "OTHER", Type: catalog.ParameterString}}))
	case json.RawMessage:
		field.Set(reflect.ValueOf(json.RawMessage("1")))
	case []json.RawMessage:
		field.Set(reflect.ValueOf([]json.RawMessage{json.RawMessage("1")}))
	case []string:
		field.Set(reflect.ValueOf([]string{"other"}))
	case *time.Time:
		field.Set(reflect.ValueOf(&at))
	case *float64:
		field.Set(reflect.ValueOf(&one))
	case *int:
		field.Set(reflect.ValueOf(&count))
	case bool:
		field.SetBool(true)
	default:
		require.Equal(t, reflect.String, field.Kind(), "say here what another value of this type is")
		field.SetString(field.String() + "other")
	}
}

func snakeCase(name string) string {
	name = strings.ReplaceAll(name, "ID", "Id")
	var snake strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			snake.WriteByte('_')
		}
		snake.WriteRune(unicode.ToLower(r))
	}
	return snake.String()
}

func TestCompareShowsAsTextWhatJSONCannotHold(t *testing.T) {
	t.Parallel()
	from, to := version(t, validDraft()), version(t, validDraft())
	nan := math.NaN()
	to.ExpectedSuccessRate = &nan
	require.Equal(t, `"NaN"`, string(catalog.Compare(from, to).Changes[0].New))
}

func TestEqualVersionsHaveAnEmptyDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := genVersion().Draw(t, "version")
		diff := catalog.Compare(v, v)
		require.Equal(t, catalog.Diff{From: v.Version, To: v.Version, SuggestedBump: catalog.BumpNone}, diff)
		require.True(t, diff.Empty())
		require.Empty(t, catalog.Unified(v, v))
		require.Empty(t, catalog.Summary(diff))
	})
}

func TestOnlyEqualVersionsHaveAnEmptyDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := genVersion().Draw(t, "a"), genVersion().Draw(t, "b")
		diff := catalog.Compare(a, b)
		unified := catalog.Unified(a, b)
		b.Version = a.Version
		require.Equal(t, a.Equal(&b.Draft), diff.Empty())
		require.Equal(t, diff.Empty(), unified == "")
		require.Equal(t, diff.Empty(), diff.SuggestedBump == catalog.BumpNone)
	})
}

func TestComparedTheOtherWayEveryChangeIsInverted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := genVersion().Draw(t, "a"), genVersion().Draw(t, "b")
		there, back := catalog.Compare(a, b), catalog.Compare(b, a)
		require.Equal(t, there.From, back.To)
		require.Equal(t, there.To, back.From)
		require.Equal(t, inverted(there.Changes, false), plain(back.Changes, false))
		require.Equal(t, inverted(there.ContentChanges, true), plain(back.ContentChanges, true))
	})
}

var digits = regexp.MustCompile(`/\d+`)

// plain gives what is symmetric in changes, in any order. The place of an item inside a content is one of the new
// content, so that it is not.
func plain(changes []catalog.Change, inContent bool) []string {
	lines := make([]string, len(changes))
	for i, c := range changes {
		if inContent {
			c.Path = digits.ReplaceAllString(c.Path, "/#")
		}
		lines[i] = fmt.Sprintf("%s %s %s %s %s", c.Path, c.Kind, c.Class, c.Old, c.New)
	}
	slices.Sort(lines)
	return lines
}

func inverted(changes []catalog.Change, inContent bool) []string {
	inverse := slices.Clone(changes)
	for i := range inverse {
		c := &inverse[i]
		c.Old, c.New = c.New, c.Old
		switch c.Kind {
		case catalog.ChangeAdded:
			c.Kind = catalog.ChangeRemoved
		case catalog.ChangeRemoved:
			c.Kind = catalog.ChangeAdded
		}
	}
	return plain(inverse, inContent)
}
