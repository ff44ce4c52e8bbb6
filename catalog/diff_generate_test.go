package catalog_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
)

// version makes a stored version of a draft.
func version(t require.TestingT, d catalog.Draft) catalog.Version {
	normal, err := d.Normalise(catalogtest.LabelSchemas())
	require.NoError(t, err)
	return catalog.Version{Draft: normal, Status: catalog.StatusActive}
}

// changed gives two versions, v1.0.0 of a common draft and v1.1.0 of the changed one.
func changed(t *testing.T, prepare, change func(*catalog.Draft)) (from, to catalog.Version) {
	t.Helper()
	before, after := validDraft(), validDraft()
	for _, d := range []*catalog.Draft{&before, &after} {
		if prepare != nil {
			prepare(d)
		}
	}
	after.Version = "v1.1.0"
	change(&after)
	return version(t, before), version(t, after)
}

// genVersion draws stored versions from few parts, so that two of them are often equal in some of their fields.
func genVersion() *rapid.Generator[catalog.Version] {
	return rapid.Custom(func(t *rapid.T) catalog.Version {
		d := validDraft()
		d.Version = rapid.SampledFrom([]string{"v1.0.0", "v1.1.0", "v2.0.0-rc.1"}).Draw(t, "version")
		d.Title = rapid.SampledFrom([]string{"A", "B <&> é"}).Draw(t, "title")
		d.Description = rapid.SampledFrom([]string{"one line", "two\nlines", "two\nother\nlines\n"}).Draw(t, "description")
		d.Owner = rapid.SampledFrom([]string{"", "sre", "platform"}).Draw(t, "owner")
		d.VersionNotes = rapid.SampledFrom([]string{"", "note"}).Draw(t, "notes")
		d.ContentType, d.Content = genContent(t)
		d.Labels = genLabels(t)
		d.Parameters = genParameters(t)
		if rapid.Bool().Draw(t, "approved") {
			at := time.Unix(rapid.Int64Range(0, 3).Draw(t, "at"), 0)
			d.ApprovedBy, d.ApprovedAt = "boss", &at
		}
		if rapid.Bool().Draw(t, "expected") {
			rate, seconds := rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "rate"), rapid.IntRange(0, 2).Draw(t, "seconds")
			d.ExpectedSuccessRate, d.ExpectedDurationSeconds = &rate, &seconds
		}
		return version(t, d)
	})
}

func genContent(t *rapid.T) (catalog.ContentType, string) {
	contentType := rapid.SampledFrom([]catalog.ContentType{
		catalog.ContentMarkdown, catalog.ContentYAML, catalog.ContentJSON,
	}).Draw(t, "content type")
	if contentType == catalog.ContentMarkdown {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"# Title\n", "text\n", "```\n", "kubectl get pods\n", "\n"}), 1, 12)
		text := ""
		for _, line := range lines.Draw(t, "lines") {
			text += line
		}
		return contentType, "Intro\n" + text
	}
	raw, err := json.Marshal(genTree(3).Draw(t, "tree"))
	require.NoError(t, err)
	return contentType, string(raw) // JSON of these trees is YAML too
}

// genTree draws what JSON decodes to, with few different keys and values.
func genTree(depth int) *rapid.Generator[any] {
	scalar := rapid.SampledFrom([]any{"a", "b", true, nil, json.Number("1"), json.Number("9007199254740993"), ""})
	if depth == 0 {
		return scalar
	}
	return rapid.Custom(func(t *rapid.T) any {
		switch rapid.IntRange(0, 3).Draw(t, "shape") {
		case 0:
			return scalar.Draw(t, "scalar")
		case 1:
			return rapid.SliceOfN(genTree(depth-1), 0, 4).Draw(t, "items")
		case 2:
			names := rapid.Permutation([]string{"x", "y", "z"}).Draw(t, "names")[:rapid.IntRange(0, 3).Draw(t, "count")]
			items := make([]any, len(names))
			for i, name := range names {
				items[i] = map[string]any{"name": name, "command": genTree(depth-1).Draw(t, "command")}
			}
			return items
		default:
			key := rapid.SampledFrom([]string{"name", "steps", "a/b", "~", "0", "description", `\`, "ключ"})
			return rapid.MapOfN(key, genTree(depth-1), 0, 3).Draw(t, "members")
		}
	})
}

func genLabels(t *rapid.T) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{
		catalog.LabelSignalType: rapid.SampledFrom([]string{"OOMKilled", "oomkilled", "Evicted"}).Draw(t, "signal"),
		catalog.LabelSeverity:   rapid.SampledFrom([]string{"high", "low"}).Draw(t, "severity"),
	}}
	if rapid.Bool().Draw(t, "has component") {
		labels.Values[catalog.LabelComponent] = rapid.SampledFrom([]string{"pod", "node"}).Draw(t, "component")
	}
	values := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3, rapid.ID[string])
	labels.Custom = rapid.MapOfN(rapid.SampledFrom([]string{"team", "a/b"}), values, 0, 2).Draw(t, "custom")
	return labels
}

func genParameters(t *rapid.T) []catalog.Parameter {
	names := rapid.Permutation([]string{"A", "B", "C"}).Draw(t, "names")[:rapid.IntRange(0, 3).Draw(t, "count")]
	parameters := make([]catalog.Parameter, len(names))
	for i, name := range names {
		p := catalog.Parameter{Name: name, Type: catalog.ParameterString, Required: rapid.Bool().Draw(t, "required")}
		if rapid.Bool().Draw(t, "integer") {
			p.Type = catalog.ParameterInteger
			p.Minimum = rapid.Ptr(rapid.SampledFrom([]float64{-1, 0}), true).Draw(t, "minimum")
			p.Maximum = rapid.Ptr(rapid.SampledFrom([]float64{5, 1e15}), true).Draw(t, "maximum")
			p.Default = rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage("1"), json.RawMessage("2")}).Draw(t, "default")
		} else {
			p.Pattern = rapid.SampledFrom([]string{"", "^[a-z<]+$"}).Draw(t, "pattern")
			p.Enum = rapid.Permutation([]json.RawMessage{json.RawMessage(`"a"`), json.RawMessage(`"b"`), json.RawMessage(`"<"`)}).
				Draw(t, "enum")[:rapid.IntRange(0, 3).Draw(t, "values")]
		}
		if name != names[0] && rapid.Bool().Draw(t, "depends") {
			p.DependsOn = []string{names[0]}
		}
		parameters[i] = p
	}
	return parameters
}
