package embedding

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFinishVectors(t *testing.T) {
	t.Parallel()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, tt := range []struct {
		name    string
		vectors [][]float32
		want    string // of the error, "" for none
	}{
		{"good", [][]float32{{3, 4}, {-1, 0}}, ""},
		{"too few", [][]float32{{3, 4}}, "1 vectors came back for 2 texts"},
		{"too many", [][]float32{{3, 4}, {1, 0}, {1, 0}}, "3 vectors came back for 2 texts"},
		{"missing", [][]float32{{3, 4}, nil}, "vector 1 has 0 dimensions, 2 are configured"},
		{"too long", [][]float32{{3, 4, 5}, {1, 0}}, "vector 0 has 3 dimensions, 2 are configured"},
		{"zero", [][]float32{{3, 4}, {0, 0}}, "vector 1: embedding rejected: the vector is zero"},
		{"not a number", [][]float32{{3, nan}, {1, 0}}, "vector 0: embedding rejected: component 1"},
		{"infinite", [][]float32{{3, 4}, {-inf, 0}}, "vector 1: embedding rejected: component 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := FinishVectors(tt.vectors, 2, 2)
			if tt.want != "" {
				require.ErrorIs(t, err, ErrRejected)
				require.ErrorContains(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, [][]float32{{0.6, 0.8}, {-1, 0}}, tt.vectors)
		})
	}
}

// Any vector with a direction comes out with length 1 and that direction, from
// the smallest numbers to the largest.
func TestNormaliseProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float32(), 1, 50).Draw(t, "v")
		before := append([]float32(nil), v...)
		if err := Normalise(v); err != nil {
			require.ErrorIs(t, err, ErrRejected)
			require.True(t, hasNoDirection(before), "%v", before)
			return
		}
		require.InDelta(t, 1, Cosine(v, v), 1e-6)
		require.InDelta(t, 1, Cosine(before, v), 1e-6)
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		require.InDelta(t, 1, sum, 1e-6)
	})
}

func hasNoDirection(v []float32) bool {
	zero := true
	for _, x := range v {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return true
		}
		zero = zero && x == 0
	}
	return zero
}

func TestCosine(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 1, Cosine([]float32{1, 2}, []float32{10, 20}), 1e-12)
	require.InDelta(t, -1, Cosine([]float32{1, 2}, []float32{-1, -2}), 1e-12)
	require.InDelta(t, 0, Cosine([]float32{1, 0}, []float32{0, 5}), 1e-12)
	require.InDelta(t, math.Sqrt2/2, Cosine([]float32{1, 0}, []float32{1, 1}), 1e-12)
	require.Zero(t, Cosine([]float32{0, 0}, []float32{1, 1}))
	require.Panics(t, func() { Cosine([]float32{1}, []float32{1, 2}) })
}
