package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, test := range []struct {
		text, fault string // a fault of "" means that the text is taken
	}{
		{`{}`, ""},
		{` [1, "a", null, true, {"a":{}, "b":[{}]}] `, ""},
		{`{"a":1,"A":2,"b":{"a":1},"c":[{"a":1},{"a":1}]}`, ""},
		{`"\ud83d\ude00 \\ud800 \u00e9 \" \\"`, ""},
		{`{"a":"}","b":"{[,"}`, ""},
		{deep(32), ""},
		{deep(33), "at byte 32 the body is nested deeper than 32 levels"},
		{strings.Repeat(`{"a":`, 33), "nested deeper than 32 levels"},
		{`{"a":1,"a":2}`, `at byte 7 the member "a" is given twice`},
		{`{"a":1,"\u0061":2}`, "is given twice"},
		{`[{"x":{"a":1,"b":[],"a":2}}]`, "is given twice"},
		{`{"` + strings.Repeat("k", 100) + `":1,"` + strings.Repeat("k", 100) + `":1}`, strings.Repeat("k", 63) + "…"},
		{`"\ud800"`, "half of a surrogate pair"},
		{`"\ud800\u0041"`, "half of a surrogate pair"},
		{`"\udc00\ud800"`, "half of a surrogate pair"},
		{`"\ud83d\\ude00"`, "half of a surrogate pair"},
		{`{"\udfff":1}`, "half of a surrogate pair"},
		{"\"a\xff\"", "byte 2 of the body is not valid UTF-8"},
		{"\"\xed\xa0\x80\"", "byte 1 of the body is not valid UTF-8"},
		{`{} {}`, "byte 4: invalid character '{' after top-level value"},
		{`{"a":1,}`, "byte 8"},
		{`{"a":"b`, "unexpected end"},
		{`{'a':1}`, "byte 2"},
		{`[01]`, "byte 3"},
		{`NaN`, "byte 1"},
		{"\ufeff{}", "byte 1"},
	} {
		_, err := checkJSON([]byte(test.text))
		if test.fault == "" {
			require.NoError(t, err, test.text)
			continue
		}
		require.ErrorIs(t, err, errMalformedBody, test.text)
		require.ErrorContains(t, err, test.fault, test.text)
	}
}

func TestCheckJSONCountsValues(t *testing.T) {
	t.Parallel()
	values, err := checkJSON([]byte(`{"a":[1,2,{"b":","}],"c":null}`))
	require.NoError(t, err)
	require.GreaterOrEqual(t, values, 7)
	require.LessOrEqual(t, values, 10)
}

// FuzzCheckJSON holds what passes against a decoder that knows nothing of the check: the text is JSON, no member of it is
// given twice, and encoding it again loses no character.
func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `{"a":1,"a":2}`, `["\ud83d\ude00","\ud800"]`, `{"a":{"b":[{}]}}`, `"\\u`, `[[[`, `{"é":"\u00e9"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		values, err := checkJSON(data)
		if err != nil {
			require.ErrorIs(t, err, errMalformedBody)
			require.True(t, utf8.ValidString(err.Error()))
			require.Less(t, len(err.Error()), 600)
			return
		}
		require.True(t, json.Valid(data))
		require.Positive(t, values)
		require.False(t, hasTwin(t, json.NewDecoder(bytes.NewReader(data))), "%q", data)
		var value any
		require.NoError(t, json.Unmarshal(data, &value))
		if !bytes.Contains(data, []byte("\ufffd")) && !bytes.Contains(bytes.ToLower(data), []byte(`\ufffd`)) {
			again, err := json.Marshal(value)
			require.NoError(t, err)
			require.NotContains(t, string(again), "\ufffd")
		}
	})
}

// hasTwin reads one value and reports whether an object in it has a member twice.
func hasTwin(t *testing.T, decoder *json.Decoder) bool {
	t.Helper()
	type container struct {
		keys  map[string]bool // nil for an array
		isKey bool
	}
	var open []*container
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return false
		}
		require.NoError(t, err)
		var top *container
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		if key, ok := token.(string); ok && top != nil && top.keys != nil && top.isKey {
			if top.keys[key] {
				return true
			}
			top.keys[key], top.isKey = true, false
			continue
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &container{keys: map[string]bool{}, isKey: true})
			continue
		case json.Delim('['):
			open = append(open, &container{})
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			open[len(open)-1].isKey = true
		}
	}
}
