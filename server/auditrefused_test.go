package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/server"
)

// Events count as refused wherever they are refused: by the reader of the body, by the contract, by the conversion. What
// came as far as the recorder is counted there.
func TestRefusedEventsAreCounted(t *testing.T) {
	t.Parallel()
	trail := &fakeTrail{}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail), func(cfg *server.Config) { cfg.MaxBodyBytes = 1 << 20 })
	bad := with(t, leastEvent, `"a.b"`, `"a"`)
	late := with(t, leastEvent, `2026-11-24`, `1826-11-24`)
	for _, test := range []struct {
		name, path, body string
		status           int
		counted          int64
	}{
		{"broken", "", "{", 400, 1},
		{"by the contract", "", bad, 400, 1},
		{"by the conversion", "", with(t, leastEvent, "{", `{"version":"2",`), 400, 1},
		{"by the recorder", "", late, 400, 0},
		{"one of three", "/batch", "[" + leastEvent + "," + bad + "," + leastEvent + "]", 400, 3},
		{"none", "/batch", "[]", 400, 1},
		{"no list", "/batch", leastEvent, 400, 1},
		{"too large", "/batch", strings.Repeat(" ", 1<<20+1), 413, 1},
		{"accepted", "", leastEvent, 201, 0},
	} {
		before := trail.refused.Load()
		require.Equal(t, test.status, f.post(t, eventsPath+test.path, test.body).status, test.name)
		require.Equal(t, test.counted, trail.refused.Load()-before, test.name)
	}
	before := trail.refused.Load()
	f.do(t, httptest.NewRequest(http.MethodPost, eventsPath, strings.NewReader(leastEvent))).requireProblem(t, 415, "unsupported-media-type")
	require.EqualValues(t, 1, trail.refused.Load()-before)
	f.get(t, eventsPath+"?limit=0").requireProblem(t, 400, "invalid-request")
	f.post(t, "/api/v1/playbooks/search", "{").requireProblem(t, 400, "malformed-body")
	require.EqualValues(t, 1, trail.refused.Load()-before, "only what carries events")
}

// A walk whose relative beginning has passed its fixed end goes on: its cursor has the range that it began with.
func TestWalkGoesOnAfterItsRangeHasPassed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	until := time.Now().Add(-25 * time.Hour).UTC().Format(time.RFC3339)
	q := audit.Query{Filter: audit.Filter{Range: "24h/" + until}, Order: audit.OrderNewest}
	cursor, err := q.CursorAt(audit.Position{At: storedAt, EventID: storedEventID})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, f.get(t, eventsPath+"?since=24h&until="+until+"&cursor="+cursor).status)
	problem := f.get(t, eventsPath+"?since=24h&until="+until).requireProblem(t, http.StatusBadRequest, "invalid-request")
	require.Equal(t, "/until", problem.Errors[0].Pointer, "a walk does not begin like that")
}
