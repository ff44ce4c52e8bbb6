package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/store"
)

func (p *Program) embeddingsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "embeddings",
		Short: "Move the catalog to another embedding model",
		Long: `Look after the embedding models of the catalog. The commands work on the database itself, as migrate does.

Searches use the vectors of the model that serves, which the database says and not the configuration of a process. A
model is filled, stands by, serves, or is retired:

  reembed computes the vectors of another model while searches go on, and then lets it serve;
  switch  makes another complete model serve, the one before too;
  retire  ends that new versions get vectors of a model.`,
		Example: `  datastorage embeddings status
  datastorage embeddings reembed --model all-minilm-l6-v2 --embedding-second-provider openai \
    --embedding-second-url http://models:8000 --embedding-second-model all-minilm-l6-v2 --embedding-second-dimensions 384`,
	}
	cmd.AddCommand(p.embeddingsStatusCommand(), p.reembedCommand(), p.embeddingsSwitchCommand(), p.embeddingsRetireCommand())
	return group(cmd)
}

// operatorSettings are the settings of commands on the database.
var operatorSettings = []string{
	"database.url", "database.url_file", "database.connect_timeout", "database.statement_timeout", "database.lock_timeout",
}

// onCatalog completes a command that works on the catalog in the database which the settings name.
func (p *Program) onCatalog(cmd *cobra.Command, do func(context.Context, *store.Store, []string) error) *cobra.Command {
	load := p.settings(cmd, config.Default(), operatorSettings...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := load()
		if err == nil {
			err = cfg.RequireDatabase()
		}
		if err != nil {
			return err
		}
		s, err := app.OpenStore(cmd.Context(), cfg, p.Build, 2)
		if err != nil {
			return databaseError(err)
		}
		return modelError(errors.Join(do(cmd.Context(), s, args), app.CloseStore(cmd.Context(), s)))
	}
	return cmd
}

// modelError gives the exit code for what a change of a model runs into.
func modelError(err error) error {
	for _, meaning := range []struct {
		err  error
		code exitcode.Code
	}{
		{catalog.ErrModelNotFound, exitcode.NotFound},
		{catalog.ErrModelIncomplete, exitcode.Conflict},
		{catalog.ErrModelServing, exitcode.Conflict},
		{catalog.ErrModelDimensions, exitcode.Conflict},
		{catalog.ErrUnavailable, exitcode.Unavailable},
		{catalog.ErrStalled, exitcode.Unavailable},
	} {
		if errors.Is(err, meaning.err) {
			return exitcode.With(meaning.code, err)
		}
	}
	return err
}

func (p *Program) embeddingsStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "List the models, and how far they are", Args: usage(cobra.NoArgs),
		Long: `List the models that the catalog has vectors of. VECTORS counts the versions that may be searched, now or when they are
enabled again, and how many of them have a vector; WAITING the vectors that somebody has yet to compute.`,
		Example: "  datastorage embeddings status -o json",
	}
	format := outputFlag(cmd)
	return p.onCatalog(cmd, func(ctx context.Context, s *store.Store, _ []string) error {
		reports, err := s.ModelReports(ctx)
		if err != nil {
			return err
		}
		if *format != outputTable {
			return p.printValue(*format, map[string]any{"items": modelsOut(reports)})
		}
		return p.print(modelTable(reports))
	})
}

// modelOut is a model in the names of the API.
type modelOut struct {
	Model      string    `json:"model"`
	Dimensions int       `json:"dimensions"`
	State      string    `json:"state"`
	Versions   int       `json:"versions"`
	Embedded   int       `json:"embedded"`
	Waiting    int       `json:"waiting"`
	LastError  string    `json:"last_error,omitempty"`
	ChangedAt  time.Time `json:"changed_at"`
	ChangedBy  string    `json:"changed_by"`
}

func modelsOut(reports []catalog.ModelReport) []modelOut {
	list := make([]modelOut, len(reports))
	for i, r := range reports {
		list[i] = modelOut{
			r.Name, r.Dimensions, string(r.State), r.Versions, r.Embedded, r.Waiting, r.LastError, r.ChangedAt, r.ChangedBy,
		}
	}
	return list
}

func modelTable(reports []catalog.ModelReport) string {
	if len(reports) == 0 {
		return "No model: nothing is published yet.\n"
	}
	rows := [][]string{{"MODEL", "DIMENSIONS", "STATE", "VECTORS", "WAITING", "SINCE", "BY", "LAST ERROR"}}
	for _, r := range reports {
		rows = append(rows, []string{
			oneLine(r.Name), fmt.Sprint(r.Dimensions), string(r.State), fmt.Sprintf("%d of %d", r.Embedded, r.Versions),
			fmt.Sprint(r.Waiting), moment(r.ChangedAt), oneLine(r.ChangedBy), oneLine(r.LastError),
		})
	}
	return columns(0, rows)
}

func (p *Program) embeddingsSwitchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "switch MODEL", Short: "Let searches use another model that is complete", Args: usage(cobra.ExactArgs(1)),
		Long: `Let searches use another model. It has to be complete: every version that may be searched has a vector of it. The model
that has served before stands by, so that the same command leads back. A search that begins after the answer uses the
model, on every process that has an embedder of it; the others go on with the one before, whose vectors are kept up too.`,
		Example: "  datastorage embeddings switch all-minilm-l6-v2-q",
	}
	actor := cmd.Flags().String("actor", "", "who switches, recorded in the audit trail")
	incomplete := cmd.Flags().Bool("incomplete", false, "switch although versions have no vector: searches by meaning do not find them until they do")
	return p.onCatalog(cmd, func(ctx context.Context, s *store.Store, args []string) error {
		m, err := s.ChangeModel(ctx, catalog.ModelChange{
			Model: args[0], To: catalog.ModelServing, Incomplete: *incomplete, Actor: asserted(*actor),
		})
		if errors.Is(err, catalog.ErrModelIncomplete) {
			err = fmt.Errorf("%w: 'datastorage embeddings reembed --model %s' computes them", err, args[0])
		}
		if err != nil {
			return err
		}
		return p.print(fmt.Sprintf("searches use %s\n", m))
	})
}

func (p *Program) embeddingsRetireCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "retire MODEL", Short: "Stop computing vectors of a model", Args: usage(cobra.ExactArgs(1)),
		Long: `Stop computing vectors of a model for new versions, and drop what waits for it. The vectors that it has stay: reembed takes
it up again and computes only what is missing. The serving model cannot be retired.`,
		Example: "  datastorage embeddings retire all-minilm-l6-v2-q",
	}
	actor := cmd.Flags().String("actor", "", "who retires it, recorded in the audit trail")
	return p.onCatalog(cmd, func(ctx context.Context, s *store.Store, args []string) error {
		m, err := s.ChangeModel(ctx, catalog.ModelChange{Model: args[0], To: catalog.ModelRetired, Actor: asserted(*actor)})
		if err != nil {
			return err
		}
		return p.print(fmt.Sprintf("%s is retired\n", m))
	})
}

// asserted is who a command says to be run by.
func asserted(name string) catalog.Actor {
	if name == "" {
		return catalog.Anonymous
	}
	return catalog.Actor{Name: name, Source: catalog.ActorAsserted}
}
