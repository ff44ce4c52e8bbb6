package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// What Check and Migrate find wrong with the schema of a database.
var (
	ErrSchemaOlder = errors.New("the schema of the database is older than this release: run `datastorage migrate up`")
	ErrSchemaNewer = errors.New("the schema of the database is newer than this release: run a newer release")
)

// RowQuerier is a *sql.DB, *sql.Conn or *sql.Tx.
type RowQuerier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Version is the version of a database's schema, 0 for an empty database. It changes nothing.
func Version(ctx context.Context, db RowQuerier) (int64, error) {
	const query = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`
	var version int64
	err := db.QueryRowContext(ctx, query).Scan(&version)
	if isUndefinedTable(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the schema: %w", err)
	}
	return version, nil
}

// Check compares the schema of a database with the one that this release expects.
// Errors: ErrSchemaOlder, ErrSchemaNewer, or that of the query.
func Check(ctx context.Context, db RowQuerier) error {
	version, err := Version(ctx, db)
	switch {
	case err != nil:
		return err
	case version < latest:
		return fmt.Errorf("%w (it is at version %d of %d)", ErrSchemaOlder, version, latest)
	case version > latest:
		return fmt.Errorf("%w (it is at version %d, this release knows %d)", ErrSchemaNewer, version, latest)
	}
	return nil
}

// refuseNewer keeps a release from working on a schema that it does not know.
func refuseNewer(ctx context.Context, db RowQuerier) error {
	err := Check(ctx, db)
	if errors.Is(err, ErrSchemaOlder) {
		return nil
	}
	return err
}
