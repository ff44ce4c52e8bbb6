package wordpiece

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Tokenizer turns text into token ids. It is immutable and safe for concurrent
// use.
type Tokenizer struct {
	heads    map[string]int64 // vocabulary entries that begin a word
	tails    map[string]int64 // entries that continue one, without their prefix
	longest  int              // bytes of the longest entry
	maxRunes int              // longer words are unknown as a whole

	first, last, unknown int64

	special      []specialToken // longest first
	specialStart string         // first characters of the special tokens

	lowercase    bool
	stripAccents bool
}

// specialToken is recognised in the raw text, before normalisation.
type specialToken struct {
	content string
	id      int64
}

func build(f *file) (*Tokenizer, error) {
	first, last, err := f.frame()
	if err != nil {
		return nil, err
	}
	unknown, ok := f.Model.Vocab[f.Model.Unknown]
	if !ok {
		return nil, fmt.Errorf("model: the vocabulary has no unknown token %q", f.Model.Unknown)
	}
	t := &Tokenizer{
		heads:     make(map[string]int64, len(f.Model.Vocab)),
		tails:     make(map[string]int64),
		maxRunes:  f.Model.MaxRunes,
		first:     first,
		last:      last,
		unknown:   unknown,
		lowercase: f.Normalizer.Lowercase,
		// Unless it is set, accents go where case goes.
		stripAccents: f.Normalizer.Lowercase,
	}
	if f.Normalizer.StripAccents != nil {
		t.stripAccents = *f.Normalizer.StripAccents
	}
	t.addVocabulary(f.Model.Vocab, f.Model.Prefix)
	for _, a := range f.AddedTokens {
		t.addSpecial(a.Content, a.ID)
	}
	return t, nil
}

func (t *Tokenizer) addVocabulary(vocabulary map[string]int64, prefix string) {
	for entry, id := range vocabulary {
		t.heads[entry] = id
		if tail, ok := strings.CutPrefix(entry, prefix); ok {
			t.tails[tail] = id
		}
		t.longest = max(t.longest, len(entry))
	}
}

func (t *Tokenizer) addSpecial(content string, id int64) {
	t.special = append(t.special, specialToken{content, id})
	slices.SortStableFunc(t.special, func(a, b specialToken) int {
		return cmp.Compare(len(b.content), len(a.content))
	})
	start, _ := utf8.DecodeRuneInString(content)
	if !strings.ContainsRune(t.specialStart, start) {
		t.specialStart += string(start)
	}
}

// Encode returns the ids of text between the two framing ids, at most limit in
// all; what does not fit is cut off at the end. Any bytes are accepted: what is
// not valid UTF-8 is dropped like a control character. The cost is linear in
// what is read, and reading stops when limit is reached. Limit must be at least 2.
func (t *Tokenizer) Encode(text string, limit int) []int64 {
	e := encoder{Tokenizer: t, ids: make([]int64, 1, min(limit, len(text)+2)), limit: limit - 1}
	e.ids[0] = t.first
	for text != "" && !e.full() {
		at, token := t.nextSpecial(text)
		e.plain(text[:at])
		if token.content != "" {
			e.add(token.id)
		}
		text = text[at+len(token.content):]
	}
	return append(e.ids, t.last)
}

// nextSpecial finds the first special token, the longest of those that start
// there. Without one it returns len(text) and no token.
func (t *Tokenizer) nextSpecial(text string) (int, specialToken) {
	for at := 0; at < len(text); at++ {
		i := strings.IndexAny(text[at:], t.specialStart)
		if i < 0 {
			break
		}
		at += i
		for _, s := range t.special {
			if strings.HasPrefix(text[at:], s.content) {
				return at, s
			}
		}
	}
	return len(text), specialToken{}
}
