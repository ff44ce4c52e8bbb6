package catalog

import (
	"context"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Mode says how a search scores.
type Mode string

// All modes.
const (
	ModeHybrid   Mode = "hybrid"   // similarity plus and minus the weights of labels
	ModeSemantic Mode = "semantic" // cosine similarity of question and playbook alone
	ModeLabels   Mode = "labels"   // labels alone, from LabelModeBase
)

// Defaults and bounds of a search.
const (
	DefaultTopK          = 10
	MaxTopK              = 100
	DefaultMinSimilarity = 0.3 // unrelated texts have a median of about 0.23 with the default model
	MaxQueryLength       = 1000
)

// SearchRequest asks for the playbooks that fit a text and labels.
type SearchRequest struct {
	Query          string // 1 to MaxQueryLength characters; may be empty in ModeLabels
	Labels         Labels // signal_type, severity and what else the label schemas call a filter are strict, all others preferences
	TopK           int
	MinSimilarity  float64 // 0 to 1; counts for nothing in ModeLabels
	Mode           Mode
	Rank           Rank // empty for RankSimilarity; counts for nothing while labels alone decide
	IncludeContent bool
	IncludeRecords bool   // give each hit its whole version
	Exact          bool   // compare with every searchable playbook, whatever it costs
	Explain        bool   // say of each hit how its score came about
	WhyNot         string // a playbook of which to say why it is not in the answer, empty for none
	// IncludeDisabled adds to what is found otherwise, ranked by the same rules: of each playbook the disabled version that
	// would be the latest if it were active.
	IncludeDisabled bool
	CorrelationID   string // what the search belongs to; when not empty, question and answer are kept as evidence
	Actor           Actor  // who asks; default Anonymous
}

// SearchAnswer is the answer to a SearchRequest.
type SearchAnswer struct {
	Matches

	Mode     Mode // in which the hits were scored: ModeLabels for a degraded answer
	Rank     Rank // RankSimilarity where labels alone decided
	Degraded bool // a hybrid search that had to do without the embedder
	Model    string
	Warnings []string
	WhyNot   *WhyNot // only when asked for
}

// SearchQuery is a search as a store sees it.
type SearchQuery struct {
	Model          string
	Vector         []float32         // nil when labels alone decide; playbooks without a vector are found then too
	SignalType     string            // folded, empty for none
	Severity       string            // folded, empty for none
	Filters        map[string]string // further labels that a playbook must have, by name, folded
	Preferred      Labels            // what moves the score, none in ModeSemantic
	Text           string            // whose words count in RankFusion; empty for RankSimilarity, and without a vector
	CommonWords    bool              // say of each hit which words it has in common with the text
	TopK           int
	MinSimilarity  float64
	IncludeContent bool
	Exact          bool
	// Generation of the catalog as it was read before the search, 0 when it was not. It does not change the answer.
	Generation int64
}

// Matches are the best hits by final score, then similarity, then id, and how many playbooks match in all.
type Matches struct {
	Hits         []Hit
	Total        int64
	TotalAtLeast bool // Total is a lower bound
	Exact        bool // the hits equal those of a scan of all searchable playbooks
	Cached       bool // answered from memory
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
	Content             string     // only when asked for
	Similarity          *float64   // cosine; nil when labels alone decided
	Text                *TextMatch // only in RankFusion
	Score               Score
	Provisional         bool // ranked by the vector of an earlier version

	Explanation *Explanation // only when asked for; a store leaves it out
	Record      *Version     // likewise
}

// Search answers with the latest active version of the playbooks that fit best.
//
// A hybrid search answers by labels alone when the embedder gives no vector, and says so.
//
// A search with a correlation id becomes evidence; it neither waits for that nor fails with it.
//
// Errors: *validation.Error for a request out of bounds; in ModeSemantic embedding.ErrUnavailable or
// embedding.ErrRejected when the embedder gives no vector for the query; ErrUnavailable.
func (c *Catalog) Search(ctx context.Context, req SearchRequest) (SearchAnswer, error) {
	start := time.Now()
	answer, err := c.search(ctx, req)
	took := time.Since(start)
	c.observer.Searched(req.Mode, &answer, took, err)
	c.testify(ctx, &req, &answer, took, err)
	return answer, err
}

func (c *Catalog) search(ctx context.Context, req SearchRequest) (SearchAnswer, error) {
	schemas, err := c.schemas.covering(ctx, allowing(req.Labels))
	if err != nil {
		return SearchAnswer{}, err
	}
	if err := req.validate(schemas); err != nil {
		return SearchAnswer{}, err
	}
	// Read before the search, so that one that begins after a switch uses the vectors of the model that serves then.
	state, err := c.store.State(ctx)
	if err != nil {
		return SearchAnswer{}, err
	}
	answer := SearchAnswer{Mode: req.Mode, Warnings: []string{}}
	var vector []float32
	if answer.Model, vector, err = c.queryVector(ctx, state, &req); err != nil {
		if err = c.degrade(ctx, &answer, err); err != nil {
			return SearchAnswer{}, err
		}
	}
	q := req.query(answer.Model, vector, schemas)
	q.Generation = state.Generation
	answer.Rank = q.rank()
	if vector == nil && LargestBoost(q.Preferred) == 0 {
		answer.Warnings = append(answer.Warnings, warnNoOrder)
	}
	if answer.Matches, err = c.store.Search(ctx, q); err != nil {
		return SearchAnswer{}, err
	}
	if req.IncludeDisabled {
		if answer.Matches, err = c.withDisabled(ctx, q, answer.Matches); err != nil {
			return SearchAnswer{}, err
		}
	}
	if req.IncludeRecords {
		if err := c.addRecords(ctx, answer.Hits); err != nil {
			return SearchAnswer{}, err
		}
	}
	if req.WhyNot != "" {
		if answer.WhyNot, err = c.whyNot(ctx, req.WhyNot, req.Labels, q, answer.Hits); err != nil {
			return SearchAnswer{}, err
		}
	}
	if req.Explain {
		explainHits(answer.Hits, q.Preferred)
	}
	return answer, nil
}

func explainHits(hits []Hit, asked Labels) {
	for i := range hits {
		explanation := Explain(baseOf(hits[i].Similarity, hits[i].Text), asked, hits[i].Labels)
		hits[i].Explanation = &explanation
	}
}

func (r *SearchRequest) query(model string, vector []float32, schemas *LabelSchemas) SearchQuery {
	q := SearchQuery{
		Model:          model,
		Vector:         vector,
		Filters:        schemas.furtherFilters(r.Labels),
		SignalType:     Fold(r.Labels.Get(LabelSignalType)),
		Severity:       Fold(r.Labels.Get(LabelSeverity)),
		TopK:           r.TopK,
		MinSimilarity:  r.MinSimilarity,
		IncludeContent: r.IncludeContent,
		Exact:          r.Exact,
	}
	if r.Mode != ModeSemantic {
		q.Preferred = r.Labels
	}
	if r.Rank == RankFusion && vector != nil {
		q.Text, q.CommonWords = r.Query, r.Explain
	}
	return q
}

func (q *SearchQuery) rank() Rank {
	if q.Text != "" {
		return RankFusion
	}
	return RankSimilarity
}

func (r *SearchRequest) validate(schemas *LabelSchemas) error {
	var v validation.Violations
	v.Text("/query", r.Query, MaxQueryLength)
	if r.Mode != ModeLabels {
		v.Required("/query", r.Query)
	}
	if r.TopK < 1 || r.TopK > MaxTopK {
		v.Add("/top_k", "must be between 1 and %d", MaxTopK)
	}
	if !(r.MinSimilarity >= 0 && r.MinSimilarity <= 1) {
		v.Add("/min_similarity", "must be between 0 and 1")
	}
	switch r.Mode {
	case ModeHybrid, ModeSemantic, ModeLabels:
	default:
		v.Add("/mode", "must be one of %s", strings.Join([]string{string(ModeHybrid), string(ModeSemantic), string(ModeLabels)}, ", "))
	}
	switch r.Rank {
	case "", RankSimilarity, RankFusion:
	default:
		v.Add("/rank", "must be one of %s, %s", RankSimilarity, RankFusion)
	}
	if r.Rank == RankFusion && r.IncludeDisabled {
		v.Add("/rank", "must not be %s with disabled versions, whose words are not kept", RankFusion)
	}
	if r.WhyNot != "" {
		checkIDAt(&v, "/why_not", r.WhyNot)
	}
	if r.CorrelationID != "" {
		v.Required("/correlation_id", r.CorrelationID)
	}
	v.Line("/correlation_id", r.CorrelationID, MaxCorrelationIDLength)
	v.Line("/actor", r.Actor.Name, maxNameLength)
	schemas.checkAsked(&v, r.Labels)
	return v.Err()
}
