package importer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/importer"
)

func fill(t *testing.T, lines ...string) *importer.Batch {
	t.Helper()
	b := batch(t)
	require.NoError(t, b.AddJSONLines(t.Context(), "f.jsonl", strings.NewReader(strings.Join(lines, "\n"))))
	return b
}

func TestVersionsGoInPrecedenceOrder(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	summary, err := fill(t,
		line("a", "v1.10.0"), line("b", "v2.0.0"), line("a", "v1.2.0"), line("a", "v1.10.0-rc.1"), line("b", "v1.0.0"),
		line("a", "v1.9.0"), line("a", "latest"),
	).Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, []string{"v1.2.0", "v1.9.0", "v1.10.0-rc.1", "v1.10.0", "latest"}, s.versions("a"))
	require.Equal(t, []string{"v1.0.0", "v2.0.0"}, s.versions("b"))
	require.Equal(t, 7, summary.Created)
	require.Equal(t, 2, summary.Playbooks)
	require.True(t, summary.Complete())
}

func TestRepeatIsIdentical(t *testing.T) {
	t.Parallel()
	_, c := newService(t)
	var lines []string
	for i := range 40 {
		lines = append(lines, line(fmt.Sprintf("p%d", i%7), fmt.Sprintf("v1.%d.0", i)))
	}
	b := fill(t, lines...)
	first, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, 40, first.Created)
	second, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, 40, second.Identical)
	require.True(t, second.Complete())
}

func TestRefusedVersionDoesNotStopLaterOnes(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	summary, err := fill(t,
		line("a", "v1.0.0"), line("a", "v1.1.0", `"expected_success_rate":"high"`), line("a", "v1.2.0"),
		line("a", "v1.2.0", `"owner":"other"`),
	).Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, []string{"v1.0.0", "v1.2.0"}, s.versions("a"))
	require.Equal(t, 2, summary.Created)
	require.Equal(t, 2, summary.Count(importer.KindRefused))
	first, second := summary.Refused[0], summary.Refused[1]
	require.Equal(t, importer.Origin{File: "f.jsonl", Line: 2}, first.Source)
	require.Equal(t, "/problems/invalid-request", first.Type)
	require.Contains(t, first.Reason, "expected_success_rate")
	require.Equal(t, "/problems/version-exists", second.Type)
	require.Equal(t, "v1.2.0", second.Version)
	require.Equal(t, importer.KindRefused, second.Kind)
}

func TestVersionsBelowTheCatalogAreNamed(t *testing.T) {
	t.Parallel()
	_, c := newService(t)
	_, err := fill(t, line("a", "v2.0.0")).Publish(t.Context(), quick(c))
	require.NoError(t, err)
	summary, err := fill(t, line("a", "v1.0.0"), line("a", "v2.0.0")).Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, 1, summary.Identical)
	require.Equal(t, 1, summary.Late())
	require.Equal(t, "v2.0.0", summary.Refused[0].GreatestVersion)
}

func TestDryRunStoresNothing(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	cfg := quick(c)
	cfg.DryRun = true
	cfg.Actor = "carol"
	summary, err := fill(t, line("a", "v1.0.0"), line("a", "v1.1.0")).Publish(t.Context(), cfg)
	require.NoError(t, err)
	require.Equal(t, 2, summary.Created)
	require.True(t, summary.DryRun)
	require.Empty(t, s.versions("a"))
	require.Equal(t, "carol", s.actor)
}

func TestOverloadIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 502, 503, 504} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s, c := newService(t)
			var calls atomic.Int32
			s.before = func(w http.ResponseWriter, _ *http.Request, _ apiclient.PublishRequest) bool {
				if calls.Add(1) > 3 {
					return false
				}
				problem(w, status, apiclient.Problem{Type: "/problems/overloaded", Title: "Overloaded"})
				return true
			}
			summary, err := fill(t, line("a", "v1.0.0")).Publish(t.Context(), quick(c))
			require.NoError(t, err)
			require.Equal(t, 1, summary.Created)
			require.Equal(t, 4, s.requestCount())
		})
	}
}

// With a delay of its own of an hour, the import can only succeed in time by what Retry-After says.
func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"0", "Mon, 02 Jan 2006 15:04:05 GMT"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t)
			var calls atomic.Int32
			s.before = func(w http.ResponseWriter, _ *http.Request, _ apiclient.PublishRequest) bool {
				if calls.Add(1) > 1 {
					return false
				}
				w.Header().Set("Retry-After", value)
				problem(w, http.StatusServiceUnavailable, apiclient.Problem{Type: "/problems/database-unavailable", Title: "Down"})
				return true
			}
			cfg := quick(c)
			cfg.Retry = importer.Retry{MinDelay: time.Hour, MaxDelay: 2 * time.Hour}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			summary, err := fill(t, line("a", "v1.0.0")).Publish(ctx, cfg)
			require.NoError(t, err)
			require.Equal(t, 1, summary.Created)
		})
	}
}

// And an hour that the service asks for is cut to the bound.
func TestRetryAfterIsBounded(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	s.before = func(w http.ResponseWriter, _ *http.Request, _ apiclient.PublishRequest) bool {
		w.Header().Set("Retry-After", "3600")
		problem(w, http.StatusServiceUnavailable, apiclient.Problem{Type: "/problems/database-unavailable", Title: "Down"})
		return true
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	summary, err := fill(t, line("a", "v1.0.0"), line("a", "v1.1.0")).Publish(ctx, quick(c))
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.EqualValues(t, 503, p.Status)
	require.Equal(t, 2, summary.NotAttempted)
	require.Equal(t, 4, s.requestCount())
	require.NotEmpty(t, summary.Stopped)
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	c, err := client.New("http://127.0.0.1:1", 1)
	require.NoError(t, err)
	summary, err := fill(t, line("a", "v1.0.0"), line("b", "v1.0.0")).Publish(t.Context(), quick(c))
	require.ErrorIs(t, err, client.ErrUnreachable)
	require.Equal(t, 2, summary.NotAttempted)
	require.False(t, summary.Interrupted)
}

func TestSomebodyElseThere(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	s.before = func(w http.ResponseWriter, _ *http.Request, _ apiclient.PublishRequest) bool {
		answer(w, http.StatusNotFound, "text/html", "<html>")
		return true
	}
	summary, err := fill(t, line("a", "v1.0.0"), line("a", "v1.1.0")).Publish(t.Context(), quick(c))
	require.ErrorIs(t, err, client.ErrNotTheService)
	require.Equal(t, 2, summary.NotAttempted)
}

// Had v1.2.0 been published, v1.1.0 could never be.
func TestFailureHoldsBackLaterVersionsOfThatPlaybook(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	var broken atomic.Bool
	broken.Store(true)
	s.before = func(w http.ResponseWriter, _ *http.Request, body apiclient.PublishRequest) bool {
		if body.PlaybookId != "a" || body.Version != "v1.1.0" || !broken.Load() {
			return false
		}
		problem(w, http.StatusInternalServerError, apiclient.Problem{Type: "/problems/internal-error", Title: "Internal error"})
		return true
	}
	b := fill(t, line("a", "v1.0.0"), line("a", "v1.1.0"), line("a", "v1.2.0"), line("b", "v1.0.0"), line("b", "v1.1.0"))
	summary, err := b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, []string{"v1.0.0"}, s.versions("a"))
	require.Len(t, s.versions("b"), 2)
	require.Equal(t, 1, summary.Count(importer.KindFailed))
	require.Equal(t, 1, summary.NotAttempted)
	require.Equal(t, importer.KindFailed, summary.Refused[0].Kind)

	broken.Store(false)
	summary, err = b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.True(t, summary.Complete())
	require.Equal(t, 2, summary.Created)
	require.Equal(t, 3, summary.Identical)
}

// The request under way ends in its own time and is counted; nothing is sent after it.
func TestInterruptedImportIsACompletePrefix(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s.before = func(_ http.ResponseWriter, _ *http.Request, body apiclient.PublishRequest) bool {
		if body.Version == "v1.1.0" {
			interrupt()
		}
		return false
	}
	b := fill(t, line("a", "v1.0.0"), line("a", "v1.1.0"), line("a", "v1.2.0"), line("b", "v1.0.0"))
	cfg := quick(c)
	cfg.Concurrency = 1
	cfg.Grace = time.Minute
	summary, err := b.Publish(ctx, cfg)
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, summary.Interrupted)
	require.Equal(t, 2, summary.Created)
	require.Equal(t, 2, summary.NotAttempted)
	require.Equal(t, []string{"v1.0.0", "v1.1.0"}, s.versions("a"))

	summary, err = b.Publish(t.Context(), quick(c))
	require.NoError(t, err)
	require.Equal(t, 2, summary.Identical)
	require.Equal(t, 2, summary.Created)
}

func TestGraceEndsARequestThatHangs(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s.before = func(_ http.ResponseWriter, r *http.Request, _ apiclient.PublishRequest) bool {
		interrupt()
		<-r.Context().Done()
		return true
	}
	cfg := quick(c)
	cfg.Grace = time.Millisecond
	summary, err := fill(t, line("a", "v1.0.0")).Publish(ctx, cfg)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, summary.NotAttempted)
}

func TestPlaybooksGoInParallel(t *testing.T) {
	t.Parallel()
	s, c := newService(t)
	both := make(chan struct{})
	var waiting atomic.Int32
	s.before = func(_ http.ResponseWriter, r *http.Request, _ apiclient.PublishRequest) bool {
		if waiting.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
		case <-r.Context().Done():
		}
		return false
	}
	var progress atomic.Int32
	cfg := quick(c)
	cfg.Concurrency = 2
	cfg.Progress = func() { progress.Add(1) }
	summary, err := fill(t, line("a", "v1.0.0"), line("b", "v1.0.0")).Publish(t.Context(), cfg)
	require.NoError(t, err)
	require.Equal(t, 2, summary.Created)
	require.EqualValues(t, 2, progress.Load())
}

func TestSummaryAsJSON(t *testing.T) {
	t.Parallel()
	_, c := newService(t)
	summary, err := fill(t, line("a", "v1.0.0"), "{").Publish(t.Context(), quick(c))
	require.NoError(t, err)
	text, err := json.Marshal(summary)
	require.NoError(t, err)
	require.Contains(t, string(text), `"refused":[{"source":"f.jsonl:2","kind":"unreadable","reason":"record is not valid JSON: it ends too early"}]`)
	require.Contains(t, string(text), `"ignored_fields":{}`)

	summary, err = fill(t, line("a", "v1.0.0")).Publish(t.Context(), quick(c))
	require.NoError(t, err)
	text, err = json.Marshal(summary)
	require.NoError(t, err)
	require.Contains(t, string(text), `"refused":[]`)
}
