package evaluation

import (
	"fmt"
	"strconv"
	"strings"
)

// Scores are the means over a set of questions. MRR, nDCG and recall count the questions that have an answer, Empty those
// that have none; a mean over no question is nil.
type Scores struct {
	MRR      *float64 `json:"mrr@10"`
	NDCG     *float64 `json:"ndcg@10"`
	Recall1  *float64 `json:"recall@1"`
	Recall5  *float64 `json:"recall@5"`
	Recall10 *float64 `json:"recall@10"`
	Empty    *float64 `json:"empty"` // share of the unanswerable questions whose answer was empty, as it should be
}

// measures are the names by which bounds and tables know the scores.
var measures = []struct {
	name string
	of   func(*Scores) *float64
}{
	{"mrr@10", func(s *Scores) *float64 { return s.MRR }},
	{"ndcg@10", func(s *Scores) *float64 { return s.NDCG }},
	{"recall@1", func(s *Scores) *float64 { return s.Recall1 }},
	{"recall@5", func(s *Scores) *float64 { return s.Recall5 }},
	{"recall@10", func(s *Scores) *float64 { return s.Recall10 }},
	{"empty", func(s *Scores) *float64 { return s.Empty }},
}

// Measures are the names of all scores, in the order in which they are shown.
func Measures() []string {
	names := make([]string, len(measures))
	for i, m := range measures {
		names[i] = m.name
	}
	return names
}

// Value gives the score of a name, nil when there is no question for it or the name is unknown.
func (s *Scores) Value(name string) *float64 {
	for _, m := range measures {
		if m.name == name {
			return m.of(s)
		}
	}
	return nil
}

// score computes the means.
func score(outcomes []Outcome) Scores {
	var mrr, ndcg, recall1, recall5, recall10, empty mean
	for i := range outcomes {
		o := &outcomes[i]
		g, ids := o.Question.Grades, o.ids()
		if len(g) == 0 {
			empty.add(asNumber(len(ids) == 0))
			continue
		}
		mrr.add(ReciprocalRank(g, ids))
		ndcg.add(NDCG(g, ids))
		recall1.add(Recall(g, ids, 1))
		recall5.add(Recall(g, ids, 5))
		recall10.add(Recall(g, ids, 10))
	}
	return Scores{
		MRR: mrr.value(), NDCG: ndcg.value(), Recall1: recall1.value(), Recall5: recall5.value(), Recall10: recall10.value(),
		Empty: empty.value(),
	}
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum, m.n = m.sum+x, m.n+1 }

func (m *mean) value() *float64 {
	if m.n == 0 {
		return nil
	}
	value := m.sum / float64(m.n)
	return &value
}

func asNumber(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Bound is the least value that a score may have.
type Bound struct {
	Measure string
	Least   float64
}

// ParseBound reads `measure=value`, such as mrr@10=0.85. mrr and ndcg may be written without their depth.
func ParseBound(text string) (Bound, error) {
	name, number, found := strings.Cut(text, "=")
	least, err := strconv.ParseFloat(number, 64)
	if !found || err != nil || !(least >= 0 && least <= 1) {
		return Bound{}, fmt.Errorf("%q: want a measure and a number between 0 and 1, such as mrr=0.85", text)
	}
	for _, m := range measures {
		if m.name == name || m.name == name+"@10" && !strings.HasPrefix(name, "recall") {
			return Bound{m.name, least}, nil
		}
	}
	return Bound{}, fmt.Errorf("%q: there is no measure %q; there are %s", text, name, strings.Join(Measures(), ", "))
}

// Under gives a sentence for each bound that the scores do not reach. A bound on a measure that no question counts for is
// not reached.
func (s *Scores) Under(bounds []Bound) []string {
	var under []string
	for _, b := range bounds {
		switch value := s.Value(b.Measure); {
		case value == nil:
			under = append(under, fmt.Sprintf("%s cannot be told: no question counts for it", b.Measure))
		case *value < b.Least:
			under = append(under, fmt.Sprintf("%s is %.4f, under %g", b.Measure, *value, b.Least))
		}
	}
	return under
}
