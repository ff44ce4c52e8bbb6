package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func auditEvent(correlation string) apiclient.AuditEventInput {
	id, version := uuid.New(), "1.0"
	return apiclient.AuditEventInput{
		EventId: &id, EventVersion: &version, EventTimestamp: time.Now().Truncate(time.Microsecond),
		EventType: "gateway.signal.received", EventCategory: "signal", EventAction: "received", EventOutcome: "success",
		ActorType: "service", ActorId: "gateway", ResourceType: "Pod", ResourceId: "p-1", CorrelationId: correlation,
		EventData: json.RawMessage(`{"restarts":3,"ratio":0.25}`),
	}
}

func childOf(parent, child apiclient.AuditEventInput) apiclient.AuditEventInput {
	child.ParentEventId = parent.EventId
	return child
}

func recordEvent(t *testing.T, c *apiclient.ClientWithResponses, e apiclient.AuditEventInput) *apiclient.RecordAuditEventResponse {
	t.Helper()
	resp, err := c.RecordAuditEventWithResponse(t.Context(), e)
	require.NoError(t, err)
	return resp
}

func recordBatch(t *testing.T, c *apiclient.ClientWithResponses, batch ...apiclient.AuditEventInput) *apiclient.RecordAuditEventsResponse {
	t.Helper()
	resp, err := c.RecordAuditEventsWithResponse(t.Context(), batch)
	require.NoError(t, err)
	return resp
}

func eventStatus(t *testing.T, c *apiclient.ClientWithResponses, id uuid.UUID) int {
	t.Helper()
	resp, err := c.GetAuditEventWithResponse(t.Context(), id)
	require.NoError(t, err)
	return resp.StatusCode()
}

func listEvents(t *testing.T, c *apiclient.ClientWithResponses, p apiclient.ListAuditEventsParams) *apiclient.AuditEventList {
	t.Helper()
	resp, err := c.ListAuditEventsWithResponse(t.Context(), &p)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode(), "%s", resp.Body)
	return resp.JSON200
}

func idsOf(events []apiclient.AuditEvent) []uuid.UUID {
	ids := make([]uuid.UUID, len(events))
	for i := range events {
		ids[i] = events[i].EventId
	}
	return ids
}

func TestAuditEventIsRecordedOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	event := auditEvent("recorded-once")
	first := recordEvent(t, c, event)
	require.Equal(t, http.StatusCreated, first.StatusCode(), "%s", first.Body)
	require.Equal(t, "/api/v1/audit/events/"+event.EventId.String(), first.HTTPResponse.Header.Get("Location"))
	require.Equal(t, http.StatusCreated, recordEvent(t, c, event).StatusCode(), "a repeat is harmless")

	got, err := c.GetAuditEventWithResponse(t.Context(), *event.EventId)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, got.StatusCode())
	require.True(t, event.EventTimestamp.Equal(got.JSON200.EventTimestamp))
	require.JSONEq(t, string(event.EventData), string(got.JSON200.EventData))
	require.EqualValues(t, 2555, got.JSON200.RetentionDays)
	require.Len(t, *got.JSON200.Hash, 64)
	require.Positive(t, *got.JSON200.ChainSeq)

	event.EventAction = "other"
	conflict := recordEvent(t, c, event)
	require.Equal(t, http.StatusConflict, conflict.StatusCode())
	require.Equal(t, "/problems/event-exists", conflict.ApplicationproblemJSON409.Type)
	require.Equal(t, "/event_id", conflict.ApplicationproblemJSON409.Errors[0].Pointer)

	require.Len(t, listEvents(t, c, apiclient.ListAuditEventsParams{CorrelationId: &event.CorrelationId}).Data, 1)
}

func TestAuditParents(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	root, middle, leaf := auditEvent("parents"), auditEvent("parents"), auditEvent("parents")
	middle, leaf = childOf(root, middle), childOf(middle, leaf)
	sibling := childOf(root, auditEvent("parents"))
	sibling.EventTimestamp = sibling.EventTimestamp.Add(time.Second)
	batch := recordBatch(t, c, leaf, sibling, middle, root)
	require.Equal(t, http.StatusCreated, batch.StatusCode(), "parents stand in any order: %s", batch.Body)
	require.Equal(t, []uuid.UUID{*leaf.EventId, *sibling.EventId, *middle.EventId, *root.EventId}, batch.JSON201.EventIds)

	children, err := c.ListAuditEventChildrenWithResponse(t.Context(), *root.EventId, nil)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{*middle.EventId, *sibling.EventId}, idsOf(children.JSON200.Data))
	require.NotNil(t, children.JSON200.Data[0].ParentEventDate, "the date of the parent is looked up")
	one := apiclient.AuditLimit(1)
	children, err = c.ListAuditEventChildrenWithResponse(t.Context(), *root.EventId, &apiclient.ListAuditEventChildrenParams{Limit: &one})
	require.NoError(t, err)
	require.Len(t, children.JSON200.Data, 1)
	require.True(t, children.JSON200.Pagination.HasMore)

	ancestors, err := c.ListAuditEventAncestorsWithResponse(t.Context(), *leaf.EventId)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{*middle.EventId, *root.EventId}, idsOf(ancestors.JSON200.Data))
	require.False(t, ancestors.JSON200.Pagination.HasMore)

	tree, err := c.GetAuditEventTreeWithResponse(t.Context(), *sibling.EventId, nil)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{*root.EventId, *middle.EventId, *sibling.EventId, *leaf.EventId}, idsOf(tree.JSON200.Data))

	unknown, err := c.GetAuditEventTreeWithResponse(t.Context(), uuid.New(), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, unknown.StatusCode())
}

func TestAuditBatchIsAllOrNothing(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	good, orphan := auditEvent("all-or-nothing"), childOf(auditEvent("never recorded"), auditEvent("all-or-nothing"))
	refused := recordBatch(t, c, good, orphan)
	require.Equal(t, http.StatusBadRequest, refused.StatusCode(), "%s", refused.Body)
	require.Equal(t, "/problems/unknown-parent", refused.ApplicationproblemJSON400.Type)
	require.Equal(t, "/1/parent_event_id", refused.ApplicationproblemJSON400.Errors[0].Pointer)
	require.Equal(t, http.StatusNotFound, eventStatus(t, c, *good.EventId))

	// A cycle has no beginning that could be recorded first.
	a, b := auditEvent("cycle"), auditEvent("cycle")
	a, b = childOf(b, a), childOf(a, b)
	require.Equal(t, http.StatusBadRequest, recordBatch(t, c, a, b).StatusCode())
	own := auditEvent("cycle")
	require.Equal(t, http.StatusBadRequest, recordEvent(t, c, childOf(own, own)).StatusCode())

	late := auditEvent("all-or-nothing")
	late.EventTimestamp = time.Now().Add(-8 * 24 * time.Hour)
	require.Equal(t, http.StatusBadRequest, recordEvent(t, c, late).StatusCode())
}

// TestAuditWalk walks through what was there when the walk began, while more events arrive, also late ones.
func TestAuditWalk(t *testing.T) {
	t.Parallel()
	const correlation, events, page = "walk", 23, 4
	c := newClient(t, shared)
	var batch []apiclient.AuditEventInput
	var want []uuid.UUID
	for i := range events {
		e := auditEvent(correlation)
		e.EventTimestamp = e.EventTimestamp.Add(-time.Duration(i/2) * time.Hour) // two at a time, over several hours
		batch, want = append(batch, e), append(want, *e.EventId)
	}
	require.Equal(t, http.StatusCreated, recordBatch(t, c, batch...).StatusCode())

	limit, day, ty, yes := apiclient.AuditLimit(page), "24h", "gateway.*", true
	params := apiclient.ListAuditEventsParams{CorrelationId: new(correlation), Limit: &limit, Since: &day, EventType: &ty, WithTotal: &yes}
	var seen []uuid.UUID
	for pages := 0; ; pages++ {
		require.Less(t, pages, 3*events, "the walk ends")
		list := listEvents(t, c, params)
		require.LessOrEqual(t, len(list.Data), page)
		require.GreaterOrEqual(t, *list.Pagination.Total, int64(events))
		require.Equal(t, list.Pagination.HasMore, list.Pagination.NextCursor != nil)
		seen = append(seen, idsOf(list.Data)...)
		if list.Pagination.NextCursor == nil {
			break
		}
		params.Cursor = list.Pagination.NextCursor
		newer, late := auditEvent(correlation), auditEvent(correlation)
		late.EventTimestamp = late.EventTimestamp.Add(-20 * time.Hour)
		if pages < 5 {
			require.Equal(t, http.StatusCreated, recordBatch(t, c, newer, late).StatusCode())
		}
	}
	for _, id := range want {
		require.Contains(t, seen, id, "no event that was there is missed")
	}
	slices.SortFunc(seen, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	require.Len(t, slices.Compact(slices.Clone(seen)), len(seen), "and none is shown twice")

	other := params
	other.EventType = new("gateway.signal.*")
	refused, err := c.ListAuditEventsWithResponse(t.Context(), &other)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, refused.StatusCode())
	require.Equal(t, "/problems/invalid-cursor", refused.ApplicationproblemJSON400.Type)
}

func TestAuditFilters(t *testing.T) {
	t.Parallel()
	const correlation = "filters"
	c := newClient(t, shared)
	plain, odd := auditEvent(correlation), auditEvent(correlation)
	odd.EventType, odd.EventCategory, odd.EventAction, odd.EventOutcome = "notifier.mail.sent", "mail", "sent", "failure"
	odd.Severity, odd.ActorType, odd.ActorId, odd.ResourceType, odd.ResourceId = new("high"), "human", "alice", "Mail", "m-1"
	odd.Namespace, odd.TraceId = new("ns"), new("trace-1")
	odd.EventTimestamp = time.Now().Add(-48 * time.Hour)
	require.Equal(t, http.StatusCreated, recordBatch(t, c, plain, odd).StatusCode())
	for name, change := range map[string]func(*apiclient.ListAuditEventsParams){
		"type":     func(p *apiclient.ListAuditEventsParams) { p.EventType = new("notifier.mail.sent") },
		"prefix":   func(p *apiclient.ListAuditEventsParams) { p.EventType = new("notifier.*") },
		"category": func(p *apiclient.ListAuditEventsParams) { p.EventCategory = new("mail") },
		"action":   func(p *apiclient.ListAuditEventsParams) { p.EventAction = new("sent") },
		"outcome":  func(p *apiclient.ListAuditEventsParams) { p.EventOutcome = new(apiclient.AuditOutcome("failure")) },
		"severity": func(p *apiclient.ListAuditEventsParams) { p.Severity = new("high") },
		"actor":    func(p *apiclient.ListAuditEventsParams) { p.ActorType, p.ActorId = new("human"), new("alice") },
		"resource": func(p *apiclient.ListAuditEventsParams) { p.ResourceType, p.ResourceId = new("Mail"), new("m-1") },
		"place":    func(p *apiclient.ListAuditEventsParams) { p.Namespace, p.TraceId = new("ns"), new("trace-1") },
		"until":    func(p *apiclient.ListAuditEventsParams) { p.Until = new("1d") },
		"range": func(p *apiclient.ListAuditEventsParams) {
			p.Since, p.Until = new("3d"), new(time.Now().Add(-time.Hour).Format(time.RFC3339))
		},
		"offset": func(p *apiclient.ListAuditEventsParams) { p.Offset = new(int32(1)) },
	} {
		params := apiclient.ListAuditEventsParams{CorrelationId: new(correlation)}
		change(&params)
		require.Equal(t, []uuid.UUID{*odd.EventId}, idsOf(listEvents(t, c, params).Data), name)
	}
	require.Empty(t, listEvents(t, c, apiclient.ListAuditEventsParams{CorrelationId: new(correlation), EventType: new("notifier")}).Data)
}

// TestAuditTail follows the trail in the order of recording, and sees a late event although its time lies before.
func TestAuditTail(t *testing.T) {
	t.Parallel()
	const correlation = "tail"
	c := newClient(t, shared)
	recorded := apiclient.AuditOrder("recorded")
	params := apiclient.ListAuditEventsParams{CorrelationId: new(correlation), Order: &recorded}
	for i := range 3 {
		event := auditEvent(correlation)
		event.EventTimestamp = event.EventTimestamp.Add(-time.Duration(i) * 24 * time.Hour)
		require.Equal(t, http.StatusCreated, recordEvent(t, c, event).StatusCode())
		require.Eventually(t, func() bool { // other tests have transactions under way, before which nothing is shown
			list := listEvents(t, c, params)
			params.Cursor = list.Pagination.NextCursor
			return len(list.Data) == 1 && list.Data[0].EventId == *event.EventId
		}, startTimeout, tick)
	}
}
