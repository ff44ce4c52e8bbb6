package embedding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// MaxTextBytes bounds one text given to Embed.
const MaxTextBytes = 1 << 20

// Text is the text that stands for a playbook in search: title, full stop,
// description, with every run of white space as one blank. Without a
// description it is the title alone, and the reverse. Equal input gives equal
// bytes, so TextHash can tell whether a vector may be taken over.
//
// The content is left out on purpose: on a real corpus of runbooks title and
// description alone rank better, and they are several times faster to embed.
func Text(title, description string) string {
	title, description = collapse(title), collapse(description)
	switch {
	case description == "":
		return title
	case title == "":
		return description
	default:
		return title + ". " + description
	}
}

// TextHash identifies an embedded text: SHA-256 in lower-case hex.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// NormaliseQuery trims a search text and makes every run of white space one
// blank. Case is kept: not every model ignores it.
func NormaliseQuery(query string) string {
	return collapse(query)
}

func collapse(s string) string {
	return strings.Join(strings.Fields(s), " ")
}

// CheckTexts returns ErrRejected, naming the position, when a text is blank or
// longer than MaxTextBytes. Every provider calls it first, so that all of them
// refuse the same input.
func CheckTexts(texts []string) error {
	for i, text := range texts {
		if len(text) > MaxTextBytes {
			return fmt.Errorf("%w: text %d has %d bytes, at most %d are allowed", ErrRejected, i, len(text), MaxTextBytes)
		}
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("%w: text %d is blank", ErrRejected, i)
		}
	}
	return nil
}
