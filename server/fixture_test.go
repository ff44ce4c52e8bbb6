package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/openapi"
	"github.com/kubernaut/datastorage/server"
)

type rawJSON = json.RawMessage

// fixture is a server with what a test looks at.
type fixture struct {
	*server.Server
	registry *prometheus.Registry
	logs     *logBuffer
}

func newFixture(t testing.TB, playbooks server.Catalog, configure ...func(*server.Config)) *fixture {
	t.Helper()
	registry, logs := prometheus.NewRegistry(), &logBuffer{}
	cfg := server.Config{
		Catalog: playbooks, Audit: (&fakeTrail{}).trail(), Cache: (&fakeCache{}).all(), Registerer: registry, Gatherer: registry,
		Logger: slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, change := range configure {
		change(&cfg)
	}
	s, err := server.New(cfg)
	require.NoError(t, err)
	return &fixture{Server: s, registry: registry, logs: logs}
}

// logBuffer collects log lines of a server that is in use.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// lines gives the log lines with this message.
func (b *logBuffer) lines(t testing.TB, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(b.String()) {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		if entry["msg"] == message {
			found = append(found, entry)
		}
	}
	return found
}

// answer is a response that was checked against the contract.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a *answer) problem(t testing.TB) apiserver.Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), a.body)
	var problem apiserver.Problem
	require.NoError(t, json.Unmarshal([]byte(a.body), &problem))
	require.EqualValues(t, a.status, problem.Status)
	require.NotEmpty(t, *problem.Detail)
	require.Equal(t, a.header.Get("X-Request-Id"), problem.RequestId)
	return problem
}

// requireProblem checks status and type.
func (a *answer) requireProblem(t testing.TB, status int, slug string) apiserver.Problem {
	t.Helper()
	require.Equal(t, status, a.status, a.body)
	problem := a.problem(t)
	require.Equal(t, "/problems/"+slug, problem.Type, a.body)
	return problem
}

func (a *answer) decode(t testing.TB, target any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.body), target))
}

func (f *fixture) get(t testing.TB, path string) *answer {
	t.Helper()
	return f.do(t, httptest.NewRequest(http.MethodGet, path, nil))
}

func (f *fixture) post(t testing.TB, path, body string) *answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	return f.do(t, req)
}

// do answers a request and checks the answer against the contract: a status or a media type that the operation does not
// declare is a failure, as is an answer without the headers that every answer has.
func (f *fixture) do(t testing.TB, req *http.Request) *answer {
	t.Helper()
	recorder := httptest.NewRecorder()
	f.Handler().ServeHTTP(recorder, req)
	got := &answer{status: recorder.Code, header: recorder.Result().Header, body: recorder.Body.String()}
	checkAnswer(t, req, got)
	return got
}

func checkAnswer(t testing.TB, req *http.Request, got *answer) {
	t.Helper()
	require.NotEmpty(t, got.header.Get("X-Request-Id"))
	require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
	require.Contains(t, got.header.Get("Content-Security-Policy"), "default-src 'none'")
	if got.status == http.StatusServiceUnavailable {
		require.NotEmpty(t, got.header.Get("Retry-After"))
	}
	route := findRoute(req.Method, req.URL.EscapedPath())
	if route == nil {
		checkOutside(t, req, got)
		return
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route},
		Status:                 got.status,
		Header:                 got.header,
		Body:                   io.NopCloser(strings.NewReader(got.body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	require.NoError(t, err, "%s %s: %d %s", req.Method, req.URL, got.status, got.body)
}

// checkOutside checks the answer to a request that is no operation of the contract.
func checkOutside(t testing.TB, req *http.Request, got *answer) {
	t.Helper()
	switch got.status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		var value any
		require.NoError(t, json.Unmarshal([]byte(got.body), &value))
		require.NoError(t, document().Components.Schemas["Problem"].Value.VisitJSON(value))
	case http.StatusNoContent:
		require.Equal(t, http.MethodOptions, req.Method)
		require.NotEmpty(t, got.header.Get("Allow"))
	default:
		require.True(t, strings.HasPrefix(req.URL.Path, "/docs/"), "%s %s: %d", req.Method, req.URL, got.status)
	}
}

var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(openapi.YAML)
	if err != nil {
		panic(err)
	}
	return doc
})

// findRoute finds an operation by its path alone, and knows nothing of how the server does it.
func findRoute(method, path string) *routers.Route {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, literal := range []bool{true, false} {
		for template, item := range document().Paths.Map() {
			if strings.Contains(template, "{") == literal || !matches(template, path) {
				continue
			}
			if op := item.GetOperation(method); op != nil {
				return &routers.Route{Spec: document(), Path: template, PathItem: item, Method: method, Operation: op}
			}
			if literal {
				return nil
			}
		}
	}
	return nil
}

func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}
