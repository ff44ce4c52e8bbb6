package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// repeatTo repeats what a function writes, up to a number of bytes.
func repeatTo(size int, write func(i int) string) string {
	var text strings.Builder
	for i := 0; ; i++ {
		next := write(i)
		if text.Len()+len(next) > size {
			return text.String()
		}
		text.WriteString(next)
	}
}

// lines repeats a line with a running number.
func lines(size int, form string) string {
	return repeatTo(size, func(i int) string { return fmt.Sprintf(form+"\n", i) })
}

// hardContents are pairs of contents of about a size that are hard on a careless comparison.
func hardContents(size int) map[string][2]string {
	half := size / 2
	return map[string][2]string{
		"nothing in common": {lines(size, "old line %d of a long runbook"), lines(size, "new line %d of a long runbook")},
		"every tenth line": {lines(size, "%07d"), repeatTo(size, func(i int) string {
			if i%10 == 9 {
				i += 1_000_000
			}
			return fmt.Sprintf("%07d\n", i)
		})},
		"empty lines":           {strings.Repeat("\n", 2*half-1) + "x", strings.Repeat("y\n", half)},
		"two lines alternating": {strings.Repeat("a\nb\n", half/2), strings.Repeat("b\na\n", half/2)},
		"blocks swapped": {
			strings.Repeat("a\n", half/2) + strings.Repeat("b\n", half/2), strings.Repeat("b\n", half/2) + strings.Repeat("a\n", half/2),
		},
		"one line":          {strings.Repeat("a", 2*half), strings.Repeat("b", 2*half)},
		"fences":            {strings.Repeat("```\n", half/2), strings.Repeat("~~~\n", half/2)},
		"quote marks":       {strings.Repeat(">", 2*half), strings.Repeat("> ", half)},
		"list markers":      {strings.Repeat("- ", half-1) + "x", strings.Repeat("1. ", half/2)},
		"carriage returns":  {strings.Repeat("a\n", half), strings.Repeat("a\r\n", half/2)},
		"line ends changed": {lines(size, "line %d of it"), repeatTo(size, func(i int) string { return fmt.Sprintf("line %d of it\r\n", i) })},
	}
}

func TestDiffOfLargeContentsIsBounded(t *testing.T) {
	t.Parallel()
	for name, pair := range hardContents(catalog.MaxContentBytes / 4) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unified := contentDiff(pair[0], pair[1])
			require.Equal(t, pair[1], applyText(t, pair[0], unified))
			lines := strings.Count(pair[0], "\n") + strings.Count(pair[1], "\n") + 2
			headers := 40*strings.Count(unified, "@@ -") + 200
			require.LessOrEqual(t, len(unified), len(pair[0])+len(pair[1])+lines+headers)
		})
	}
}

func TestContentChangesAreBounded(t *testing.T) {
	t.Parallel()
	items := func(value string, n int) string { return "[" + strings.Repeat(value+",", n-1) + value + "]" }
	diff := compareContents(t, catalog.ContentJSON, items("1", 5000), items("2", 5000))
	require.Len(t, diff.ContentChanges, catalog.MaxContentChanges)
	require.Equal(t, 4000, diff.ContentChangesOmitted)

	diff = compareContents(t, catalog.ContentJSON, items("1", 1000), items("2", 1000))
	require.Len(t, diff.ContentChanges, catalog.MaxContentChanges)
	require.Zero(t, diff.ContentChangesOmitted)
}

// What is not reported still counts.
func TestOmittedContentChangesDecideOnTheBump(t *testing.T) {
	t.Parallel()
	described := func(text, last string) string {
		return "[" + strings.Repeat(`{"description":"`+text+`"},`, 2000) + last + "]"
	}
	diff := compareContents(t, catalog.ContentJSON, described("a", `{"run":1}`), described("b", `{"run":1}`))
	require.Equal(t, catalog.BumpPatch, diff.SuggestedBump)
	diff = compareContents(t, catalog.ContentJSON, described("a", `{"run":1}`), described("b", `{"run":2}`))
	require.Equal(t, catalog.BumpMinor, diff.SuggestedBump)
	for _, change := range diff.ContentChanges {
		require.Equal(t, catalog.ClassText, change.Class)
	}
}

// A long key above a thousand changes would be written a thousand times.
func TestPathsOfContentChangesAreBounded(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 500_000)
	below := func(value string) string {
		return `{"` + key + `":[` + strings.Repeat(value+",", 1999) + value + "]}"
	}
	diff := compareContents(t, catalog.ContentJSON, below("1"), below("2"))
	require.Len(t, diff.ContentChanges, 1)
	require.Equal(t, 1999, diff.ContentChangesOmitted)
	require.Equal(t, "/"+key+"/0", diff.ContentChanges[0].Path)
}

// Nine levels of nine aliases each are 400 bytes of text and 400 million items when they are expanded.
func TestAliasesAreNotExpanded(t *testing.T) {
	t.Parallel()
	bomb := func(value string) string {
		var text strings.Builder
		text.WriteString("a0: &a0 " + value + "\n")
		for level := range 9 {
			alias := fmt.Sprintf("*a%d, ", level)
			fmt.Fprintf(&text, "a%d: &a%d [%s]\n", level+1, level+1, strings.TrimSuffix(strings.Repeat(alias, 9), ", "))
		}
		return text.String()
	}
	diff := compareContents(t, catalog.ContentYAML, bomb("1"), bomb("2"))
	require.Equal(t, []string{`/a0 changed steps minor: 1 → 2`}, describe(diff.ContentChanges))
	diff = compareContents(t, catalog.ContentYAML, "a0: 1", bomb("1"))
	require.Len(t, diff.ContentChanges, 9)
	require.Less(t, len(diff.ContentChanges[8].New), 100)
}

// An alias may stand in what it is an alias of.
func TestAliasOfItselfEnds(t *testing.T) {
	t.Parallel()
	diff := compareContents(t, catalog.ContentYAML, "a: &x [1]", "a: &x [*x]")
	require.Equal(t, []string{`/a/0 changed steps minor: 1 → "*x"`}, describe(diff.ContentChanges))
}

// hardStructures are pairs of YAML contents of at most a size that are hard on a careless comparison by path.
func hardStructures(size int) map[string][2]string {
	list := func(item string) string { return "[" + strings.Repeat(item+",", size/(len(item)+1)-1) + item + "]" }
	deep := strings.Repeat("[", 60)
	chain := func(end string) string { return list(deep + end + strings.Repeat("]", 60) + "\n") }
	longer := func(end string) string { return list(deep + end + strings.Repeat(",1]", 60) + "\n") }
	return map[string][2]string{
		"items":         {lines(size, "- a%d"), lines(size, "- b%d")},
		"keys":          {lines(size, "a%d: 1"), lines(size, "b%d: 1")},
		"named items":   {lines(size, "- {name: a%d, run: x}"), lines(size, "- {name: a%d, run: y}")},
		"named shuffle": {lines(size, "- {name: a%d, run: x}"), "- {name: z}\n" + lines(size/2, "- {name: a%d, run: x}")},
		"nested lists":  {chain("1"), chain("2")},
		"longer lists":  {chain("1"), longer("2")},
		"empty lists":   {list("[]"), list("{}")},
	}
}

func TestComparisonOfLargeStructuresIsBounded(t *testing.T) {
	t.Parallel()
	for name, pair := range hardStructures(catalog.MaxContentBytes / 6) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var from, to catalog.Version
			from.ContentType, from.Content = catalog.ContentYAML, pair[0]
			to.ContentType, to.Content = catalog.ContentYAML, pair[1]
			diff := catalog.Compare(from, to)
			require.Empty(t, diff.ContentNotCompared)
			require.LessOrEqual(t, len(diff.ContentChanges), catalog.MaxContentChanges)
			require.Positive(t, diff.ContentChangesOmitted)
		})
	}
}

// Only up to a number of lines are common ones looked for between the first and the last difference.
func TestTextsOfManyLinesAreReplaced(t *testing.T) {
	t.Parallel()
	alternating := func(n int) (before, after string) {
		return strings.Repeat("a\nb\n", n/4), strings.Repeat("b\na\n", n/4)
	}
	before, after := alternating(100_000)
	require.Less(t, len(contentDiff(before, after)), 200)
	before, after = alternating(100_004)
	require.Greater(t, len(contentDiff(before, after)), len(before)+len(after))
}
