package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/versioning"
)

// TestFailuresAreProblems gives every failure of the domain to every operation that can have it, wrapped as adapters do.
func TestFailuresAreProblems(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err    error
		status int
		slug   string
	}{
		{catalog.ErrInvalidCursor, 400, "invalid-cursor"},
		{versioning.ErrInvalidFormat, 400, "invalid-version"},
		{versioning.ErrVersionNotIncremented, 400, "version-not-incremented"},
		{&versioning.NotIncrementedError{Next: "v0.9.0", Greatest: "v1.0.0"}, 400, "version-not-incremented"},
		{versioning.ErrVersionAlreadyExists, 409, "version-exists"},
		{catalog.ErrTransitionNotAllowed, 409, "transition-not-allowed"},
		{&catalog.TransitionNotAllowedError{Transition: "disable", Last: disabledEntry()}, 409, "transition-not-allowed"},
		{catalog.ErrPreconditionFailed, 412, "precondition-failed"},
		{catalog.ErrPlaybookNotFound, 404, "playbook-not-found"},
		{catalog.ErrVersionNotFound, 404, "version-not-found"},
		{catalog.ErrNoActiveVersion, 404, "no-active-version"},
		{catalog.ErrUnavailable, 503, "database-unavailable"},
		{catalog.ErrOutcomeUnknown, 503, "outcome-unknown"},
		{fmt.Errorf("%w: %w", catalog.ErrUnavailable, catalog.ErrOutcomeUnknown), 503, "outcome-unknown"},
		{validation.ErrInvalid, 400, "invalid-request"},
		{&validation.Error{Violations: []validation.Violation{{Pointer: "/0/event_type", Detail: "is odd"}}}, 400, "invalid-request"},
		{audit.ErrInvalidCursor, 400, "invalid-cursor"},
		{audit.ErrUnknownParent, 400, "unknown-parent"},
		{&audit.UnknownParentError{IDs: []uuid.UUID{storedEventID}}, 400, "unknown-parent"},
		{audit.ErrEventNotFound, 404, "event-not-found"},
		{audit.ErrQueueEntryNotFound, 404, "queue-entry-not-found"},
		{audit.ErrInvalidResume, 400, "invalid-cursor"},
		{audit.ErrChainNotFound, 404, "chain-not-found"},
		{audit.ErrKeyRequired, 409, "audit-key-required"},
		{audit.ErrConflict, 409, "event-exists"},
		{&audit.ConflictError{IDs: []uuid.UUID{storedEventID}}, 409, "event-exists"},
		{audit.ErrUnavailable, 503, "database-unavailable"},
		{audit.ErrQueueUnavailable, 503, "queue-unavailable"},
		{audit.ErrClosed, 503, "stopping"},
		{fmt.Errorf("%w: %w", audit.ErrUnavailable, audit.ErrOutcomeUnknown), 503, "outcome-unknown"},
		{embedding.ErrUnavailable, 503, "embedder-unavailable"},
		{embedding.ErrRejected, 503, "embedder-unavailable"},
		{versioning.ErrInvalidExisting, 500, "internal-error"},
		{errors.New("pq: relation does not exist"), 500, "internal-error"},
		{context.DeadlineExceeded, 500, "internal-error"},
	} {
		fail := func(context.Context) error { return fmt.Errorf("SELECT secret FROM t: %w", test.err) }
		f := newFixture(t, calling(fail), doing(fail))
		for _, s := range samples(t) {
			if !s.ofCatalog() || !s.declares(test.status) {
				continue
			}
			got := f.do(t, s.request())
			problem := got.requireProblem(t, test.status, test.slug)
			require.NotContains(t, got.body, "pq:")
			require.NotContains(t, got.body, "catalog.")
			if test.slug != "invalid-version" {
				require.NotContains(t, got.body, "SELECT")
			}
			require.Equal(t, strings.Split(s.url(), "?")[0], problem.Instance)
		}
		logged := f.logs.lines(t, "request")
		require.NotEmpty(t, logged)
		for _, line := range logged {
			if test.status >= 500 {
				require.Equal(t, "ERROR", line["level"])
				require.Contains(t, line["error"], "SELECT secret FROM t")
			} else {
				require.Equal(t, "INFO", line["level"])
				require.NotContains(t, line, "error")
			}
		}
	}
}

func TestProblemsExplainThemselves(t *testing.T) {
	t.Parallel()
	at, by := storedAt, "carol"
	newest := catalog.VersionRef{
		Version: "v2.0.0", Status: catalog.StatusDisabled, DisabledAt: &at, DisabledBy: by, DisabledReason: "broke things",
	}
	publish := func(f *fixture, t *testing.T) *answer {
		t.Helper()
		return f.do(t, sampleOf(t, "publishPlaybook").request())
	}
	latest := func(f *fixture, t *testing.T) *answer { t.Helper(); return f.get(t, "/api/v1/playbooks/some") }
	version := func(f *fixture, t *testing.T) *answer {
		t.Helper()
		return f.get(t, "/api/v1/playbooks/some/versions/v1.0.0")
	}
	for _, test := range []struct {
		err    error
		send   func(*fixture, *testing.T) *answer
		detail string
		errors []apiserver.ProblemError
	}{
		{
			&versioning.NotIncrementedError{Next: "v0.9.0", Greatest: "v1.0.0"}, publish,
			"v0.9.0 is not greater than v1.0.0, the version of example-oom-killed to beat",
			[]apiserver.ProblemError{{In: "body", Pointer: "/version", Detail: "must be greater than v1.0.0"}},
		},
		{
			versioning.ErrVersionAlreadyExists, publish,
			"example-oom-killed v1.0.0 exists and is immutable; publish the change as a greater version",
			[]apiserver.ProblemError{{In: "body", Pointer: "/version", Detail: "exists already"}},
		},
		{catalog.ErrPlaybookNotFound, latest, "there is no playbook some", nil},
		{catalog.ErrVersionNotFound, version, "playbook some has no version v1.0.0", nil},
		{
			&catalog.NoActiveVersionError{PlaybookID: "some", Newest: newest}, latest,
			"no version of some may be used; the newest, v2.0.0, was disabled by carol on 2026-11-24T06:00:00Z: broke things", nil,
		},
	} {
		problem := test.send(newFixture(t, failing(test.err)), t).problem(t)
		require.Equal(t, test.detail, *problem.Detail)
		require.Equal(t, test.errors, problem.Errors)
		var refused *versioning.NotIncrementedError
		if errors.As(test.err, &refused) {
			require.Equal(t, "v1.0.0", *problem.GreatestVersion)
		}
		if errors.Is(test.err, catalog.ErrNoActiveVersion) {
			require.Equal(t, "v2.0.0", problem.NewerVersion.Version)
			require.Equal(t, apiserver.Status("disabled"), problem.NewerVersion.Status)
			require.Equal(t, "carol", *problem.NewerVersion.DisabledBy)
		}
	}
}

func sampleOf(t testing.TB, operationID string) *sample {
	t.Helper()
	for _, s := range samples(t) {
		if s.op.OperationID == operationID {
			return s
		}
	}
	require.Fail(t, "no such operation", operationID)
	return nil
}

func TestPanicIsAnInternalError(t *testing.T) {
	t.Parallel()
	panics := func(context.Context) error { panic("secret reason") }
	f := newFixture(t, calling(panics), doing(panics))
	for _, s := range samples(t) {
		if !s.ofCatalog() {
			continue
		}
		got := f.do(t, s.request())
		got.requireProblem(t, http.StatusInternalServerError, "internal-error")
		require.NotContains(t, got.body, "secret")
		require.NotContains(t, got.body, ".go")
		lines := f.logs.lines(t, "request")
		last := lines[len(lines)-1]
		require.Contains(t, last["error"], "secret reason")
		require.Contains(t, last["stack"], "errors_test.go")
		require.Equal(t, got.header.Get("X-Request-Id"), last["request_id"])
	}
	require.Equal(t, http.StatusOK, f.get(t, "/health/live").status)
}

// A value that JSON cannot hold fails before the first byte of the answer.
func TestAnswerThatCannotBeWrittenIsAnInternalError(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{search: func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error) {
		found := foundOne()
		found.Hits[0].Similarity = ptr(nan())
		return found, nil
	}})
	f.get(t, "/api/v1/playbooks/search?query=x").requireProblem(t, http.StatusInternalServerError, "internal-error")
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	wait := func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("query: %w", ctx.Err()) }
	// What a driver makes of the end of a context is its own affair.
	waitOdd := func(ctx context.Context) error {
		<-ctx.Done()
		return errors.New("pq: canceling statement due to user request")
	}
	waitEmbedder := func(ctx context.Context) error { <-ctx.Done(); return embedding.ContextError(ctx, "embedding") }
	for _, do := range []func(context.Context) error{wait, waitOdd, waitEmbedder} {
		f := newFixture(t, calling(do), doing(do), func(cfg *server.Config) { cfg.RequestTimeout = time.Millisecond })
		for _, s := range samples(t) {
			if s.ofCatalog() {
				f.do(t, s.request()).requireProblem(t, http.StatusServiceUnavailable, "timeout")
			}
		}
	}
	// What the domain found out after all is not hidden by the end of the time.
	for _, test := range []struct {
		err  error
		slug string
	}{{versioning.ErrVersionAlreadyExists, "version-exists"}, {catalog.ErrOutcomeUnknown, "outcome-unknown"}} {
		f := newFixture(t, calling(func(ctx context.Context) error {
			<-ctx.Done()
			if errors.Is(test.err, catalog.ErrOutcomeUnknown) {
				return fmt.Errorf("%w: %w", test.err, ctx.Err())
			}
			return test.err
		}), func(cfg *server.Config) { cfg.RequestTimeout = time.Millisecond })
		got := f.do(t, sampleOf(t, "publishPlaybook").request())
		require.Equal(t, "/problems/"+test.slug, got.problem(t).Type)
	}
}

func TestCallerThatLeftIsNoError(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(context.Background())
	f := newFixture(t, calling(func(ctx context.Context) error { leave(); <-ctx.Done(); return ctx.Err() }))
	req := httptest.NewRequest(http.MethodGet, "/api/v1/playbooks/search?query=x", nil).WithContext(ctx)
	recorder := httptest.NewRecorder()
	f.Handler().ServeHTTP(recorder, req)
	require.Empty(t, recorder.Body.String())
	lines := f.logs.lines(t, "request")
	require.Len(t, lines, 1)
	require.EqualValues(t, 499, lines[0]["status"])
	require.Equal(t, "INFO", lines[0]["level"])
	require.Contains(t, f.get(t, "/metrics").body, `route="/api/v1/playbooks/search",status="499"} 1`)
}

// Whether a change happened is for somebody to find out, even when its caller does not wait for the answer.
func TestUnknownOutcomeIsLoggedThoughTheCallerLeft(t *testing.T) {
	t.Parallel()
	for operation, unknown := range map[string]error{
		"publishPlaybook": catalog.ErrOutcomeUnknown, "recordAuditEvent": audit.ErrOutcomeUnknown,
	} {
		ctx, leave := context.WithCancel(context.Background())
		lose := func(ctx context.Context) error {
			leave()
			<-ctx.Done()
			return fmt.Errorf("%w: %w", unknown, ctx.Err())
		}
		f := newFixture(t, calling(lose), doing(lose))
		got := f.do(t, sampleOf(t, operation).request().WithContext(ctx))
		got.requireProblem(t, http.StatusServiceUnavailable, "outcome-unknown")
		require.Equal(t, "ERROR", f.logs.lines(t, "request")[0]["level"])
	}
}

// An answer that breaks off must not look complete to its reader, so its connection is cut.
func TestAnswerThatBreaksOffCutsTheConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		f.Handler().ServeHTTP(brokenWriter{http.Header{}}, httptest.NewRequest(http.MethodGet, "/api/v1/playbooks/a", nil))
	})
	require.Equal(t, "cannot write", f.logs.lines(t, "request")[0]["error"])
}

// brokenWriter takes the header of an answer and nothing of its body.
type brokenWriter struct{ header http.Header }

func (w brokenWriter) Header() http.Header     { return w.header }
func (brokenWriter) WriteHeader(int)           {}
func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("cannot write") }

func TestProblemTypes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	var list apiserver.ProblemTypeList
	f.get(t, "/problems").decode(t, &list)
	require.GreaterOrEqual(t, len(list.Items), 19)
	seen := map[string]bool{}
	for _, item := range list.Items {
		require.False(t, seen[item.Type], item.Type)
		seen[item.Type] = true
		var one apiserver.ProblemType
		f.get(t, item.Type).decode(t, &one)
		require.Equal(t, item, one)
		require.NotEmpty(t, one.Cause)
		require.NotEmpty(t, one.Remedy)

		page := f.accept(t, item.Type, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
		require.Equal(t, "text/html", page.header.Get("Content-Type"))
		require.Contains(t, page.body, "<h1>"+item.Title)
		require.NotContains(t, page.body, "http")
	}
	for _, accept := range []string{"", "*/*", "application/json", "text/html;q=0.1, application/json", "text/*", ";;;", "text/html;q=x"} {
		require.Equal(t, "application/json", f.accept(t, "/problems/timeout", accept).header.Get("Content-Type"), accept)
	}
	problem := f.get(t, "/problems/nope").requireProblem(t, http.StatusNotFound, "problem-type-not-found")
	require.True(t, seen[problem.Type])
}

func (f *fixture) accept(t testing.TB, path, accept string) *answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	return f.do(t, req)
}

func nan() float64 {
	var zero float64
	return zero / zero
}
