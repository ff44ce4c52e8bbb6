package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// What the schema needs at least.
const (
	minPostgres       = 160000 // as in server_version_num
	minVectorMajor    = 0
	minVectorMinor    = 8
	insufficientRight = "42501" // SQLSTATE of a refused privilege
)

// ErrRequirement says that the server lacks something that the schema needs; its text says what to do.
var ErrRequirement = errors.New("the database server does not meet the requirements")

// server is what a database server offers.
type server struct {
	number    int            // server_version_num
	name      string         // server_version, for people
	installed sql.NullString // version of the extension vector in this database
	available sql.NullString // version that CREATE EXTENSION would install
}

// checkServer asks before anything is changed, since the messages of failed migrations would not say what to do.
func checkServer(ctx context.Context, db *sql.DB) error {
	const query = `SELECT
			current_setting('server_version_num')::int,
			current_setting('server_version'),
			(SELECT extversion FROM pg_extension WHERE extname = 'vector'),
			(SELECT default_version FROM pg_available_extensions WHERE name = 'vector')`
	var s server
	if err := db.QueryRowContext(ctx, query).Scan(&s.number, &s.name, &s.installed, &s.available); err != nil {
		return fmt.Errorf("ask the database server for its versions: %w", err)
	}
	return s.check()
}

func (s server) check() error {
	switch {
	case s.number < minPostgres:
		return fmt.Errorf("%w: it is PostgreSQL %s, version %d or newer is needed", ErrRequirement, s.name, minPostgres/10000)
	case s.installed.Valid && !isSufficient(s.installed.String):
		return fmt.Errorf("%w: pgvector %s is installed, version %d.%d or newer is needed: install it on the server, then "+
			"run `ALTER EXTENSION vector UPDATE` in this database", ErrRequirement, s.installed.String, minVectorMajor, minVectorMinor)
	case s.installed.Valid:
		return nil
	case !s.available.Valid:
		return fmt.Errorf("%w: pgvector is not installed on the server, version %d.%d or newer is needed",
			ErrRequirement, minVectorMajor, minVectorMinor)
	case !isSufficient(s.available.String):
		return fmt.Errorf("%w: the server has pgvector %s, version %d.%d or newer is needed: install it on the server",
			ErrRequirement, s.available.String, minVectorMajor, minVectorMinor)
	}
	return nil
}

// isSufficient reads the leading two numbers of a version of pgvector.
func isSufficient(version string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return false
	}
	return major > minVectorMajor || major == minVectorMajor && minor >= minVectorMinor
}

// explainRefusal says what to do when the role may not do what a migration does, most often create the extension.
func explainRefusal(err error) error {
	var state sqlState
	if !errors.As(err, &state) || state.SQLState() != insufficientRight {
		return err
	}
	return fmt.Errorf("%w: the role of this connection lacks a privilege; it must own the schema, and where it may not "+
		"create extensions a superuser runs `CREATE EXTENSION vector` in this database first: %w", ErrRequirement, err)
}
