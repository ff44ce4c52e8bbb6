package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/config"
)

func (p *Program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the service",
		Long: `Run the service on a database of your own.

Settings come from a YAML file, environment variables and flags; flags count most. A section of the file is the first
word of a flag: --database-url is url in the section database. The settings in force are logged at the start, passwords
masked. The service starts also when the database is not there yet, and is not ready until it is.`,
		Example: `  DATASTORAGE_DATABASE_URL=postgres://user@db/datastorage datastorage serve --migrate
  datastorage serve --config /etc/datastorage.yaml --listen :8080`,
		Args: usage(cobra.NoArgs),
	}
	load := p.settings(cmd, config.Default())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err == nil {
			err = cfg.RequireDatabase()
		}
		if err != nil {
			return err
		}
		return p.serve(cmd.Context(), cfg)
	}
	return cmd
}

func (p *Program) serve(ctx context.Context, cfg config.Config) error {
	logger := app.NewLogger(p.Err, cfg.Log)
	logger.InfoContext(ctx, "starting", "version", p.Build.Version, "commit", p.Build.Commit, "config", cfg)
	listener, err := app.Listen(ctx, cfg)
	if err != nil {
		return err
	}
	if cfg.Migrate {
		if err := app.Migrate(ctx, cfg, logger); err != nil {
			return errors.Join(databaseError(err), listener.Close())
		}
	}
	embedders, err := app.OpenEmbedders(cfg)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	service, err := app.New(cfg, embedders, p.Build, logger)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	logger.InfoContext(ctx, "Ready to serve", "url", app.BaseURL(listener.Addr().String()), "address", listener.Addr().String())
	return service.Serve(ctx, listener)
}

// databaseError gives the exit code for a database that is not there.
func databaseError(err error) error {
	if errors.Is(err, app.ErrDatabaseUnreachable) {
		return exitcode.With(exitcode.Unavailable, err)
	}
	return err
}
