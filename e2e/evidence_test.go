package e2e

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// searchEvent is event_data of a search.
type searchEvent struct {
	Question struct {
		Query  string
		Labels apiclient.SearchLabels
		TopK   int32 `json:"top_k"`
	}
	Answer *struct {
		Mode     apiclient.SearchMode
		Degraded bool
		Total    int64
		Items    []struct {
			PlaybookID string `json:"playbook_id"`
			Version    string
			Similarity *float64
			FinalScore float64 `json:"final_score"`
		}
	}
	DurationMS float64 `json:"duration_ms"`
}

// evidenceOf waits for the events of a correlation, and gives them.
func evidenceOf(t *testing.T, c *apiclient.ClientWithResponses, correlation string, want int) []apiclient.AuditEvent {
	t.Helper()
	var events []apiclient.AuditEvent
	require.Eventually(t, func() bool {
		resp, err := c.ListAuditEventsWithResponse(t.Context(), &apiclient.ListAuditEventsParams{CorrelationId: &correlation})
		if err != nil || resp.JSON200 == nil {
			return false
		}
		events = resp.JSON200.Data
		return len(events) >= want
	}, startTimeout, tick)
	require.Len(t, events, want)
	return events
}

func TestSearchesAreEvidence(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	params := apiclient.SearchPlaybooksParams{
		Query: new("pod keeps getting OOMKilled"), Severity: new("high"), TopK: new(int32(3)), CorrelationId: new("evidence-1"),
		XActor: new("holmes"),
	}
	resp, err := c.SearchPlaybooksWithResponse(t.Context(), &params, requestIDEditor("evidence-request-1"))
	require.NoError(t, err)
	answer := resp.JSON200
	require.NotEmpty(t, answer.Items)
	event := evidenceOf(t, c, "evidence-1", 1)[0]
	require.Equal(t, "datastorage.search.answered", event.EventType)
	require.Equal(t, "holmes", event.ActorId)
	require.Equal(t, "evidence-request-1", event.ResourceId)
	require.JSONEq(t, `{"actor_source":"asserted","request_id":"evidence-request-1"}`, string(event.EventMetadata))
	require.True(t, event.IsSensitive)
	var data searchEvent
	require.NoError(t, json.Unmarshal(event.EventData, &data))
	require.Equal(t, *params.Query, data.Question.Query)
	require.Equal(t, "high", *data.Question.Labels.Severity)
	require.EqualValues(t, 3, data.Question.TopK)
	require.Equal(t, answer.Mode, data.Answer.Mode)
	require.Equal(t, answer.Total, data.Answer.Total)
	require.Positive(t, data.DurationMS)
	require.Len(t, data.Answer.Items, len(answer.Items))
	for i, item := range answer.Items {
		kept := data.Answer.Items[i]
		require.Equal(t, item.PlaybookId, kept.PlaybookID)
		require.Equal(t, item.Version, kept.Version)
		require.Equal(t, item.Similarity, kept.Similarity)
		require.Equal(t, item.FinalScore, kept.FinalScore)
	}

	body, err := c.SearchPlaybooksByBodyWithResponse(t.Context(), nil, apiclient.SearchRequest{
		Query: new("pod"), CorrelationId: new("evidence-2"), Actor: new("holmes"),
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, body.StatusCode(), "%s", body.Body)
	require.Equal(t, "holmes", evidenceOf(t, c, "evidence-2", 1)[0].ActorId)
}

// A search without a database is no answer, and that becomes an event too, by way of the queue. What was asked before the
// service stops is recorded before it ends.
func TestEvidenceOutlivesOutageAndStop(t *testing.T) {
	t.Parallel()
	database, queue := testdb.StartPostgres(t), testdb.StartQueue(t)
	m, setting := startModel(t), "DATASTORAGE_QUEUE_REDIS_URL="+queue.URL()
	first := startServe(t, database.URL(), m, setting, "DATASTORAGE_AUDIT_SEARCH_TEXT=false")
	c := newClient(t, first)
	require.Equal(t, http.StatusCreated, publish(t, c, draft("a-playbook", "v1.0.0")).StatusCode())

	database.Stop()
	failed, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("a playbook"), CorrelationId: new("outage")})
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, failed.StatusCode())
	database.Start()
	event := evidenceOf(t, c, "outage", 1)[0]
	require.Equal(t, "datastorage.search.failed", event.EventType)
	require.Equal(t, "database-unavailable", *event.ErrorCode)
	require.NotContains(t, string(event.EventData), "a playbook")
	require.Contains(t, string(event.EventData), "query_sha256")

	const searches = 60
	var group sync.WaitGroup
	for range searches {
		group.Go(func() {
			resp, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("a playbook"), CorrelationId: new("stop")})
			if err != nil || resp.StatusCode() != http.StatusOK {
				t.Errorf("search: %v", err)
			}
		})
	}
	group.Wait()
	require.NoError(t, first.stop())
	second := newClient(t, startServe(t, database.URL(), m, setting))
	evidenceOf(t, second, "stop", searches)
}
