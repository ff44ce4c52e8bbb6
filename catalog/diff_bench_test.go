package catalog_test

import (
	"strings"
	"testing"

	"github.com/kubernaut/datastorage/catalog"
)

// typicalPair is a runbook of 4 KB in which a command, a sentence and a label changed.
func typicalPair() (from, to catalog.Version) {
	section := "## Diagnosis\n\nLook at the pods of the workload, and at what ended them.\n\n" +
		"```bash\nkubectl -n $NAMESPACE get pods\nkubectl -n $NAMESPACE describe pod $POD\n```\n\n"
	from.Version, to.Version = "v1.0.0", "v1.1.0"
	from.ContentType, to.ContentType = catalog.ContentMarkdown, catalog.ContentMarkdown
	from.Content = strings.Repeat(section, 20) + "## Mitigation\n\n```bash\nkubectl delete pod $POD\n```\n"
	to.Content = strings.Repeat(section, 20) + "## Mitigation\n\nThen:\n\n```bash\nkubectl rollout restart deploy $D\n```\n"
	from.Labels = catalog.Labels{Values: map[string]string{catalog.LabelSignalType: "OOMKilled", catalog.LabelSeverity: "high"}}
	to.Labels = catalog.Labels{Values: map[string]string{catalog.LabelSignalType: "OOMKilled", catalog.LabelSeverity: "low"}}
	from.Parameters = []catalog.Parameter{{Name: "NAMESPACE", Type: catalog.ParameterString}}
	to.Parameters = []catalog.Parameter{{Name: "NAMESPACE", Type: catalog.ParameterString, Required: true}}
	return from, to
}

func BenchmarkCompareTypical(b *testing.B) {
	from, to := typicalPair()
	for b.Loop() {
		catalog.Compare(from, to)
	}
}

func BenchmarkUnifiedTypical(b *testing.B) {
	from, to := typicalPair()
	for b.Loop() {
		catalog.Unified(from, to)
	}
}

func BenchmarkJSONPatchTypical(b *testing.B) {
	from, to := typicalPair()
	before, after := document(b, from), document(b, to)
	for b.Loop() {
		if _, err := catalog.JSONPatch(before, after); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompareHardest are contents of 1 MiB that have been made to be hard.
func BenchmarkCompareHardest(b *testing.B) {
	for name, pair := range hardContents(catalog.MaxContentBytes) {
		b.Run("markdown/"+name, func(b *testing.B) { benchmarkContents(b, catalog.ContentMarkdown, pair[0], pair[1]) })
	}
	for name, pair := range hardStructures(catalog.MaxContentBytes) {
		b.Run("yaml/"+name, func(b *testing.B) { benchmarkContents(b, catalog.ContentYAML, pair[0], pair[1]) })
	}
}

func benchmarkContents(b *testing.B, contentType catalog.ContentType, before, after string) {
	from, to := typicalPair()
	from.ContentType, from.Content = contentType, before
	to.ContentType, to.Content = contentType, after
	b.ReportAllocs()
	for b.Loop() {
		catalog.Compare(from, to)
	}
}
