package versioning

import (
	"fmt"
	"strings"

	"golang.org/x/mod/semver"
)

// MaxLength is the greatest length of a version in bytes, its "v" included.
const MaxLength = 64

// form is what error messages show as the accepted form.
const form = "vMAJOR.MINOR.PATCH[-PRERELEASE]"

// ValidateVersionFormat returns nil if v is a version as the package
// documentation defines it. Otherwise it returns an error that wraps
// [ErrInvalidFormat] and says what is wrong; its text stays below 1 KiB
// whatever the input, and holds no raw control characters.
func ValidateVersionFormat(v string) error {
	if isValid(v) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrInvalidFormat, describe(v))
}

// IsPrerelease reports whether v is a valid version with a pre-release part.
func IsPrerelease(v string) bool {
	return isValid(v) && semver.Prerelease(v) != ""
}

// Core returns v without its pre-release part: "v1.2.3" for "v1.2.3-rc.1". It
// returns "" if v is not a valid version.
func Core(v string) string {
	if !isValid(v) {
		return ""
	}
	return strings.TrimSuffix(v, semver.Prerelease(v))
}

// isValid leaves the grammar to the library. Canonical completes short forms,
// drops build metadata and maps invalid text to "", so only a version in full
// form equals its canonical one.
func isValid(v string) bool {
	return v != "" && len(v) <= MaxLength && semver.Canonical(v) == v
}

// describe words the refusal of v. Text that is too long is not repeated.
func describe(v string) string {
	if len(v) > MaxLength {
		return fmt.Sprintf("text of %d bytes: %s, want %s", len(v), fault(v), form)
	}
	return fmt.Sprintf("%q: %s, want %s", v, fault(v), form)
}

// fault says what is wrong with v. It is "" exactly for valid versions.
func fault(v string) string {
	switch {
	case v == "":
		return "version is empty"
	case len(v) > MaxLength:
		return fmt.Sprintf("too long, at most %d bytes are allowed", MaxLength)
	case v[0] != 'v':
		return `missing leading "v"`
	case strings.Contains(v, "+"):
		return "build metadata (+...) is not allowed"
	}
	core, prerelease, found := strings.Cut(v[1:], "-")
	if f := coreFault(core); f != "" || !found {
		return f
	}
	return prereleaseFault(prerelease)
}

// coreFault says what is wrong with core, which should be MAJOR.MINOR.PATCH.
func coreFault(core string) string {
	names := [...]string{"major", "minor", "patch"}
	numbers := strings.Split(core, ".")
	for i, number := range numbers[:min(len(numbers), len(names))] {
		switch {
		case number == "":
			return names[i] + " number is empty"
		case !isNumeric(number):
			return fmt.Sprintf("%s number %q is not made of digits", names[i], number)
		case hasLeadingZero(number):
			return fmt.Sprintf("%s number %q has a leading zero", names[i], number)
		}
	}
	switch {
	case len(numbers) < len(names):
		return fmt.Sprintf("short form, the %s number is missing", names[len(numbers)])
	case len(numbers) > len(names):
		return fmt.Sprintf("%d numbers instead of 3", len(numbers))
	}
	return ""
}

// prereleaseFault says what is wrong with the text after the first hyphen.
func prereleaseFault(prerelease string) string {
	for identifier := range strings.SplitSeq(prerelease, ".") {
		switch {
		case identifier == "":
			return "pre-release has an empty identifier"
		case strings.ContainsFunc(identifier, isForeign):
			return fmt.Sprintf("pre-release identifier %q may hold only ASCII letters, digits and hyphens", identifier)
		case isNumeric(identifier) && hasLeadingZero(identifier):
			return fmt.Sprintf("numeric pre-release identifier %q has a leading zero", identifier)
		}
	}
	return ""
}

// isNumeric reports whether s holds nothing but ASCII digits.
func isNumeric(s string) bool { return strings.Trim(s, "0123456789") == "" }

// hasLeadingZero reports whether the digits s are "0" followed by more.
func hasLeadingZero(s string) bool { return len(s) > 1 && s[0] == '0' }

// isForeign reports whether r may not occur in a pre-release identifier.
func isForeign(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}
