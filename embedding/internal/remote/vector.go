package remote

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/kubernaut/datastorage/embedding"
)

// Vector decodes one JSON array of numbers. Unlike []float32 it refuses null
// among them, which is how servers write a number that is not finite.
type Vector []float32

// UnmarshalJSON implements json.Unmarshaler.
func (v *Vector) UnmarshalJSON(data []byte) error {
	if bytes.Contains(data, []byte("null")) {
		return fmt.Errorf("%w: the vector holds null instead of a number", embedding.ErrRejected)
	}
	var numbers []float32
	if err := json.Unmarshal(data, &numbers); err != nil {
		return err
	}
	*v = numbers
	return nil
}

// MaxAnswerBytes bounds an answer of so many vectors: room for every number in
// full, with white space around it, and for the rest of the document.
func MaxAnswerBytes(vectors, dimensions int) int64 {
	return 64<<10 + 64*int64(vectors)*int64(dimensions)
}
