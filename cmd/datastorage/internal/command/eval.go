package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/evaluation"
)

// evalOptions are the flags of an evaluation.
type evalOptions struct {
	server      string
	format      output
	queries     string
	request     apiclient.SearchRequest
	labels      []string
	allLabels   bool
	sweep       []float64
	failUnder   []string
	misses      int
	concurrency int
	quiet       bool
}

// evaluated is what an evaluation prints.
type evaluated struct {
	evaluation.Report

	Request  apiclient.SearchRequest `json:"request"` // what all searches had in common
	TradeOff []tradeOff              `json:"trade_off"`
	Under    []string                `json:"under"` // bounds that were not reached
}

// tradeOff is what another min_similarity gives.
type tradeOff struct {
	MinSimilarity float64           `json:"min_similarity"`
	Scores        evaluation.Scores `json:"scores"`
	AnsweredEmpty int               `json:"answered_empty"`
}

func (p *Program) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval --queries FILE",
		Short: "Judge the search by golden questions",
		Long: `Ask golden questions, whose right answers are known, and print how well the search does: MRR@10, nDCG@10,
recall@1, @5 and @10, the share of unanswerable questions with an empty answer, how long answers took, and what was found
instead where the first answer is wrong.

The file has one JSON object per line:

  {"query": "KubeHpaMaxedOut: HPA shop/web has been running at max replicas", "relevant": ["hpa-at-maximum"]}

relevant holds the ids of all playbooks that answer the question; an empty list says that nothing does. Optional are
grades, how well each of them answers, as {"id": 2}, from 1, which is the default, to 10; kind, by which results are
grouped; and labels, under their names in a search: signal_type, severity, component, environment, priority,
risk_tolerance, business_category, resource_management, gitops_tool, custom_labels. Other fields are notes. - reads
standard input.

Latencies are those of as many callers as --concurrency says. With --fail-under the exit code is 1 when a measure is
under its bound: ` + strings.Join(evaluation.Measures(), ", ") + `.`,
		Example: `  datastorage eval --queries examples/golden.jsonl
  datastorage eval --queries examples/golden.jsonl --labels severity --fail-under mrr=0.85 --fail-under empty=0.5
  datastorage eval --queries examples/golden.jsonl --labels none --sweep 0.1,0.2,0.3,0.4 -o json`,
		Args: usage(cobra.NoArgs),
	}
	o := p.evalFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		bounds, err := o.complete()
		if err != nil {
			return usageError(cmd, err)
		}
		questions, err := p.questions(o)
		if err != nil {
			return exitcode.With(exitcode.Usage, err)
		}
		return p.evaluate(cmd.Context(), questions, bounds, o)
	}
	return cmd
}

func (p *Program) evalFlags(cmd *cobra.Command) *evalOptions {
	var o evalOptions
	address, format, flags := p.serverFlag(cmd), outputFlag(cmd), cmd.Flags()
	flags.StringVar(&o.queries, "queries", "", "file of golden questions, JSON Lines, or - for standard input")
	flags.StringSliceVar(&o.labels, "labels", nil, "which labels of a question to send, or none (default: all that it has)")
	flags.Float64SliceVar(&o.sweep, "sweep", nil, "print the scores for these values of --min-similarity too")
	flags.StringArrayVar(&o.failUnder, "fail-under", nil, "measure=value: end with 1 when the measure is lower; may be repeated")
	flags.IntVar(&o.misses, "misses", 10, "how many of the worst answers to show")
	flags.IntVar(&o.concurrency, "concurrency", 1, "questions to ask at the same time, 1 to 64")
	flags.BoolVar(&o.quiet, "quiet", false, "no progress")
	mode := flags.String("mode", "", "how to score: hybrid, semantic or labels (default: the service's)")
	rank := flags.String("rank", "", "what to compare: similarity, or fusion for the words too (default: the service's)")
	topK := flags.Int32("top-k", evaluation.Depth, "how many answers to ask for")
	least := flags.Float64("min-similarity", 0, "leave out what is less similar, 0 to 1 (default: the service's)")
	cmd.PreRun = func(*cobra.Command, []string) {
		o.server, o.format, o.allLabels = *address, *format, !flags.Changed("labels")
		o.request = apiclient.SearchRequest{
			Mode: optional(flags.Changed("mode"), apiclient.SearchMode(*mode)), TopK: topK,
			Rank:          optional(flags.Changed("rank"), apiclient.SearchRank(*rank)),
			MinSimilarity: optional(flags.Changed("min-similarity"), *least),
		}
	}
	return &o
}

// complete checks what flags alone can tell and reads the bounds.
func (o *evalOptions) complete() ([]evaluation.Bound, error) {
	if o.queries == "" {
		return nil, errors.New("--queries is missing")
	}
	if o.concurrency < 1 || o.concurrency > 64 {
		return nil, errors.New("--concurrency must be between 1 and 64")
	}
	if o.misses < 0 {
		return nil, errors.New("--misses must not be negative")
	}
	if len(o.labels) == 1 && o.labels[0] == "none" {
		o.labels = nil
	}
	bounds := make([]evaluation.Bound, len(o.failUnder))
	for i, text := range o.failUnder {
		var err error
		if bounds[i], err = evaluation.ParseBound(text); err != nil {
			return nil, fmt.Errorf("--fail-under %w", err)
		}
	}
	return bounds, nil
}

// questions reads the file and leaves of the labels those that are to be sent.
func (p *Program) questions(o *evalOptions) ([]evaluation.Question, error) {
	in := p.In
	if o.queries != "-" {
		file, err := os.Open(o.queries) // the user names it
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	questions, err := evaluation.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.queries, err)
	}
	if o.allLabels {
		return questions, nil
	}
	if err := evaluation.Keep(questions, o.labels); err != nil {
		return nil, fmt.Errorf("--labels: %w", err)
	}
	return questions, nil
}

func (p *Program) evaluate(ctx context.Context, questions []evaluation.Question, bounds []evaluation.Bound, o *evalOptions) error {
	c, err := client.New(o.server, o.concurrency)
	if err != nil {
		return err
	}
	bar := p.progress("eval", len(questions)*(1+len(o.sweep)), o.quiet)
	result, err := runEvaluation(ctx, questions, o, evaluation.Config{
		Client: c, Request: o.request, Concurrency: o.concurrency, Progress: bar.step,
	})
	bar.end()
	switch {
	case ctx.Err() != nil:
		return exitcode.With(exitcode.Failure, errors.New("interrupted"))
	case err != nil:
		return err
	}
	result.Under = result.Scores.Under(bounds)
	if result.Degraded > 0 {
		p.note("warning: %d of %d answers were made without the embedding model", result.Degraded, result.Questions)
	}
	if o.format != outputTable {
		err = p.printValue(o.format, result)
	} else {
		err = p.print(result.text())
	}
	if err == nil && len(result.Under) > 0 {
		err = exitcode.With(exitcode.Failure, errors.New(strings.Join(result.Under, "; ")))
	}
	return err
}

func runEvaluation(ctx context.Context, questions []evaluation.Question, o *evalOptions, cfg evaluation.Config) (*evaluated, error) {
	outcomes, err := evaluation.Ask(ctx, questions, cfg)
	if err != nil {
		return nil, err
	}
	result := &evaluated{Report: evaluation.Judge(outcomes, o.misses), Request: cfg.Request, TradeOff: []tradeOff{}}
	if err := evaluation.Explain(ctx, result.Misses, cfg); err != nil {
		return nil, err
	}
	for _, least := range o.sweep {
		cfg.Request.MinSimilarity = &least
		outcomes, err := evaluation.Ask(ctx, questions, cfg)
		if err != nil {
			return nil, err
		}
		r := evaluation.Judge(outcomes, 0)
		result.TradeOff = append(result.TradeOff, tradeOff{least, r.Scores, r.AnsweredEmpty})
	}
	return result, nil
}
