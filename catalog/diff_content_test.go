package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func compareContents(t *testing.T, contentType catalog.ContentType, before, after string) catalog.Diff {
	t.Helper()
	from, to := changed(t, func(d *catalog.Draft) { d.ContentType, d.Content = contentType, before },
		func(d *catalog.Draft) { d.Content = after })
	return catalog.Compare(from, to)
}

func TestStructuredContentIsComparedByPath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		contentType   catalog.ContentType
		before, after string
		changes       []string
		class         catalog.ChangeClass
	}{
		"value in a step": {
			catalog.ContentYAML,
			"spec:\n  steps:\n  - command: kubectl get pods\n",
			"spec:\n  steps:\n  - command: kubectl get nodes\n",
			[]string{`/spec/steps/0/command changed steps minor: "kubectl get pods" → "kubectl get nodes"`},
			catalog.ClassSteps,
		},
		"description": {
			catalog.ContentJSON, `{"steps": [{"description": "a"}]}`, `{"steps": [{"description": "b"}]}`,
			[]string{`/steps/0/description changed text patch: "a" → "b"`},
			catalog.ClassText,
		},
		"display name": {
			catalog.ContentYAML, "display_name: a", "display_name: b\ndisplayName: c",
			[]string{`/displayName added text patch:  → "c"`, `/display_name changed text patch: "a" → "b"`},
			catalog.ClassText,
		},
		"layout and comments": {
			catalog.ContentYAML, "a: 1 # one\nb: 'x'\n", "b: x\na: 1\n", nil, catalog.ClassText,
		},
		"layout of JSON": {
			catalog.ContentJSON, `{"a":1,"b":[2]}`, "{\"b\": [2],\n\"a\": 1}", nil, catalog.ClassText,
		},
		"types are told apart": {
			catalog.ContentYAML,
			"a: 1\nb: true\nc: null\nd: 1.5\n", "a: '1'\nb: 'true'\nc: ''\nd: '1.5'\n",
			[]string{
				`/a changed steps minor: 1 → "1"`, `/b changed steps minor: true → "true"`,
				`/c changed steps minor: null → ""`, `/d changed steps minor: 1.5 → "1.5"`,
			},
			catalog.ClassSteps,
		},
		"numbers keep their digits": {
			catalog.ContentJSON, `[9007199254740992]`, `[9007199254740993]`,
			[]string{`/0 changed steps minor: 9007199254740992 → 9007199254740993`}, catalog.ClassSteps,
		},
		"values without a JSON form": {
			catalog.ContentYAML,
			"a: 0x10\nb: 2026-01-01\nc: .inf\nd: !!binary YQ==\ne: !Sub x\n", "a: '0x10'\nb: 2026-01-02\nc: .nan\nd: YQ==\ne: !Ref x\n",
			[]string{
				`/a changed steps minor: "0x10" → "0x10"`, `/b changed steps minor: "2026-01-01" → "2026-01-02"`,
				`/c changed steps minor: ".inf" → ".nan"`, `/d changed steps minor: "!!binary YQ==" → "YQ=="`,
				`/e changed steps minor: "!Sub x" → "!Ref x"`,
			},
			catalog.ClassSteps,
		},
		"tag of a list": {
			catalog.ContentYAML, "a: !Join [x]", "a: !Split [x]",
			[]string{`/a/!Join removed steps minor: ["x"] → `, `/a/!Split added steps minor:  → ["x"]`}, catalog.ClassSteps,
		},
		"item put in front": {
			catalog.ContentYAML, "[b, c, d]", "[a, b, c, d]", []string{`/0 added steps minor:  → "a"`}, catalog.ClassSteps,
		},
		"items taken from the middle": {
			catalog.ContentYAML, "[a, b, c, d]", "[a, d]",
			[]string{`/1 removed steps minor: "b" → `, `/2 removed steps minor: "c" → `}, catalog.ClassSteps,
		},
		"named items": {
			catalog.ContentYAML,
			"- {name: scale, run: a}\n- {name: check, run: b}\n- {name: drop, run: c}\n",
			"- {name: new, run: d}\n- {name: check, run: b}\n- {name: scale, run: e}\n",
			[]string{
				`/2 removed steps minor: {"name":"drop","run":"c"} → `, `/0 added steps minor:  → {"name":"new","run":"d"}`,
				`/2/run changed steps minor: "a" → "e"`, ` reordered steps minor: ["scale","check"] → ["check","scale"]`,
			},
			catalog.ClassSteps,
		},
		"renamed item": {
			catalog.ContentYAML, "- {name: a, run: x}\n", "- {name: b, run: x}\n",
			[]string{`/0/name changed steps minor: "a" → "b"`}, catalog.ClassSteps,
		},
		"several documents": {
			catalog.ContentYAML, "a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n",
			[]string{`/1/b changed steps minor: 2 → 3`}, catalog.ClassSteps,
		},
		"document added": {
			catalog.ContentYAML, "a: 1\n", "a: 1\n---\nb: 3\n",
			[]string{`/1 added steps minor:  → {"b":3}`}, catalog.ClassSteps,
		},
		"other kind of value": {
			catalog.ContentYAML, "a: [1]\nb: {c: 1}\n", "a: {c: 1}\nb: [1]\n",
			[]string{`/a changed steps minor: [1] → {"c":1}`, `/b changed steps minor: {"c":1} → [1]`}, catalog.ClassSteps,
		},
		"root": {
			catalog.ContentJSON, `1`, `"a"`, []string{` changed steps minor: 1 → "a"`}, catalog.ClassSteps,
		},
		"special characters in keys": {
			catalog.ContentJSON, `{"a/b~c": 1}`, `{"a/b~c": 2}`,
			[]string{`/a~1b~0c changed steps minor: 1 → 2`}, catalog.ClassSteps,
		},
		"alias": {
			catalog.ContentYAML, "a: &x {c: 1}\nb: *x\n", "a: &x {c: 2}\nb: *x\n",
			[]string{`/a/c changed steps minor: 1 → 2`}, catalog.ClassSteps,
		},
		"alias to another anchor": {
			catalog.ContentYAML, "- &x 1\n- &y 2\n- *x\n", "- &x 1\n- &y 2\n- *y\n",
			[]string{`/2 changed steps minor: "*x" → "*y"`}, catalog.ClassSteps,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := compareContents(t, test.contentType, test.before, test.after)
			require.Len(t, diff.Changes, 1)
			require.Equal(t, test.class, diff.Changes[0].Class)
			require.ElementsMatch(t, test.changes, describe(diff.ContentChanges))
			require.Empty(t, diff.ContentNotCompared)
		})
	}
}

func TestYAMLAndJSONAreComparedWithEachOther(t *testing.T) {
	t.Parallel()
	from, to := changed(t, func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentYAML, "a: [1, x]\nb: 2\n" },
		func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentJSON, `{"a": [1, "x"], "b": 3}` })
	diff := catalog.Compare(from, to)
	require.Equal(t, []string{`/b changed steps minor: 2 → 3`}, describe(diff.ContentChanges))
}

func TestContentOfAnotherFormatCountsAsOtherSteps(t *testing.T) {
	t.Parallel()
	from, to := changed(t, nil, func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentYAML, "a: 1" })
	diff := catalog.Compare(from, to)
	require.Equal(t, catalog.ClassSteps, diff.Changes[1].Class)
	require.Empty(t, diff.ContentChanges)
}

func TestContentThatCannotBeComparedByPathCountsAsOtherSteps(t *testing.T) {
	t.Parallel()
	deep := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	tests := map[string]struct {
		contentType   catalog.ContentType
		before, after string
		reason        string
	}{
		"deep YAML":       {catalog.ContentYAML, "[]", deep(66), "the content of v1.1.0 is nested deeper than 64 levels"},
		"deep JSON":       {catalog.ContentJSON, deep(66), "[]", "the content of v1.0.0 is nested deeper than 64 levels"},
		"deep mapping":    {catalog.ContentJSON, strings.Repeat(`{"a":`, 66) + "1" + strings.Repeat("}", 66), "1", "the content of v1.0.0 is nested deeper than 64 levels"},
		"anchor twice":    {catalog.ContentYAML, "a: 1", "- &a 1\n- &a 2\n", "the content of v1.1.0 sets the anchor a twice"},
		"key twice":       {catalog.ContentYAML, "a: 1", "b: 1\nb: 2\n", "the content of v1.1.0 has the key b twice in line 2"},
		"list as a key":   {catalog.ContentYAML, "a: 1", "? [a]\n: 1\n", "the content of v1.1.0 has a key that is not a plain value in line 1"},
		"many documents":  {catalog.ContentYAML, strings.Repeat("--- 1\n", 1001), "1", "the content of v1.0.0 has more than 1000 documents"},
		"in a list below": {catalog.ContentYAML, "a: 1", "- - b: 1\n    b: 2\n", "the content of v1.1.0 has the key b twice in line 2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := compareContents(t, test.contentType, test.before, test.after)
			require.Equal(t, test.reason, diff.ContentNotCompared)
			require.Equal(t, catalog.ClassSteps, diff.Changes[0].Class)
			require.Empty(t, diff.ContentChanges)
			require.NotEmpty(t, diff.Changes[0].Text)
		})
	}
	fits := compareContents(t, catalog.ContentYAML, "[]", deep(64))
	require.Empty(t, fits.ContentNotCompared)
	fits = compareContents(t, catalog.ContentJSON, "[]", deep(64))
	require.Empty(t, fits.ContentNotCompared)
}

func TestCommandsOfMarkdownAreItsCodeBlocks(t *testing.T) {
	t.Parallel()
	code := func(s string) string { return "Do\n\n```bash\n" + s + "\n```\n\nDone\n" }
	tests := map[string]struct {
		before, after string
		class         catalog.ChangeClass
	}{
		"command":                   {code("kubectl get pods"), code("kubectl get nodes"), catalog.ClassSteps},
		"command added":             {code("a"), code("a\nb"), catalog.ClassSteps},
		"block added":               {code("a"), code("a") + code("b"), catalog.ClassSteps},
		"blocks in another order":   {code("a") + code("b"), code("b") + code("a"), catalog.ClassSteps},
		"one block instead of two":  {code("a") + code("b"), code("a\nb"), catalog.ClassSteps},
		"indentation inside":        {code("a:\n  b: 1"), code("a:\nb: 1"), catalog.ClassSteps},
		"text becomes code":         {"a\n", "```\na\n```\n", catalog.ClassSteps},
		"tildes":                    {"~~~\na\n~~~\n", "~~~\nb\n~~~\n", catalog.ClassSteps},
		"fence in a longer fence":   {"````\n```\na\n````\n", "````\n```\nb\n````\n", catalog.ClassSteps},
		"open to the end":           {"```\na\n", "```\nb\n", catalog.ClassSteps},
		"in a list":                 {"1. ```\n   a\n   ```\n", "1. ```\n   b\n   ```\n", catalog.ClassSteps},
		"in a quote":                {"> ```\n> a\n> ```\n", "> ```\n> b\n> ```\n", catalog.ClassSteps},
		"indented":                  {"Do\n\n    a\n", "Do\n\n    b\n", catalog.ClassSteps},
		"indented by a tab":         {"Do\n\n\ta\n", "Do\n\n\tb\n", catalog.ClassSteps},
		"indented after a list":     {"- x\n\nDo\n\n    a\n", "- x\n\nDo\n\n    b\n", catalog.ClassSteps},
		"indented after a heading":  {"- x\n\n# Do\n    a\n", "- x\n\n# Do\n    b\n", catalog.ClassSteps},
		"second part of indented":   {"    a\n\n    b\n", "    a\n\n    c\n", catalog.ClassSteps},
		"after a fence":             {code("a") + "\n    b\n", code("a") + "\n    c\n", catalog.ClassSteps},
		"word within a command":     {code("a \\\nb"), code("a \\\nc"), catalog.ClassSteps},
		"text":                      {"A\n" + code("a"), "B\n" + code("a"), catalog.ClassText},
		"text after a list's block": {"- ```\n  a\n  ```\n  x\n", "- ```\n  a\n  ```\n  y\n", catalog.ClassText},
		"language name":             {code("a"), strings.Replace(code("a"), "bash", "shell", 1), catalog.ClassText},
		"other fence":               {code("a"), strings.ReplaceAll(code("a"), "```", "~~~~"), catalog.ClassText},
		"block moved into a list":   {"```\na\n  b\n```\n", "- ```\n  a\n    b\n  ```\n", catalog.ClassText},
		"blank lines and line ends": {code("a\n\nb"), strings.ReplaceAll(code("a  \nb\n"), "\n", "\r\n"), catalog.ClassText},
		"code within a line":        {"Run ```a``` now\n", "Run ```b``` now\n", catalog.ClassText},
		"line of code in backticks": {"```a```\n", "```b```\n", catalog.ClassText},
		"command over two lines":    {code("a \\\n  b | c"), code("a b | c"), catalog.ClassText},
		"item that goes on":         {"- x\n\n    a\n", "- x\n\n    b\n", catalog.ClassText},
		"item after an item":        {"1. x\n\n    a\n2. y\n\n    c", "1. x\n\n    a\n2. y\n\n    d", catalog.ClassText},
		"paragraph that goes on":    {"Do\n    a\n", "Do\n    b\n", catalog.ClassText},
		"indented or fenced":        {"Do\n\n    a\n", "Do\n\n```\na\n```\n", catalog.ClassText},
		"two backticks":             {"``\na\n``\n", "``\nb\n``\n", catalog.ClassText},
		"number that starts a line": {"2026 ```\na\n", "2026 ```\nb\n", catalog.ClassText},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := compareContents(t, catalog.ContentMarkdown, test.before, test.after)
			require.Equal(t, test.class, diff.Changes[0].Class)
			require.Empty(t, diff.ContentChanges)
		})
	}
}
