package catalog

import (
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
	anchored "github.com/rogpeppe/go-internal/diff"
)

const (
	// exactEdits is the number of changed lines up to which go-udiff finds the smallest diff. Beyond it gives up its
	// search and replaces what is left as a whole.
	exactEdits = 100
	// maxDiffLines is the number of lines of both texts up to which they are searched for common ones.
	maxDiffLines = 100_000
)

// textDiff gives a unified diff with three lines of context that turns one text into the other, empty when they are
// equal.
//
// Small changes get the smallest diff. For more than exactEdits changed lines an anchored diff, which takes O(n log n)
// time for any two texts, is made too, and the one that changes fewer lines is taken. Texts of more than maxDiffLines
// lines together have all that is between their first and last difference replaced.
func textDiff(fromName, toName, before, after string) string {
	if before == after {
		return ""
	}
	if strings.Count(before, "\n")+strings.Count(after, "\n") > maxDiffLines {
		return replaceMiddle(fromName, toName, before, after)
	}
	edits := udiff.Lines(before, after)
	changed := 0
	for _, edit := range edits {
		changed += strings.Count(before[edit.Start:edit.End], "\n") + strings.Count(edit.New, "\n")
	}
	if changed > exactEdits {
		unified := string(anchored.Diff(fromName, []byte(before), toName, []byte(after)))
		_, unified, _ = strings.Cut(unified, "\n") // its first line is a "diff a b" command
		if added, removed := countLines(unified); added+removed < changed {
			return unified
		}
	}
	unified, err := udiff.ToUnified(fromName, toName, before, edits, udiff.DefaultContextLines)
	if err != nil {
		// Only edits that overlap or leave the text are refused, and Lines makes none.
		panic(fmt.Sprintf("catalog: text diff: %v", err))
	}
	return unified
}

// countLines counts the added and removed lines of a unified diff.
func countLines(unified string) (added, removed int) {
	for line := range strings.Lines(withoutHeader(unified)) {
		switch line[0] {
		case '+':
			added++
		case '-':
			removed++
		}
	}
	return added, removed
}

// withoutHeader cuts off the two lines that name the texts.
func withoutHeader(unified string) string {
	_, rest, _ := strings.Cut(unified, "\n")
	_, rest, _ = strings.Cut(rest, "\n")
	return rest
}
