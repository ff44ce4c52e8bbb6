package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/store"
)

// reembedOptions are the flags of reembed.
type reembedOptions struct {
	model    string
	noSwitch bool
	dryRun   bool
	quiet    bool
	format   output
	actor    string
	run      catalog.ReembedConfig
}

func (p *Program) reembedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reembed --model MODEL",
		Short: "Compute the vectors of another model, and let searches use it",
		Long: `Compute the vectors of another model for every version that may be searched, now or when it is enabled again, and let
searches use the model once all are there. Until then searches go on by the model that serves, and versions that are
published get vectors of both. A text whose vector is stored already is not embedded again.

The model is one of those that the settings name: embedding or embedding.second. For versions to be found at once after
the switch, the services need an embedder of it too: give them embedding.second first.

It may be interrupted or killed at any moment: the same command goes on with what is left, at the latest when --lease
has passed. Several may run at once, also on several machines, and share the work.`,
		Example: `  datastorage embeddings reembed --model bge-small --dry-run
  datastorage embeddings reembed --model bge-small --rate 50 --concurrency 2
  datastorage embeddings reembed --model bge-small --no-switch && datastorage embeddings switch bge-small`,
		Args: usage(cobra.NoArgs),
	}
	var o reembedOptions
	load := p.settings(cmd, config.Default(), reembedSettings()...)
	format := outputFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.model, "model", "", "id of the model (required)")
	flags.BoolVar(&o.noSwitch, "no-switch", false, "leave the model on standby when it is complete")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say how much there is to do, change nothing")
	flags.BoolVar(&o.quiet, "quiet", false, "no progress")
	flags.StringVar(&o.actor, "actor", "", "who moves the catalog, recorded in the audit trail")
	flags.IntVar(&o.run.Concurrency, "concurrency", catalog.DefaultReembedConcurrency, "batches in work at the same time, 1 to 64")
	flags.IntVar(&o.run.BatchSize, "batch", catalog.DefaultReembedBatch, "versions in one batch, 1 to 500")
	flags.Float64Var(&o.run.PerSecond, "rate", 0, "texts per second given to the model at most; 0 for no bound")
	flags.DurationVar(&o.run.Lease, "lease", catalog.DefaultReembedLease, "after which another process takes over a batch; has to be longer than the model needs for one")
	flags.DurationVar(&o.run.Patience, "patience", catalog.DefaultReembedPatience, "time without any progress after which it gives up")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.format = *format
		if err := o.check(); err != nil {
			return usageError(cmd, err)
		}
		cfg, err := load()
		if err == nil {
			err = cfg.RequireDatabase()
		}
		if err != nil {
			return err
		}
		return p.reembed(cmd.Context(), cfg, o)
	}
	return cmd
}

func (o *reembedOptions) check() error {
	switch {
	case o.model == "":
		return errors.New("say which with --model")
	case o.run.Concurrency < 1 || o.run.Concurrency > 64:
		return errors.New("--concurrency must be between 1 and 64")
	case o.run.BatchSize < 1 || o.run.BatchSize > 500:
		return errors.New("--batch must be between 1 and 500")
	case !(o.run.PerSecond >= 0):
		return errors.New("--rate must not be negative")
	case o.run.Lease < time.Second:
		return errors.New("--lease must be at least 1s")
	case o.run.Patience <= 0:
		return errors.New("--patience must be positive")
	}
	return nil
}

func (p *Program) reembed(ctx context.Context, cfg config.Config, o reembedOptions) error {
	s, err := app.OpenStore(ctx, cfg, p.Build, o.run.Concurrency+2)
	if err != nil {
		return databaseError(err)
	}
	embedder, err := app.OpenEmbedderOf(cfg, o.model)
	if err == nil {
		err = errors.Join(p.reembedBy(ctx, s, embedder, o), embedder.Close())
	}
	return errors.Join(err, app.CloseStore(ctx, s))
}

func (p *Program) reembedBy(ctx context.Context, s *store.Store, embedder embedding.Embedder, o reembedOptions) error {
	if o.dryRun {
		return p.reembedDry(ctx, s, embedder, o)
	}
	o.run.Store, o.run.Embedder, o.run.To, o.run.Actor = s, embedder, catalog.ModelServing, asserted(o.actor)
	if o.noSwitch {
		o.run.To = catalog.ModelStandby
	}
	shown := &growing{start: func(total int) progress { return p.progress("reembed", total, o.quiet) }}
	o.run.Progress = shown.reach
	start := time.Now()
	report, err := catalog.Reembed(ctx, o.run)
	shown.close()
	interrupted := ctx.Err() != nil
	if err != nil && report.Model.Name == "" { // it has not begun
		return reembedError(&report, err, interrupted)
	}
	summary := summarise(&report, time.Since(start), interrupted)
	if o.format != outputTable {
		return errors.Join(reembedError(&report, err, interrupted), p.printValue(o.format, summary))
	}
	return errors.Join(reembedError(&report, err, interrupted), p.print(summary.text()))
}

func (p *Program) reembedDry(ctx context.Context, s *store.Store, embedder embedding.Embedder, o reembedOptions) error {
	reports, err := s.ModelReports(ctx)
	if err != nil {
		return err
	}
	out := reembedSummary{Model: embedder.Model(), Dimensions: embedder.Dimensions(), DryRun: true}
	for _, r := range reports {
		out.Total = r.Versions
	}
	for _, r := range reports {
		if r.Name == embedder.Model() {
			out.Total, out.State = r.Versions-r.Embedded, string(r.State)
		}
	}
	out.Left = out.Total
	if o.format != outputTable {
		return p.printValue(o.format, out)
	}
	return p.print(fmt.Sprintf("%d versions have no vector of %s; nothing was changed\n", out.Total, embedder.Model()))
}

// reembedSettings are those of the database and of both models.
func reembedSettings() []string {
	names := append([]string{"runtime_dir"}, operatorSettings...)
	for _, key := range config.Keys() {
		if strings.HasPrefix(key.Name, "embedding.") && key.Name != "embedding.failure_threshold" && key.Name != "embedding.cool_down" {
			names = append(names, key.Name)
		}
	}
	return names
}
