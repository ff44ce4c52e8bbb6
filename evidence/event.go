package evidence

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

// What the events of searches have in common. The form of event_data is that of this version.
const (
	eventVersion = "1.0"
	eventType    = "datastorage.search."
	category     = "search"
	answered     = "answered"
	failed       = "failed"
)

// search is what is kept of a search until it is recorded: no texts of playbooks.
type search struct {
	request   catalog.SearchRequest
	requestID string
	at        time.Time
	took      time.Duration
	answer    answer
	err       error
}

// question is what was asked, in event_data.
type question struct {
	Query         string         `json:"query,omitempty"`
	QuerySHA256   string         `json:"query_sha256,omitempty"` // of the query with its white space made single blanks
	Labels        catalog.Labels `json:"labels"`
	Mode          string         `json:"mode"`
	Rank          string         `json:"rank"`
	TopK          int            `json:"top_k"`
	MinSimilarity float64        `json:"min_similarity"`
	Exact         bool           `json:"exact"`

	IncludeDisabled bool `json:"include_disabled,omitempty"`
}

// answer is what was answered, in event_data.
type answer struct {
	Mode           string   `json:"mode"`
	Rank           string   `json:"rank"`
	Degraded       bool     `json:"degraded"`
	Exact          bool     `json:"exact"`
	Total          int64    `json:"total"`
	TotalRelation  string   `json:"total_relation"`
	EmbeddingModel string   `json:"embedding_model"`
	Warnings       []string `json:"warnings"`
	Items          []item   `json:"items"`
}

// item is one result.
type item struct {
	Rank         int      `json:"rank"`
	PlaybookID   string   `json:"playbook_id"`
	Version      string   `json:"version"`
	Similarity   *float64 `json:"similarity"`
	TextScore    *float64 `json:"text_score,omitempty"`
	Relevance    *float64 `json:"relevance,omitempty"`
	LabelBoost   float64  `json:"label_boost"`
	LabelPenalty float64  `json:"label_penalty"`
	FinalScore   float64  `json:"final_score"`
	Provisional  bool     `json:"provisional"`
}

// keep takes from a record what will be recorded.
func keep(r *catalog.SearchRecord) search {
	s := search{request: r.Request, requestID: r.RequestID, at: r.At, took: r.Took, err: r.Err}
	if r.Err == nil {
		s.answer = answerOf(r.Answer)
	}
	return s
}

func answerOf(a *catalog.SearchAnswer) answer {
	kept := answer{
		Mode: string(a.Mode), Rank: rankOf(a.Rank), Degraded: a.Degraded, Exact: a.Exact, Total: a.Total, TotalRelation: "eq",
		EmbeddingModel: a.Model, Warnings: append([]string{}, a.Warnings...), Items: make([]item, len(a.Hits)),
	}
	if a.TotalAtLeast {
		kept.TotalRelation = "gte"
	}
	for i := range a.Hits {
		hit := &a.Hits[i]
		kept.Items[i] = item{
			Rank: i + 1, PlaybookID: hit.PlaybookID, Version: hit.Version, Similarity: hit.Similarity,
			LabelBoost: hit.Score.Boost.Score(), LabelPenalty: hit.Score.Penalty.Score(), FinalScore: hit.Score.Final,
			Provisional: hit.Provisional,
		}
		if hit.Text != nil {
			kept.Items[i].TextScore, kept.Items[i].Relevance = &hit.Text.Score, &hit.Text.Relevance
		}
	}
	return kept
}

func rankOf(rank catalog.Rank) string { return string(cmp.Or(rank, catalog.RankSimilarity)) }

// size estimates the bytes that a search takes until it is recorded.
func (s *search) size() int {
	const perSearch, perItem, perLabel = 512, 120, 64
	size := perSearch + len(s.request.Query) + len(s.requestID) + len(s.request.CorrelationID)
	for name, value := range s.request.Labels.Values {
		size += perLabel + len(name) + len(value)
	}
	for key, values := range s.request.Labels.Custom {
		size += perLabel + len(key)
		for _, value := range values {
			size += perLabel + len(value)
		}
	}
	for i := range s.answer.Items {
		size += perItem + len(s.answer.Items[i].PlaybookID) + len(s.answer.Items[i].Version)
	}
	return size
}

// event makes the audit event of a search. With text the query is in it, and the event is said to be sensitive: an alert
// may hold anything.
func (s *search) event(text bool) (audit.Event, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return audit.Event{}, fmt.Errorf("id of a search event: %w", err)
	}
	actor, requestID := s.request.Actor, s.requestID
	if actor.Name == "" {
		actor = catalog.Anonymous
	}
	if requestID == "" {
		requestID = id.String()
	}
	data, err := json.Marshal(s.data(text))
	if err != nil {
		return audit.Event{}, fmt.Errorf("data of a search event: %w", err)
	}
	metadata, err := json.Marshal(map[string]string{"actor_source": string(actor.Source), "request_id": requestID})
	if err != nil {
		return audit.Event{}, fmt.Errorf("metadata of a search event: %w", err)
	}
	took := s.took.Milliseconds()
	event := audit.Event{
		ID: id, Version: eventVersion, Timestamp: s.at, Type: eventType + answered, Category: category, Action: answered,
		Outcome: audit.OutcomeSuccess, ActorType: "user", ActorID: actor.Name, ResourceType: "search", ResourceID: requestID,
		CorrelationID: s.request.CorrelationID, Data: data, Metadata: metadata, DurationMS: &took,
		Sensitive: text && s.request.Query != "",
	}
	if s.err != nil {
		event.Type, event.Action, event.Outcome = eventType+failed, failed, audit.OutcomeFailure
		event.ErrorCode = errorCode(s.err)
	}
	return event, nil
}

func (s *search) data(text bool) any {
	asked := question{
		Labels: s.request.Labels, Mode: string(s.request.Mode), Rank: rankOf(s.request.Rank), TopK: s.request.TopK,
		MinSimilarity: s.request.MinSimilarity, Exact: s.request.Exact, IncludeDisabled: s.request.IncludeDisabled,
	}
	if s.request.Query != "" {
		asked.QuerySHA256 = embedding.TextHash(embedding.NormaliseQuery(s.request.Query))
	}
	if text {
		asked.Query = s.request.Query
	}
	data := struct {
		Question   question `json:"question"`
		Answer     *answer  `json:"answer,omitempty"`
		DurationMS float64  `json:"duration_ms"`
	}{Question: asked, DurationMS: float64(s.took.Microseconds()) / 1000}
	if s.err == nil {
		data.Answer = &s.answer
	}
	return data
}

// errorCode names why there was no answer, as the problem that the caller got does.
func errorCode(err error) string {
	switch {
	case errors.Is(err, embedding.ErrUnavailable), errors.Is(err, embedding.ErrRejected):
		return "embedder-unavailable"
	case errors.Is(err, catalog.ErrUnavailable):
		return "database-unavailable"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	default:
		return "internal-error"
	}
}
