package catalog_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/catalog"
)

// contentDiff gives the text diff of two contents, without going through the rules for drafts.
func contentDiff(before, after string) string {
	var from, to catalog.Version
	from.Version, from.Content = "v1.0.0", before
	to.Version, to.Content = "v1.1.0", after
	diff := catalog.Compare(from, to)
	if diff.Empty() {
		return ""
	}
	return diff.Changes[0].Text
}

func applyText(t require.TestingT, text, unified string) string {
	files, _, err := gitdiff.Parse(strings.NewReader(unified))
	require.NoError(t, err)
	require.Len(t, files, 1)
	var out bytes.Buffer
	require.NoError(t, gitdiff.Apply(&out, strings.NewReader(text), files[0]))
	return out.String()
}

func TestTextDiffTurnsOneContentIntoTheOther(t *testing.T) {
	t.Parallel()
	line := rapid.SampledFrom([]string{"a\n", "b\n", "c\r\n", "\n", "-- x\n", "++ y\n", "@@ -1 +1 @@\n", "é\n"})
	text := rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(line, 0, 40).Draw(t, "lines"), "")
		return text + rapid.SampledFrom([]string{"x\n", "x", "y"}).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		unified := contentDiff(before, after)
		if before == after {
			require.Empty(t, unified)
			return
		}
		require.Equal(t, after, applyText(t, before, unified))
	})
}

func numbered(prefix string, n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%s %d\n", prefix, i)
	}
	return text.String()
}

// The first search gives up after about a hundred lines; alone it would replace all that is between the two ends.
func TestTextDiffOfManyChangesKeepsCommonLines(t *testing.T) {
	t.Parallel()
	common := numbered("common", 1000)
	before := numbered("old head", 200) + common + numbered("old tail", 200)
	after := numbered("new head", 200) + common + numbered("new tail", 200)
	unified := contentDiff(before, after)
	require.Equal(t, after, applyText(t, before, unified))
	require.Equal(t, 800, strings.Count(unified, "\n-")+strings.Count(unified, "\n+")-1, "changed lines, less the header")
}

func TestTextDiffOfFewChangesIsTheSmallest(t *testing.T) {
	t.Parallel()
	before := "a\nb\nc\na\nb\nb\na\n"
	after := "c\nb\na\nb\na\nc\n" // the example of Myers 1986, whose smallest edit script has five lines
	unified := contentDiff(before, after)
	require.Equal(t, after, applyText(t, before, unified))
	require.Equal(t, 5, strings.Count(unified, "\n-")+strings.Count(unified, "\n+")-1)
}
