package catalog

import "strings"

// codeBlocks gives the fenced code blocks of a Markdown text in their order: the commands that a reader is told to run.
// Language names, indentation of the block, blank lines and white space at the end of lines are left out, since no
// command changes with them. Code within a line of text and code that is only indented is not looked at: indentation
// without a fence means code or a continued list item, depending on all lines before.
//
// Fences follow CommonMark 0.31, section 4.5, in any nesting of lists and quotes. Time is linear in the text.
func codeBlocks(markdown string) []string {
	var blocks []string
	var block strings.Builder
	var open fence
	for line := range strings.Lines(markdown) {
		text := strings.TrimRight(line, " \t\r\n")
		if !open.isOpen() {
			open = openingFence(text)
			continue
		}
		if open.closedBy(text) {
			blocks = append(blocks, block.String())
			block.Reset()
			open = fence{}
			continue
		}
		if text = open.unindent(text); text != "" {
			block.WriteString(text + "\n")
		}
	}
	if open.isOpen() {
		blocks = append(blocks, block.String()) // an open fence ends with the text
	}
	return blocks
}

// fence is what opens a code block.
type fence struct {
	prefix string // what stands before it: indentation and marks of lists and quotes
	marker string // three or more backticks or tildes
}

func (f *fence) isOpen() bool { return f.marker != "" }

func openingFence(line string) fence {
	start := containerPrefix(line)
	rest := line[start:]
	for _, character := range []string{"`", "~"} {
		length := len(rest) - len(strings.TrimLeft(rest, character))
		if length < 3 || character == "`" && strings.Contains(rest[length:], "`") {
			continue // shorter, or code within a line
		}
		return fence{prefix: line[:start], marker: rest[:length]}
	}
	return fence{}
}

// closedBy reports whether a line is the closing fence: at least as many of the same characters, and nothing else.
func (f *fence) closedBy(line string) bool {
	rest := strings.TrimLeft(line, " \t>")
	return len(rest) >= len(f.marker) && strings.Trim(rest, f.marker[:1]) == ""
}

// unindent takes off as much white space, or as many quote marks, as stand before the opening fence.
func (f *fence) unindent(line string) string {
	width := 0
	for width < len(f.prefix) && width < len(line) && strings.IndexByte(" \t>", line[width]) >= 0 {
		width++
	}
	return line[width:]
}

// containerPrefix gives the length of what may stand before a fence: white space, quote marks and list markers.
func containerPrefix(line string) int {
	at := 0
	for at < len(line) {
		rest := line[at:]
		switch {
		case strings.IndexByte(" \t>", rest[0]) >= 0:
			at++
		case listMarker(rest) > 0:
			at += listMarker(rest)
		default:
			return at
		}
	}
	return at
}

// listMarker gives the length of a list marker with the blank after it, e.g. `- ` or `12. `.
func listMarker(text string) int {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	marks := "-*+"
	if digits > 0 {
		marks = ".)"
	}
	if digits > 9 || len(text) < digits+2 || strings.IndexByte(marks, text[digits]) < 0 || text[digits+1] != ' ' {
		return 0
	}
	return digits + 2
}
