package command_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
)

const golden = `{"query": "container killed for lack of memory", "relevant": ["oom"], "severity": "low", "kind": "log"}
{"query": "names cannot be resolved", "relevant": ["dns"], "severity": "low", "kind": "human"}
{"query": "the coffee machine leaks", "relevant": [], "severity": "low", "kind": "human"}
{"query": "names cannot be resolved", "relevant": ["oom"], "severity": "low", "kind": "human"}
`

func TestEval(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, record("oom", "v1.0.0", "Container killed for lack of memory", "low")+
		record("dns", "v1.0.0", "Names cannot be resolved", "low"), "import", "-").code)
	file := writeFile(t, "golden.jsonl", golden)

	got := runWith(t, service, "", "eval", "--queries", file, "--min-similarity", "0.5", "--sweep", "0,1", "--misses", "1")
	require.Zero(t, got.code, got.err)
	require.Regexp(t, `(?m)^QUESTIONS +KIND +MRR@10 +NDCG@10 +RECALL@1 +RECALL@5 +RECALL@10 +EMPTY$`, got.out)
	require.Regexp(t, `(?m)^1 +log +1\.000 +1\.000 +1\.000 +1\.000 +1\.000 +-$`, got.out)
	require.Regexp(t, `(?m)^4 +all +0\.667 +0\.667 +0\.667 +0\.667 +0\.667 +1\.000$`, got.out)
	require.Regexp(t, `(?m)^0 +0 +0\.833 .* 0\.000$`, got.out, "everything is an answer")
	require.Regexp(t, `(?m)^1 +3 +0\.000 .* 1\.000$`, got.out, "nothing is")
	require.Contains(t, got.out, "  line 4: names cannot be resolved\n    right: oom, not found\n    why:   ")
	require.Contains(t, got.out, "\n    found: dns 0.")

	asJSON := runWith(t, service, golden, "eval", "--queries", "-", "--min-similarity", "0.5", "--labels", "none", "--mode", "semantic", "--rank", "fusion", "-o", "json")
	var report struct {
		Scores  map[string]float64 `json:"scores"`
		Request map[string]any     `json:"request"`
		Misses  []struct {
			Rank int `json:"rank"`
		} `json:"misses"`
	}
	require.NoError(t, json.Unmarshal([]byte(asJSON.out), &report), asJSON.err)
	require.InDelta(t, 2./3, report.Scores["mrr@10"], 1e-9)
	require.InDelta(t, 1, report.Scores["empty"], 0)
	require.Equal(t, map[string]any{"min_similarity": 0.5, "top_k": 10.0, "mode": "semantic", "rank": "fusion"}, report.Request)
	require.Len(t, report.Misses, 1)
}

func TestEvalFailsUnderItsBounds(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, record("oom", "v1.0.0", "Container killed for lack of memory", "low"), "import", "-").code)
	args := []string{"eval", "--queries", "-", "--labels", "severity", "--fail-under", "recall@1=0.3", "--fail-under", "mrr=0.9"}
	got := runWith(t, service, golden, args...)
	require.Equal(t, exitcode.Failure, got.code)
	require.Contains(t, got.out, "MRR@10", "the report is printed all the same")
	require.Contains(t, got.err, "mrr@10 is 0.")
	require.NotContains(t, got.err, "recall@1")
	require.Zero(t, runWith(t, service, golden, args[:len(args)-2]...).code)
}

// Labels of a question are sent when they are wanted: severity is a filter that leaves nothing here.
func TestEvalSendsLabels(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, record("oom", "v1.0.0", "Container killed for lack of memory", "high"), "import", "-").code)
	question := strings.SplitAfter(golden, "\n")[0]
	eval := func(labels ...string) ended {
		return runWith(t, service, question, append([]string{"eval", "--queries", "-", "--fail-under", "mrr=1"}, labels...)...)
	}
	require.Equal(t, exitcode.Failure, eval().code)
	require.Equal(t, exitcode.Failure, eval("--labels", "severity").code)
	require.Equal(t, exitcode.OK, eval("--labels", "component").code)
	require.Equal(t, exitcode.OK, eval("--labels", "none").code)
}

func TestEvalRefuses(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		"--queries is missing":          {},
		"/nowhere/x.jsonl":              {"--queries", "/nowhere/x.jsonl"},
		"line 1: relevant is missing":   {"--queries", "-"},
		"--fail-under":                  {"--queries", "-", "--fail-under", "mrr"},
		"--concurrency":                 {"--queries", "-", "--concurrency", "0"},
		"--misses":                      {"--queries", "-", "--misses", "-1"},
		`unknown command "x"`:           {"--queries", "-", "x"},
		`there is no label "sevrity"`:   {"--queries", writeFile(t, "golden.jsonl", golden), "--labels", "sevrity"},
		`invalid argument "much" for "`: {"--queries", "-", "--sweep", "much"},
	} {
		got := runCommand(t, `{"query": "x"}`, append([]string{"eval", "--server", "http://127.0.0.1:1"}, args...)...)
		require.Equal(t, exitcode.Usage, got.code, got.err)
		require.Contains(t, got.err, says)
		require.Empty(t, got.out)
	}
	away := runCommand(t, golden, "eval", "--queries", "-", "--server", "http://127.0.0.1:1")
	require.Equal(t, exitcode.Unavailable, away.code)
	require.Contains(t, away.err, "question of line 1")
}

// What the service refuses names the question; an answer without the model is no measurement, and the command says so.
func TestEvalOfUnusualAnswers(t *testing.T) {
	t.Parallel()
	service := startService(t)
	long := runCommand(t, `{"query": "`+strings.Repeat("x", 2000)+`", "relevant": []}`, "eval", "--queries", "-", "--server", service)
	require.Equal(t, exitcode.Usage, long.code)
	require.Contains(t, long.err, "question of line 1")
	require.Contains(t, long.err, "/query")

	degraded := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"items": [{"playbook_id": "a\u001b[31m", "final_score": 0.5}], "degraded": true}`))
	}))
	t.Cleanup(degraded.Close)
	got := runCommand(t, golden, "eval", "--queries", "-", "--server", degraded.URL, "--concurrency", "4")
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.err, "4 of 4 answers were made without the embedding model")
	require.NotContains(t, got.out, "\x1b")
}
