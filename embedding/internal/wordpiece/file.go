package wordpiece

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// maxFileBytes bounds tokenizer.json; the largest BERT vocabularies need 10 MB.
const maxFileBytes = 64 << 20

// file is the part of tokenizer.json that decides which ids come out. Its
// truncation and padding sections are left out: Encode is told the length, and
// never pads.
type file struct {
	AddedTokens []struct {
		ID         int64  `json:"id"`
		Content    string `json:"content"`
		SingleWord bool   `json:"single_word"`
		Lstrip     bool   `json:"lstrip"`
		Rstrip     bool   `json:"rstrip"`
		Normalized bool   `json:"normalized"`
	} `json:"added_tokens"`
	Normalizer struct {
		Type               string `json:"type"`
		CleanText          bool   `json:"clean_text"`
		HandleChineseChars bool   `json:"handle_chinese_chars"`
		StripAccents       *bool  `json:"strip_accents"`
		Lowercase          bool   `json:"lowercase"`
	} `json:"normalizer"`
	PreTokenizer struct {
		Type string `json:"type"`
	} `json:"pre_tokenizer"`
	PostProcessor struct {
		Type          string          `json:"type"`
		Single        []templatePiece `json:"single"`
		SpecialTokens map[string]struct {
			IDs []int64 `json:"ids"`
		} `json:"special_tokens"`
	} `json:"post_processor"`
	Model struct {
		Type     string           `json:"type"`
		Unknown  string           `json:"unk_token"`
		Prefix   string           `json:"continuing_subword_prefix"`
		MaxRunes int              `json:"max_input_chars_per_word"`
		Vocab    map[string]int64 `json:"vocab"`
	} `json:"model"`
}

type templatePiece struct {
	SpecialToken *struct {
		ID string `json:"id"`
	} `json:"SpecialToken"`
	Sequence *struct {
		ID string `json:"id"`
	} `json:"Sequence"`
}

// Load reads a tokenizer.json. The error names the first part of the file that
// this package does not support.
func Load(path string) (*Tokenizer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("tokenizer %s has %d bytes, at most %d are read", path, info.Size(), maxFileBytes)
	}
	data, err := os.ReadFile(path) //nolint:gosec // the path comes from the operator's configuration
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	t, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("tokenizer %s: %w", path, err)
	}
	return t, nil
}

func parse(data []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("not a tokenizer.json: %w", err)
	}
	if err := f.supported(); err != nil {
		return nil, err
	}
	return build(&f)
}

func (f *file) supported() error {
	for _, part := range []struct{ name, got, want string }{
		{"model", f.Model.Type, "WordPiece"},
		{"normalizer", f.Normalizer.Type, "BertNormalizer"},
		{"pre_tokenizer", f.PreTokenizer.Type, "BertPreTokenizer"},
		{"post_processor", f.PostProcessor.Type, "TemplateProcessing"},
	} {
		if part.got != part.want {
			return fmt.Errorf("%s is of type %q, only %q is supported", part.name, part.got, part.want)
		}
	}
	if !f.Normalizer.CleanText || !f.Normalizer.HandleChineseChars {
		return errors.New("normalizer: clean_text and handle_chinese_chars must both be true")
	}
	if f.Model.MaxRunes < 1 {
		return errors.New("model: max_input_chars_per_word must be positive")
	}
	for _, a := range f.AddedTokens {
		if a.Content == "" || a.SingleWord || a.Lstrip || a.Rstrip || a.Normalized {
			return fmt.Errorf("added token %q: single_word, lstrip, rstrip and normalized are not supported", a.Content)
		}
	}
	return nil
}

// frame returns the ids that the template puts before and after the text.
func (f *file) frame() (first, last int64, err error) {
	p := f.PostProcessor.Single
	if len(p) != 3 || p[0].SpecialToken == nil || p[1].Sequence == nil || p[2].SpecialToken == nil {
		return 0, 0, errors.New("post_processor: only the template [CLS] text [SEP] is supported")
	}
	before := f.PostProcessor.SpecialTokens[p[0].SpecialToken.ID].IDs
	after := f.PostProcessor.SpecialTokens[p[2].SpecialToken.ID].IDs
	if len(before) != 1 || len(after) != 1 {
		return 0, 0, errors.New("post_processor: each special token must stand for exactly one id")
	}
	return before[0], after[0], nil
}
