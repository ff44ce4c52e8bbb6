package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/kubernaut/datastorage/internal/validation"
)

// canonicalObject gives a JSON object in the canonical form of RFC 8785. It refuses what could not be read back from
// PostgreSQL in the same canonical form.
func canonicalObject(v *validation.Violations, pointer string, raw json.RawMessage) json.RawMessage {
	// Canonical form only shrinks a text, but for numbers in exponent notation, whose growth is bounded.
	if len(raw) > 2*MaxDataBytes {
		v.Add(pointer, "must have at most %d bytes", MaxDataBytes)
		return nil
	}
	if start := bytes.TrimLeft(raw, " \t\r\n"); len(start) == 0 || start[0] != '{' {
		v.Add(pointer, "must be a JSON object")
		return nil
	}
	canonical, err := transform(raw)
	switch {
	case err != nil && !json.Valid(raw):
		v.Add(pointer, "must be a JSON object")
		return nil
	case err != nil:
		v.Add(pointer, "has no canonical form (RFC 8785): names must be unique and texts valid Unicode")
		return nil
	}
	if err := checkValues(raw); err != nil {
		v.Add(pointer, "%s", err.Error())
		return nil
	}
	if len(canonical) > MaxDataBytes {
		v.Add(pointer, "must have at most %d bytes", MaxDataBytes)
		return nil
	}
	return canonical
}

// transform gives a JSON value in canonical form. An absent one stays absent.
func transform(raw json.RawMessage) (json.RawMessage, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	value := jsontext.Value(bytes.Clone(raw)) // which is changed in place
	err := value.Canonicalize()
	return json.RawMessage(value), err
}

// checkValues walks valid JSON without building it: depth, NUL characters, and numbers that a double cannot hold.
func checkValues(raw []byte) error {
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			end := textEnd(raw, i)
			if hasNUL(raw[i:end]) {
				return errors.New("must not contain NUL characters")
			}
			i = end - 1
		case c == '{' || c == '[':
			if depth++; depth > MaxDataDepth {
				return fmt.Errorf("must not be nested deeper than %d levels", MaxDataDepth)
			}
		case c == '}' || c == ']':
			depth--
		case c == '-' || isDigit(c):
			end := numberEnd(raw, i)
			if !exactDouble(string(raw[i:end])) {
				return errors.New("has a number that a double cannot hold exactly; send it as a string")
			}
			i = end - 1
		}
	}
	return nil
}

// textEnd gives the offset behind the string that begins at start.
func textEnd(raw []byte, start int) int {
	for i := start + 1; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(raw)
}

// hasNUL looks for the escape of a NUL character, the only form that it has in a JSON string.
func hasNUL(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++ // to the character that is escaped
		if bytes.HasPrefix(text[i:], []byte("u0000")) {
			return true
		}
	}
	return false
}

func numberEnd(raw []byte, start int) int {
	end := start
	for end < len(raw) && (isDigit(raw[end]) || bytes.IndexByte([]byte("+-.eE"), raw[end]) >= 0) {
		end++
	}
	return end
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// exactDigits is how many digits an integer may have that a double holds, whatever they are.
const exactDigits = 15

// exactDouble reports whether a JSON number survives being read as a double and printed again with the fewest digits
// that tell it apart, as RFC 8785 prints it.
func exactDouble(number string) bool {
	if len(number) <= exactDigits && !strings.ContainsAny(number, ".eE") {
		return true
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return false // out of range
	}
	digits, exponent := decimal(number)
	again, exponentAgain := decimal(strconv.FormatFloat(value, 'e', -1, 64))
	return digits == again && (digits == "" || exponent == exponentAgain)
}

// decimal splits a number into its significant digits and the power of ten of 0.digits. Zero has no digits.
func decimal(number string) (string, int) {
	number = strings.TrimPrefix(number, "-")
	mantissa, exponentText, _ := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent, err := strconv.Atoi(strings.TrimPrefix(exponentText, "+"))
	if err != nil {
		exponent = 0 // there is none: the number is known to be a valid one within range
	}
	digits := whole + fraction
	exponent += len(whole)
	stripped := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(stripped)
	return strings.TrimRight(stripped, "0"), exponent
}
