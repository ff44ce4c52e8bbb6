package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// lockSeconds bounds the wait for another process that migrates the same database.
const lockSeconds = 60

// undefinedTable is the SQLSTATE of a query on a table that does not exist.
const undefinedTable = "42P01"

// ErrLocked says that another process is migrating the database, or died with the connection open.
var ErrLocked = errors.New("the database is being migrated by another process")

// Migration is one numbered change of the schema.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time // zero while it is pending
}

// Migrate applies every pending migration and gives those that it applied. Any number of processes may call it at once:
// one works, the others wait, at most a minute.
//
// Errors: ErrRequirement, ErrLocked, ErrSchemaNewer, or that of a statement; each migration is applied wholly or not at
// all.
func Migrate(ctx context.Context, db *sql.DB) ([]Migration, error) {
	return migrate(ctx, db, lockSeconds)
}

func migrate(ctx context.Context, db *sql.DB, lockSeconds uint64) ([]Migration, error) {
	if err := checkServer(ctx, db); err != nil {
		return nil, err
	}
	if err := refuseNewer(ctx, db); err != nil {
		return nil, err
	}
	provider, err := newProvider(db, lockSeconds)
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, explainRefusal(fmt.Errorf("migrate up: %w", err))
	}
	return applied(results), nil
}

// Down takes back the migrations above a version, the last one first, and gives those that it took back. It refuses to
// drop a table while a playbook is stored. Errors: ErrLocked, ErrSchemaNewer, or that of a statement.
func Down(ctx context.Context, db *sql.DB, version int64) ([]Migration, error) {
	if err := refuseNewer(ctx, db); err != nil {
		return nil, err
	}
	provider, err := newProvider(db, lockSeconds)
	if err != nil {
		return nil, err
	}
	results, err := provider.DownTo(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("migrate down: %w", err)
	}
	return applied(results), nil
}

// Status lists all migrations of this release in their order. It changes nothing.
func Status(ctx context.Context, db *sql.DB) ([]Migration, error) {
	provider, err := newProvider(db, lockSeconds)
	if err != nil {
		return nil, err
	}
	times, err := appliedTimes(ctx, db)
	if err != nil {
		return nil, err
	}
	sources := provider.ListSources()
	list := make([]Migration, len(sources))
	for i, source := range sources {
		list[i] = Migration{Version: source.Version, Name: path.Base(source.Path), AppliedAt: times[source.Version]}
	}
	return list, nil
}

func newProvider(db *sql.DB, lockSeconds uint64) (*goose.Provider, error) {
	session, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockSeconds))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, scripts,
		goose.WithSessionLocker(namedLocker{session}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return provider, nil
}

// namedLocker says what it means when the lock cannot be had.
type namedLocker struct{ lock.SessionLocker }

// SessionLock waits for the lock, trying once a second.
func (l namedLocker) SessionLock(ctx context.Context, conn *sql.Conn) error {
	err := l.SessionLocker.SessionLock(ctx, conn)
	if err == nil || ctx.Err() != nil {
		return err
	}
	var state sqlState
	if errors.As(err, &state) {
		return err // the server refused the statement itself
	}
	return fmt.Errorf("%w: wait for it, or end its session (pg_locks, locktype advisory): %w", ErrLocked, err)
}

func applied(results []*goose.MigrationResult) []Migration {
	list := make([]Migration, len(results))
	now := time.Now()
	for i, result := range results {
		list[i] = Migration{Version: result.Source.Version, Name: path.Base(result.Source.Path), AppliedAt: now}
	}
	return list
}

func appliedTimes(ctx context.Context, db *sql.DB) (times map[int64]time.Time, err error) {
	const query = `SELECT version_id, tstamp AT TIME ZONE current_setting('TimeZone') FROM goose_db_version WHERE is_applied ORDER BY id`
	rows, err := db.QueryContext(ctx, query)
	if isUndefinedTable(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	times = map[int64]time.Time{}
	for rows.Next() {
		var version int64
		var at time.Time
		if err := rows.Scan(&version, &at); err != nil {
			return nil, fmt.Errorf("list migrations: %w", err)
		}
		times[version] = at.UTC()
	}
	return times, rows.Err()
}

// sqlState is what errors of PostgreSQL drivers have in common.
type sqlState interface{ SQLState() string }

func isUndefinedTable(err error) bool {
	var state sqlState
	return errors.As(err, &state) && state.SQLState() == undefinedTable
}
