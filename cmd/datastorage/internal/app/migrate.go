package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/migrations"
)

// ErrDatabaseUnreachable says that the database does not answer.
var ErrDatabaseUnreachable = errors.New("the database cannot be reached")

// OpenDatabase connects to the database for the work on its schema, which unlike requests has no time limit. The errors
// do not repeat the URL. Error: ErrDatabaseUnreachable.
func OpenDatabase(ctx context.Context, cfg config.Database) (*sql.DB, error) {
	settings, err := pq.NewConfig(string(cfg.URL))
	if err != nil {
		return nil, fmt.Errorf("%w: database.url is not one that the driver understands", config.ErrInvalid)
	}
	settings.ConnectTimeout = cfg.ConnectTimeout
	settings.ApplicationName = "datastorage-migrate"
	connector, err := pq.NewConnectorConfig(settings)
	if err != nil {
		return nil, fmt.Errorf("%w: database.url is not one that the driver understands", config.ErrInvalid)
	}
	db := sql.OpenDB(connector)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrDatabaseUnreachable, err), db.Close())
	}
	return db, nil
}

// Migrate brings the schema up to date as the owner of the tables, and gives the service its rights.
func Migrate(ctx context.Context, cfg config.Config, logger *slog.Logger) error {
	owners, err := cfg.OwnersDatabase()
	if err != nil {
		return err
	}
	db, err := OpenDatabase(ctx, owners)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	applied, err := migrations.Migrate(ctx, db)
	if err != nil {
		return err
	}
	for _, m := range applied {
		logger.InfoContext(ctx, "migration applied", "version", m.Version, "name", m.Name)
	}
	role, err := GrantService(ctx, db, cfg)
	if role != "" {
		logger.InfoContext(ctx, "the service has its rights", "role", role)
	}
	return err
}

// GrantService gives the role of database.url exactly the rights that the service needs, when the owner of the tables is
// another role, as whom db is connected. It gives the name of that role, empty when there is nothing to do.
func GrantService(ctx context.Context, db *sql.DB, cfg config.Config) (role string, err error) {
	if cfg.Admin.DatabaseURL == "" || cfg.Database.URL == "" {
		return "", nil
	}
	settings, err := pq.NewConfig(string(cfg.Database.URL))
	if err != nil {
		return "", fmt.Errorf("%w: database.url is not one that the driver understands", config.ErrInvalid)
	}
	var owner string
	if err := db.QueryRowContext(ctx, `SELECT current_user`).Scan(&owner); err != nil {
		return "", fmt.Errorf("ask for the role: %w", err)
	}
	if settings.User == owner {
		return "", nil
	}
	if _, err := db.ExecContext(ctx, `SELECT audit_grant_service($1)`, settings.User); err != nil {
		return "", fmt.Errorf("give the role %s of database.url the rights of the service: %w", settings.User, err)
	}
	return settings.User, nil
}
