package migrations_test

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
)

var update = flag.Bool("update", false, "write schema.sql from the migrations")

// TestSchemaDump compares schema.sql with what the migrations make. It runs on the embedded server whatever server the
// other tests use, since each version of PostgreSQL dumps in its own words.
func TestSchemaDump(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t)
	_, err := migrations.Migrate(t.Context(), open(t, server.URL()))
	require.NoError(t, err)
	made := dump(t, server.URL())
	if *update {
		require.NoError(t, os.WriteFile("schema.sql", []byte(made), 0o644))
	}
	written, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	require.Equal(t, string(written), made, "schema.sql is not what the migrations make: go test ./migrations -run SchemaDump -update")
}

// Down leaves the extension and nothing else, and up makes the same schema again.
func TestUpDownUp(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t)
	db := open(t, server.URL())

	up, err := migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	require.Len(t, up, len(migrationFiles(t)))
	first := dump(t, server.URL())

	for i := len(up) - 1; i >= 0; i-- {
		below := int64(0)
		if i > 0 {
			below = up[i-1].Version
		}
		down, err := migrations.Down(t.Context(), db, below)
		require.NoError(t, err)
		require.Len(t, down, 1)
		require.Equal(t, up[i].Version, down[0].Version)
	}
	var left int
	const query = `SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%'`
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&left))
	require.Zero(t, left, "tables, indexes and sequences that down leaves behind")

	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, first, dump(t, server.URL()))
}

var volatileLines = regexp.MustCompile(`(?m)^(-- Dumped .*|--|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|-- PostgreSQL database dump.*)\n`)
var blankLines = regexp.MustCompile(`\n{3,}`)

// dump gives the schema as pg_dump writes it, without what differs from run to run.
func dump(t *testing.T, url string) string {
	t.Helper()
	runtime, err := localdb.OpenRuntime("", parts.PostgreSQL)
	require.NoError(t, err)
	program, err := runtime.PostgresBin("pg_dump")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, "--schema-only", "--no-owner", "--no-privileges",
		"--exclude-table=goose_db_version*", "--dbname="+url)
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, string(output))
	text := volatileLines.ReplaceAllString(string(output), "")
	return "-- What the migrations make; a test keeps it so. Not to be run: `datastorage migrate up` is.\n" +
		blankLines.ReplaceAllString(text, "\n\n")
}
