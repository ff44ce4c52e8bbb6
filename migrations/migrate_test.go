package migrations_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
)

func TestMain(m *testing.M) { os.Exit(testdb.Main(m, nil)) }

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func migrated(t *testing.T) *sql.DB {
	t.Helper()
	db := open(t, testdb.Empty(t))
	_, err := migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	return db
}

// migrationFiles gives the files of all migrations. Their numbers grow, but may leave some out.
func migrationFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("sql/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestMigrateIsHarmlessToRepeat(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	again, err := migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, again)
	require.NoError(t, migrations.Check(t.Context(), db))
}

func TestReplicasMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	address := testdb.Empty(t)
	const replicas = 4
	var wg sync.WaitGroup
	applied, errs := make([]int, replicas), make([]error, replicas)
	for i := range replicas {
		db := open(t, address)
		wg.Go(func() {
			var list []migrations.Migration
			list, errs[i] = migrations.Migrate(t.Context(), db)
			applied[i] = len(list)
		})
	}
	wg.Wait()
	sum := 0
	for i := range replicas {
		require.NoError(t, errs[i])
		sum += applied[i]
	}
	require.Len(t, migrationFiles(t), sum, "each migration is applied by one replica")
}

func TestMigrateGivesUpOnALockThatIsHeld(t *testing.T) {
	t.Parallel()
	address := testdb.Empty(t)
	holder, err := open(t, address).Conn(t.Context())
	require.NoError(t, err)
	_, err = holder.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, migrations.LockID)
	require.NoError(t, err)

	db := open(t, address)
	_, err = migrations.MigrateWithin(t.Context(), db, 1)
	require.ErrorIs(t, err, migrations.ErrLocked)
	require.ErrorIs(t, migrations.Check(t.Context(), db), migrations.ErrSchemaOlder)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = migrations.Migrate(ctx, db)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, migrations.ErrLocked, "the caller gave up, not the lock")

	require.NoError(t, holder.Close())
}

func TestStatusChangesNothing(t *testing.T) {
	t.Parallel()
	db := open(t, testdb.Empty(t))
	list, err := migrations.Status(t.Context(), db)
	require.NoError(t, err)
	require.Len(t, list, len(migrationFiles(t)))
	for _, m := range list {
		require.Zero(t, m.AppliedAt, m.Name)
	}
	var tables int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables))
	require.Zero(t, tables)

	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	list, err = migrations.Status(t.Context(), db)
	require.NoError(t, err)
	for _, m := range list {
		require.WithinDuration(t, time.Now(), m.AppliedAt, time.Hour, m.Name)
	}
}

func TestCheckTellsOlderFromNewer(t *testing.T) {
	t.Parallel()
	db := open(t, testdb.Empty(t))
	require.ErrorIs(t, migrations.Check(t.Context(), db), migrations.ErrSchemaOlder)
	_, err := migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
	require.NoError(t, migrations.Check(t.Context(), db))

	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)`, migrations.Latest()+1)
	require.NoError(t, err)
	require.ErrorIs(t, migrations.Check(t.Context(), db), migrations.ErrSchemaNewer)
	_, err = migrations.Migrate(t.Context(), db)
	require.ErrorIs(t, err, migrations.ErrSchemaNewer)
	_, err = migrations.Down(t.Context(), db, 0)
	require.ErrorIs(t, err, migrations.ErrSchemaNewer)
}

func TestDownRefusesToDropPlaybooks(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	_, err := db.ExecContext(t.Context(), `INSERT INTO playbooks (playbook_id, created_at, updated_at) VALUES ('kept', now(), now())`)
	require.NoError(t, err)
	_, err = migrations.Down(t.Context(), db, 2)
	require.ErrorContains(t, err, "could not be found any more")
	_, err = migrations.Down(t.Context(), db, 0)
	require.Error(t, err)
	version, err := migrations.Version(t.Context(), db)
	require.NoError(t, err)
	require.EqualValues(t, 3, version, "nothing of the catalog was taken back")
}

func TestDownRefusesToDropTheAuditTrail(t *testing.T) {
	t.Parallel()
	db := migrated(t)
	_, err := db.ExecContext(t.Context(), `INSERT INTO audit_chains (chain_id, number, writer, keyed, started_at, link)
		VALUES (gen_random_uuid(), 1, 'test', false, now(), sha256(''))`)
	require.NoError(t, err)
	_, err = migrations.Down(t.Context(), db, 5)
	require.ErrorContains(t, err, "the audit trail has chains")
	version, err := migrations.Version(t.Context(), db)
	require.NoError(t, err)
	require.EqualValues(t, 6, version, "nothing of the audit trail was taken back")
}

// plainRole makes a role that owns the schema public of the database but is no superuser, and connects as it.
func plainRole(t *testing.T, address string) *sql.DB {
	t.Helper()
	admin := open(t, address)
	u, err := url.Parse(address)
	require.NoError(t, err)
	role := "plain_" + u.Path[1:]
	exec := func(statement string) {
		_, err := admin.ExecContext(context.Background(), statement)
		require.NoError(t, err, statement)
	}
	exec(`CREATE ROLE ` + pq.QuoteIdentifier(role) + ` LOGIN PASSWORD 'plain'`)
	t.Cleanup(func() {
		exec(`REASSIGN OWNED BY ` + pq.QuoteIdentifier(role) + ` TO CURRENT_USER`)
		exec(`DROP OWNED BY ` + pq.QuoteIdentifier(role))
		exec(`DROP ROLE ` + pq.QuoteIdentifier(role))
	})
	exec(`ALTER SCHEMA public OWNER TO ` + pq.QuoteIdentifier(role))
	u.User = url.UserPassword(role, "plain")
	db, err := sql.Open("postgres", u.String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestRoleThatMayNotCreateExtensions(t *testing.T) {
	t.Parallel()
	address := testdb.Empty(t)
	db := plainRole(t, address)
	_, err := migrations.Migrate(t.Context(), db)
	require.ErrorIs(t, err, migrations.ErrRequirement)
	require.ErrorContains(t, err, "CREATE EXTENSION vector")

	_, err = open(t, address).ExecContext(t.Context(), `CREATE EXTENSION vector`)
	require.NoError(t, err)
	_, err = migrations.Migrate(t.Context(), db)
	require.NoError(t, err)
}
