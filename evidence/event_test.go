package evidence

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

func sample() catalog.SearchRecord {
	return catalog.SearchRecord{
		Request: catalog.SearchRequest{
			Query: "pod  OOMKilled\nagain", TopK: 3, MinSimilarity: 0.3, Mode: catalog.ModeHybrid, Rank: catalog.RankFusion, Exact: true,
			Labels: catalog.Labels{
				Values: map[string]string{"severity": "critical"}, Custom: map[string][]string{"team": {"payments"}},
			},
			CorrelationID: "incident-17", Actor: catalog.Actor{Name: "holmes", Source: catalog.ActorAsserted},
		},
		RequestID: "request-1", At: time.Date(2026, 11, 24, 6, 0, 0, 123456000, time.UTC), Took: 3217 * time.Microsecond,
		Answer: &catalog.SearchAnswer{
			Mode: catalog.ModeHybrid, Rank: catalog.RankFusion, Model: "a-model", Warnings: []string{"careful"},
			Matches: catalog.Matches{Total: 12, Exact: true, Hits: []catalog.Hit{{
				PlaybookID: "oom", Version: "v1.2.0", Title: "not kept", Description: "not kept", Content: "not kept",
				Similarity: new(0.75), Score: catalog.Score{Boost: 50, Penalty: 100, Final: 0.7}, Provisional: true,
				Text: &catalog.TextMatch{Score: 0.25, Relevance: 0.625, Words: []string{"not kept"}},
			}, {PlaybookID: "leak", Version: "v2.0.0", Similarity: new(0.5), Score: catalog.Score{Final: 0.5}}}},
		},
	}
}

// prepared is the event of a record in the form in which the trail keeps it.
func prepared(t *testing.T, record catalog.SearchRecord, text bool) audit.Event {
	t.Helper()
	s := keep(&record)
	event, err := s.event(text)
	require.NoError(t, err)
	events, err := audit.Prepare([]audit.Event{event}, record.At, audit.DefaultWindow)
	require.NoError(t, err)
	return events[0].Event
}

const questionJSON = `"labels":{"custom_labels":{"team":["payments"]},"severity":"critical"},"min_similarity":0.3,"mode":"hybrid","rank":"fusion"`

func TestEventOfASearch(t *testing.T) {
	t.Parallel()
	event := prepared(t, sample(), true)
	require.JSONEq(t, `{
		"question": {"query":"pod  OOMKilled\nagain","query_sha256":"`+embedding.TextHash("pod OOMKilled again")+`",
			`+questionJSON+`,"top_k":3,"exact":true},
		"answer": {"mode":"hybrid","rank":"fusion","degraded":false,"exact":true,"total":12,"total_relation":"eq","embedding_model":"a-model",
			"warnings":["careful"],"items":[
			{"rank":1,"playbook_id":"oom","version":"v1.2.0","similarity":0.75,"text_score":0.25,"relevance":0.625,"label_boost":0.05,"label_penalty":0.1,"final_score":0.7,"provisional":true},
			{"rank":2,"playbook_id":"leak","version":"v2.0.0","similarity":0.5,"label_boost":0,"label_penalty":0,"final_score":0.5,"provisional":false}]},
		"duration_ms": 3.217}`, string(event.Data))
	require.JSONEq(t, `{"actor_source":"asserted","request_id":"request-1"}`, string(event.Metadata))
	event.Data, event.Metadata = nil, nil
	require.Equal(t, audit.Event{
		ID: event.ID, Version: "1.0", Timestamp: sample().At, Type: "datastorage.search.answered", Category: "search",
		Action: "answered", Outcome: audit.OutcomeSuccess, ActorType: "user", ActorID: "holmes", ResourceType: "search",
		ResourceID: "request-1", CorrelationID: "incident-17", DurationMS: new(int64(3)), Sensitive: true,
		RetentionDays: audit.DefaultRetentionDays,
	}, event)
}

// Without text the hash says whether a text was the one, and no more.
func TestEventWithoutTheText(t *testing.T) {
	t.Parallel()
	event := prepared(t, sample(), false)
	require.NotContains(t, string(event.Data), "OOMKilled")
	require.Contains(t, string(event.Data), embedding.TextHash("pod OOMKilled again"))
	require.False(t, event.Sensitive)
}

func TestEventOfLittle(t *testing.T) {
	t.Parallel()
	record := catalog.SearchRecord{
		Request: catalog.SearchRequest{CorrelationID: "c", Mode: catalog.ModeLabels}, At: time.Now(),
		Answer: &catalog.SearchAnswer{Mode: catalog.ModeLabels, Matches: catalog.Matches{TotalAtLeast: true}},
	}
	event := prepared(t, record, true)
	require.Equal(t, "anonymous", event.ActorID)
	require.Equal(t, event.ID.String(), event.ResourceID)
	require.False(t, event.Sensitive)
	require.NotContains(t, string(event.Data), "query")
	require.Contains(t, string(event.Data), `"rank":"similarity"`)
	require.Contains(t, string(event.Data), `"items":[]`)
	require.Contains(t, string(event.Data), `"total_relation":"gte"`)
}

func TestEventOfAFailure(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"embedder-unavailable": fmt.Errorf("x: %w", embedding.ErrUnavailable), "database-unavailable": catalog.ErrUnavailable,
		"timeout": context.DeadlineExceeded, "internal-error": context.Canceled,
	} {
		record := sample()
		record.Answer, record.Err = &catalog.SearchAnswer{}, cause
		event := prepared(t, record, true)
		require.Equal(t, "datastorage.search.failed", event.Type)
		require.Equal(t, audit.OutcomeFailure, event.Outcome)
		require.Equal(t, want, event.ErrorCode)
		require.NotContains(t, string(event.Data), `"answer"`)
		require.Contains(t, string(event.Data), `"question"`)
	}
	record := sample()
	record.Err = fmt.Errorf("%w: %w", catalog.ErrUnavailable, context.DeadlineExceeded)
	require.Equal(t, "database-unavailable", prepared(t, record, true).ErrorCode)
}

// The largest search that the catalog takes and the largest answer that it gives fit into an event.
func TestLargestEventFits(t *testing.T) {
	t.Parallel()
	record := sample()
	record.Request.Query = strings.Repeat("\u0001", catalog.MaxQueryLength) // six bytes each in JSON
	record.Request.CorrelationID = strings.Repeat("ä", catalog.MaxCorrelationIDLength)
	record.Request.Labels = catalog.Labels{Values: map[string]string{}, Custom: map[string][]string{}}
	for _, p := range catalog.Preferences() {
		record.Request.Labels.Values[p.Label] = strings.Repeat("😀", 100)
	}
	for i := range 10 {
		key := fmt.Sprint(i) + strings.Repeat("😀", 62)
		for range 5 {
			record.Request.Labels.Custom[key] = append(record.Request.Labels.Custom[key], strings.Repeat(`"`, 100))
		}
	}
	hit := catalog.Hit{
		PlaybookID: strings.Repeat("p", 255), Version: "v" + strings.Repeat("9", 254), Similarity: new(0.1234567890123456789),
		Score: catalog.Score{Boost: 550, Penalty: 350, Final: 0.98765432109876543},
	}
	for range catalog.MaxTopK {
		record.Answer.Hits = append(record.Answer.Hits, hit)
	}
	event := prepared(t, record, true)
	require.Less(t, len(event.Data), audit.MaxDataBytes/2, "with room to spare")
}
