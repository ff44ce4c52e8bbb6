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

// Explain asks the service why the best of the right playbooks is not in the answer, for each miss where none of them is.
// Errors: those of Ask.
func Explain(ctx context.Context, misses []Miss, cfg Config) error {
	for i := range misses {
		miss := &misses[i]
		if miss.Rank > 0 || len(miss.Relevant) == 0 {
			continue
		}
		cfg.Request.WhyNot = &miss.Relevant[0]
		result, err := search(ctx, miss.question, cfg)
		if err != nil {
			return fmt.Errorf("question of line %d: %w", miss.Line, err)
		}
		if result.WhyNot != nil {
			miss.Why = result.WhyNot.Detail
		}
	}
	return nil
}

func ask(ctx context.Context, question *Question, cfg Config) (Outcome, error) {
	start := time.Now()
	result, err := search(ctx, question, cfg)
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{
		Question: question, Found: make([]Found, len(result.Items)), Took: time.Since(start), Degraded: result.Degraded,
		Service: time.Duration(result.TookMs * float64(time.Millisecond)),
	}
	for i := range result.Items {
		hit := &result.Items[i]
		outcome.Found[i] = Found{hit.PlaybookId, hit.FinalScore, hit.Similarity}
	}
	return outcome, nil
}

func search(ctx context.Context, question *Question, cfg Config) (*apiclient.SearchResult, error) {
	request := cfg.Request
	request.Query, request.Labels = &question.Query, &question.Labels
	res, err := cfg.Client.SearchPlaybooksByBodyWithResponse(ctx, nil, request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", client.ErrUnreachable, err)
	}
	if err := client.Check(res.HTTPResponse, res.Body); err != nil {
		return nil, err
	}
	if res.JSON200 == nil {
		return nil, client.ErrNotTheService
	}
	return res.JSON200, nil
}
