package wordpiece

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// encoder is the state of one Encode.
type encoder struct {
	*Tokenizer
	ids   []int64
	limit int

	chunk []byte // what was read since the last separator, as written
	word  []byte // a normalised word
	runes int    // characters in word
}

func (e *encoder) full() bool { return len(e.ids) >= e.limit }

func (e *encoder) add(ids ...int64) {
	e.ids = append(e.ids, ids[:min(len(ids), e.limit-len(e.ids))]...)
}

// plain encodes text without special tokens. Control characters vanish, white
// space separates, an ideograph is a word of its own.
func (e *encoder) plain(text string) {
	for _, r := range text {
		switch {
		case isDropped(r):
			continue
		case unicode.IsSpace(r):
			e.endChunk()
		case isIdeograph(r):
			e.endChunk()
			e.chunk = utf8.AppendRune(e.chunk, r)
			e.endChunk()
		default:
			e.chunk = utf8.AppendRune(e.chunk, r)
		}
		if e.full() {
			return
		}
	}
	e.endChunk()
}

// endChunk normalises what was collected and splits it at punctuation.
// Decomposition looks at whole chunks, because it also orders combining marks.
func (e *encoder) endChunk() {
	chunk := e.chunk
	if e.stripAccents {
		chunk = norm.NFD.Bytes(chunk)
	}
	e.chunk = e.chunk[:0]
	for len(chunk) > 0 && !e.full() {
		r, size := utf8.DecodeRune(chunk)
		chunk = chunk[size:]
		if e.stripAccents && unicode.Is(unicode.Mn, r) {
			continue
		}
		e.character(r)
	}
	e.endWord()
}

func (e *encoder) character(r rune) {
	switch {
	case e.lowercase && r == 'İ': // the only letter whose lower case has two characters
		e.letter('i')
		e.letter('\u0307')
		return
	case e.lowercase:
		r = unicode.ToLower(r)
	}
	switch {
	case unicode.IsSpace(r):
		e.endWord()
	case isPunctuation(r):
		e.endWord()
		e.letter(r)
		e.endWord()
	default:
		e.letter(r)
	}
}

func (e *encoder) letter(r rune) {
	if e.runes++; e.runes <= e.maxRunes {
		e.word = utf8.AppendRune(e.word, r)
	}
}

// endWord adds the longest vocabulary entries that make up the word from left to
// right, or the unknown token when some rest is in none.
func (e *encoder) endWord() {
	word, runes := e.word, e.runes
	e.word, e.runes = e.word[:0], 0
	if runes == 0 {
		return
	}
	if runes > e.maxRunes {
		e.add(e.unknown)
		return
	}
	var pieces [32]int64
	ids, entries := pieces[:0], e.heads
	for len(word) > 0 {
		id, size := e.longestPrefix(word, entries)
		if size == 0 {
			e.add(e.unknown)
			return
		}
		ids, word, entries = append(ids, id), word[size:], e.tails
	}
	e.add(ids...)
}

// longestPrefix returns the longest entry that word begins with; size 0 means
// that there is none.
func (e *encoder) longestPrefix(word []byte, entries map[string]int64) (id int64, size int) {
	for size = min(len(word), e.longest); size > 0; size-- {
		if size < len(word) && !utf8.RuneStart(word[size]) {
			continue
		}
		if id, ok := entries[string(word[:size])]; ok {
			return id, size
		}
	}
	return 0, 0
}
