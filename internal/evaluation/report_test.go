package evaluation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/evaluation"
)

func outcome(line int, kind string, grades evaluation.Grades, found ...string) evaluation.Outcome {
	o := evaluation.Outcome{
		Question: &evaluation.Question{Line: line, Kind: kind, Grades: grades},
		Took:     time.Duration(line) * 10 * time.Millisecond, Service: time.Duration(line) * time.Millisecond,
	}
	for i, id := range found {
		o.Found = append(o.Found, evaluation.Found{PlaybookID: id, FinalScore: 1 - float64(i+line)/100})
	}
	return o
}

func TestJudge(t *testing.T) {
	t.Parallel()
	a := evaluation.Grades{"a": 1}
	outcomes := []evaluation.Outcome{
		outcome(1, "log", a, "a", "b"),
		outcome(2, "log", a, "b", "c", "d", "a"),
		outcome(3, "human", a),
		outcome(4, "human", nil),
		outcome(5, "human", nil, "b"),
		outcome(6, "human", nil, "c"),
	}
	outcomes[1].Degraded = true
	r := evaluation.Judge(outcomes, 4)
	require.Equal(t, []int{6, 3, 3, 1, 1}, []int{r.Questions, r.Answerable, r.Unanswerable, r.AnsweredEmpty, r.Degraded})
	require.InDelta(t, (1+0.25+0)/3, *r.Scores.MRR, 1e-12)
	require.InDelta(t, (1+0.4306766+0)/3, *r.Scores.NDCG, 1e-7) // 1/log2(5)
	require.InDelta(t, 1./3, *r.Scores.Recall1, 1e-12)
	require.InDelta(t, 2./3, *r.Scores.Recall5, 1e-12)
	require.InDelta(t, 2./3, *r.Scores.Recall10, 1e-12)
	require.InDelta(t, 1./3, *r.Scores.Empty, 1e-12)
	require.Equal(t, evaluation.Latency{P50: 30, P99: 60, ServiceP50: 3, ServiceP99: 6}, r.Latency)

	require.Len(t, r.Kinds, 2)
	require.Equal(t, "human", r.Kinds[0].Name)
	require.InDelta(t, 0.625, *r.Kinds[1].Scores.MRR, 1e-12)
	require.Nil(t, r.Kinds[1].Scores.Empty, "no question of that kind is unanswerable")

	var lines, ranks []int
	for _, miss := range r.Misses {
		lines, ranks = append(lines, miss.Line), append(ranks, miss.Rank)
	}
	require.Equal(t, []int{3, 2, 5, 6}, lines, "not found, found late, then what should be empty by score")
	require.Equal(t, []int{0, 4, 0, 0}, ranks)
	require.Len(t, r.Misses[1].Found, evaluation.FoundShown)
	require.Len(t, evaluation.Judge(outcomes, 1).Misses, 1)
	require.Empty(t, evaluation.Judge(outcomes[:2], 0).Kinds, "one kind is no grouping")
}

func TestBounds(t *testing.T) {
	t.Parallel()
	half := 0.5
	scores := evaluation.Scores{MRR: &half, Recall1: &half}
	for text, under := range map[string]string{
		"mrr=0.5":       "",
		"mrr@10=0.51":   "mrr@10 is 0.5000, under 0.51",
		"recall@1=1":    "recall@1 is 0.5000, under 1",
		"recall@1=0.49": "",
		"empty=0":       "empty cannot be told",
	} {
		bound, err := evaluation.ParseBound(text)
		require.NoError(t, err, text)
		got := scores.Under([]evaluation.Bound{bound})
		if under == "" {
			require.Empty(t, got, text)
		} else {
			require.Len(t, got, 1, text)
			require.Contains(t, got[0], under)
		}
	}
	for _, text := range []string{"", "mrr", "mrr=", "mrr=x", "mrr=85", "mrr=-1", "mrr=NaN", "recall=0.5", "map=0.5", "=0.5"} {
		_, err := evaluation.ParseBound(text)
		require.Error(t, err, text)
	}
	require.Nil(t, scores.Value("map"))
	require.Equal(t, []string{"mrr@10", "ndcg@10", "recall@1", "recall@5", "recall@10", "empty"}, evaluation.Measures())
}
