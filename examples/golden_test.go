package examples

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/evaluation"
)

func TestGoldenQuestions(t *testing.T) {
	t.Parallel()
	file, err := os.Open("golden.jsonl")
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	questions, err := evaluation.Read(file)
	require.NoError(t, err)
	require.Len(t, questions, 80)

	playbooks, asked, unanswerable := byID(t), map[string]int{}, 0
	texts := map[string]bool{}
	for _, q := range questions {
		require.False(t, texts[q.Query], "line %d is there twice", q.Line)
		texts[q.Query] = true
		require.NotEmpty(t, q.Kind, "line %d", q.Line)
		require.NotNil(t, q.Labels.Severity, "line %d", q.Line)
		if len(q.Grades) == 0 {
			unanswerable++
		}
		for id := range q.Grades {
			require.Contains(t, playbooks, id, "line %d", q.Line)
			asked[id]++
		}
	}
	require.GreaterOrEqual(t, unanswerable, 10)
	for id := range playbooks {
		require.GreaterOrEqual(t, asked[id], 2, "questions for %s", id)
	}
}
