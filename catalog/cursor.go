package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// cursor is where a page ended, and which list it belongs to.
type cursor struct {
	After string `json:"a"`
	Scope []byte `json:"s"`
}

// EncodeCursor gives an opaque cursor for the page after a key. The scope names the list with its filters: the cursor
// is refused for any other.
func EncodeCursor(after string, scope ...string) string {
	data, err := json.Marshal(cursor{After: after, Scope: scopeHash(scope)})
	if err != nil {
		panic(err) // a text and bytes can always be written as JSON
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// DecodeCursor gives the key that EncodeCursor was given. Error: ErrInvalidCursor.
func DecodeCursor(encoded string, scope ...string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", fmt.Errorf("%w: it is damaged", ErrInvalidCursor)
	}
	var c cursor
	if err := json.Unmarshal(data, &c); err != nil {
		return "", fmt.Errorf("%w: it is damaged", ErrInvalidCursor)
	}
	if string(c.Scope) != string(scopeHash(scope)) {
		return "", fmt.Errorf("%w: it belongs to a list with other filters", ErrInvalidCursor)
	}
	return c.After, nil
}

func scopeHash(scope []string) []byte {
	data, err := json.Marshal(scope)
	if err != nil {
		panic(err) // texts can always be written as JSON
	}
	sum := sha256.Sum256(data)
	return sum[:8]
}
