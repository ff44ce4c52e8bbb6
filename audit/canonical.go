package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gowebpki/jcs"

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
	if err := checkJSON(raw); err != nil {
		v.Add(pointer, "%s", err.Error())
		return nil
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		v.Add(pointer, "has no canonical form (RFC 8785): names must be unique and texts valid Unicode")
		return nil
	}
	if len(canonical) > MaxDataBytes {
		v.Add(pointer, "must have at most %d bytes", MaxDataBytes)
		return nil
	}
	return canonical
}

// checkJSON walks one JSON object without building it: depth, NUL characters, and numbers that a double cannot hold.
func checkJSON(raw json.RawMessage) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	depth := 0
	for first := true; ; first = false {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && depth == 0 && !first {
			return nil
		}
		if err != nil {
			return errors.New("must be a JSON object")
		}
		if first && token != json.Delim('{') {
			return errors.New("must be a JSON object")
		}
		switch token := token.(type) {
		case json.Delim:
			if depth += step(token); depth > MaxDataDepth {
				return fmt.Errorf("must not be nested deeper than %d levels", MaxDataDepth)
			}
		case json.Number:
			if !exactDouble(token.String()) {
				return errors.New("has a number that a double cannot hold exactly; send it as a string")
			}
		case string:
			if strings.ContainsRune(token, 0) {
				return errors.New("must not contain NUL characters")
			}
		}
	}
}

func step(d json.Delim) int {
	if d == '{' || d == '[' {
		return 1
	}
	return -1
}

// exactDouble reports whether a JSON number survives being read as a double and printed again with the fewest digits
// that tell it apart, as RFC 8785 prints it.
func exactDouble(number string) bool {
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
