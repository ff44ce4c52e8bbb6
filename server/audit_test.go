package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/server"
)

const (
	eventsPath = "/api/v1/audit/events"
	fullEvent  = `{"event_id":"0193a1b2-7c3d-7000-8000-0000000000e1","event_version":"1.0","event_timestamp":"2026-11-24T07:00:00.1234567+01:00",
		"event_type":"gateway.signal.received","event_category":"signal","event_action":"received","event_outcome":"failure",
		"actor_type":"service","actor_id":"gateway","actor_ip":"10.0.0.1","resource_type":"Pod","resource_id":"p-1","resource_name":"pod",
		"correlation_id":"rr-1","parent_event_id":"0193a1b2-7c3d-7000-8000-0000000000e0","parent_event_date":"2026-11-24",
		"trace_id":"trace","span_id":"span","namespace":"ns","cluster_id":"cluster",
		"event_data":{"b":123456789012345680000,"a":1.10},"event_metadata":{"m":"<x>"},"severity":"high","duration_ms":17,
		"error_code":"E1","error_message":"broke","retention_days":30,"is_sensitive":true}`
	leastEvent = `{"event_version":"1.0","event_timestamp":"2026-11-24T06:00:00Z","event_type":"a.b","event_category":"c","event_action":"d",` +
		`"event_outcome":"success","actor_type":"e","actor_id":"f","resource_type":"g","resource_id":"h","correlation_id":"i","event_data":{}}`
)

// with gives an event with something in the place of something else.
func with(t testing.TB, event, from, to string) string {
	t.Helper()
	require.Contains(t, event, from)
	return strings.Replace(event, from, to, 1)
}

func TestEveryMemberOfAnEventIsHandedOver(t *testing.T) {
	t.Parallel()
	trail := &fakeTrail{}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	var receipt apiserver.AuditReceipt
	got := f.post(t, eventsPath, fullEvent)
	got.decode(t, &receipt)
	require.Equal(t, http.StatusCreated, got.status)
	require.Equal(t, eventsPath+"/"+storedEventID.String(), got.header.Get("Location"))
	require.Equal(t, apiserver.AuditReceipt{
		EventId: storedEventID, EventTimestamp: storedAt.Add(123456 * time.Microsecond), Message: "the event is recorded",
	}, receipt)

	want, sent := storedEvent().Event, trail.recorded[0]
	require.True(t, audit.Day(*want.ParentDate).Equal(*sent.ParentDate))
	require.Equal(t, `{"a":1.10,"b":123456789012345680000}`, string(sent.Data), "numbers keep their digits")
	require.JSONEq(t, string(want.Metadata), string(sent.Metadata))
	require.True(t, want.Timestamp.Equal(sent.Timestamp.Truncate(time.Microsecond)))
	sent.ParentDate, sent.Data, sent.Metadata, sent.Timestamp = want.ParentDate, want.Data, want.Metadata, want.Timestamp
	require.Equal(t, want, sent)
}

func TestEveryMemberOfAnEventIsShown(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	got := f.get(t, eventsPath+"/"+storedEventID.String()).body
	want := with(t, fullEvent, "07:00:00.1234567+01:00", "06:00:00.123456Z")
	require.JSONEq(t, with(t, want, `"is_sensitive":true`, `"is_sensitive":true,"event_date":"2026-11-24","recorded_at":"2026-11-24T06:00:01Z",`+
		`"chain_id":"0193a1b2-7c3d-7000-8000-0000000000c1","chain_seq":7,"hash":"abcd"`), got)
	require.Contains(t, got, `"event_data":{"a":1.10,"b":123456789012345680000}`, "numbers keep their digits")
}

func TestEventsFromBeforeTheChains(t *testing.T) {
	t.Parallel()
	trail := &fakeTrail{list: func(audit.Query) (audit.Page, error) {
		old := storedEvent()
		old.Hash, old.Place = nil, audit.Place{RecordedAt: storedAt}
		old.ParentDate, old.Metadata, old.DurationMS = nil, nil, nil
		return audit.Page{Events: []audit.Recorded{old}}, nil
	}}
	got := newFixture(t, &fakeCatalog{}, withTrail(trail)).get(t, eventsPath).body
	for _, absent := range []string{"chain_id", "chain_seq", "hash", "parent_event_date", "event_metadata", "duration_ms", "null"} {
		require.NotContains(t, got, absent)
	}
}

func TestVersionIsAnotherNameOfEventVersion(t *testing.T) {
	t.Parallel()
	trail := &fakeTrail{}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	for _, members := range []string{`"event_version":"1.7"`, `"version":"1.7"`, `"version":"1.7","event_version":"1.7"`} {
		require.Equal(t, http.StatusCreated, f.post(t, eventsPath, with(t, leastEvent, `"event_version":"1.0"`, members)).status)
		require.Equal(t, "1.7", trail.recorded[0].Version)
	}
}

func TestQueuedIsAccepted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{}, withTrail(&fakeTrail{record: func([]audit.Event) (bool, error) { return true, nil }}))
	one := f.post(t, eventsPath, leastEvent)
	require.Equal(t, http.StatusAccepted, one.status)
	require.Contains(t, one.body, "queued durably")
	require.Empty(t, one.header.Get("Location"), "it is not there yet")
	require.Equal(t, http.StatusAccepted, f.post(t, eventsPath+"/batch", "["+leastEvent+"]").status)
}

func TestBatchAnswersAnIDForEachItem(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	second := with(t, leastEvent, "{", `{"event_id":"0193a1b2-7c3d-7000-8000-0000000000e2",`)
	var receipt apiserver.AuditBatchReceipt
	got := f.post(t, eventsPath+"/batch", "["+strings.Join([]string{fullEvent, second, leastEvent, fullEvent, leastEvent, second}, ",")+"]")
	require.Equal(t, http.StatusCreated, got.status, got.body)
	got.decode(t, &receipt)
	ids := receipt.EventIds
	require.Len(t, ids, 6)
	require.Equal(t, storedEventID, ids[0])
	require.Equal(t, "0193a1b2-7c3d-7000-8000-0000000000e2", ids[1].String())
	require.Equal(t, uuid.Version(7), ids[2].Version())
	require.Equal(t, ids[0], ids[3])
	require.Equal(t, uuid.Version(7), ids[4].Version())
	require.NotEqual(t, ids[2], ids[4])
	require.Equal(t, ids[1], ids[5])
}

// TestEventErrorsSayWhere has refusals of the contract, of the server and of the domain, for an event alone and in a batch.
func TestEventErrorsSayWhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	for _, test := range []struct{ from, to, pointer, detail string }{
		{`"event_version":"1.0",`, ``, "/event_version", "must not be empty"},
		{`"event_version":"1.0"`, `"event_version":"1.0","version":"2"`, "/version", "is another name of event_version and must not differ from it"},
		{`"event_version":"1.0"`, `"event_version":"1.0","event_id":"00000000-0000-0000-0000-000000000000"`, "/event_id", "must not be the nil UUID"},
		{`"event_type":"a.b",`, ``, "/event_type", "is required"},
		{`"a.b"`, `"a"`, "/event_type", `must match ^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,5}$`},
		{`"success"`, `"ok"`, "/event_outcome", "must be one of success, failure, pending"},
		{`"f"`, `"a\nb"`, "/actor_id", "must not contain control characters or line breaks"},
		{`"2026-11-24T06:00:00Z"`, `"2026-06-30T23:59:60Z"`, "/event_timestamp", "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)"},
		{`"2026-11-24T06:00:00Z"`, `"1826-11-24T06:00:00Z"`, "/event_timestamp", "is more than 876000h0m0s in the past"},
		{`"event_data":{}`, `"event_data":[]`, "/event_data", "must be an object"},
		{`"event_data":{}`, `"event_data":{"a":9007199254740993}`, "/event_data", ""},
		{`"event_data":{}`, `"event_data":{},"event_metadata":null`, "/event_metadata", "must not be null"},
		{`"event_data":{}`, `"event_data":{},"retention_days":2556`, "/retention_days", "must be at most 2555"},
		{`"event_data":{}`, `"event_data":{},"actor_ip":"10.0.0.256"`, "/actor_ip", "must be an IPv4 or IPv6 address"},
		{`"event_data":{}`, `"event_data":{},"parent_event_date":"2026-02-30"`, "/parent_event_date", "must be a date such as 2026-11-24"},
		{`"event_data":{}`, `"event_data":{},"parent_event_date":"2026-02-20"`, "/parent_event_date", "needs parent_event_id"},
		{`"event_data":{}`, `"event_data":{},"event_id":"x"`, "/event_id", "must match"},
	} {
		bad := with(t, leastEvent, test.from, test.to)
		for _, sent := range []struct{ path, body, pointer string }{
			{eventsPath, bad, test.pointer},
			{eventsPath + "/batch", "[" + leastEvent + "," + bad + "]", "/1" + test.pointer},
		} {
			problem := f.post(t, sent.path, sent.body).requireProblem(t, http.StatusBadRequest, "invalid-request")
			require.Len(t, problem.Errors, 1)
			require.Equal(t, apiserver.Body, problem.Errors[0].In)
			require.Equal(t, sent.pointer, problem.Errors[0].Pointer)
			require.Contains(t, problem.Errors[0].Detail, test.detail)
		}
	}
}

func TestBatchHasOneTo500Events(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	many := strings.TrimSuffix(strings.Repeat(leastEvent+",", audit.MaxBatch), ",")
	require.Equal(t, http.StatusCreated, f.post(t, eventsPath+"/batch", "["+many+"]").status)
	for body, detail := range map[string]string{"[]": "at least 1 item", "[" + many + "," + leastEvent + "]": "at most 500 items"} {
		problem := f.post(t, eventsPath+"/batch", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Contains(t, *problem.Detail, detail)
	}
}

func TestConflictsAndUnknownParentsAreNamed(t *testing.T) {
	t.Parallel()
	parent := *storedEvent().ParentID
	for _, test := range []struct {
		err         error
		status      int
		slug        string
		member, has string
	}{
		{&audit.ConflictError{IDs: []uuid.UUID{storedEventID}}, 409, "event-exists", "/event_id", storedEventID.String()},
		{&audit.UnknownParentError{IDs: []uuid.UUID{parent}}, 400, "unknown-parent", "/parent_event_id", parent.String()},
	} {
		f := newFixture(t, &fakeCatalog{}, withTrail(&fakeTrail{record: func([]audit.Event) (bool, error) { return false, test.err }}))
		for path, sent := range map[string]struct{ body, pointer string }{
			"":       {fullEvent, test.member},
			"/batch": {"[" + leastEvent + "," + fullEvent + "]", "/1" + test.member},
		} {
			problem := f.post(t, eventsPath+path, sent.body).requireProblem(t, test.status, test.slug)
			require.Contains(t, *problem.Detail, test.has)
			require.Len(t, problem.Errors, 1)
			require.Equal(t, sent.pointer, problem.Errors[0].Pointer)
		}
	}
}

func TestEventsOfOneEvent(t *testing.T) {
	t.Parallel()
	var limits []int
	root := storedEvent()
	root.ParentID = nil
	trail := &fakeTrail{stored: func(id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
		require.Equal(t, storedEventID, id)
		limits = append(limits, limit)
		return []audit.Recorded{storedEvent(), root}, true, nil
	}}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	for path, want := range map[string]apiserver.AuditPagination{
		"/children": {Limit: 100, HasMore: true}, "/children?limit=2": {Limit: 2, HasMore: true},
		"/tree": {Limit: 100, HasMore: true}, "/tree?limit=1000": {Limit: 1000, HasMore: true},
		"/ancestors": {Limit: 1000},
	} {
		var list apiserver.AuditEventList
		f.get(t, eventsPath+"/"+storedEventID.String()+path).decode(t, &list)
		require.Equal(t, want, list.Pagination, path)
		require.Len(t, list.Data, 2)
	}
	require.ElementsMatch(t, []int{100, 2, 100, 1000, 0}, limits)

	trail.stored = func(uuid.UUID, int) ([]audit.Recorded, bool, error) {
		return []audit.Recorded{storedEvent()}, false, nil
	}
	var cut apiserver.AuditEventList
	f.get(t, eventsPath+"/"+storedEventID.String()+"/ancestors").decode(t, &cut)
	require.True(t, cut.Pagination.HasMore, "the last one shown has a parent")

	trail.stored = nil
	const other = "00000000-0000-4000-8000-000000000000"
	for _, path := range []string{"", "/children", "/tree", "/ancestors"} {
		require.JSONEq(t, `[]`, dataOf(t, f.get(t, eventsPath+"/"+storedEventID.String()+path)), path)
		problem := f.get(t, eventsPath+"/"+other+path).requireProblem(t, http.StatusNotFound, "event-not-found")
		require.Contains(t, *problem.Detail, other)
	}
}

// dataOf gives the list of an answer, and an empty one for an answer that is none.
func dataOf(t testing.TB, got *answer) string {
	t.Helper()
	var list struct{ Data rawJSON }
	got.decode(t, &list)
	if list.Data == nil {
		return `[]`
	}
	return string(list.Data)
}

func TestQueueIsShown(t *testing.T) {
	t.Parallel()
	trail := &fakeTrail{}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	const entry = `{"id":"1795500000000-0","reason":"no such parent event","parked_at":"2026-11-24T06:00:00Z","attempts":5,"events":[{` +
		`"event_id":"0193a1b2-7c3d-7000-8000-0000000000e1","event_timestamp":"2026-11-24T06:00:00.123456Z",` +
		`"event_type":"gateway.signal.received","correlation_id":"rr-1"}]}`
	require.JSONEq(t, `{"configured":true,"durable":true,"depth":3,"oldest_age_seconds":1.5,"parked_total":2,"parked":[`+entry+`,`+entry+`]}`,
		f.get(t, "/api/v1/audit/queue").body)
	require.JSONEq(t, `{"configured":true,"durable":true,"depth":3,"oldest_age_seconds":1.5,"parked_total":2,"parked":[`+entry+`]}`,
		f.get(t, "/api/v1/audit/queue?limit=1").body)

	require.Equal(t, http.StatusOK, f.post(t, "/api/v1/audit/queue/"+parkedID+"/retry", "").status)
	require.Equal(t, http.StatusOK, f.delete(t, "/api/v1/audit/queue/"+parkedID).status)
	require.Equal(t, []string{"retry", "remove"}, trail.changed)
	logged := f.logs.lines(t, "parked audit events were removed and will not be recorded")
	require.Len(t, logged, 1, "what is lost for good has a line of its own")
	require.Equal(t, parkedID, logged[0]["entry"])
	require.Equal(t, []any{storedEventID.String()}, logged[0]["event_ids"])
	require.Equal(t, "no such parent event", logged[0]["reason"])
	require.NotEmpty(t, logged[0]["request_id"])
	f.post(t, "/api/v1/audit/queue/1-1/retry", "").requireProblem(t, http.StatusNotFound, "queue-entry-not-found")
	problem := f.delete(t, "/api/v1/audit/queue/1-1").requireProblem(t, http.StatusNotFound, "queue-entry-not-found")
	require.Contains(t, *problem.Detail, "1-1")
}

func TestWithoutAQueue(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.Audit.Queue = nil })
	require.JSONEq(t, `{"configured":false,"durable":false,"depth":0,"oldest_age_seconds":0,"parked_total":0,"parked":[]}`,
		f.get(t, "/api/v1/audit/queue").body)
	f.post(t, "/api/v1/audit/queue/1-1/retry", "").requireProblem(t, http.StatusNotFound, "queue-entry-not-found")
	f.delete(t, "/api/v1/audit/queue/1-1").requireProblem(t, http.StatusNotFound, "queue-entry-not-found")
}

func TestQueueThatFailsHalfWay(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.Audit.Queue = unlistable{cfg.Audit.Queue} })
	f.get(t, "/api/v1/audit/queue").requireProblem(t, http.StatusServiceUnavailable, "queue-unavailable")
}
