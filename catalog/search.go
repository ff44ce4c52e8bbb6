package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// Mode says how a search scores.
type Mode string

// ModeSemantic scores by the cosine similarity of query and playbook alone.
const ModeSemantic Mode = "semantic"

// Defaults and bounds of a search.
const (
	DefaultTopK          = 10
	MaxTopK              = 100
	DefaultMinSimilarity = 0.3 // unrelated texts have a median of about 0.23 with the default model
	MaxQueryLength       = 1000
)

// SearchRequest asks for the playbooks that fit a text.
type SearchRequest struct {
	Query          string // 1 to MaxQueryLength characters
	SignalType     string // strict filter, empty for none
	Severity       string // strict filter, empty for none
	TopK           int
	MinSimilarity  float64 // 0 to 1
	Mode           Mode
	IncludeContent bool
}

// SearchAnswer is the answer to a SearchRequest.
type SearchAnswer struct {
	Matches

	Mode     Mode
	Exact    bool // do the hits equal those of a scan of all searchable playbooks
	Degraded bool
	Model    string
	Warnings []string
}

// VectorQuery is a search as a store sees it.
type VectorQuery struct {
	Model          string
	Vector         []float32
	SignalType     string // folded, empty for none
	Severity       string // folded, empty for none
	TopK           int
	MinSimilarity  float64
	IncludeContent bool
}

// Matches are the best hits, and how many playbooks match in all.
type Matches struct {
	Hits  []Hit
	Total int64
}

// Hit is one playbook that fits.
type Hit struct {
	PlaybookID          string
	Version             string
	Title               string
	Description         string
	Labels              Labels
	Owner               string
	ExpectedSuccessRate *float64
	Content             string // only when asked for
	Similarity          float64
	Provisional         bool // ranked by the vector of an earlier version
}

// FinalScore orders hits; in semantic mode it is the similarity, clamped to 0..1.
func (h *Hit) FinalScore() float64 {
	return min(max(h.Similarity, 0), 1)
}

// Search answers with the latest active version of the playbooks that fit best.
//
// Errors: *validation.Error for a request out of bounds; embedding.ErrUnavailable or embedding.ErrRejected when the
// embedder gives no vector for the query; ErrUnavailable.
func (c *Catalog) Search(ctx context.Context, req SearchRequest) (SearchAnswer, error) {
	start := time.Now()
	answer, err := c.search(ctx, req)
	c.observer.Searched(req.Mode, len(answer.Hits), time.Since(start), err)
	return answer, err
}

func (c *Catalog) search(ctx context.Context, req SearchRequest) (SearchAnswer, error) {
	if err := req.validate(c.schemas); err != nil {
		return SearchAnswer{}, err
	}
	vectors, err := c.embedder.Embed(ctx, []string{embedding.NormaliseQuery(req.Query)})
	if err != nil {
		return SearchAnswer{}, fmt.Errorf("embed the query: %w", err)
	}
	matches, err := c.store.Search(ctx, VectorQuery{
		Model:          c.embedder.Model(),
		Vector:         vectors[0],
		SignalType:     Fold(req.SignalType),
		Severity:       Fold(req.Severity),
		TopK:           req.TopK,
		MinSimilarity:  req.MinSimilarity,
		IncludeContent: req.IncludeContent,
	})
	if err != nil {
		return SearchAnswer{}, err
	}
	return SearchAnswer{
		Matches: matches, Mode: req.Mode, Exact: true, Model: c.embedder.Model(), Warnings: []string{},
	}, nil
}

func (r *SearchRequest) validate(schemas LabelSchemas) error {
	var v validation.Violations
	v.Text("/query", r.Query, MaxQueryLength)
	if strings.TrimSpace(r.Query) == "" {
		v.Add("/query", "must not be empty")
	}
	if r.TopK < 1 || r.TopK > MaxTopK {
		v.Add("/top_k", "must be between 1 and %d", MaxTopK)
	}
	if !(r.MinSimilarity >= 0 && r.MinSimilarity <= 1) {
		v.Add("/min_similarity", "must be between 0 and 1")
	}
	if r.Mode != ModeSemantic {
		v.Add("/mode", "must be %s", ModeSemantic)
	}
	v.Text("/labels/signal_type", r.SignalType, maxLabelLength)
	if r.Severity != "" {
		schemas.checkFilter(&v, LabelSeverity, r.Severity)
	}
	return v.Err()
}
