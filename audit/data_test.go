package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
)

// acceptable is the judgement of libraries that know nothing of the code under test: may a text be event_data, and what
// is its canonical form then.
func acceptable(raw []byte) (canonical []byte, ok bool) {
	canonical, err := jcs.Transform(raw)
	if err != nil || len(canonical) > audit.MaxDataBytes {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	for depth, first := 0, true; ; first = false {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return canonical, depth == 0
		}
		if err != nil || first && token != json.Delim('{') {
			return nil, false
		}
		switch token := token.(type) {
		case json.Delim:
			if depth += map[json.Delim]int{'{': 1, '[': 1}[token] - map[json.Delim]int{'}': 1, ']': 1}[token]; depth > audit.MaxDataDepth {
				return nil, false
			}
		case json.Number:
			if !isExact(token.String()) {
				return nil, false
			}
		case string:
			if strings.ContainsRune(token, 0) {
				return nil, false
			}
		}
	}
}

func isExact(number string) bool {
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return false
	}
	given, ok := new(big.Rat).SetString(number)
	kept, kok := new(big.Rat).SetString(strconv.FormatFloat(value, 'e', -1, 64))
	return ok && kok && given.Cmp(kept) == 0
}

func requireSameJudgement(t *testing.T, raw []byte) (accepted bool) {
	t.Helper()
	want, ok := acceptable(raw)
	e := validEvent()
	e.Data = raw
	got, err := e.Normalise(now, audit.DefaultWindow)
	if !ok {
		require.Error(t, err, "%q", raw)
		return false
	}
	require.NoError(t, err, "%q", raw)
	require.Equal(t, string(want), string(got.Data), "%q", raw)
	return true
}

// writer writes random JSON in random forms, some of them just not acceptable.
type writer struct{ strings.Builder }

func (w *writer) oneOf(texts ...string) { w.WriteString(texts[rand.IntN(len(texts))]) }

func (w *writer) blank() { w.oneOf("", "", "", " ", "\n\t", "\r") }

func (w *writer) text() {
	w.WriteByte('"')
	for range rand.IntN(5) {
		w.oneOf("a", "b", "é", "\u2028", "\U0001F600", "<", " ", `\n`, `\"`, `\\`, `\/`, `\u0001`, `\u00e9`, `\uD83D\uDE00`, `\\u0000`, `\u0022`, "\x7f")
		if rand.IntN(200) == 0 {
			w.oneOf(`\u0000`, `\ud800`, "\xff", "\x01")
		}
	}
	w.WriteByte('"')
}

func (w *writer) number() {
	w.oneOf("", "-")
	w.oneOf("0", "7", "123456789012345", "9007199254740992", "12345678901234567890", "100")
	w.oneOf("", "", ".5", ".25", ".10", ".1000000000000000055511")
	w.oneOf("", "", "e2", "E+2", "e-7", "e400", "e-400")
}

func (w *writer) list(open, end byte, item func()) {
	w.WriteByte(open)
	for i := range rand.IntN(4) {
		if i > 0 {
			w.WriteByte(',')
		}
		w.blank()
		item()
		w.blank()
	}
	w.WriteByte(end)
}

func (w *writer) value(depth int) {
	switch kind := rand.IntN(7); {
	case kind == 0 && depth > 0:
		w.object(depth - 1)
	case kind == 1 && depth > 0:
		w.list('[', ']', func() { w.value(depth - 1) })
	case kind == 2:
		w.number()
	case kind == 3:
		w.oneOf("true", "false", "null")
	default:
		w.text()
	}
}

func (w *writer) object(depth int) {
	w.list('{', '}', func() {
		w.text()
		w.blank()
		w.WriteByte(':')
		w.blank()
		w.value(depth)
	})
}

func TestEventDataIsJudgedAsByOtherLibraries(t *testing.T) {
	t.Parallel()
	const tries = 20_000
	accepted := 0
	for range tries {
		var w writer
		w.blank()
		w.object(4)
		w.blank()
		if requireSameJudgement(t, []byte(w.String())) {
			accepted++
		}
	}
	require.Greater(t, accepted, tries/10)
	require.Less(t, accepted, tries*9/10)
	for _, raw := range []string{
		"", " ", "null", "[]", "{", "{}", "{}{}", "{} x", `{"a":01}`, `{"a":1.}`, `{"a":+1}`, `{"a":--1}`, `{"a":1e}`, `{"a"}`, `{"a":1,}`,
		`{"a":1,"\u0061":2}`, `{"\u0000":1}`, `{"a":[[[[[[[[[1]]]]]]]]]}`, `{"a":[[[[[[[[[[1]]]]]]]]]]}`, `{"a":"\u000"}`, `{"a":nul}`,
		`{"a":NaN}`, `{"a":"\x"}`, "\ufeff{}",
	} {
		requireSameJudgement(t, []byte(raw))
	}
}

func FuzzEventData(f *testing.F) {
	f.Add([]byte(`{"b":[1.50,{"c":null}],"a":"\u00e9\\u0000","n":-0,"x":1e21}`))
	f.Fuzz(func(t *testing.T, raw []byte) { requireSameJudgement(t, raw) })
}
