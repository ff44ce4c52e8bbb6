package evaluation

import (
	"math"
	"slices"
)

// Depth is how far down a ranking is looked at.
const Depth = 10

// Grades say how well each playbook that answers a question does, from 1. What is not in them does not answer it.
type Grades map[string]int

// FirstRelevant is the rank, from 1, of the first id within Depth that has a grade; 0 when none has.
func FirstRelevant(g Grades, found []string) int {
	for i, id := range top(found, Depth) {
		if g[id] > 0 {
			return i + 1
		}
	}
	return 0
}

// ReciprocalRank is 1/rank of the first relevant id within Depth, 0 when there is none. Its mean over questions is
// MRR@10 (E. Voorhees, The TREC-8 Question Answering Track Report, 1999).
func ReciprocalRank(g Grades, found []string) float64 {
	rank := FirstRelevant(g, found)
	if rank == 0 {
		return 0
	}
	return 1 / float64(rank)
}

// NDCG is the discounted cumulative gain of the ranking within Depth, as a share of the greatest possible one:
//
//	DCG = Σ (2^grade − 1) / log2(rank + 1)
//
// (K. Järvelin and J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002; the exponential gain is that of
// C. Burges et al., Learning to rank using gradient descent, 2005). It is 0 when nothing has a grade.
func NDCG(g Grades, found []string) float64 {
	grades := make([]int, 0, Depth)
	for _, id := range top(found, Depth) {
		grades = append(grades, g[id])
	}
	ideal := make([]int, 0, len(g))
	for _, grade := range g {
		ideal = append(ideal, grade)
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	best := gain(top(ideal, Depth))
	if best == 0 {
		return 0
	}
	return gain(grades) / best
}

func gain(grades []int) float64 {
	sum := 0.0
	for i, grade := range grades {
		sum += (math.Exp2(float64(grade)) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

// Recall is the share of all relevant ids that are among the first k, 0 when nothing has a grade (C. Manning, P. Raghavan
// and H. Schütze, Introduction to Information Retrieval, 2008, section 8.3). With more relevant ids than k it cannot
// reach 1.
func Recall(g Grades, found []string, k int) float64 {
	if len(g) == 0 {
		return 0
	}
	hits := 0
	for _, id := range top(found, k) {
		if g[id] > 0 {
			hits++
		}
	}
	return float64(hits) / float64(len(g))
}

// Percentile is the smallest value that at least the share p of all values does not exceed (nearest rank); 0 of none.
func Percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(int(math.Ceil(p*float64(len(sorted)))), 1)-1]
}

func top[T any](list []T, k int) []T { return list[:min(k, len(list))] }
