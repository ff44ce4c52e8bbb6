package command

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/internal/config"
)

func (p *Program) migrateIndexesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "indexes",
		Short: "Make the indexes that searches of a large catalog need",
		Long: `Make the indexes that searches of a large catalog need, for each embedding model with more than half of
search.exact_rows vectors. A running service does so by itself if it knows a role that owns the tables; this command is for
their owner otherwise. Searches and publishes go on meanwhile; 100,000 playbooks take some minutes. One that was
interrupted is simply run again.`,
		Example: "  datastorage migrate indexes --database-url postgres://owner@db/datastorage",
		Args:    usage(cobra.NoArgs),
	}
	load := p.settings(cmd, config.Default(), "database.url", "database.url_file", "database.connect_timeout",
		"admin.database_url", "admin.database_url_file", "search.exact_rows")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err != nil {
			return err
		}
		made, err := app.EnsureSearchIndexes(cmd.Context(), cfg)
		for _, model := range made {
			err = errors.Join(err, p.print("made the index of model "+model+"\n"))
		}
		if err == nil && len(made) == 0 {
			return p.print("nothing to do, no model is large and without an index\n")
		}
		return databaseError(err)
	}
	return cmd
}
