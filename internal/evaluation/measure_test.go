package evaluation_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/evaluation"
)

// others are ids that answer nothing.
func others(n int) []string {
	return slices.Repeat([]string{"other"}, n)
}

func TestMeasures(t *testing.T) {
	t.Parallel()
	type grades = evaluation.Grades
	for name, test := range map[string]struct {
		grades                     grades
		found                      []string
		rr, ndcg                   float64
		recall1, recall5, recall10 float64
	}{
		"the only right one first":  {grades{"a": 1}, []string{"a", "x"}, 1, 1, 1, 1, 1},
		"the only right one second": {grades{"a": 1}, []string{"x", "a"}, 0.5, 0.6309298, 0, 1, 1}, // 1/log2(3)
		"not found":                 {grades{"a": 1}, []string{"x", "y"}, 0, 0, 0, 0, 0},
		"empty answer":              {grades{"a": 1}, nil, 0, 0, 0, 0, 0},
		"rank 10 counts":            {grades{"a": 1}, append(others(9), "a"), 0.1, 0.2890648, 0, 0, 1}, // 1/log2(11)
		"rank 11 does not":          {grades{"a": 1}, append(others(10), "a"), 0, 0, 0, 0, 0},
		// DCG = 1/log2(3) + 3/log2(4) = 2.1309298, ideal 3 + 1/log2(3) = 3.6309298
		"better one later": {grades{"a": 2, "b": 1}, []string{"x", "b", "a"}, 0.5, 0.5868825, 0, 1, 1},
		// DCG = 1 + 1/log2(7) = 1.3562072, ideal 1 + 1/log2(3) + 1/2 = 2.1309298
		"two of three":     {grades{"a": 1, "b": 1, "c": 1}, []string{"b", "x", "x", "x", "x", "a"}, 1, 0.6364392, 1. / 3, 1. / 3, 2. / 3},
		"no answer exists": {grades{}, []string{"x"}, 0, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const delta = 1e-6
			require.InDelta(t, test.rr, evaluation.ReciprocalRank(test.grades, test.found), delta)
			require.InDelta(t, test.ndcg, evaluation.NDCG(test.grades, test.found), delta)
			require.InDelta(t, test.recall1, evaluation.Recall(test.grades, test.found, 1), delta)
			require.InDelta(t, test.recall5, evaluation.Recall(test.grades, test.found, 5), delta)
			require.InDelta(t, test.recall10, evaluation.Recall(test.grades, test.found, 10), delta)
		})
	}
}

// With more right answers than the depth, a ranking that has only right ones is as good as it can be.
func TestNDCGOfMoreRightAnswersThanItsDepth(t *testing.T) {
	t.Parallel()
	grades := evaluation.Grades{}
	var found []string
	for _, id := range "abcdefghijklmn" {
		grades[string(id)] = 1
		found = append(found, string(id))
	}
	require.InDelta(t, 1, evaluation.NDCG(grades, found), 1e-12)
	require.InDelta(t, 10./14, evaluation.Recall(grades, found, 10), 1e-12)
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	values := []float64{40, 15, 50, 20, 35}
	for p, want := range map[float64]float64{0: 15, 0.05: 15, 0.3: 20, 0.4: 20, 0.5: 35, 0.99: 50, 1: 50} {
		require.InDelta(t, want, evaluation.Percentile(values, p), 0, p)
	}
	require.Equal(t, []float64{40, 15, 50, 20, 35}, values, "stays as it was")
	require.Zero(t, evaluation.Percentile(nil, 0.5))
}
