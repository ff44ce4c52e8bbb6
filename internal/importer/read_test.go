package importer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/importer"
)

// line is a record of JSON Lines with what a publish needs, and more fields if given.
func line(id, version string, more ...string) string {
	fields := append([]string{fmt.Sprintf(`"playbook_id":%q,"version":%q,"title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}`, id, version)}, more...)
	return "{" + strings.Join(fields, ",") + "}"
}

func TestEveryLineIsAccountedFor(t *testing.T) {
	t.Parallel()
	_, c := newService(t)
	b := batch(t)
	lines := []string{
		"\ufeff" + line("a", "v1.0.0", `"source":"x"`), // 1
		"",
		"   ",
		`{"playbook_id": "b",`, // 4
		`[1]`,                  // 5
		line("a", "v1.1.0", `"source":"y","license":"z"`) + "\r",
		line("a", "v1.2.0") + "{}",                    // 7
		line("a", "v1.3.0", `"title":"again"`),        // 8
		"{\"playbook_id\": \"\xff\"}",                 // 9
		strings.Repeat("x", importer.MaxRecordSize+1), // 10
		line("a", "v2.0.0"),
		line("c", "v1.0.0")[:20], // 12, without a line end
	}
	require.NoError(t, b.AddJSONLines(t.Context(), "f.jsonl", strings.NewReader(strings.Join(lines, "\n"))))
	summary, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)

	require.Equal(t, 10, summary.Found)
	require.Equal(t, 3, summary.Created)
	require.Equal(t, 7, summary.Count(importer.KindUnreadable))
	require.Zero(t, summary.NotAttempted)
	require.Equal(t, map[string]int{"source": 2, "license": 1}, summary.IgnoredFields)
	reasons := map[int]string{}
	for _, r := range summary.Refused {
		require.Equal(t, importer.KindUnreadable, r.Kind)
		require.Equal(t, "f.jsonl", r.Source.File)
		reasons[r.Source.Line] = r.Reason
	}
	require.Len(t, reasons, 7)
	for number, text := range map[int]string{
		4: "ends too early", 5: "not a JSON object", 7: "more than one", 8: "title twice",
		9: "UTF-8", 10: "larger than", 12: "ends too early",
	} {
		require.Contains(t, reasons[number], text, "line %d", number)
	}
	require.False(t, summary.Complete())
}

func TestLineOfTheGreatestSizeIsRead(t *testing.T) {
	t.Parallel()
	_, c := newService(t)
	b := batch(t)
	record := line("a", "v1.0.0")
	record += strings.Repeat(" ", importer.MaxRecordSize-len(record))
	require.NoError(t, b.AddJSONLines(t.Context(), "f.jsonl", strings.NewReader(record+"\n")))
	summary, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.True(t, summary.Complete())
	require.Equal(t, 1, summary.Created)
}

func TestFaultOfTheReaderIsARefusal(t *testing.T) {
	t.Parallel()
	b := batch(t)
	reader := io.MultiReader(strings.NewReader(line("a", "v1.0.0")+"\n"), iotest.ErrReader(errors.New("disk gone")))
	require.NoError(t, b.AddJSONLines(t.Context(), "-", reader))
	require.Equal(t, 1, b.Len())
	require.Equal(t, 2, b.Found())
}

func TestReadingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, batch(t).AddJSONLines(ctx, "-", strings.NewReader(line("a", "v1.0.0"))), context.Canceled)
}

const yamlRecord = `playbook_id: %s
version: %s
title: t
description: d
content: |
  apiVersion: v1
labels: {signal_type: s, severity: low}
`

func TestFoldersAreReadDeeply(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	b := batch(t)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	require.NoError(t, b.AddFS(t.Context(), fstest.MapFS{
		"a/v1.yaml":          file(fmt.Sprintf(yamlRecord, "a", "v1.0.0") + "approved_at: 2025-05-13T08:30:00Z\n"),
		"a/more/v2.yml":      file(fmt.Sprintf(yamlRecord, "a", "v1.10.0") + "---\n" + fmt.Sprintf(yamlRecord, "a", "v1.9.0") + "---\n"),
		"b.json":             file(line("b", "v1.0.0") + "\n" + line("b", "v1.1.0")),
		"c.jsonl":            file(line("c", "v1.0.0") + "\n"),
		"README.md":          file("no manifest"),
		".git/config.yaml":   file("hidden"),
		"..data/x.yaml":      file("hidden"),
		"broken.yaml":        file("%YAML 1.2\n---\n" + fmt.Sprintf(yamlRecord, "d", "v1.0.0") + "---\nx: y\nx: [\n---\n" + fmt.Sprintf(yamlRecord, "d", "v1.1.0") + "# end\n"),
		"keys.yaml":          file("playbook_id: e\n1: x\n"),
		"twice.yaml":         file("playbook_id: e\nplaybook_id: f\n"),
		"list.json":          file(`[{"playbook_id": "e"}]`),
		"laughs.yaml":        file(laughs()),
		"broken-at-two.json": file(line("f", "v1.0.0") + "\n\n{\"a\": ]"),
	}))
	summary, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, []string{"v1.0.0", "v1.9.0", "v1.10.0"}, s.versions("a"))
	require.Equal(t, []string{"v1.0.0", "v1.1.0"}, s.versions("b"))
	require.Len(t, s.versions("c"), 1)
	require.Equal(t, []string{"v1.0.0", "v1.1.0"}, s.versions("d"))
	require.Equal(t, 9, summary.Created)
	require.Equal(t, 1, summary.SkippedFiles)

	reasons := map[string]string{}
	for _, r := range summary.Refused {
		reasons[r.Source.String()] = r.Reason
	}
	require.Len(t, reasons, 6, "%v", reasons)
	require.Contains(t, reasons["broken-at-two.json:3"], "not valid JSON")
	require.Contains(t, reasons["broken.yaml:10"], "not valid YAML: line 1")
	require.Contains(t, reasons["keys.yaml:1"], "put 1 in quotes")
	require.Contains(t, reasons["twice.yaml:1"], "already defined")
	require.Contains(t, reasons["list.json:1"], "not a JSON object")
	require.Contains(t, reasons["laughs.yaml:1"], "excessive aliasing")
}

// laughs is a small text whose aliases expand to a great one.
func laughs() string {
	text := strings.Builder{}
	text.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&text, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return text.String()
}

func TestPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	manifest := write("real/..2026/p.yaml", fmt.Sprintf(yamlRecord, "a", "v1.0.0"))
	require.NoError(t, os.Symlink(manifest, filepath.Join(dir, "real", "p.yaml"))) // as a mounted ConfigMap
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "real", "dangling.yaml")))

	b := batch(t)
	require.NoError(t, b.AddPath(t.Context(), filepath.Join(dir, "real")))
	require.Equal(t, 1, b.Len())
	require.Equal(t, 2, b.Found(), "a link to nowhere is a refusal")
	require.NoError(t, b.AddPath(t.Context(), manifest))
	require.Equal(t, 2, b.Len())
	require.ErrorIs(t, b.AddPath(t.Context(), write("x.txt", "")), importer.ErrUnknownFormat)
	require.ErrorIs(t, b.AddPath(t.Context(), filepath.Join(dir, "absent")), os.ErrNotExist)
	require.NoError(t, b.AddPath(t.Context(), write("large.yaml", strings.Repeat("#", importer.MaxRecordSize+1))))
	require.Equal(t, 4, b.Found())
}

// What is written as a date stays the text that it was, since a publish body has no dates but in text.
func TestYAMLDatesStayText(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	b := batch(t)
	parameters := "parameters: [{name: A, type: string, default: 2025-05-13}]\n"
	require.NoError(t, b.AddFS(t.Context(), fstest.MapFS{
		"a.yaml": &fstest.MapFile{Data: []byte(fmt.Sprintf(yamlRecord, "a", "v1.0.0") + parameters)},
	}))
	_, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Contains(t, s.stored["a"]["v1.0.0"], `"default":"2025-05-13"`)
}
