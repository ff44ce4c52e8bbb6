package server

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of a JSON body, checked before it is decoded: decoding recurses, and a value takes many times its bytes.
const (
	maxJSONDepth  = 32
	maxJSONValues = 100_000
)

// checkJSON refuses what is not exactly one JSON value in valid UTF-8, what is nested too deeply, and what would not
// survive decoding as it was sent: a member given twice, half of a surrogate pair. It says how many values the body has
// at the most.
func checkJSON(data []byte) (values int, err error) {
	if at := invalidUTF8(data); at >= 0 {
		return 0, refuse(errMalformedBody, "byte %d of the body is not valid UTF-8", at)
	}
	if values, err = checkShape(data); err != nil {
		return 0, err
	}
	if err := checkSyntax(data); err != nil {
		return 0, err
	}
	return values, checkStrings(data)
}

// invalidUTF8 gives the offset of the first byte that is no UTF-8, -1 if there is none.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// checkShape bounds depth and number of values. It holds for any bytes, also when they turn out not to be JSON.
func checkShape(data []byte) (values int, err error) {
	depth, values := 0, 1
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = stringEnd(data, i) - 1
		case '{', '[':
			depth++
			values++
			if depth > maxJSONDepth {
				return 0, refuse(errMalformedBody, "at byte %d the body is nested deeper than %d levels", i, maxJSONDepth)
			}
		case '}', ']':
			depth--
		case ',':
			values++
		}
		if values > maxJSONValues {
			return 0, refuse(errMalformedBody, "the body has more than %d values", maxJSONValues)
		}
	}
	return values, nil
}

// stringEnd gives the offset behind the string that begins at start, or the end of data if it is not closed.
func stringEnd(data []byte, start int) int {
	for i := start + 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

func checkSyntax(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, new(json.RawMessage)); errors.As(err, &syntax) {
		return refuse(errMalformedBody, "the body is not JSON: byte %d: %s", syntax.Offset, syntax.Error())
	}
	return refuse(errMalformedBody, "the body is not JSON")
}

// checkStrings looks at the strings of valid JSON.
func checkStrings(data []byte) error {
	var objects []map[string]struct{} // one for each open container, nil for an array
	isKey := false
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{':
			objects, isKey = append(objects, map[string]struct{}{}), true
		case '[':
			objects, isKey = append(objects, nil), false
		case '}', ']':
			objects, isKey = objects[:len(objects)-1], false
		case ',':
			isKey = objects[len(objects)-1] != nil
		case '"':
			end := stringEnd(data, i)
			if loneSurrogate(data[i:end]) {
				return refuse(errMalformedBody, "the string at byte %d has half of a surrogate pair, which is no character", i)
			}
			if isKey && !addKey(objects[len(objects)-1], data[i:end]) {
				return refuse(errMalformedBody, "at byte %d the member %s is given twice", i, clip(string(data[i:end])))
			}
			i, isKey = end-1, false
		}
	}
	return nil
}

// addKey reports false if the object has the key.
func addKey(object map[string]struct{}, quoted []byte) bool {
	key := string(quoted[1 : len(quoted)-1])
	if strings.Contains(key, `\`) {
		if err := json.Unmarshal(quoted, &key); err != nil {
			return false // not reached: the string is part of valid JSON
		}
	}
	_, has := object[key]
	object[key] = struct{}{}
	return !has
}

// loneSurrogate looks for an escaped surrogate without its other half, in a string of valid JSON.
func loneSurrogate(quoted []byte) bool {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		i++ // to the character that is escaped
		if r := escapedRune(quoted, i); utf16.IsSurrogate(r) {
			low := i + len("uXXXX") + len(`\`)
			if utf16.DecodeRune(r, escapedRune(quoted, low)) == utf8.RuneError {
				return true
			}
			i = low + len("XXXX")
		}
	}
	return false
}

// escapedRune gives the code unit of uXXXX at an offset, 0 if there is something else.
func escapedRune(quoted []byte, at int) rune {
	if at+5 > len(quoted) || quoted[at] != 'u' || quoted[at-1] != '\\' {
		return 0
	}
	var unit [2]byte
	if _, err := hex.Decode(unit[:], quoted[at+1:at+5]); err != nil {
		return 0
	}
	return rune(unit[0])<<8 | rune(unit[1])
}
