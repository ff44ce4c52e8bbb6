package command_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/importer"
)

func record(id, version, title, severity string) string {
	return fmt.Sprintf(`{"playbook_id":%q,"version":%q,"title":%q,"description":"what it does","content":"# content of %s",`+
		`"labels":{"signal_type":"S","severity":%q},"license":"Apache-2.0"}`+"\n", id, version, title, id, severity)
}

func TestImportThenSearch(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	corpus := writeFile(t, "corpus.jsonl", record("oom", "v1.10.0", "Container killed for lack of memory", "high")+
		record("dns", "v1.0.0", "Cluster names are not resolved", "low")+record("oom", "v1.9.0", "Container killed", "high"))

	dry := runWith(t, service, "", "import", corpus, "--dry-run")
	require.Zero(t, dry.code, dry.err)
	require.Contains(t, dry.out, "3 would be created\n")

	first := runWith(t, service, "", "import", corpus, "--actor", "carol")
	require.Zero(t, first.code, first.err)
	require.Contains(t, first.out, "3 created\n")
	require.Contains(t, first.out, "3 versions of 2 playbooks in ")
	require.Contains(t, first.out, "license (3)")

	second := runWith(t, service, record("dns", "v1.0.0", "Cluster names are not resolved", "low"), "import", "-", "-o", "json")
	require.Zero(t, second.code, second.err)
	var summary importer.Summary
	require.NoError(t, json.Unmarshal([]byte(second.out), &summary))
	require.Equal(t, 1, summary.Identical)

	found := runWith(t, service, "", "search", "the kernel killed it, out of memory")
	require.Zero(t, found.code, found.err)
	lines := strings.Split(found.out, "\n")
	require.Regexp(t, `^RANK +SCORE +PLAYBOOK +VERSION +TITLE$`, lines[0])
	require.Regexp(t, `^1 +0\.\d{3} +oom +v1\.10\.0 +Container killed for lack of memory$`, lines[1])
	require.Equal(t, strings.Index(lines[0], "VERSION"), strings.Index(lines[1], "v1.10.0"), "columns are aligned")

	none := runWith(t, service, "", "search", "memory", "--severity", "critical")
	require.Zero(t, none.code, none.err)
	require.Equal(t, "Nothing matches.\n", none.out)

	content := runWith(t, service, "", "search", "names", "--top-k", "1", "--min-similarity", "0", "--include-content")
	require.Contains(t, content.out, "1 of 2 that match.\n")
	require.Contains(t, content.out, "--- dns v1.0.0\n# content of dns\n")

	asJSON := runWith(t, service, "", "search", "memory", "--signal-type", "s", "-o", "json")
	var result apiclient.SearchResult
	require.NoError(t, json.Unmarshal([]byte(asJSON.out), &result))
	require.Equal(t, "oom", result.Items[0].PlaybookId)

	refused := runWith(t, service, "", "search", "memory", "--severity", "urgent")
	require.Equal(t, exitcode.Usage, refused.code)
	require.Empty(t, refused.out)
	require.Contains(t, refused.err, "/problems/invalid-request")
	require.Contains(t, refused.err, "query /severity: ")
}

// labelled is a record with labels that move a score.
func labelled(id, severity, labels string) string {
	return strings.Replace(record(id, "v1.0.0", "Container killed for lack of memory", severity),
		`"severity":`, labels+`,"severity":`, 1)
}

func TestSearchByLabels(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, labelled("a", "high", `"environment":"test","resource_management":"manual"`)+
		labelled("b", "high", `"environment":"production","resource_management":"gitops","custom_labels":{"team":["payments"]}`)+
		labelled("c", "low", `"component":"pod","priority":"P1","risk_tolerance":"low","business_category":"x","gitops_tool":"flux"`),
		"import", "-").code)
	const alert = "Container killed for lack of memory"
	search := func(args ...string) ended {
		t.Helper()
		return runWith(t, service, "", append([]string{"search"}, args...)...)
	}
	first := search(alert, "--environment", "production", "--resource-management", "gitops", "--label", "team:payments", "--label", "tier:1")
	require.Regexp(t, `(?m)^1 .* b +v1`, first.out)
	require.Regexp(t, `(?m)^1 .* c +v1`, search(alert, "--component", "pod", "--priority", "P1", "--risk-tolerance", "low",
		"--business-category", "x", "--gitops-tool", "flux", "--exact").out)

	explained := search("--mode", "labels", "--severity", "high", "--environment", "production", "--label", "team:payments", "--explain", "--why-not", "c")
	require.Zero(t, explained.code, explained.err)
	require.Equal(t, `1. b v1.0.0  Container killed for lack of memory
   base          0.500                              ██████████████
   environment  +0.050  production                                █
   label team   +0.050  payments                                   ██
   score         0.600                              █████████████████

2. a v1.0.0  Container killed for lack of memory
   base          0.500                              ██████████████
   environment  -0.050  asked production, has test               ▒
   label team    0.000  asked payments, has none
   score         0.450                              █████████████

c v1.0.0 (filtered): its severity is low, asked was high
`, explained.out)

	behind := search(alert, "--top-k", "1", "--why-not", "c", "--component", "node")
	require.Regexp(t, `(?s)c v1\.0\.0 \(below_top_k\): it matches, but is number 3, .*component +-0\.050  asked node, has pod`, behind.out)
	require.Contains(t, search(alert, "--why-not", "d", "--mode", "semantic").out, "d (no_such_playbook): ")
	require.Equal(t, exitcode.Usage, search(alert, "--why-not", "No_Id").code)
	require.Equal(t, exitcode.Usage, search(alert, "--label", "team").code)
	require.Contains(t, search("--mode", "labels").err, "the order says nothing")

	missing := search()
	require.Equal(t, exitcode.Usage, missing.code)
	require.Contains(t, missing.err, "say what to search for")

	var result apiclient.SearchResult
	require.NoError(t, json.Unmarshal([]byte(search(alert, "--explain", "--correlation-id", "incident-1", "--actor", "carol", "-o", "json").out), &result))
	require.NotNil(t, result.Items[0].Explanation)
	require.Contains(t, search(alert, "--explain", "-o", "yaml").out, "base_of: similarity\n")
	c, err := apiclient.NewClientWithResponses(strings.TrimPrefix(service[0], "DATASTORAGE_SERVER="))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		events, err := c.ListAuditEventsWithResponse(t.Context(), &apiclient.ListAuditEventsParams{CorrelationId: new("incident-1")})
		return err == nil && events.JSON200 != nil && len(events.JSON200.Data) == 1 && events.JSON200.Data[0].ActorId == "carol"
	}, patience, 10*time.Millisecond)
}

func TestImportNamesWhatIsRefused(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, record("a", "v2.0.0", "t", "low"), "import", "-").code)

	path := writeFile(t, "some.jsonl", record("a", "v1.0.0", "t", "low")+record("b", "v1.0.0", "t", "urgent")+"{\n"+record("c", "v1.0.0", "t", "low"))
	got := runWith(t, service, "", "import", path)
	require.Equal(t, exitcode.Failure, got.code)
	require.Contains(t, got.err, "3 of 4 versions were refused")
	for _, want := range []string{
		"1 created\n", "3 refused\n",
		path + ":1 a v1.0.0\n    /problems/version-not-incremented: ", "v2.0.0",
		path + ":2 b v1.0.0\n    /problems/invalid-request: ", "body /labels/severity: ",
		path + ":3\n    record is not valid JSON",
		"1 of these versions are lower than one that the catalog holds already",
	} {
		require.Contains(t, got.out, want)
	}
}

func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/nowhere/x.jsonl", writeFile(t, "x.txt", ""), writeFile(t, "x.jsonl", "\n"), t.TempDir()} {
		got := runCommand(t, "", "import", path, "--server", "http://127.0.0.1:1")
		require.Equal(t, exitcode.Usage, got.code, got.err)
		require.Contains(t, got.err, path)
	}
}

// A service that fails shows in the exit code, and in the summary, which is printed all the same.
func TestImportIntoAFailingService(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"type":"/problems/internal-error","title":"Internal error","status":500}`))
	}))
	t.Cleanup(server.Close)
	got := runCommand(t, record("a", "v1.0.0", "t", "low")+record("a", "v1.1.0", "t", "low"), "import", "-", "--server", server.URL)
	require.Equal(t, exitcode.Unavailable, got.code)
	require.Contains(t, got.out, "1 refused\n")
	require.Contains(t, got.out, "1 not attempted\n")
	require.Contains(t, got.err, "failed on 1 versions")
}

func TestServiceThatIsNotThere(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "", "search", "x", "--server", "http://127.0.0.1:1")
	require.Equal(t, exitcode.Unavailable, got.code)
	require.Contains(t, got.err, "http://127.0.0.1:1")

	got = runWith(t, []string{"DATASTORAGE_SERVER=nonsense"}, "", "search", "x")
	require.Equal(t, exitcode.Usage, got.code)

	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	got = runCommand(t, "", "search", "x", "--server", other.URL)
	require.Equal(t, exitcode.Unavailable, got.code)
	require.Contains(t, got.err, "does not come from a data storage service")
}

// What publishers wrote must not reach into the terminal of whoever searches.
func TestSearchPrintsNoControlCharacters(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"items":[{"rank":1,"playbook_id":"a","version":"v1.0.0","title":"a\u001b[31m\tb\nc","content":"x\u001b[0m\ny"}],
			"total":1,"warnings":["w\u0007"]}`))
	}))
	t.Cleanup(server.Close)
	got := runCommand(t, "", "search", "x", "--server", server.URL, "--include-content")
	require.Zero(t, got.code, got.err)
	require.NotContains(t, got.out+got.err, "\x1b")
	require.NotContains(t, got.err, "\a")
	require.Contains(t, got.out, "a [31m b c\n")
	require.Contains(t, got.out, "x [0m\ny\n")
	require.Contains(t, got.err, "warning: w\n")
}
