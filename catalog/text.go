package catalog

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkText refuses what PostgreSQL cannot store and what is longer than maxLength characters.
func checkText(v *violations, pointer, s string, maxLength int) {
	switch {
	case !utf8.ValidString(s):
		v.add(pointer, "must be valid UTF-8")
	case strings.ContainsRune(s, 0):
		v.add(pointer, "must not contain NUL characters")
	case utf8.RuneCountInString(s) > maxLength:
		v.add(pointer, "must have at most %d characters", maxLength)
	}
}

// checkLine is checkText for a text of one line without control characters.
func checkLine(v *violations, pointer, s string, maxLength int) {
	before := len(*v)
	checkText(v, pointer, s, maxLength)
	if len(*v) == before && strings.ContainsFunc(s, unicode.IsControl) {
		v.add(pointer, "must not contain control characters or line breaks")
	}
}

// clip shortens what a caller sent before it is repeated in an answer.
func clip(s string) string {
	const limit = 64
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit]) + "…"
}

// escapePointer makes a name usable as one segment of a JSON pointer (RFC 6901).
func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(clip(name))
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
