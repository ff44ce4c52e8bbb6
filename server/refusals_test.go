package server_test

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/server"
)

// TestEveryOperationRefuses sends to every operation of the contract what it must refuse. The catalog is the real one,
// without playbooks. Operations that take no input ignore what they are sent; that they do is a part of the test.
func TestEveryOperationRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t), func(cfg *server.Config) { cfg.MaxBodyBytes = 4096 })
	for _, s := range samples(t) {
		t.Run(s.op.OperationID, func(t *testing.T) {
			t.Parallel()
			refuseMethods(t, f, s)
			refusePaths(t, f, s)
			refuseQueries(t, f, s)
			if s.body != nil {
				refuseBodies(t, f, s)
				refuseMediaTypes(t, f, s)
			}
		})
	}
}

func refuseMethods(t *testing.T, f *fixture, s *sample) {
	t.Helper()
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "PROPFIND", "BREW", http.MethodTrace} {
		if findRoute(method, s.url()) != nil || findRoute(method, s.template) != nil {
			continue // another operation of the path
		}
		got := f.do(t, s.requestWith(method, s.url(), s.body))
		got.requireProblem(t, http.StatusMethodNotAllowed, "method-not-allowed")
		require.Contains(t, got.header.Get("Allow"), s.method)
	}
	got := f.do(t, s.requestWith(http.MethodOptions, s.url(), nil))
	require.Equal(t, http.StatusNoContent, got.status)
	require.Contains(t, got.header.Get("Allow"), s.method)
}

// unknownValues are well-formed and of nothing that there is.
var unknownValues = map[string]string{
	"version": "v9.9.9", "from": "v9.9.9", "to": "v9.9.9", "schema_version": "9.9", "event_id": "00000000-0000-4000-8000-000000000000",
}

func refusePaths(t *testing.T, f *fixture, s *sample) {
	t.Helper()
	path, _, _ := strings.Cut(s.url(), "?")
	for _, wrong := range []string{path + "/", path + "/and/more", "/x" + path} {
		f.do(t, s.requestWith(s.method, wrong, s.body)).requireProblem(t, http.StatusNotFound, "route-not-found")
	}
	for name, good := range s.path {
		for _, bad := range []string{"%00", "a%00b", "a%FFb", "a%2Fb", "a%20b", strings.Repeat("a", 400), "%C3%28"} {
			s.path[name] = bad
			got := f.do(t, s.request())
			require.Equal(t, http.StatusBadRequest, got.status, "%s: %s", s.url(), got.body)
			got.problem(t)
		}
		s.path[name] = cmp.Or(unknownValues[name], "unknown")
		want := http.StatusNotFound
		if !s.declares(want) {
			want = http.StatusOK // emptying the cache of what there is not is done already
		}
		require.Equal(t, want, f.do(t, s.request()).status, s.url())
		s.path[name] = good
	}
}

func refuseQueries(t *testing.T, f *fixture, s *sample) {
	t.Helper()
	for _, query := range []string{"nope=1", "nope", "limit=%zz", "a;b=1", "%FF=1", "%00=1", "Query=x"} {
		target := s.url() + "?" + query
		if strings.Contains(s.url(), "?") {
			target = s.url() + "&" + query
		}
		got := f.do(t, s.requestWith(s.method, target, s.body))
		if s.declares(http.StatusBadRequest) {
			got.requireProblem(t, http.StatusBadRequest, "invalid-request")
		} else {
			require.Equal(t, http.StatusOK, got.status, "%s: %s", target, got.body)
		}
	}
	for _, parameter := range s.op.Parameters {
		if parameter.Value.In != "query" {
			continue
		}
		for _, query := range []string{"=%00", "=a%FF", "="} {
			values := s.query.Encode()
			s.query.Del(parameter.Value.Name)
			got := f.do(t, s.requestWith(s.method, strings.TrimSuffix(s.url(), "?")+joint(s.url())+parameter.Value.Name+query, s.body))
			s.query = mustQuery(t, values)
			problem := got.requireProblem(t, http.StatusBadRequest, "invalid-request")
			require.Equal(t, "/"+parameter.Value.Name, problem.Errors[0].Pointer)
		}
		if !parameter.Value.Schema.Value.Type.Is("array") {
			twice := s.url() + joint(s.url()) + parameter.Value.Name + "=1&" + parameter.Value.Name + "=1"
			got := f.do(t, s.requestWith(s.method, twice, s.body))
			problem := got.requireProblem(t, http.StatusBadRequest, "invalid-request")
			require.Contains(t, problem.Errors[0].Detail, "once")
		}
	}
}

func refuseBodies(t *testing.T, f *fixture, s *sample) {
	t.Helper()
	// A list is refused for its last item; the rules for a list and for its items are the same.
	good, end, kind := strings.TrimSuffix(string(s.body), "}"), "}", "must be an object"
	if strings.HasSuffix(good, "}]") {
		good, end, kind = strings.TrimSuffix(good, "}]"), "}]", "must be an array"
	}
	for name, bad := range map[string]struct{ body, slug, detail string }{
		"empty":             {"", "malformed-body", "empty"},
		"blank":             {" \n", "malformed-body", "empty"},
		"not JSON":          {"hello", "malformed-body", "byte 1"},
		"half":              {good, "malformed-body", "unexpected end"},
		"trailing":          {good + end + " {}", "malformed-body", "after top-level value"},
		"trailing comma":    {good + "," + end, "malformed-body", "byte"},
		"invalid UTF-8":     {good + `,"x":"` + "\xff" + `"` + end, "malformed-body", "UTF-8"},
		"nested":            {good + `,"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + end, "malformed-body", "deeper than 32"},
		"nested, not valid": {strings.Repeat(`{"a":`, 600), "malformed-body", "deeper than 32"},
		"twice":             {good + `,"a":1,"\u0061":2` + end, "malformed-body", "twice"},
		"half a character":  {good + `,"a":"\ud800x"` + end, "malformed-body", "surrogate"},
		"unknown member":    {good + `,"nope":1` + end, "invalid-request", "/nope: is not known here"},
		"array":             {"[" + string(s.body) + "]", "invalid-request", "must be an object"},
		"null":              {"null", "invalid-request", "must not be null"},
		"text":              {`"x"`, "invalid-request", kind},
	} {
		got := f.do(t, s.requestWith(s.method, s.url(), []byte(bad.body)))
		problem := got.requireProblem(t, http.StatusBadRequest, bad.slug)
		require.Contains(t, *problem.Detail, bad.detail, name)
	}
	large := []byte(good + `,"x":"` + strings.Repeat("a", 5000) + `"` + end)
	f.do(t, s.requestWith(s.method, s.url(), large)).requireProblem(t, http.StatusRequestEntityTooLarge, "payload-too-large")
	chunked := s.requestWith(s.method, s.url(), large)
	chunked.ContentLength = -1
	f.do(t, chunked).requireProblem(t, http.StatusRequestEntityTooLarge, "payload-too-large")
}

func refuseMediaTypes(t *testing.T, f *fixture, s *sample) {
	t.Helper()
	for _, mediaType := range []string{
		"", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"application/json; charset=latin1", "application/json-patch+json", "json", "application/*", "application/json; =",
	} {
		req := s.request()
		req.Header.Set("Content-Type", mediaType)
		f.do(t, req).requireProblem(t, http.StatusUnsupportedMediaType, "unsupported-media-type")
	}
	for _, encoding := range []string{"gzip", "br", "identity, gzip"} {
		req := s.request()
		req.Header.Set("Content-Encoding", encoding)
		f.do(t, req).requireProblem(t, http.StatusUnsupportedMediaType, "unsupported-media-type")
	}
	for _, mediaType := range []string{"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"} {
		req := s.request()
		req.Header.Set("Content-Type", mediaType)
		req.Header.Set("Content-Encoding", "identity")
		require.Less(t, f.do(t, req).status, 300, mediaType)
	}
}

// A body that is too large by its own length is not read.
func TestLargeBodyIsNotRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.MaxBodyBytes = 10 })
	req := httptest.NewRequest(http.MethodPost, "/api/v1/playbooks/search", io.NopCloser(iotest.ErrReader(errors.New("was read"))))
	req.ContentLength = 11
	req.Header.Set("Content-Type", "text/plain")
	f.do(t, req).requireProblem(t, http.StatusRequestEntityTooLarge, "payload-too-large")
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	for _, target := range []string{
		"/", "/api", "/api/v1", "/api/v1/", "/api/v2/playbooks", "/api/v1/playbooks/", "/api/v1/playbooks//versions",
		"/api/v1/playbooks/a/versions/v1.0.0/diff", "/problems/a/b", "/docs/", "/docs/nope.js", "/docs/a/b", "/favicon.ico",
		"/health", "/" + strings.Repeat("long", 1000),
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, "BREW"} {
			got := f.do(t, httptest.NewRequest(method, target, nil))
			if strings.HasPrefix(target, "/docs/n") && method != http.MethodGet && method != http.MethodHead {
				continue // a file of the page, which takes other methods as badly as the others do
			}
			problem := got.requireProblem(t, http.StatusNotFound, "route-not-found")
			require.LessOrEqual(t, len(problem.Instance), 400)
		}
	}
}

// TestNothingLongIsRepeated sends long texts wherever a request has room for one, and looks for them in the answers.
func TestNothingLongIsRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	long := strings.Repeat("z", 600)
	good := `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}`
	answers := []*answer{
		f.get(t, "/"+long),
		f.get(t, "/api/v1/playbooks/"+long),
		f.get(t, "/api/v1/playbooks/a/versions/"+long),
		f.get(t, "/api/v1/playbooks?"+long+"=1"),
		f.get(t, "/api/v1/playbooks?limit="+long),
		f.get(t, "/api/v1/playbooks?cursor="+long),
		f.get(t, "/api/v1/playbooks?label="+long),
		f.get(t, "/api/v1/playbooks/search?query=x&severity="+long),
		f.get(t, "/api/v1/playbooks/search?query=x&severity="+long[:100]),
		f.get(t, "/problems/"+long[:64]),
		f.post(t, "/api/v1/playbooks", good+`,"`+long+`":1}`),
		f.post(t, "/api/v1/playbooks", good+`,"content_type":"`+long+`"}`),
		f.post(t, "/api/v1/playbooks", good+`,"schema_version":"`+long+`"}`),
		f.post(t, "/api/v1/playbooks", good+`,"parameters":[{"name":"`+long+`","type":"string"}]}`),
		f.post(t, "/api/v1/playbooks", good+`,"parameters":[{"name":"A","type":"string","depends_on":["`+long[:63]+`"]}]}`),
		f.post(t, "/api/v1/playbooks", strings.Replace(good, "v1.0.0", long, 1)+"}"),
		f.post(t, "/api/v1/playbooks", strings.Replace(good, "v1.0.0", long[:64], 1)+"}"),
		f.post(t, "/api/v1/playbooks", strings.Replace(good, `"low"`, `"`+long[:100]+`"`, 1)+"}"),
		f.post(t, "/api/v1/playbooks", strings.Replace(good, `"low"`, `"low","custom_labels":{"`+long+`":[]}`, 1)+"}"),
		f.post(t, "/api/v1/playbooks", good+`,"`+long+`":1,"`+long+`":1}`),
		f.post(t, "/api/v1/playbooks", long),
	}
	for header, target := range map[string]string{
		"Content-Type": "/api/v1/playbooks", "Content-Encoding": "/api/v1/playbooks", "X-Actor": "/api/v1/playbooks",
		"X-Request-Id": "/nope",
	} {
		req := httptest.NewRequest(http.MethodPost, target, strings.NewReader(good+"}"))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(header, long)
		answers = append(answers, f.do(t, req))
	}
	for _, got := range answers {
		require.GreaterOrEqual(t, got.status, 400, got.body)
		got.problem(t)
		require.NotContains(t, got.body+got.header.Get("X-Request-Id"), long[:65], got.body)
	}
}

func TestOnlyTwentyErrorsAreListed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	many := strings.TrimSuffix(strings.Repeat(`1,`, 90), ",")
	body := `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c",` +
		`"labels":{"signal_type":"s","severity":"low"},"parameters":[` + many + `]}`
	problem := f.post(t, "/api/v1/playbooks", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
	require.Len(t, problem.Errors, 20)
	require.Contains(t, *problem.Detail, "and 89 more")

	// The service does not pay for collecting every error of a body that is full of them.
	body = strings.Replace(body, many, strings.TrimSuffix(strings.Repeat(`1,`, 20_000), ","), 1)
	problem = f.post(t, "/api/v1/playbooks", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
	require.Len(t, problem.Errors, 1)

	body = `{"query":"x"` + unknownMembers(3000) + `}`
	problem = f.post(t, "/api/v1/playbooks/search", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
	require.Len(t, problem.Errors, 20)
	require.Contains(t, *problem.Detail, "and 2999 more")

	body = `{"query":"x","x":[` + strings.TrimSuffix(strings.Repeat(`0,`, 200_000), ",") + `]}`
	problem = f.post(t, "/api/v1/playbooks/search", body).requireProblem(t, http.StatusBadRequest, "malformed-body")
	require.Contains(t, *problem.Detail, "100000 values")
}
