package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryFailureIsAProblem sends what no client should send.
func TestEveryFailureIsAProblem(t *testing.T) {
	t.Parallel()
	const (
		playbooks = "/api/v1/playbooks"
		asJSON    = "application/json"
		valid     = `{"playbook_id":"bad","version":"v1.0.0","title":"t","description":"d","content":"c","labels":{"signal_type":"S","severity":"low"}`
	)
	tests := map[string]struct {
		method, path, contentType, body string
		status                          int
	}{
		"unknown route":          {"GET", "/nothing/here", "", "", 404},
		"unknown playbook":       {"GET", playbooks + "/nothing-here", "", "", 404},
		"unknown version":        {"GET", playbooks + "/nothing-here/versions/v1.0.0", "", "", 404},
		"malformed id":           {"GET", playbooks + "/No_Id", "", "", 400},
		"malformed version":      {"GET", playbooks + "/nothing-here/versions/one", "", "", 400},
		"wrong method":           {"PUT", playbooks, asJSON, "{}", 405},
		"made-up method":         {"BREW", playbooks, "", "", 405},
		"wrong media type":       {"POST", playbooks, "text/plain", "{}", 415},
		"no media type":          {"POST", playbooks, "", "{}", 415},
		"no body":                {"POST", playbooks, asJSON, "", 400},
		"malformed JSON":         {"POST", playbooks, asJSON, `{"playbook_id":`, 400},
		"goes on after the end":  {"POST", playbooks, asJSON, valid + `} {}`, 400},
		"wrong type":             {"POST", playbooks, asJSON, valid + `,"owner":5}`, 400},
		"unknown field":          {"POST", playbooks, asJSON, valid + `,"colour":"red"}`, 400},
		"NUL in text":            {"POST", playbooks, asJSON, valid + `,"owner":"a\u0000b"}`, 400},
		"invalid UTF-8":          {"POST", playbooks, asJSON, valid + ",\"owner\":\"a\xffb\"}", 400},
		"10 MiB":                 {"POST", playbooks, asJSON, `{"content":"` + strings.Repeat("x", 10<<20) + `"}`, 413},
		"deep nesting":           {"POST", playbooks, asJSON, strings.Repeat("[", 10_000), 400},
		"unknown parameter":      {"GET", playbooks + "?severty=low", "", "", 400},
		"repeated parameter":     {"GET", playbooks + "?limit=1&limit=2", "", "", 400},
		"NUL in query":           {"GET", playbooks + "/search?query=a%00b", "", "", 400},
		"invalid UTF-8 in query": {"GET", playbooks + "/search?query=%ff", "", "", 400},
		"query missing":          {"GET", playbooks + "/search", "", "", 400},
		"query too long":         {"GET", playbooks + "/search?query=" + strings.Repeat("x", 1001), "", "", 400},
		"top_k too large":        {"GET", playbooks + "/search?query=x&top_k=101", "", "", 400},
		"similarity is a word":   {"GET", playbooks + "/search?query=x&min_similarity=high", "", "", 400},
		"damaged cursor":         {"GET", playbooks + "?cursor=zzz", "", "", 400},
		"unknown problem":        {"GET", "/problems/nothing-here", "", "", 404},
	}
	client := newHTTPClient(t, shared)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), test.method, shared.url+test.path, strings.NewReader(test.body))
			require.NoError(t, err)
			if test.contentType != "" {
				req.Header.Set("Content-Type", test.contentType)
			}
			resp, err := client.Do(req)
			require.NoError(t, err)
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.Equal(t, test.status, resp.StatusCode, "%s", body)
			require.Equal(t, "application/problem+json", resp.Header.Get("Content-Type"))
			var problem struct {
				Type, Title, Detail, Instance string
				Status                        int
				RequestID                     string `json:"request_id"`
			}
			require.NoError(t, json.Unmarshal(body, &problem))
			require.Equal(t, test.status, problem.Status)
			require.NotEmpty(t, problem.Detail)
			require.Equal(t, resp.Header.Get("X-Request-Id"), problem.RequestID)
			require.Less(t, len(body), 4096, "an answer must not echo what was sent")

			explained, err := client.Get(shared.url + problem.Type)
			require.NoError(t, err)
			require.NoError(t, explained.Body.Close())
			require.Equal(t, http.StatusOK, explained.StatusCode, problem.Type)
		})
	}
}

func TestRequestIDIsTakenOver(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shared.url+"/health/live", nil)
	require.NoError(t, err)
	req.Header.Set("X-Request-Id", "from-the-caller-1")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "from-the-caller-1", resp.Header.Get("X-Request-Id"))
}
