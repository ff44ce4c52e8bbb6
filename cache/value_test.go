package cache

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is encoded comes back, bit for bit, for whoever looks for the same model, dimensions and text, and nobody else.
func TestValueRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		vector := rapid.SliceOfN(rapid.Float32(), 1, 64).Draw(t, "vector")
		model, text := rapid.String().Draw(t, "model"), rapid.String().Draw(t, "text")
		value := encodeValue(valueHead(model, len(vector), text), vector)
		back, ok := decodeValue(valueHead(model, len(vector), text), len(vector), value)
		require.True(t, ok)
		for i := range vector {
			require.Equal(t, math.Float32bits(vector[i]), math.Float32bits(back[i]))
		}

		otherModel, otherText := rapid.String().Draw(t, "other model"), rapid.String().Draw(t, "other text")
		if otherModel != model || otherText != text {
			_, ok = decodeValue(valueHead(otherModel, len(vector), otherText), len(vector), value)
			require.False(t, ok)
		}
		_, ok = decodeValue(valueHead(model, len(vector)+1, text), len(vector)+1, value)
		require.False(t, ok)
	})
}

func FuzzDecodeValue(f *testing.F) {
	head := valueHead("m", 3, "t")
	f.Add(encodeValue(head, []float32{1, 2, 3}))
	f.Add([]byte(head))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, value []byte) {
		vector, ok := decodeValue(head, 3, value)
		if ok {
			require.Equal(t, value, encodeValue(head, vector), "there is one value for a vector")
		}
	})
}
