package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// Every type that a failure can have is explained, and every type that is explained can be had.
func TestEveryOutcomeIsAKnownProblem(t *testing.T) {
	t.Parallel()
	used := map[*problemKind]bool{unexpected.kind: true}
	for _, row := range outcomes {
		require.True(t, slices.Contains(problemKinds, row.kind), row.kind.slug)
		require.Same(t, row.kind, outcomeOf(fmt.Errorf("wrapped: %w", row.match)).kind, "an earlier row hides %v", row.match)
		used[row.kind] = true
	}
	for _, kind := range problemKinds {
		require.True(t, used[kind], kind.slug)
		require.Equal(t, kind.status == http.StatusServiceUnavailable, kind.retryAfter > 0, kind.slug)
	}
}

// Generated code binds parameters after they were validated. Should it ever refuse one, its text is not for callers.
func TestRefusalOfGeneratedCodeIsTranslated(t *testing.T) {
	t.Parallel()
	err := bound(echo.NewHTTPError(http.StatusBadRequest, "cannot bind to *int32"))
	require.ErrorIs(t, err, errInvalidRequest)
	require.NotContains(t, err.Error(), "int32")
	require.Same(t, errTimeout, bound(errTimeout))
}

func TestCommittedAnswerIsLeftAlone(t *testing.T) {
	t.Parallel()
	s, err := New(Config{
		Catalog: noCatalog{}, Audit: Audit{Recorder: noRecorder{}, Reader: noReader{}, Verifier: noVerifier{}},
		Cache: Cache{noCache{}, noCache{}, noStats}, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), recorder)
	require.NoError(t, c.String(http.StatusOK, "begun"))
	s.writeError(errTimeout, c)
	require.Equal(t, "begun", recorder.Body.String())
}

func TestClip(t *testing.T) {
	t.Parallel()
	short := "é23456789012345678901234567890123456789012345678901234567890123é"
	require.Equal(t, short, clip(short))
	require.Equal(t, short+"…", clip(short+"x"))
	require.Empty(t, clip(""))
}

func TestCallOutsideOfARequest(t *testing.T) {
	t.Parallel()
	require.Equal(t, &call{}, callFrom(context.Background()))
}

type noCatalog struct{ Catalog }

type noRecorder struct{ AuditRecorder }

type noVerifier struct{ audit.Verifier }

type noReader struct{ audit.Reader }

type noCache struct {
	CacheControl
	CacheWarmer
}

func noStats(context.Context) (catalog.CacheStats, error) { return catalog.CacheStats{}, nil }
