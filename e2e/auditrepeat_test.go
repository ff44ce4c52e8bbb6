package e2e

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// 20 writers repeat one event 1,000 times in all: it is recorded once, and the one who says something else is told so.
func TestOneEventFromManyWriters(t *testing.T) {
	t.Parallel()
	const writers, repeats = 20, 50
	c := newClient(t, shared)
	event := auditEvent("repeated-" + uuid.NewString())
	statuses := make(chan int, writers*repeats)
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range repeats {
				resp, err := c.RecordAuditEventWithResponse(t.Context(), event)
				if err != nil {
					statuses <- 0
					continue
				}
				statuses <- resp.StatusCode()
			}
		})
	}
	writing.Wait()
	close(statuses)
	for status := range statuses {
		require.Equal(t, http.StatusCreated, status)
	}
	list := listEvents(t, c, apiclient.ListAuditEventsParams{CorrelationId: &event.CorrelationId})
	require.Equal(t, []uuid.UUID{*event.EventId}, idsOf(list.Data))

	event.EventAction = "something else"
	require.Equal(t, http.StatusConflict, recordEvent(t, c, event).StatusCode())
}
