package evaluation

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

// Config says how questions are asked.
type Config struct {
	Client      *apiclient.ClientWithResponses
	Request     apiclient.SearchRequest // what all searches have in common; query and labels come from the question
	Concurrency int                     // questions under way at the same time
	Progress    func()                  // called after each answer, concurrently; may be nil
}

// Outcome is what the service answered to one question.
type Outcome struct {
	Question *Question
	Found    []Found // by rank
	Took     time.Duration
	Service  time.Duration // of Took, as the service says
	Degraded bool          // answered without the embedding model
}

// Found is one playbook of an answer.
type Found struct {
	PlaybookID string   `json:"playbook_id"`
	FinalScore float64  `json:"final_score"`
	Similarity *float64 `json:"similarity"`
}

func (o *Outcome) ids() []string {
	ids := make([]string, len(o.Found))
	for i := range o.Found {
		ids[i] = o.Found[i].PlaybookID
	}
	return ids
}

// Ask asks all questions, and gives the outcomes in their order. It ends at the first failure.
//
// Errors, each naming the line of the question: client.ErrUnreachable, client.ErrNotTheService and *client.Problem.
func Ask(ctx context.Context, questions []Question, cfg Config) ([]Outcome, error) {
	outcomes := make([]Outcome, len(questions))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cfg.Concurrency)
	for i := range questions {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			var err error
			if outcomes[i], err = ask(ctx, &questions[i], cfg); err != nil {
				return fmt.Errorf("question of line %d: %w", questions[i].Line, err)
			}
			if cfg.Progress != nil {
				cfg.Progress()
			}
			return nil
		})
	}
	return outcomes, group.Wait()
}

func ask(ctx context.Context, question *Question, cfg Config) (Outcome, error) {
	request := cfg.Request
	request.Query, request.Labels = &question.Query, &question.Labels
	start := time.Now()
	res, err := cfg.Client.SearchPlaybooksByBodyWithResponse(ctx, request)
	took := time.Since(start)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	if err := client.Check(res.HTTPResponse, res.Body); err != nil {
		return Outcome{}, err
	}
	if res.JSON200 == nil {
		return Outcome{}, client.ErrNotTheService
	}
	outcome := Outcome{
		Question: question, Found: make([]Found, len(res.JSON200.Items)), Took: took, Degraded: res.JSON200.Degraded,
		Service: time.Duration(res.JSON200.TookMs * float64(time.Millisecond)),
	}
	for i := range res.JSON200.Items {
		hit := &res.JSON200.Items[i]
		outcome.Found[i] = Found{hit.PlaybookId, hit.FinalScore, hit.Similarity}
	}
	return outcome, nil
}
