package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func TestSettingsReachTheSession(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	// The role's own settings give way.
	exec(t, openDB(t, url), `ALTER DATABASE `+scan[string](t, openDB(t, url), `SELECT quote_ident(current_database())`)+
		` SET default_transaction_isolation = 'serializable'`)
	s, err := store.New(store.Config{
		DatabaseURL: url, ApplicationName: "test-of-settings", StatementTimeout: 1500 * time.Millisecond, LockTimeout: 700 * time.Millisecond,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for name, want := range map[string]string{
		"application_name": "test-of-settings", "statement_timeout": "1500ms", "lock_timeout": "700ms",
		"idle_in_transaction_session_timeout": "10s", "TimeZone": "UTC", "jit": "off",
		"plan_cache_mode":       "force_custom_plan",
		"transaction_isolation": "read committed",
	} {
		var got string
		require.NoError(t, s.InTx(t.Context(), "read "+name, func(ctx context.Context, tx *sqlx.Tx) error {
			return tx.GetContext(ctx, &got, `SELECT current_setting($1)`, name)
		}))
		require.Equal(t, want, got, name)
	}
}

func TestTimeoutsOfStatementsAndLocks(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	db := openDB(t, url)
	s, err := store.New(store.Config{DatabaseURL: url, StatementTimeout: 400 * time.Millisecond, LockTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	publish(t, s, publication(t, "slow", "v1.0.0"))

	holder := begin(t, db, `SELECT FROM playbooks FOR UPDATE`)
	_, err = s.Publish(t.Context(), publication(t, "slow", "v2.0.0"))
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.ErrorContains(t, err, "lock timeout")
	_, err = s.Latest(t.Context(), "slow")
	require.NoError(t, err, "readers do not wait")
	require.NoError(t, holder.Rollback())

	err = s.InTx(t.Context(), "sleep", func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `SELECT pg_sleep(600)`)
		return err
	})
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.ErrorContains(t, err, "statement timeout")
}

func TestNewRefusesBadSettings(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "postgres://user:secret@host:port/db", "postgres://user:secret@host/db?sslmode=maybe"} {
		_, err := store.New(store.Config{DatabaseURL: url})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	url := testdb.Empty(t)
	s := openStore(t, url)
	require.ErrorIs(t, s.Ready(t.Context()), migrations.ErrSchemaOlder)
	require.NoError(t, migrate(t.Context(), url))
	require.NoError(t, s.Ready(t.Context()))
	publish(t, s, publication(t, "ready", "v1.0.0"))
	exec(t, openDB(t, url), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
	require.ErrorIs(t, s.Ready(t.Context()), migrations.ErrSchemaNewer)

	away, err := store.New(store.Config{DatabaseURL: "postgres://nobody@127.0.0.1:1/none?sslmode=disable"})
	require.NoError(t, err, "a service may start before its database")
	t.Cleanup(func() { require.NoError(t, away.Close()) })
	require.ErrorIs(t, away.Ready(t.Context()), catalog.ErrUnavailable)
	_, err = away.Publish(t.Context(), publication(t, "away", "v1.0.0"))
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.NotErrorIs(t, err, catalog.ErrOutcomeUnknown)
}
