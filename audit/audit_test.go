package audit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/validation"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 891234567, time.UTC)

func validEvent() audit.Event {
	return audit.Event{
		Version: "1.0", Timestamp: now, Type: "gateway.signal.received", Category: "signal", Action: "received",
		Outcome: audit.OutcomeSuccess, ActorType: "service", ActorID: "gateway", ResourceType: "Pod", ResourceID: "p-1",
		CorrelationID: "rr-1", Data: json.RawMessage(`{"b": 1.50, "a": "x"}`),
	}
}

func TestNormaliseFillsInDefaults(t *testing.T) {
	t.Parallel()
	e, err := validEvent().Normalise(now, audit.DefaultWindow)
	require.NoError(t, err)
	require.Equal(t, uuid.Version(7), e.ID.Version())
	require.Equal(t, audit.DefaultRetentionDays, e.RetentionDays)
	require.Equal(t, 891234000, e.Timestamp.Nanosecond(), "PostgreSQL keeps microseconds")
	require.Equal(t, `{"a":"x","b":1.5}`, string(e.Data))
	again, err := e.Normalise(now, audit.DefaultWindow)
	require.NoError(t, err)
	require.Equal(t, e, again)
}

func TestNormaliseRefuses(t *testing.T) {
	t.Parallel()
	own, negative := uuid.New(), int64(-1)
	nested := func(levels int) json.RawMessage {
		return json.RawMessage(strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels))
	}
	tests := map[string]struct {
		change  func(*audit.Event)
		pointer string
	}{
		"too late":              {func(e *audit.Event) { e.Timestamp = now.Add(-8 * 24 * time.Hour) }, "/event_timestamp"},
		"too early":             {func(e *audit.Event) { e.Timestamp = now.Add(61 * time.Minute) }, "/event_timestamp"},
		"no version":            {func(e *audit.Event) { e.Version = "" }, "/event_version"},
		"type of one part":      {func(e *audit.Event) { e.Type = "signal" }, "/event_type"},
		"outcome":               {func(e *audit.Event) { e.Outcome = "ok" }, "/event_outcome"},
		"actor with line break": {func(e *audit.Event) { e.ActorID = "a\nb" }, "/actor_id"},
		"ip":                    {func(e *audit.Event) { e.ActorIP = "10.0.0.256" }, "/actor_ip"},
		"retention":             {func(e *audit.Event) { e.RetentionDays = 2556 }, "/retention_days"},
		"duration":              {func(e *audit.Event) { e.DurationMS = &negative }, "/duration_ms"},
		"own parent":            {func(e *audit.Event) { e.ID = own; e.ParentID = &own }, "/parent_event_id"},
		"date without parent":   {func(e *audit.Event) { e.ParentDate = &now }, "/parent_event_date"},
		"no data":               {func(e *audit.Event) { e.Data = nil }, "/event_data"},
		"data is a list":        {func(e *audit.Event) { e.Data = json.RawMessage(`[]`) }, "/event_data"},
		"data is broken":        {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":`) }, "/event_data"},
		"data goes on":          {func(e *audit.Event) { e.Data = json.RawMessage(`{} {}`) }, "/event_data"},
		"data too deep":         {func(e *audit.Event) { e.Data = nested(11) }, "/event_data"},
		"name twice":            {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":1,"a":2}`) }, "/event_data"},
		"NUL":                   {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":"\u0000"}`) }, "/event_data"},
		"inexact integer":       {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":9007199254740993}`) }, "/event_data"},
		"too many digits":       {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":0.1000000000000000055511}`) }, "/event_data"},
		"number out of range":   {func(e *audit.Event) { e.Data = json.RawMessage(`{"a":1e400}`) }, "/event_data"},
		"metadata is a text":    {func(e *audit.Event) { e.Metadata = json.RawMessage(`"a"`) }, "/event_metadata"},
		"data too large": {func(e *audit.Event) {
			e.Data = json.RawMessage(`{"a":"` + strings.Repeat("x", audit.MaxDataBytes) + `"}`)
		}, "/event_data"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := validEvent()
			test.change(&e)
			_, err := e.Normalise(now, audit.DefaultWindow)
			var invalid *validation.Error
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, test.pointer, invalid.Violations[0].Pointer, "%v", invalid)
		})
	}
	deepest := validEvent()
	deepest.Data = nested(10)
	_, err := deepest.Normalise(now, audit.DefaultWindow)
	require.NoError(t, err)
}

func TestExactNumbersAreKept(t *testing.T) {
	t.Parallel()
	for given, canonical := range map[string]string{
		"0": "0", "-0": "0", "0.10": "0.1", "1e2": "100", "1E+2": "100", "100e-2": "1", "9007199254740992": "9007199254740992",
		"1.7976931348623157e308": "1.7976931348623157e+308", "123456789012345680000": "123456789012345680000", "0e5": "0",
		"0.000001": "0.000001", "1e-7": "1e-7",
	} {
		e := validEvent()
		e.Data = json.RawMessage(`{"a":` + given + `}`)
		normal, err := e.Normalise(now, audit.DefaultWindow)
		require.NoError(t, err, given)
		require.Equal(t, `{"a":`+canonical+`}`, string(normal.Data))
	}
}

func TestPrepareNamesTheBadItem(t *testing.T) {
	t.Parallel()
	bad := validEvent()
	bad.Outcome = ""
	_, err := audit.Prepare([]audit.Event{validEvent(), bad}, now, audit.DefaultWindow)
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "/1/event_outcome", invalid.Violations[0].Pointer)

	_, err = audit.Prepare(nil, now, audit.DefaultWindow)
	require.ErrorIs(t, err, validation.ErrInvalid)
	_, err = audit.Prepare(make([]audit.Event, audit.MaxBatch+1), now, audit.DefaultWindow)
	require.ErrorIs(t, err, validation.ErrInvalid)
}

func TestPrepareKeepsARepeatOnce(t *testing.T) {
	t.Parallel()
	e := validEvent()
	e.ID = uuid.New()
	prepared, err := audit.Prepare([]audit.Event{e, e}, now, audit.DefaultWindow)
	require.NoError(t, err)
	require.Len(t, prepared, 1)

	other := e
	other.Action = "other"
	_, err = audit.Prepare([]audit.Event{e, other}, now, audit.DefaultWindow)
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "/1/event_id", invalid.Violations[0].Pointer)
}

// chainOfParents gives events of which each has the next as its parent, and the last the one at the given index.
func chainOfParents(n, last int) []audit.Event {
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = validEvent()
		events[i].ID = uuid.New()
	}
	for i := range n - 1 {
		events[i].ParentID = &events[i+1].ID
	}
	if last >= 0 {
		events[n-1].ParentID = &events[last].ID
	}
	return events
}

func TestPrepareRefusesCyclesOfParents(t *testing.T) {
	t.Parallel()
	_, err := audit.Prepare(chainOfParents(5, -1), now, audit.DefaultWindow)
	require.NoError(t, err, "parents in any order are fine")
	for _, last := range []int{0, 2} {
		_, err = audit.Prepare(chainOfParents(5, last), now, audit.DefaultWindow)
		require.ErrorIs(t, err, validation.ErrInvalid)
		require.ErrorContains(t, err, "cycle")
	}
}

func TestContentHashSeesEveryMember(t *testing.T) {
	t.Parallel()
	duration, parent := int64(5), uuid.New()
	base, err := validEvent().Normalise(now, audit.DefaultWindow)
	require.NoError(t, err)
	changes := map[string]func(*audit.Event){
		"id": func(e *audit.Event) { e.ID = uuid.New() }, "version": func(e *audit.Event) { e.Version = "2" },
		"time": func(e *audit.Event) { e.Timestamp = e.Timestamp.Add(time.Microsecond) },
		"type": func(e *audit.Event) { e.Type = "a.b" }, "category": func(e *audit.Event) { e.Category = "c" },
		"action": func(e *audit.Event) { e.Action = "c" }, "outcome": func(e *audit.Event) { e.Outcome = "failure" },
		"actor type": func(e *audit.Event) { e.ActorType = "c" }, "actor": func(e *audit.Event) { e.ActorID = "c" },
		"ip": func(e *audit.Event) { e.ActorIP = "::1" }, "resource type": func(e *audit.Event) { e.ResourceType = "c" },
		"resource": func(e *audit.Event) { e.ResourceID = "c" }, "resource name": func(e *audit.Event) { e.ResourceName = "c" },
		"correlation": func(e *audit.Event) { e.CorrelationID = "c" }, "parent": func(e *audit.Event) { e.ParentID = &parent },
		"trace": func(e *audit.Event) { e.TraceID = "c" }, "span": func(e *audit.Event) { e.SpanID = "c" },
		"namespace": func(e *audit.Event) { e.Namespace = "c" }, "cluster": func(e *audit.Event) { e.ClusterID = "c" },
		"data": func(e *audit.Event) { e.Data = json.RawMessage(`{}`) }, "metadata": func(e *audit.Event) { e.Metadata = json.RawMessage(`{}`) },
		"severity": func(e *audit.Event) { e.Severity = "c" }, "duration": func(e *audit.Event) { e.DurationMS = &duration },
		"code": func(e *audit.Event) { e.ErrorCode = "c" }, "message": func(e *audit.Event) { e.ErrorMessage = "c" },
		"retention": func(e *audit.Event) { e.RetentionDays = 1 }, "sensitive": func(e *audit.Event) { e.Sensitive = true },
	}
	seen := map[string]string{hashOf(t, base): "base"}
	for name, change := range changes {
		e := base
		change(&e)
		hash := hashOf(t, e)
		require.NotContains(t, seen, hash, "%s does not show", name)
		seen[hash] = name
	}
	dated := base
	dated.ParentDate = &now
	require.Contains(t, seen, hashOf(t, dated), "the parent's date is not part of the content")
}

func hashOf(t *testing.T, e audit.Event) string {
	t.Helper()
	canonical, err := audit.Canonical(&e)
	require.NoError(t, err)
	return string(audit.ContentHash(canonical))
}

func TestChainHashesDependOnAllThatWentBefore(t *testing.T) {
	t.Parallel()
	at := audit.Place{ChainID: uuid.New(), Seq: 1, RecordedAt: now}
	var plain audit.Chainer
	first := plain.Append(nil, at, []byte("{}"))
	require.NotEqual(t, first, plain.Append(first, at, []byte("{}")))
	later := at
	later.Seq = 2
	require.NotEqual(t, first, plain.Append(nil, later, []byte("{}")))
	later = at
	later.RecordedAt = now.Add(time.Microsecond)
	require.NotEqual(t, first, plain.Append(nil, later, []byte("{}")))
	require.NotEqual(t, first, audit.Chainer{Key: []byte("k")}.Append(nil, at, []byte("{}")))
	require.Equal(t, first, plain.Append(nil, at, []byte("{}")))
}

func TestCursorIsBoundToItsQuery(t *testing.T) {
	t.Parallel()
	q := audit.Query{Filter: audit.Filter{Category: "signal", Range: "24h", Since: now.Add(-24 * time.Hour)}, Order: audit.OrderNewest, Limit: 10}
	at := audit.Position{At: now.Truncate(time.Microsecond), EventID: uuid.New()}
	encoded, err := q.CursorAt(at)
	require.NoError(t, err)

	next := q
	next.Cursor, next.Since, next.Limit = encoded, now, 20
	got, err := next.Resume()
	require.NoError(t, err)
	require.Equal(t, at, *got)
	require.True(t, next.Since.Equal(q.Since), "a relative range keeps its meaning through the walk")

	for name, change := range map[string]func(*audit.Query){
		"other filter": func(q *audit.Query) { q.Category = "other" },
		"other order":  func(q *audit.Query) { q.Order = audit.OrderRecorded },
		"other range":  func(q *audit.Query) { q.Range = "7d" },
		"damaged":      func(q *audit.Query) { q.Cursor = q.Cursor[1:] },
	} {
		other := next
		change(&other)
		_, err := other.Resume()
		require.ErrorIs(t, err, audit.ErrInvalidCursor, name)
	}
}

func TestQueryBounds(t *testing.T) {
	t.Parallel()
	good := audit.Query{Order: audit.OrderNewest, Limit: audit.DefaultLimit}
	require.NoError(t, good.Check())
	for name, change := range map[string]func(*audit.Query){
		"no limit":           func(q *audit.Query) { q.Limit = 0 },
		"large limit":        func(q *audit.Query) { q.Limit = audit.MaxLimit + 1 },
		"negative offset":    func(q *audit.Query) { q.Offset = -1 },
		"cursor with offset": func(q *audit.Query) { q.Cursor, q.Offset = "x", 1 },
		"tail with offset":   func(q *audit.Query) { q.Order, q.Offset = audit.OrderRecorded, 1 },
		"other order":        func(q *audit.Query) { q.Order = "oldest" },
		"empty range":        func(q *audit.Query) { q.Since, q.Until = now, now },
		"NUL":                func(q *audit.Query) { q.ActorID = "\x00" },
	} {
		q := good
		change(&q)
		require.ErrorIs(t, q.Check(), validation.ErrInvalid, name)
	}
}
