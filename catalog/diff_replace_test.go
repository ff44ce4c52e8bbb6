package catalog

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestReplaceMiddleTurnsOneTextIntoTheOther(t *testing.T) {
	t.Parallel()
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"\n", "a\n", "aa\n", "b\n", "é\n"}), 0, 6).Draw(t, "lines")
		return strings.Join(lines, "") + rapid.SampledFrom([]string{"", "a", "aa"}).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		if before == after {
			t.Skip("textDiff does not ask for equal texts")
		}
		unified := replaceMiddle("a", "b", before, after)
		files, _, err := gitdiff.Parse(strings.NewReader(unified))
		require.NoError(t, err)
		require.Len(t, files, 1)
		var out bytes.Buffer
		require.NoError(t, gitdiff.Apply(&out, strings.NewReader(before), files[0]), "%s", unified)
		require.Equal(t, after, out.String())
	})
}

func TestReplaceMiddleKeepsBothEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, after, hunk string }{
		"changed":         {"1\n2\n3\n4\nb\nc\n", "1\n2\n3\n4\nx\ny\nc\n", "@@ -2,5 +2,6 @@\n 2\n 3\n 4\n-b\n+x\n+y\n c\n"},
		"alike lines":     {"a\nab\nb\n", "a\naab\nb\n", "@@ -1,3 +1,3 @@\n a\n-ab\n+aab\n b\n"},
		"put in":          {"a\nc\n", "a\nb\nc\n", "@@ -1,2 +1,3 @@\n a\n+b\n c\n"},
		"put in front":    {"a\nb\nc\nd\n", "x\na\nb\nc\nd\n", "@@ -1,3 +1,4 @@\n+x\n a\n b\n c\n"},
		"taken out":       {"a\nb\nc", "a\nc", "@@ -1,3 +1,2 @@\n a\n-b\n c\n\\ No newline at end of file\n"},
		"one of the same": {"a\na\n", "a\n", "@@ -1,2 +1,1 @@\n a\n-a\n"},
		"last line":       {"a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		"line break":      {"a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		"from nothing":    {"", "a\n", "@@ -0,0 +1,1 @@\n+a\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, "--- v1\n+++ v2\n"+test.hunk, replaceMiddle("v1", "v2", test.before, test.after))
		})
	}
}
