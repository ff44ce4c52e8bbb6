package embedding

import (
	"fmt"
	"math"
)

// FinishVectors checks what a provider returned and L2-normalises it in place:
// count vectors, each of the given dimensions, finite and not zero. The first
// fault is ErrRejected, naming the position and both numbers.
func FinishVectors(vectors [][]float32, count, dimensions int) error {
	if len(vectors) != count {
		return fmt.Errorf("%w: %d vectors came back for %d texts", ErrRejected, len(vectors), count)
	}
	for i, v := range vectors {
		if len(v) != dimensions {
			return fmt.Errorf("%w: vector %d has %d dimensions, %d are configured", ErrRejected, i, len(v), dimensions)
		}
		if err := Normalise(v); err != nil {
			return fmt.Errorf("vector %d: %w", i, err)
		}
	}
	return nil
}

// Normalise scales v to length 1 in place. A vector that is zero or not finite
// has no direction and is ErrRejected.
func Normalise(v []float32) error {
	var sum float64
	for i, x := range v {
		f := float64(x)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("%w: component %d is not a finite number", ErrRejected, i)
		}
		sum += f * f
	}
	if sum == 0 {
		return fmt.Errorf("%w: the vector is zero", ErrRejected)
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return nil
}

// Cosine is the cosine of the angle between two vectors of equal length,
// between -1 and 1; 0 when one of them is zero. It panics when the lengths
// differ, because vectors of different models must never meet.
func Cosine(a, b []float32) float64 {
	if len(a) != len(b) {
		panic(fmt.Sprintf("embedding: cosine of vectors with %d and %d dimensions", len(a), len(b)))
	}
	var dot, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		dot += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return math.Max(-1, math.Min(1, dot/math.Sqrt(aa*bb)))
}
