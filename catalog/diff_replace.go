package catalog

import (
	"fmt"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// replaceMiddle gives a unified diff of one hunk that replaces all lines between the first and the last difference of
// two texts. Time is linear in them.
func replaceMiddle(fromName, toName, before, after string) string {
	start := commonStart(before, after)
	head := lastLines(before[:start], udiff.DefaultContextLines)
	line := strings.Count(before[:start-len(head)], "\n")
	before, after = before[start:], after[start:]
	end := commonEnd(before, after)
	tail := firstLines(before[len(before)-end:], udiff.DefaultContextLines)
	before, after = before[:len(before)-end], after[:len(after)-end]

	var out strings.Builder
	out.Grow(2*len(before) + 2*len(after) + 2*len(head) + 2*len(tail))
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", fromName, toName)
	fmt.Fprintf(&out, "@@ -%s +%s @@\n", hunkRange(line, head+before+tail), hunkRange(line, head+after+tail))
	writeLines(&out, ' ', head)
	writeLines(&out, '-', before)
	writeLines(&out, '+', after)
	writeLines(&out, ' ', tail)
	return out.String()
}

// lastLines gives at most n lines from the end of a text that ends with a line break, or is empty.
func lastLines(text string, n int) string {
	at := len(text)
	for ; n > 0 && at > 0; n-- {
		at = strings.LastIndexByte(text[:at-1], '\n') + 1
	}
	return text[at:]
}

// firstLines gives at most n lines from the beginning of a text.
func firstLines(text string, n int) string {
	at := 0
	for ; n > 0 && at < len(text); n-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return text
		}
		at += next + 1
	}
	return text[:at]
}

// commonStart gives the length of the whole lines that two texts begin with.
func commonStart(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return strings.LastIndexByte(a[:n], '\n') + 1
}

// commonEnd gives the length of the whole lines that two texts end with.
func commonEnd(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	if startsLine(a, len(a)-n) && startsLine(b, len(b)-n) {
		return n
	}
	broken := strings.IndexByte(a[len(a)-n:], '\n') + 1 // the line that differs further in front
	if broken == 0 {
		return 0
	}
	return n - broken
}

func startsLine(text string, at int) bool { return at == 0 || text[at-1] == '\n' }

// hunkRange gives the place of lines in a hunk header. Only a text without any line has no lines in a hunk.
func hunkRange(before int, text string) string {
	lines := strings.Count(text, "\n")
	if text != "" && text[len(text)-1] != '\n' {
		lines++
	}
	if lines == 0 {
		return "0,0"
	}
	return fmt.Sprintf("%d,%d", before+1, lines)
}

func writeLines(out *strings.Builder, sign byte, text string) {
	for line := range strings.Lines(text) {
		out.WriteByte(sign)
		out.WriteString(line)
	}
	if text != "" && text[len(text)-1] != '\n' {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}
