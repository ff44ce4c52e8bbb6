package testdb

import (
	"context"
	"database/sql"
	"net/url"
	"testing"

	"github.com/lib/pq"
)

// Role makes a role without rights that may log in to the database at address, and gives its name and the address for it.
// What it owns in that database at the end goes to whom address belongs.
func Role(t testing.TB, address string) (name, own string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("address of the database: %v", err)
	}
	var suffix string
	run(t, address, func(ctx context.Context, db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT replace(gen_random_uuid()::text, '-', '')`).Scan(&suffix)
	})
	name = "role_" + suffix
	quoted := pq.QuoteIdentifier(name)
	run(t, address, func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, `CREATE ROLE `+quoted+` LOGIN PASSWORD 'secret'`)
		return err
	})
	t.Cleanup(func() {
		run(t, address, func(ctx context.Context, db *sql.DB) error {
			_, err := db.ExecContext(ctx, `REASSIGN OWNED BY `+quoted+` TO CURRENT_USER; DROP OWNED BY `+quoted+`; DROP ROLE `+quoted)
			return err
		})
	})
	u.User = url.UserPassword(name, "secret")
	return name, u.String()
}

func run(t testing.TB, address string, do func(context.Context, *sql.DB) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	defer func() { _ = db.Close() }()
	if err := do(ctx, db); err != nil {
		t.Fatalf("role for a test: %v", err)
	}
}
