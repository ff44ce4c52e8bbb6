package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// Warnings of an answer in which labels alone decide.
const (
	warnNoModel  = "the embedding model is not available: ranked by labels alone"
	warnNoneHere = "this process has no embedder of the model that searches use: ranked by labels alone"
	warnNoVector = "the embedding model gives no vector for this query: ranked by labels alone"
	warnNoOrder  = "the question has no label that moves a playbook up or down: the order says nothing"
)

// queryVector gives the vector of what is asked, nil in ModeLabels, and the model to search with: when there is no vector,
// the serving one.
func (c *Catalog) queryVector(ctx context.Context, state State, req *SearchRequest) (string, []float32, error) {
	serving := c.local.keptUp(state)[0].Name
	if req.Mode == ModeLabels {
		return serving, nil, nil
	}
	if req.Mode == ModeHybrid {
		var cancel context.CancelFunc
		ctx, cancel = leaveTime(ctx)
		defer cancel()
	}
	text := embedding.NormaliseQuery(req.Query)
	local, err := c.local.forSearch(state)
	var vectors [][]float32
	if err == nil {
		vectors, err = local.Embedder.Embed(ctx, []string{text})
	}
	c.noteEmbedder(ctx, err)
	if err != nil {
		return serving, nil, fmt.Errorf("embed the query: %w", err)
	}
	c.asked.Count(text)
	return local.Embedder.Model(), vectors[0], nil
}

// leaveTime ends a quarter of the time before the caller's own end, so that there is time for an answer without the
// model.
func leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}

// degrade makes an answer one by labels alone when a hybrid search has to do without the embedder. A refusal of the text
// counts as well: a query that passed the rules of the catalog is not at fault for it, and a model that is set up wrongly
// refuses all of them. Any other failure comes back.
func (c *Catalog) degrade(ctx context.Context, answer *SearchAnswer, cause error) error {
	if answer.Mode != ModeHybrid || ctx.Err() != nil {
		return cause
	}
	switch {
	case errors.Is(cause, ErrNoEmbedder):
		answer.Warnings = append(answer.Warnings, warnNoneHere)
	case errors.Is(cause, embedding.ErrUnavailable):
		answer.Warnings = append(answer.Warnings, warnNoModel)
	case errors.Is(cause, embedding.ErrRejected):
		answer.Warnings = append(answer.Warnings, warnNoVector)
	default:
		return cause
	}
	answer.Mode, answer.Degraded = ModeLabels, true
	return nil
}

// noteEmbedder logs when searches lose the embedder and when they have it again, not every search in between.
func (c *Catalog) noteEmbedder(ctx context.Context, err error) {
	failing := errors.Is(err, embedding.ErrUnavailable) || errors.Is(err, embedding.ErrRejected)
	if !failing && err != nil { // the caller has left
		return
	}
	if c.withoutVectors.Swap(failing) == failing {
		return
	}
	if failing {
		c.logger.WarnContext(ctx, "searches get no vectors from the embedding model", "error", err)
		return
	}
	c.logger.InfoContext(ctx, "searches get vectors from the embedding model again")
}
