// Package store keeps the catalog in PostgreSQL with pgvector: SQL, transactions and the translation of the database's
// errors. It implements catalog.Store.
//
// It does not know HTTP, Redis or any embedding model: vectors come from its caller, and the rules of the domain from
// packages catalog and versioning. What it guarantees under concurrency rests on one lock order: first the row of the
// playbook (several in ascending order), then what belongs to it, last the generation.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/migrations"
)

var _ catalog.Store = (*Store)(nil)

// Store is the catalog in one database. It is safe for concurrent use, also by several processes on one database.
type Store struct {
	db        *sqlx.DB
	config    Config
	logger    *slog.Logger
	complete  completeModels
	trail     *Trail
	exactRows int
	sizes     searchSizes
}

// New makes a Store. It does not connect: a service may start before its database, and Ready says when it is there.
// The error says which setting is wrong.
func New(cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	db, err := openPool(cfg, cfg.MaxOpenConns, searchSettings)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	direct, err := openPool(cfg, 1, directSettings)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s := &Store{db: db, config: cfg, logger: cfg.Logger, exactRows: cfg.ExactRows}
	s.trail = newTrail(s, direct, cfg.Trail)
	return s, nil
}

func openPool(cfg Config, connections int, settings map[string]string) (*sqlx.DB, error) {
	connector, err := newConnector(cfg, settings)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxLifetime(cfg.ConnMaxLifetime)
	return sqlx.NewDb(db, "postgres"), nil
}

// Ready says whether the store can be used. Errors: catalog.ErrUnavailable when the database does not answer;
// migrations.ErrSchemaOlder or migrations.ErrSchemaNewer when its schema is not the one of this release.
func (s *Store) Ready(ctx context.Context) error {
	err := migrations.Check(ctx, s.db)
	if errors.Is(err, migrations.ErrSchemaOlder) || errors.Is(err, migrations.ErrSchemaNewer) {
		return err
	}
	return mapError(ctx, "look whether the database is ready", err)
}

// Stats says how the connections are used, for metrics.
func (s *Store) Stats() sql.DBStats { return s.db.Stats() }

// Close ends the connections. Calls that are under way fail.
func (s *Store) Close() error { return errors.Join(s.db.Close(), s.trail.direct.Close()) }
