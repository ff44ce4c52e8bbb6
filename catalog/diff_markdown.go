package catalog

import "strings"

// codeBlocks gives the code blocks of a Markdown text in their order: the commands that a reader is told to run.
// Language names, indentation of the block, blank lines, white space at the end of lines, and a backslash that continues
// a command on the next line are left out, since no command changes with them. Code within a line of text is not looked
// at.
//
// Fenced code follows CommonMark 0.31, section 4.5, in any nesting of lists and quotes; indented code follows section
// 4.4 outside of lists, in which indentation mostly means that an item goes on. Time is linear in the text.
func codeBlocks(markdown string) []string {
	s := codeScanner{interrupted: true}
	for line := range strings.Lines(markdown) {
		s.scan(strings.TrimRight(line, " \t\r\n"))
	}
	s.end() // an open block ends with the text
	return s.blocks
}

// codeScanner reads a text line by line.
type codeScanner struct {
	blocks      []string
	block       strings.Builder
	open        fence
	indented    bool // in a block of indented code
	interrupted bool // no paragraph goes on, so that indented code may begin
	inList      bool
	continued   bool // the line before ended with a backslash
}

func (s *codeScanner) scan(line string) {
	if s.open.isOpen() {
		if s.open.closedBy(line) {
			s.end()
			s.interrupted = true
			return
		}
		s.add(s.open.unindent(line))
		return
	}
	if line == "" {
		s.interrupted = true
		return
	}
	code := strings.HasPrefix(line, "    ") || line[0] == '\t'
	if code && !s.inList && (s.interrupted || s.indented) {
		s.indented = true
		s.add(fence{prefix: "    "}.unindent(line))
		return
	}
	if s.indented {
		s.end()
	}
	s.noteList(line)
	s.open = openingFence(line)
	s.interrupted = line[0] == '#' // a heading is complete with its line
}

// noteList keeps track of whether a line is in a list, which a paragraph or heading without indentation ends.
func (s *codeScanner) noteList(line string) {
	switch {
	case listMarker(strings.TrimLeft(line, " >")) > 0:
		s.inList = true
	case s.interrupted && line[0] != ' ' && line[0] != '\t':
		s.inList = false
	}
}

func (s *codeScanner) add(line string) {
	if s.continued {
		line = strings.TrimLeft(line, " \t")
	}
	var command string
	if command, s.continued = strings.CutSuffix(line, `\`); s.continued {
		s.block.WriteString(strings.TrimRight(command, " \t") + " ")
		return
	}
	if line != "" {
		s.block.WriteString(line + "\n")
	}
}

func (s *codeScanner) end() {
	if s.open.isOpen() || s.indented {
		s.blocks = append(s.blocks, s.block.String())
	}
	s.block.Reset()
	s.open, s.indented, s.continued = fence{}, false, false
}

// fence is what opens a code block.
type fence struct {
	prefix string // what stands before it: indentation and marks of lists and quotes
	marker string // three or more backticks or tildes
}

func (f fence) isOpen() bool { return f.marker != "" }

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
func (f fence) closedBy(line string) bool {
	rest := strings.TrimLeft(line, " \t>")
	return len(rest) >= len(f.marker) && strings.Trim(rest, f.marker[:1]) == ""
}

// unindent takes off as much white space, or as many quote marks, as stand before the opening fence.
func (f fence) unindent(line string) string {
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
