package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/importer"
)

// importOptions are the flags of an import.
type importOptions struct {
	server      string
	concurrency int
	format      output
	dryRun      bool
	actor       string
	quiet       bool
}

func (p *Program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import PATH...",
		Short: "Publish many playbook versions",
		Long: `Publish the playbook versions of JSON Lines files (*.jsonl), of YAML and JSON manifests, and of folders with such files.
- reads JSON Lines from standard input.

The versions of a playbook go in their order, playbooks side by side. A version that is there already and identical is a
success, so that an import that was interrupted is completed by the same command. Fields that a playbook does not have
are left out and named in the summary. Every record is accounted for; the exit code is 0 when all of them are in.`,
		Example: `  datastorage import playbooks.jsonl
  datastorage import manifests/ extra.yaml --server http://storage:8080 --dry-run
  generate | datastorage import - -o json`,
		Args: usage(cobra.MinimumNArgs(1)),
	}
	var o importOptions
	address := p.serverFlag(cmd)
	format := outputFlag(cmd)
	flags := cmd.Flags()
	flags.IntVar(&o.concurrency, "concurrency", 4, "playbooks to publish at the same time, 1 to 64")
	flags.BoolVar(&o.dryRun, "dry-run", false, "find out what would happen, store nothing")
	flags.StringVar(&o.actor, "actor", "", "who imports, recorded with each version")
	flags.BoolVar(&o.quiet, "quiet", false, "no progress")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.server, o.format = *address, *format
		if o.concurrency < 1 || o.concurrency > 64 {
			return usageError(cmd, errors.New("--concurrency must be between 1 and 64"))
		}
		return p.importPaths(cmd.Context(), args, o)
	}
	return cmd
}

func (p *Program) importPaths(ctx context.Context, paths []string, o importOptions) error {
	c, err := client.New(o.server, o.concurrency)
	if err != nil {
		return err
	}
	batch, err := importer.NewBatch()
	if err != nil {
		return err
	}
	defer batch.Close()
	if err := p.read(ctx, batch, paths); err != nil {
		return err
	}
	progress := p.progress("import", batch.Len(), o.quiet)
	summary, err := batch.Publish(ctx, importer.Config{
		Client: c, Concurrency: o.concurrency, DryRun: o.dryRun, Actor: o.actor, Progress: progress.step,
	})
	progress.end()
	if o.format != outputTable {
		err = errors.Join(err, p.printValue(o.format, summary))
	} else {
		err = errors.Join(err, p.print(account(&summary)))
	}
	return importError(&summary, err)
}

// read reads all paths before anything is sent, so that a path which does not exist changes nothing.
func (p *Program) read(ctx context.Context, batch *importer.Batch, paths []string) error {
	for _, path := range paths {
		var err error
		if path == "-" {
			err = p.readInput(ctx, batch)
		} else {
			err = batch.AddPath(ctx, path)
		}
		switch {
		case ctx.Err() != nil:
			return exitcode.With(exitcode.Failure, errors.New("interrupted before anything was sent"))
		case err != nil:
			return exitcode.With(exitcode.Usage, err)
		}
	}
	if batch.Found() == 0 {
		return exitcode.With(exitcode.Usage, fmt.Errorf("found no playbook in %q", paths))
	}
	return nil
}

// readInput reads JSON Lines from standard input. The end of the context ends the wait for more of it.
func (p *Program) readInput(ctx context.Context, batch *importer.Batch) error {
	reader, writer := io.Pipe()
	defer func() { _ = reader.Close() }()
	defer context.AfterFunc(ctx, func() { _ = writer.CloseWithError(context.Cause(ctx)) })()
	go func() {
		_, err := io.Copy(writer, p.In)
		_ = writer.CloseWithError(err)
	}()
	return batch.AddJSONLines(ctx, "-", reader)
}

// importError says in one sentence why not all went in.
func importError(s *importer.Summary, err error) error {
	switch failed := s.Count(importer.KindFailed); {
	case s.Interrupted:
		return exitcode.With(exitcode.Failure, errors.New("interrupted; the same command again continues where this one ended"))
	case err != nil:
		return fmt.Errorf("stopped, the same command again continues: %w", err)
	case failed > 0:
		return exitcode.With(exitcode.Unavailable, fmt.Errorf("the service failed on %d versions; the same command again tries them once more", failed))
	case !s.Complete():
		return exitcode.With(exitcode.Failure, fmt.Errorf("%d of %d versions were refused", len(s.Refused), s.Found))
	default:
		return nil
	}
}
