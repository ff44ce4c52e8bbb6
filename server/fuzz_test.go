package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRequest sends what the contract may or may not allow to the real domain. Whatever it is, the answer is one that the
// contract declares, and never a failure of the service.
func FuzzRequest(f *testing.F) {
	for _, s := range samples(f) {
		path, query, _ := strings.Cut(s.url(), "?")
		f.Add(s.method, path, query, "application/json", "alice", string(s.body))
	}
	f.Add("GET", "/api/v1/playbooks", "updated_since=0000-01-01T00:00:00Z&label=a:b&limit=+5", "", "", "")
	f.Add("GET", "/api/v1/playbooks/a%2F..%2Fb", "cursor=%00", "", "\x7f", "")
	f.Add("POST", "/api/v1/playbooks/search", "", "application/json;charset=utf-8", "", `{"query":"x","top_k":1e2,"min_similarity":-0}`)
	f.Add("POST", "/api/v1/playbooks", "dry_run=true", "application/json", "", fullDraft)
	f.Add("POST", "/api/v1/playbooks", "", "application/json", "", strings.Replace(fullDraft, `"512Mi"`, `{"a":[1e400,null]}`, 1))
	server := newFixture(f, emptyCatalog(f))
	f.Fuzz(func(t *testing.T, method, path, query, contentType, actor, body string) {
		target, err := url.Parse(path)
		if err != nil || !strings.HasPrefix(path, "/") || target.Host != "" || method == "" || strings.ContainsFunc(method, notLetter) {
			return // net/http refuses it before it comes to the server
		}
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		req.Method = method
		req.URL.Path, req.URL.RawPath, req.URL.RawQuery = target.Path, target.RawPath, query
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("X-Actor", actor)
		got := server.do(t, req)
		require.Less(t, got.status, 500, got.body)
	})
}

func notLetter(r rune) bool { return r < 'A' || r > 'Z' }
