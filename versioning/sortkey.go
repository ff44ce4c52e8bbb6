package versioning

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// The characters that give a key its order. Digits, letters and the hyphen may
// occur in identifiers, so the two marks inside a pre-release lie below them.
const (
	releaseMark    = "~" // ends the key of a stable version; above prereleaseMark
	prereleaseMark = "-" // starts the pre-release
	separator      = "," // between identifiers: "a" < "a.b" < "a-" < "ab"
	numericMark    = "#" // starts a numeric identifier: below all others
	lengthDigits   = 2   // width of a number's length; enough for MaxLength
)

// SortKey returns a text whose byte order is semver precedence: for valid
// versions a and b, SortKey(a) < SortKey(b) exactly if a is lower than b, and
// the keys are equal exactly if the versions are. In PostgreSQL it belongs in a
// column with COLLATE "C", where text is compared by bytes.
//
//	v1.10.0         011.0210.010~
//	v1.10.0-rc.2    011.0210.010-rc,#012
//
// Each number is preceded by its count of digits, two digits wide, so that
// numbers of any size sort by value. The key of a stable version is that of its
// numbers and "~"; the keys of all pre-releases of that version are the same
// numbers, "-" and more, so they are one contiguous range right below it.
//
// Keys are printable ASCII without spaces, quotes or backslashes and at most
// 156 bytes long. The error wraps [ErrInvalidFormat] if v is not a version.
func SortKey(v string) (string, error) {
	if err := ValidateVersionFormat(v); err != nil {
		return "", err
	}
	return encode(v), nil
}

// ParseSortKey is the inverse of [SortKey]. It accepts exactly the keys that
// SortKey makes; the error for anything else wraps [ErrInvalidSortKey].
func ParseSortKey(key string) (string, error) {
	v := decode(key)
	// decode takes what it finds; that it was right shows in the same key
	// coming out again.
	if !isValid(v) || encode(v) != key {
		return "", fmt.Errorf("%w: %.*q", ErrInvalidSortKey, MaxLength, key)
	}
	return v, nil
}

// encode makes the key of a valid version.
func encode(v string) string {
	prerelease := semver.Prerelease(v)
	key := make([]byte, 0, 3*len(v))
	for i, number := range strings.Split(v[1:len(v)-len(prerelease)], ".") {
		if i > 0 {
			key = append(key, '.')
		}
		key = appendNumber(key, number)
	}
	if prerelease == "" {
		return string(append(key, releaseMark...))
	}
	key = append(key, prereleaseMark...)
	for i, identifier := range strings.Split(prerelease[1:], ".") {
		if i > 0 {
			key = append(key, separator...)
		}
		key = appendIdentifier(key, identifier)
	}
	return string(key)
}

func appendIdentifier(key []byte, identifier string) []byte {
	if isNumeric(identifier) {
		return appendNumber(append(key, numericMark...), identifier)
	}
	return append(key, identifier...)
}

// appendNumber appends the length of number, lengthDigits wide, and number,
// which has no leading zeros: a longer one is therefore the greater one.
func appendNumber(key []byte, number string) []byte {
	if len(number) < 10 {
		key = append(key, '0')
	}
	key = strconv.AppendInt(key, int64(len(number)), 10)
	return append(key, number...)
}

// decode undoes encode for keys and returns some text for anything else.
func decode(key string) string {
	core, prerelease, isPrerelease := strings.Cut(key, prereleaseMark)
	numbers := strings.Split(strings.TrimSuffix(core, releaseMark), ".")
	for i, number := range numbers {
		numbers[i] = dropLength(number)
	}
	v := "v" + strings.Join(numbers, ".")
	if !isPrerelease {
		return v
	}
	identifiers := strings.Split(prerelease, separator)
	for i, identifier := range identifiers {
		if number, found := strings.CutPrefix(identifier, numericMark); found {
			identifiers[i] = dropLength(number)
		}
	}
	return v + "-" + strings.Join(identifiers, ".")
}

func dropLength(number string) string {
	return number[min(lengthDigits, len(number)):]
}
