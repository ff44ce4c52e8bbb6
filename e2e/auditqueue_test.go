package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func getQueue(t *testing.T, c *apiclient.ClientWithResponses) *apiclient.AuditQueue {
	t.Helper()
	resp, err := c.GetAuditQueueWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode(), "%s", resp.Body)
	return resp.JSON200
}

func TestAuditEventsSurviveTheDatabasesAbsence(t *testing.T) {
	t.Parallel()
	database, queue := testdb.StartPostgres(t), testdb.StartQueue(t)
	s := startServe(t, database.URL(), startModel(t), "DATASTORAGE_QUEUE_REDIS_URL="+queue.URL())
	c := newClient(t, s)
	const correlation = "absence"
	before := auditEvent(correlation)
	require.Equal(t, http.StatusCreated, recordEvent(t, c, before).StatusCode())

	database.Stop()
	changed, parent := before, auditEvent(correlation)
	changed.EventAction = "other"
	child, batched := childOf(parent, auditEvent(correlation)), childOf(before, auditEvent(correlation))
	for _, event := range []apiclient.AuditEventInput{parent, child, changed, parent} {
		accepted := recordEvent(t, c, event)
		require.Equal(t, http.StatusAccepted, accepted.StatusCode(), "%s", accepted.Body)
		require.Equal(t, *event.EventId, accepted.JSON202.EventId)
	}
	require.Equal(t, http.StatusAccepted, recordBatch(t, c, batched, auditEvent(correlation)).StatusCode())
	require.Equal(t, http.StatusServiceUnavailable, eventStatus(t, c, *before.EventId))
	held := getQueue(t, c)
	require.True(t, held.Configured)
	require.True(t, held.Durable)
	require.EqualValues(t, 5, held.Depth)

	// With neither the database nor the queue nothing is accepted.
	queue.Stop()
	lost := auditEvent(correlation)
	refused := recordEvent(t, c, lost)
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode(), "%s", refused.Body)
	require.NotEmpty(t, refused.HTTPResponse.Header.Get("Retry-After"))
	require.NotContains(t, string(refused.Body), "socket")
	queue.Start()

	database.Start()
	require.Eventually(t, func() bool {
		resp, err := c.GetAuditQueueWithResponse(t.Context(), nil)
		return err == nil && resp.JSON200 != nil && resp.JSON200.Depth == 0 && resp.JSON200.ParkedTotal == 1
	}, startTimeout, tick, "the queue empties without a restart, but for what the database refuses")
	list := listEvents(t, c, apiclient.ListAuditEventsParams{CorrelationId: new(correlation)})
	require.Len(t, list.Data, 5, "each event is there exactly once")
	require.Equal(t, http.StatusNotFound, eventStatus(t, c, *lost.EventId))
	require.Equal(t, http.StatusCreated, recordEvent(t, c, lost).StatusCode())
	got, err := c.GetAuditEventWithResponse(t.Context(), *before.EventId)
	require.NoError(t, err)
	require.Equal(t, "received", got.JSON200.EventAction, "what is recorded is never changed")
	settleParked(t, c, *before.EventId)
}

// settleParked retries the one parked group, which is set aside again, and removes it.
func settleParked(t *testing.T, c *apiclient.ClientWithResponses, id uuid.UUID) {
	t.Helper()
	parked := getQueue(t, c).Parked
	require.Len(t, parked, 1)
	require.Contains(t, parked[0].Reason, "other content")
	require.Equal(t, id, parked[0].Events[0].EventId)

	retried, err := c.RetryAuditQueueEntryWithResponse(t.Context(), parked[0].Id)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, retried.StatusCode())
	var again apiclient.ParkedAuditGroup
	require.Eventually(t, func() bool {
		held := getQueue(t, c)
		if held.ParkedTotal != 1 || held.Depth != 0 {
			return false
		}
		again = held.Parked[0]
		return true
	}, startTimeout, tick)

	removed, err := c.RemoveAuditQueueEntryWithResponse(t.Context(), again.Id)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, removed.StatusCode(), "%s", removed.Body)
	removed, err = c.RemoveAuditQueueEntryWithResponse(t.Context(), again.Id)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, removed.StatusCode())
	require.Zero(t, getQueue(t, c).ParkedTotal)
}

// TestAcceptedEventsOutliveTheProcess kills the service while events wait, and lets another one record them.
func TestAcceptedEventsOutliveTheProcess(t *testing.T) {
	t.Parallel()
	database, queue := testdb.StartPostgres(t), testdb.StartQueue(t)
	m, setting := startModel(t), "DATASTORAGE_QUEUE_REDIS_URL="+queue.URL()
	first := startServe(t, database.URL(), m, setting)
	c := newClient(t, first)
	database.Stop()
	var ids []uuid.UUID
	for i := range 10 {
		event := auditEvent(fmt.Sprintf("outlive-%d", i))
		require.Equal(t, http.StatusAccepted, recordEvent(t, c, event).StatusCode())
		ids = append(ids, *event.EventId)
	}
	first.kill()
	database.Start()

	c = newClient(t, startServe(t, database.URL(), m, setting))
	require.Eventually(t, func() bool { return getQueue(t, c).Depth == 0 }, startTimeout, tick)
	for _, id := range ids {
		require.Equal(t, http.StatusOK, eventStatus(t, c, id))
	}
}

func TestDevHasAQueue(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	require.True(t, getQueue(t, c).Durable)
	ready, err := c.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, apiclient.Up, partState(ready.JSON200, "audit_queue"))
}
