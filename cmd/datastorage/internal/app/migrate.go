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

// Migrate brings the schema up to date.
func Migrate(ctx context.Context, cfg config.Database, logger *slog.Logger) error {
	db, err := OpenDatabase(ctx, cfg)
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
	return nil
}
