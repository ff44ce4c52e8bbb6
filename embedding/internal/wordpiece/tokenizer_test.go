package wordpiece

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding/internal/testmodel"
)

var realTokenizer struct {
	once sync.Once
	t    *Tokenizer
	err  error
}

func setup(tb testing.TB) *Tokenizer {
	tb.Helper()
	path := testmodel.Tokenizer(tb)
	realTokenizer.once.Do(func() { realTokenizer.t, realTokenizer.err = Load(path) })
	require.NoError(tb, realTokenizer.err)
	return realTokenizer.t
}

type reference struct {
	Text string  `json:"text"`
	IDs  []int64 `json:"ids"`
}

// references are the ids of the reference implementation: alerts, commands, many
// scripts, accents, control characters, special tokens inside text, and random
// mixtures of them.
func references(tb testing.TB) []reference {
	tb.Helper()
	f, err := os.Open("testdata/reference.jsonl")
	require.NoError(tb, err)
	defer func() { require.NoError(tb, f.Close()) }()
	var all []reference
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r reference
		require.NoError(tb, json.Unmarshal(lines.Bytes(), &r))
		all = append(all, r)
	}
	require.Greater(tb, len(all), 100)
	return all
}

func TestEncodeEqualsReference(t *testing.T) {
	t.Parallel()
	tokenizer := setup(t)
	for _, r := range references(t) {
		require.Equal(t, r.IDs, tokenizer.Encode(r.Text, 512), "%q", r.Text)
	}
}

func TestEncodeOddInput(t *testing.T) {
	t.Parallel()
	tokenizer := setup(t)
	pod := tokenizer.Encode("pod", 512)
	require.Len(t, pod, 3)
	unknown := []int64{pod[0], tokenizer.unknown, pod[2]}
	for _, tt := range []struct {
		name, text string
		want       []int64
	}{
		{"empty", "", []int64{101, 102}},
		{"blank", " \t\r\n\u00a0\u2003", []int64{101, 102}},
		{"only control characters", "\x00\x01\x7f\u200b\ufeff", []int64{101, 102}},
		{"not UTF-8", "\xff\xfepo\x80d\xc3", pod},
		{"half a character", "pod\xf0\x9f", pod},
		{"NUL inside a word", "p\x00o\x00d", pod},
		{"upper case", "POD", pod},
		{"accents", "p\u00f3d\u0301", pod},
		{"word of 10 kB", strings.Repeat("pod", 3413), unknown},
		{"emoji out of the vocabulary", "\U0001fae8", unknown},
		{"special token in the text", "[SEP]", []int64{101, 102, 102}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tokenizer.Encode(tt.text, 512))
		})
	}
}

func TestEncodeCutsAtLimit(t *testing.T) {
	t.Parallel()
	tokenizer := setup(t)
	text := strings.Repeat("restart the payments pod, then watch [MASK] unschedulability. ", 200)
	whole := tokenizer.Encode(text, 1<<20)
	require.Greater(t, len(whole), 2000)
	for _, limit := range []int{2, 3, 4, 17, 128, 512} {
		ids := tokenizer.Encode(text, limit)
		require.Len(t, ids, limit)
		require.Equal(t, whole[:limit-1], ids[:limit-1])
		require.Equal(t, tokenizer.last, ids[limit-1])
	}
}

func TestCasedModelKeepsCaseAndAccents(t *testing.T) {
	t.Parallel()
	cased := edited(t, func(f map[string]any) {
		f["normalizer"].(map[string]any)["lowercase"] = false
		f["model"].(map[string]any)["vocab"] = map[string]any{"[UNK]": 1, "Pod": 2, "pod": 3, "p\u00f3d": 4, "İ": 5}
	})
	tokenizer, err := parse(cased)
	require.NoError(t, err)
	require.Equal(t, []int64{101, 2, 3, 4, 5, 1, 102}, tokenizer.Encode("Pod pod p\u00f3d İ POD", 64))

	accented := edited(t, func(f map[string]any) {
		f["normalizer"].(map[string]any)["strip_accents"] = false
		f["model"].(map[string]any)["vocab"] = map[string]any{"[UNK]": 1, "p\u00f3d": 4, "i\u0307": 5}
	})
	tokenizer, err = parse(accented)
	require.NoError(t, err)
	require.Equal(t, []int64{101, 4, 5, 102}, tokenizer.Encode("P\u00d3D İ", 64))
}

func FuzzEncode(f *testing.F) {
	tokenizer := setup(f)
	for _, r := range references(f) {
		f.Add(r.Text, uint16(512))
	}
	f.Add("\xff\xfe[SE", uint16(3))
	size := int64(len(tokenizer.heads))
	f.Fuzz(func(t *testing.T, text string, limit16 uint16) {
		limit := 2 + int(limit16)
		ids := tokenizer.Encode(text, limit)
		require.GreaterOrEqual(t, len(ids), 2)
		require.LessOrEqual(t, len(ids), limit)
		require.Equal(t, tokenizer.first, ids[0])
		require.Equal(t, tokenizer.last, ids[len(ids)-1])
		for _, id := range ids {
			require.True(t, 0 <= id && id < size, "id %d is not in the vocabulary", id)
		}
		shorter := tokenizer.Encode(text, max(2, limit/2))
		require.Equal(t, ids[:len(shorter)-1], shorter[:len(shorter)-1], "a lower limit changed ids")
		if !utf8.ValidString(text) {
			require.Equal(t, ids, tokenizer.Encode(strings.ToValidUTF8(text, "\ufffd"), limit), "bytes that are not UTF-8 left a trace")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	tokenizer := setup(b)
	for name, text := range map[string]string{
		"alert":  "Pod payments-api-7c9d8 was OOMKilled: memory usage exceeded its limit of 512Mi (exit code 137).",
		"1MiB":   strings.Repeat("memory limit exceeded ", 1<<20/22),
		"1 word": strings.Repeat("x", 1<<20),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				tokenizer.Encode(text, 512)
			}
		})
	}
}
