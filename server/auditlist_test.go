package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/server"
)

// unlistable is a queue whose parked groups cannot be read.
type unlistable struct{ server.AuditQueue }

func (unlistable) Parked(context.Context, int) ([]audit.ParkedEntry, error) {
	return nil, fmt.Errorf("%w: %w", audit.ErrQueueUnavailable, errors.New("gone"))
}

func (f *fixture) delete(t testing.TB, target string) *answer {
	t.Helper()
	return f.do(t, httptest.NewRequest(http.MethodDelete, target, nil))
}

func TestListOfEventsHandsOverEveryFilter(t *testing.T) {
	t.Parallel()
	var got audit.Query
	total := int64(7)
	trail := &fakeTrail{list: func(q audit.Query) (audit.Page, error) {
		got = q
		return audit.Page{HasMore: true, NextCursor: "more", Total: &total}, nil
	}}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	require.JSONEq(t, `{"data":[],"pagination":{"limit":7,"offset":5,"has_more":true,"next_cursor":"more","total":7}}`, f.get(t, eventsPath+
		"?correlation_id=co&event_type=ty.*&event_category=ca&event_action=ac&event_outcome=failure&severity=se&actor_type=at&actor_id=ai"+
		"&resource_type=rt&resource_id=ri&namespace=ns&trace_id=ti&since=2026-11-01T00:00:00%2B01:00&until=2026-11-02T00:00:00Z"+
		"&limit=7&offset=5&with_total=true&order=newest").body)
	require.Equal(t, audit.Query{
		Filter: audit.Filter{
			CorrelationID: "co", Type: "ty.*", Category: "ca", Action: "ac", Outcome: audit.OutcomeFailure, Severity: "se",
			ActorType: "at", ActorID: "ai", ResourceType: "rt", ResourceID: "ri", Namespace: "ns", TraceID: "ti",
			Since: time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
			Range: "2026-11-01T00:00:00+01:00/2026-11-02T00:00:00Z",
		},
		Order: audit.OrderNewest, Limit: 7, Offset: 5, WithTotal: true,
	}, got)

	f.get(t, eventsPath)
	require.Equal(t, audit.Query{Order: audit.OrderNewest, Limit: audit.DefaultLimit}, got)

	require.NotContains(t, f.get(t, eventsPath+"?order=recorded&cursor=abc").body, "offset")
	require.Equal(t, audit.Query{Order: audit.OrderRecorded, Limit: audit.DefaultLimit, Cursor: "abc"}, got)
}

func TestRelativeTimes(t *testing.T) {
	t.Parallel()
	var got audit.Query
	trail := &fakeTrail{list: func(q audit.Query) (audit.Page, error) { got = q; return audit.Page{}, nil }}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	for text, ago := range map[string]time.Duration{
		"90s": 90 * time.Second, "30m": 30 * time.Minute, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour,
		"2w": 14 * 24 * time.Hour, "36500d": 36500 * 24 * time.Hour,
	} {
		before := time.Now()
		require.Equal(t, http.StatusOK, f.get(t, eventsPath+"?since="+text).status)
		require.WithinRange(t, got.Since, before.Add(-ago), time.Now().Add(-ago))
		require.True(t, got.Until.IsZero())
		require.Equal(t, text+"/", got.Range)
	}
}

func TestListOfEventsRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	for query, want := range map[string]apiserver.ProblemError{
		"limit=0":                     at("query", "/limit", "must be at least 1"),
		"limit=1001":                  at("query", "/limit", "must be at most 1000"),
		"offset=1000001":              at("query", "/offset", "must be at most 1000000"),
		"cursor=x&offset=1":           at("query", "/cursor", "cannot be used together with an offset"),
		"order=recorded&offset=1":     at("query", "/offset", "cannot be used with order=recorded; use a cursor"),
		"order=oldest":                at("query", "/order", "must be one of newest, recorded"),
		"event_outcome=ok":            at("query", "/event_outcome", "must be one of success, failure, pending"),
		"since=1d&until=2d":           at("query", "/until", "must be later than since"),
		"since=2026-02-30T00:00:00Z":  at("query", "/since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339), or how long ago, such as 24h or 7d"),
		"since=yesterday":             at("query", "/since", "must match ^([0-9]{1,6}[smhdw]|[0-9]{4}-[0-9]{2}-[0-9]{2}T.+)$"),
		"since=36501d":                at("query", "/since", "must be at most 36500d"),
		"until=999999w":               at("query", "/until", "must be at most 36500d"),
		"since=0000-12-31T00:00:00Z":  at("query", "/since", "must be later than the year 1"),
		"until=0001-01-01T00:00:00Z":  at("query", "/until", "must be later than the year 1"),
		"since=2026-11-24T06:00:00":   at("query", "/since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339), or how long ago, such as 24h or 7d"),
		"since=2026-11-24T06:00:00xs": at("query", "/since", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339), or how long ago, such as 24h or 7d"),
	} {
		problem := f.get(t, eventsPath+"?"+query).requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Equal(t, []apiserver.ProblemError{want}, problem.Errors, query)
	}
	problem := f.get(t, eventsPath+"?cursor=zzz").requireProblem(t, http.StatusBadRequest, "invalid-cursor")
	require.Equal(t, "/cursor", problem.Errors[0].Pointer)
}

// A cursor goes on with the range of time that the walk began with, and is refused with other filters.
func TestCursorBelongsToItsFilters(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	q := audit.Query{Filter: audit.Filter{Category: "signal", Range: "24h/"}, Order: audit.OrderNewest}
	cursor, err := q.CursorAt(audit.Position{At: storedAt, EventID: storedEventID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, f.get(t, eventsPath+"?event_category=signal&since=24h&cursor="+cursor).status)
	for _, other := range []string{"event_category=signal", "event_category=other&since=24h", "event_category=signal&since=25h", "event_category=signal&since=24h&order=recorded"} {
		f.get(t, eventsPath+"?"+other+"&cursor="+cursor).requireProblem(t, http.StatusBadRequest, "invalid-cursor")
	}
}

func TestBoundsOfTheContractAreThoseOfTheTrail(t *testing.T) {
	t.Parallel()
	limit := document().Components.Parameters["AuditLimit"].Value.Schema.Value
	require.EqualValues(t, audit.MaxLimit, *limit.Max)
	require.EqualValues(t, audit.DefaultLimit, limit.Default)
	batch := document().Paths.Value(eventsPath + "/batch").Post.RequestBody.Value.Content["application/json"].Schema.Value
	require.EqualValues(t, audit.MaxBatch, *batch.MaxItems)
	days := document().Components.Schemas["AuditEventInput"].Value.Properties["retention_days"].Value
	require.EqualValues(t, audit.MinRetentionDays, *days.Min)
	require.EqualValues(t, audit.MaxRetentionDays, *days.Max)
	require.EqualValues(t, audit.DefaultRetentionDays, days.Default)
	for _, parameter := range document().Paths.Value(eventsPath).Get.Parameters {
		if parameter.Value.Name == "offset" {
			require.EqualValues(t, audit.MaxOffset, *parameter.Value.Schema.Value.Max)
		}
	}
}
