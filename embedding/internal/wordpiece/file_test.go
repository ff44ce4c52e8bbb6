package wordpiece

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const smallFile = `{
  "truncation": {"max_length": 128}, "padding": {"strategy": {"Fixed": 128}},
  "added_tokens": [{"id": 1, "content": "[UNK]"}, {"id": 101, "content": "[CLS]"}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "[SEP]"}}],
    "special_tokens": {"[CLS]": {"ids": [101]}, "[SEP]": {"ids": [102]}}},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
    "vocab": {"[UNK]": 1, "pod": 2, "##s": 3}}
}`

// edited is smallFile after a change to its decoded form.
func edited(tb testing.TB, change func(map[string]any)) []byte {
	tb.Helper()
	var f map[string]any
	require.NoError(tb, json.Unmarshal([]byte(smallFile), &f))
	change(f)
	data, err := json.Marshal(f)
	require.NoError(tb, err)
	return data
}

func TestParseSmallFile(t *testing.T) {
	t.Parallel()
	tokenizer, err := parse([]byte(smallFile))
	require.NoError(t, err)
	require.Equal(t, []int64{101, 2, 3, 1, 101, 102}, tokenizer.Encode("Pods node [CLS]", 512))
}

func TestParseRefusesWhatItDoesNotSupport(t *testing.T) {
	t.Parallel()
	set := func(part, key string, value any) func(map[string]any) {
		return func(f map[string]any) { f[part].(map[string]any)[key] = value }
	}
	for _, tt := range []struct {
		name   string
		change func(map[string]any)
		want   string
	}{
		{"other model", set("model", "type", "BPE"), `model is of type "BPE"`},
		{"other normalizer", set("normalizer", "type", "NFC"), `normalizer is of type "NFC"`},
		{"no normalizer", func(f map[string]any) { f["normalizer"] = nil }, `normalizer is of type ""`},
		{"other pre-tokenizer", set("pre_tokenizer", "type", "Metaspace"), `pre_tokenizer is of type "Metaspace"`},
		{"other post-processor", set("post_processor", "type", "RobertaProcessing"), `post_processor is of type`},
		{"text is not cleaned", set("normalizer", "clean_text", false), "clean_text"},
		{"ideographs are not split", set("normalizer", "handle_chinese_chars", false), "handle_chinese_chars"},
		{"no word length", set("model", "max_input_chars_per_word", 0), "max_input_chars_per_word"},
		{"unknown token missing", set("model", "unk_token", "<unk>"), `no unknown token "<unk>"`},
		{"other template", set("post_processor", "single", []any{}), "[CLS] text [SEP]"},
		{"framing token without id", set("post_processor", "special_tokens", map[string]any{}), "exactly one id"},
		{"token matched after normalisation", func(f map[string]any) {
			f["added_tokens"] = []any{map[string]any{"id": 5, "content": "[X]", "normalized": true}}
		}, `added token "[X]"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(edited(t, tt.change))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestLoadErrorsNameTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.json")
	_, err := Load(missing)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, missing)

	garbage := filepath.Join(dir, "garbage.json")
	require.NoError(t, os.WriteFile(garbage, []byte("<html>"), 0o600))
	_, err = Load(garbage)
	require.ErrorContains(t, err, garbage)
	require.ErrorContains(t, err, "not a tokenizer.json")

	large := filepath.Join(dir, "large.json")
	require.NoError(t, os.WriteFile(large, nil, 0o600))
	require.NoError(t, os.Truncate(large, maxFileBytes+1))
	_, err = Load(large)
	require.ErrorContains(t, err, "at most")
}
