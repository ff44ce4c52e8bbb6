package command

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/migrations"
)

func (p *Program) migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "migrate",
		Short:   "Work on the schema of the database",
		Example: "  DATASTORAGE_DATABASE_URL=postgres://user@db/datastorage datastorage migrate up",
	}
	cmd.AddCommand(p.migrateUpCommand(), p.migrateDownCommand(), p.migrateStatusCommand(), p.migrateIndexesCommand())
	return group(cmd)
}

// onDatabase completes a command that works on the schema of the database which the settings name, as its owner.
func (p *Program) onDatabase(cmd *cobra.Command, do func(context.Context, *sql.DB, config.Config) error) *cobra.Command {
	cmd.Args = usage(cobra.NoArgs)
	load := p.settings(cmd, config.Default(), "database.url", "database.url_file", "database.connect_timeout",
		"admin.database_url", "admin.database_url_file")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err != nil {
			return err
		}
		owners, err := cfg.OwnersDatabase()
		if err != nil {
			return err
		}
		db, err := app.OpenDatabase(cmd.Context(), owners)
		if err != nil {
			return databaseError(err)
		}
		return errors.Join(do(cmd.Context(), db, cfg), db.Close())
	}
	return cmd
}

func (p *Program) migrateUpCommand() *cobra.Command {
	return p.onDatabase(&cobra.Command{
		Use:   "up",
		Short: "Apply all migrations that are pending",
		Long: `Apply all migrations that are pending, each wholly or not at all. Several processes may do so at the same time: one
works, the others wait.

With the URL of the owner of the tables as --admin-database-url and that of the service as --database-url, the role of
the service is given exactly the rights that it needs, anew each time.`,
		Example: "  datastorage migrate up --database-url postgres://user@db/datastorage",
	}, p.migrateUp)
}

func (p *Program) migrateUp(ctx context.Context, db *sql.DB, cfg config.Config) error {
	applied, err := migrations.Migrate(ctx, db)
	text := report("applied", applied)
	if err == nil && len(applied) == 0 {
		text = fmt.Sprintf("nothing to do, the schema is at version %d\n", migrations.Latest())
	}
	if err != nil {
		return errors.Join(err, p.print(text))
	}
	role, err := app.GrantService(ctx, db, cfg)
	if role != "" {
		text += fmt.Sprintf("granted %s the rights of the service\n", oneLine(role))
	}
	return errors.Join(err, p.print(text))
}

func (p *Program) migrateDownCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Take the last migration back",
		Long: `Take the last migration back, and no more than that one. What only it could hold is lost, so --yes is required; the
first one is not taken back while playbooks are stored.`,
		Example: "  datastorage migrate down --yes --database-url postgres://user@db/datastorage",
	}
	yes := cmd.Flags().Bool("yes", false, "confirm that data may be lost")
	p.onDatabase(cmd, p.migrateDown)
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !*yes {
			return usageError(cmd, errors.New("taking a migration back can lose data: confirm with --yes"))
		}
		return run(cmd, args)
	}
	return cmd
}

func (p *Program) migrateDown(ctx context.Context, db *sql.DB, _ config.Config) error {
	list, err := migrations.Status(ctx, db)
	if err != nil {
		return err
	}
	target, found := int64(0), false
	for i := len(list) - 1; i >= 0 && !found; i-- {
		if found = !list[i].AppliedAt.IsZero(); found && i > 0 {
			target = list[i-1].Version
		}
	}
	if !found {
		return p.print("nothing to do, no migration is applied\n")
	}
	taken, err := migrations.Down(ctx, db, target)
	return errors.Join(err, p.print(report("taken back", taken)))
}

func report(what string, list []migrations.Migration) string {
	var text strings.Builder
	for _, m := range list {
		fmt.Fprintf(&text, "%s %d %s\n", what, m.Version, m.Name)
	}
	return text.String()
}

func (p *Program) migrateStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "List the migrations, and when they were applied",
		Example: "  datastorage migrate status -o json --database-url postgres://user@db/datastorage",
	}
	format := outputFlag(cmd)
	return p.onDatabase(cmd, func(ctx context.Context, db *sql.DB, _ config.Config) error {
		list, err := migrations.Status(ctx, db)
		if err != nil {
			return err
		}
		if *format != outputTable {
			return p.printValue(*format, jsonMigrations(list))
		}
		return p.print(migrationTable(list))
	})
}

// migration is one line of the status as JSON.
type migration struct {
	Version   int64      `json:"version"`
	Name      string     `json:"name"`
	AppliedAt *time.Time `json:"applied_at"` // null while it is pending
}

func jsonMigrations(list []migrations.Migration) []migration {
	items := make([]migration, len(list))
	for i, m := range list {
		items[i] = migration{Version: m.Version, Name: m.Name}
		if !m.AppliedAt.IsZero() {
			items[i].AppliedAt = &m.AppliedAt
		}
	}
	return items
}

func migrationTable(list []migrations.Migration) string {
	rows := [][]string{{"VERSION", "NAME", "APPLIED"}}
	for _, m := range list {
		applied := "pending"
		if !m.AppliedAt.IsZero() {
			applied = m.AppliedAt.Format(time.RFC3339)
		}
		rows = append(rows, []string{strconv.FormatInt(m.Version, 10), m.Name, applied})
	}
	return columns(0, rows)
}
