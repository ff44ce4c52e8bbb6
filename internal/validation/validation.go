// Package validation collects broken rules and tells where each of them was broken, so that a caller can mend all of
// them at once. It knows neither playbooks nor audit events.
package validation

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrInvalid says that a request breaks a rule; an *Error says which.
var ErrInvalid = errors.New("invalid")

// Violation is one broken rule.
type Violation struct {
	Pointer string // JSON pointer (RFC 6901) into what the caller sent, e.g. /labels/severity
	Detail  string
}

// Error is ErrInvalid with all rules that were broken, at least one.
type Error struct {
	Violations []Violation
}

func (e *Error) Error() string {
	first := e.Violations[0]
	if len(e.Violations) == 1 {
		return fmt.Sprintf("%s: %s", first.Pointer, first.Detail)
	}
	return fmt.Sprintf("%s: %s (and %d more)", first.Pointer, first.Detail, len(e.Violations)-1)
}

// Unwrap makes errors.Is(err, ErrInvalid) true.
func (e *Error) Unwrap() error { return ErrInvalid }

// Violations collects broken rules.
type Violations []Violation

// Add notes a broken rule. The text is for people and must not repeat unbounded input; Clip shortens it.
func (v *Violations) Add(pointer, format string, args ...any) {
	*v = append(*v, Violation{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
}

// Err gives an *Error, or nil when no rule was broken.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return &Error{Violations: v}
}

// Text refuses what PostgreSQL cannot store and what is longer than maxLength characters.
func (v *Violations) Text(pointer, s string, maxLength int) {
	switch {
	case !utf8.ValidString(s):
		v.Add(pointer, "must be valid UTF-8")
	case strings.ContainsRune(s, 0):
		v.Add(pointer, "must not contain NUL characters")
	case utf8.RuneCountInString(s) > maxLength:
		v.Add(pointer, "must have at most %d characters", maxLength)
	}
}

// Line is Text for one line without control characters.
func (v *Violations) Line(pointer, s string, maxLength int) {
	before := len(*v)
	v.Text(pointer, s, maxLength)
	if len(*v) == before && strings.ContainsFunc(s, unicode.IsControl) {
		v.Add(pointer, "must not contain control characters or line breaks")
	}
}

// Required refuses a blank text.
func (v *Violations) Required(pointer, s string) {
	if strings.TrimSpace(s) == "" {
		v.Add(pointer, "must not be empty")
	}
}

// Clip shortens what a caller sent before it is repeated in an answer.
func Clip(s string) string {
	const limit = 64
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

// Escape makes a name usable as one segment of a JSON pointer.
func Escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(Clip(name))
}
