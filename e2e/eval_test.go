package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSamplesAreFoundByGoldenQuestions is the gate on the quality of search: the samples alone, the real model, and
// bounds a little below what was measured (docs/adr has the figures).
func TestSamplesAreFoundByGoldenQuestions(t *testing.T) {
	t.Parallel()
	s := startService(t, nil, "dev", "--listen", "127.0.0.1:0", "--data-dir", filepath.Join(t.TempDir(), "data"))
	for name, args := range map[string][]string{
		"text alone":              {"--labels", "none", "--fail-under", "mrr=0.78", "--fail-under", "ndcg=0.80", "--fail-under", "recall@10=0.90", "--fail-under", "empty=0.5"},
		"severity":                {"--labels", "severity", "--fail-under", "mrr=0.83", "--fail-under", "ndcg=0.85", "--fail-under", "recall@10=0.90", "--fail-under", "empty=0.65"},
		"words too":               {"--labels", "none", "--rank", "fusion", "--fail-under", "mrr=0.87", "--fail-under", "ndcg=0.88", "--fail-under", "recall@10=0.90", "--fail-under", "empty=0.75"},
		"words too, severity":     {"--labels", "severity", "--rank", "fusion", "--fail-under", "mrr=0.90", "--fail-under", "ndcg=0.90", "--fail-under", "recall@10=0.90", "--fail-under", "empty=0.75"},
		"severity and preference": {"--fail-under", "mrr=0.84", "--fail-under", "ndcg=0.85", "--fail-under", "recall@10=0.90", "--fail-under", "empty=0.65"},
	} {
		got := evalGolden(t, s, args...)
		require.Zero(t, got.code, "%s:\n%s%s", name, got.stdout, got.stderr)
	}
	unreachable := evalGolden(t, s, "--labels", "none", "--min-similarity", "0", "--fail-under", "empty=0.01")
	require.Equal(t, 1, unreachable.code, "without a least similarity no answer is empty")
}

func evalGolden(t *testing.T, s *service, args ...string) result {
	t.Helper()
	return runCommand(t, nil, append([]string{"eval", "--queries", "examples/golden.jsonl", "--server", s.url, "--quiet"}, args...)...)
}
