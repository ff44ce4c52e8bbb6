package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

func joint(target string) string {
	if strings.Contains(target, "?") {
		return "&"
	}
	return "?"
}

func mustQuery(t testing.TB, encoded string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(encoded)
	require.NoError(t, err)
	return values
}

func unknownMembers(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `,"unknown%d":1`, i)
	}
	return text.String()
}

// TestErrorsSayWhere holds part, pointer and wording of what is wrong with a request, both for what the contract finds
// and for what the catalog finds after it.
func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	publish := func(change string) string {
		good := `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}}`
		from, to, _ := strings.Cut(change, "=>")
		require.Contains(t, good, from)
		return strings.Replace(good, from, to, 1)
	}
	for _, test := range []struct {
		method, target, body string
		want                 apiserver.ProblemError
	}{
		{"GET", "/api/v1/playbooks?limit=0", "", at("query", "/limit", "must be at least 1")},
		{"GET", "/api/v1/playbooks?limit=201", "", at("query", "/limit", "must be at most 200")},
		{"GET", "/api/v1/playbooks?limit=1.5", "", at("query", "/limit", "must be an integer")},
		{"GET", "/api/v1/playbooks?limit=99999999999999999999", "", at("query", "/limit", "must be an integer")},
		{"GET", "/api/v1/playbooks?limit=", "", at("query", "/limit", "must not be empty")},
		{"GET", "/api/v1/playbooks?status=on", "", at("query", "/status", "must be one of active, disabled, deprecated, archived")},
		{"GET", "/api/v1/playbooks?label=a:b&label=abc", "", at("query", "/label/1", "must match ^[^:]+:.+$")},
		{"GET", "/api/v1/playbooks?updated_since=today", "", at("query", "/updated_since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)")},
		{"GET", "/api/v1/playbooks?updated_since=2026-06-30T23:59:60Z", "", at("query", "/updated_since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)")},
		{"GET", "/api/v1/playbooks?updated_since=2026-02-30T00:00:00Z", "", at("query", "/updated_since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)")},
		{"GET", "/api/v1/playbooks?severity=huge", "", at("query", "/severity", "must be one of critical, high, medium, low")},
		{"GET", "/api/v1/playbooks?cursor=x", "", at("query", "/cursor", "the cursor is damaged, or belongs to a list with other filters; begin again without it")},
		{"GET", "/api/v1/playbooks/search", "", at("query", "/query", "must not be empty")},
		{"GET", "/api/v1/playbooks/search?query=%20", "", at("query", "/query", "must not be empty")},
		{"GET", "/api/v1/playbooks/search?query=x&top_k=101", "", at("query", "/top_k", "must be at most 100")},
		{"GET", "/api/v1/playbooks/search?query=x&min_similarity=NaN", "", at("query", "/min_similarity", "must be a number")},
		{"GET", "/api/v1/playbooks/search?query=x&min_similarity=0x1p-2", "", at("query", "/min_similarity", "must be a number")},
		{"GET", "/api/v1/playbooks/search?query=x&severity=huge", "", at("query", "/severity", "must be one of critical, high, medium, low")},
		{"GET", "/api/v1/playbooks/search?query=x&mode=best", "", at("query", "/mode", "must be one of hybrid, semantic, labels")},
		{"GET", "/api/v1/playbooks/search?query=x&include=all", "", at("query", "/include/0", "must be one of content")},
		{"GET", "/api/v1/playbooks/search?query=x&include=content&include=content", "", at("query", "/include", "must have at most 1 item")},
		{"GET", "/api/v1/playbooks/search?query=x&top=5", "", at("query", "/top",
			"is not known; this operation takes business_category, component, correlation_id, environment, exact, explain, gitops_tool, include, label, min_similarity, mode, priority, query, rank, resource_management, risk_tolerance, schema_label, severity, signal_type, top_k, why_not")},
		{"GET", "/api/v1/playbooks/a?x=1", "", at("query", "/x", "is not known; this operation takes no query parameters")},
		{"GET", "/api/v1/playbooks/Upper", "", at("path", "/playbook_id", "must match ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")},
		{"GET", "/api/v1/playbooks/versions", "", at("path", "/playbook_id", `"versions" is a word of the API and cannot be an id`)},
		{"GET", "/api/v1/playbooks/search/versions", "", at("path", "/playbook_id", `"search" is a word of the API and cannot be an id`)},
		{"POST", "/api/v1/playbooks/search", `{"query":"x","labels":{"severity":"huge"}}`, at("body", "/labels/severity", "must be one of critical, high, medium, low")},
		{"POST", "/api/v1/playbooks/search", `{"query":""}`, at("body", "/query", "must have at least 1 character")},
		{"POST", "/api/v1/playbooks/search", `{"query":1}`, at("body", "/query", "must be a string")},
		{"POST", "/api/v1/playbooks/search", `{"query":null}`, at("body", "/query", "must not be null")},
		{"POST", "/api/v1/playbooks/search", `{"query":"a\u0000b"}`, at("body", "/query", "must not contain NUL characters")},
		{"POST", "/api/v1/playbooks/search", `{"query":"x","top_k":1e400}`, at("body", "/top_k", "must be an integer")},
		{"POST", "/api/v1/playbooks", publish(`"low"=>"huge"`), at("body", "/labels/severity", "must be one of critical, high, medium, low")},
		{"GET", "/api/v1/playbooks/search?query=x&schema_label=region", "", at("query", "/schema_label/0", "must match ^[a-z][a-z0-9_]{0,62}:.+$")},
		{"GET", "/api/v1/playbooks/search?query=x&schema_label=region:eu", "", at("query", "/schema_label", "region: no label schema has such a label; use custom_labels")},
		{"GET", "/api/v1/playbooks?schema_label=region:eu", "", at("query", "/schema_label", "region: no label schema has such a label; use custom_labels")},
		{"GET", "/api/v1/playbooks?severity=low&schema_label=severity:high", "", at("query", "/schema_label/0", "the label severity is given twice")},
		{"GET", "/api/v1/playbooks/search?query=x&schema_label=priority:P0&schema_label=priority:P1", "", at("query", "/schema_label/1", "the label priority is given twice")},
		{"GET", "/api/v1/playbooks/search?query=x&label=a%20:b", "", at("query", "/custom_labels/a ", "a key must not be empty or begin or end with white space")},
		{"POST", "/api/v1/playbooks/search", `{"query":"x","labels":{"region":"eu"}}`, at("body", "/labels/region", "no label schema has such a label; use custom_labels")},
		{"POST", "/api/v1/playbooks", publish(`"low"=>"low","region":"eu"`), at("body", "/labels/region", "label schema 1.0 has no such label; use custom_labels")},
		{"POST", "/api/v1/playbooks", publish(`"low"=>"low","region":1`), at("body", "/labels/region", "must be a string")},
		{"POST", "/api/v1/playbooks", publish(`"low"=>"low","a~/b":"eu"`), at("body", "/labels/a~0~1b", "label schema 1.0 has no such label; use custom_labels")},
		{"POST", "/api/v1/playbooks", publish(`"low"}=>"low"},"schema_version":"1.9"`), at("body", "/schema_version", `there is no label schema "1.9"; known are 1.0`)},
		{"GET", "/api/v1/label-schemas/one", "", at("path", "/schema_version", "must match ^[0-9]{1,4}[.][0-9]{1,4}$")},
		{"POST", "/api/v1/playbooks", publish(`"s","severity":"low"=>"s"`), at("body", "/labels/severity", "is required")},
		{"POST", "/api/v1/playbooks", publish(`"s",=>"",`), at("body", "/labels/signal_type", "must have at least 1 character")},
		{"POST", "/api/v1/playbooks", publish(`"c"=>"c\u0000"`), at("body", "/content", "must not contain NUL characters")},
		{"POST", "/api/v1/playbooks", publish(`"a"=>"search"`), at("body", "/playbook_id", `"search" is a word of the API and cannot be an id`)},
		{"POST", "/api/v1/playbooks", publish(`"low"}=>"low"},"actor":"a\u0000b"`), at("body", "/actor", `must match ^[^\x00-\x1F\x7F-\x9F]+$`)},
		{"POST", "/api/v1/playbooks", publish(`"low"}=>"low"},"approved_at":"2026-06-30T23:59:60Z"`), at("body", "/approved_at", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)")},
		{"POST", "/api/v1/playbooks", publish(`"low"}=>"low","custom_labels":{"a/b":[]}}`), at("body", "/labels/custom_labels/a~1b", "must have at least 1 item")},
		{"POST", "/api/v1/playbooks", publish(`"low"}=>"low"},"parameters":[{"name":"A","type":"string","default":1}]`), at("body", "/parameters/0/default", "must be of the parameter's type string")},
		{"POST", "/api/v1/playbooks?dry_run=yes", publish("=>"), at("query", "/dry_run", "must be a boolean")},
		{"POST", "/api/v1/playbooks?if_exists=replace", publish("=>"), at("query", "/if_exists", "must be one of fail, return_identical")},
	} {
		req := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		if test.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		got := f.do(t, req)
		require.Equal(t, http.StatusBadRequest, got.status, "%s %s: %s", test.target, test.body, got.body)
		problem := got.problem(t)
		require.Equal(t, []apiserver.ProblemError{test.want}, problem.Errors, "%s %s", test.target, test.body)
		require.Contains(t, *problem.Detail, test.want.Detail)
	}
}

func at(in, pointer, detail string) apiserver.ProblemError {
	return apiserver.ProblemError{In: apiserver.ProblemErrorIn(in), Pointer: pointer, Detail: detail}
}

func TestHeadersAreChecked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	body := `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}}`
	for _, test := range []struct {
		values []string
		detail string
	}{
		{[]string{"alice", "bob"}, "must be given once"},
		{[]string{"a\xffb"}, "must be UTF-8"},
		{[]string{"a\tb"}, `must match ^[^\x00-\x1F\x7F-\x9F]+$`},
		{[]string{strings.Repeat("a", 256)}, "must have at most 255 characters"},
	} {
		req := httptest.NewRequest(http.MethodPost, "/api/v1/playbooks", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header["X-Actor"] = test.values
		problem := f.do(t, req).requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Equal(t, []apiserver.ProblemError{at("header", "/X-Actor", test.detail)}, problem.Errors)
	}
}

// Integers with a fraction of zero are integers to the contract, and numbers that Go's integers cannot take.
func TestIntegersAreWrittenAsDigits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	for _, number := range []string{"5.0", "5e0"} {
		got := f.post(t, "/api/v1/playbooks/search", `{"query":"x","top_k":`+number+`}`)
		problem := got.requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Contains(t, *problem.Detail, "write integers as digits only")
	}
	require.Equal(t, http.StatusOK, f.post(t, "/api/v1/playbooks/search", `{"query":"x","top_k":5}`).status)
}

func TestPathIsText(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	for _, target := range []string{"/api/v1/playbooks/a/versions/v1%00", "/api/v1/playbooks/a/versions/v1%FF", "/api/v1/playbooks/a%C3%28"} {
		problem := f.get(t, target).requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Contains(t, *problem.Detail, "UTF-8 without NUL")
	}
}

func TestInvalidVersionsAreNamed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	for _, version := range []string{"1.0", "1.0.0", "vv1.0.0", "abc", "v1", "v1.2", "v1.0.0+build", "v01.0.0"} {
		got := f.get(t, "/api/v1/playbooks/a/versions/"+url.PathEscape(version))
		problem := got.requireProblem(t, http.StatusBadRequest, "invalid-version")
		require.Equal(t, "/version", problem.Errors[0].Pointer)
		require.Equal(t, apiserver.Path, problem.Errors[0].In)
		require.Contains(t, *problem.Detail, version)

		body := `{"playbook_id":"a","version":"` + version + `","title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}}`
		problem = f.post(t, "/api/v1/playbooks", body).requireProblem(t, http.StatusBadRequest, "invalid-version")
		require.Equal(t, apiserver.Body, problem.Errors[0].In)
	}
}
