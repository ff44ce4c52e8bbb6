package evaluation

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Report is what a set of outcomes says about a search.
type Report struct {
	Questions     int     `json:"questions"`
	Answerable    int     `json:"answerable"`
	Unanswerable  int     `json:"unanswerable"`
	Scores        Scores  `json:"scores"`
	Kinds         []Kind  `json:"kinds"`          // the same by kind of question, when the file has several
	AnsweredEmpty int     `json:"answered_empty"` // answerable questions whose answer was empty
	Degraded      int     `json:"degraded"`       // answers without the embedding model: labels alone decided
	Latency       Latency `json:"latency"`
	Misses        []Miss  `json:"misses"` // worst first
}

// Kind is the part of a report that is about one kind of question.
type Kind struct {
	Name      string `json:"name"`
	Questions int    `json:"questions"`
	Scores    Scores `json:"scores"`
}

// Latency is how long answers took, in milliseconds.
type Latency struct {
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	ServiceP50 float64 `json:"service_p50_ms"` // by the service's own account
	ServiceP99 float64 `json:"service_p99_ms"`
}

// Miss is a question whose answer does not begin with a right playbook, or is not empty although nothing answers it.
type Miss struct {
	Line     int      `json:"line"`
	Query    string   `json:"query"`
	Relevant []string `json:"relevant"` // best first
	Rank     int      `json:"rank"`     // of the first relevant playbook, 0 when it was not found
	Found    []Found  `json:"found"`    // the first FoundShown instead
	Why      string   `json:"why,omitempty"`

	question *Question
	ndcg     float64
}

// FoundShown is how much of the answer a miss shows.
const FoundShown = 3

// Judge makes the report, with at most so many misses.
func Judge(outcomes []Outcome, misses int) Report {
	r := Report{Questions: len(outcomes), Scores: score(outcomes), Kinds: kinds(outcomes), Latency: latency(outcomes), Misses: []Miss{}}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Degraded {
			r.Degraded++
		}
		if len(o.Question.Grades) == 0 {
			r.Unanswerable++
		} else {
			r.Answerable++
			r.AnsweredEmpty += int(asNumber(len(o.Found) == 0))
		}
		if miss, missed := missOf(o); missed {
			r.Misses = append(r.Misses, miss)
		}
	}
	slices.SortStableFunc(r.Misses, worse)
	r.Misses = top(r.Misses, misses)
	return r
}

func missOf(o *Outcome) (Miss, bool) {
	g, ids := o.Question.Grades, o.ids()
	miss := Miss{
		Line: o.Question.Line, Query: o.Question.Query, Relevant: bestFirst(g), Rank: FirstRelevant(g, ids),
		Found: top(o.Found, FoundShown), question: o.Question, ndcg: NDCG(g, ids),
	}
	if len(g) == 0 {
		return miss, len(ids) > 0
	}
	return miss, miss.Rank != 1
}

// worse orders by what was gained, least first; then comes what was answered although nothing answers it, highest score
// first.
func worse(a, b Miss) int {
	unanswerable := func(m Miss) bool { return len(m.Relevant) == 0 }
	switch {
	case unanswerable(a) && unanswerable(b):
		return cmp.Compare(b.Found[0].FinalScore, a.Found[0].FinalScore)
	case unanswerable(a) != unanswerable(b):
		return cmp.Compare(asNumber(unanswerable(a)), asNumber(unanswerable(b)))
	default:
		return cmp.Compare(a.ndcg, b.ndcg)
	}
}

func bestFirst(g Grades) []string {
	return slices.SortedFunc(maps.Keys(g), func(a, b string) int {
		return cmp.Or(cmp.Compare(g[b], g[a]), cmp.Compare(a, b))
	})
}

func kinds(outcomes []Outcome) []Kind {
	groups := map[string][]Outcome{}
	for i := range outcomes {
		kind := outcomes[i].Question.Kind
		groups[kind] = append(groups[kind], outcomes[i])
	}
	list := []Kind{}
	if len(groups) < 2 {
		return list
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		list = append(list, Kind{Name: name, Questions: len(groups[name]), Scores: score(groups[name])})
	}
	return list
}

func latency(outcomes []Outcome) Latency {
	took, service := make([]float64, len(outcomes)), make([]float64, len(outcomes))
	for i := range outcomes {
		took[i], service[i] = milliseconds(outcomes[i].Took), milliseconds(outcomes[i].Service)
	}
	return Latency{
		P50: Percentile(took, 0.5), P99: Percentile(took, 0.99),
		ServiceP50: Percentile(service, 0.5), ServiceP99: Percentile(service, 0.99),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
