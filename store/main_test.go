package store_test

import (
	"context"
	"database/sql"
	"os"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
	"github.com/kubernaut/datastorage/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(testdb.Main(m, migrate)) }

func migrate(ctx context.Context, url string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := migrations.Migrate(ctx, db); err != nil {
		return err
	}
	s, err := store.New(store.Config{DatabaseURL: url})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	_, err = s.Trail().EnsurePartitions(ctx, time.Now())
	return err
}

func openStore(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.New(store.Config{DatabaseURL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func openDB(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// The service has no more rights than audit_grant_service gives.
func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) catalog.Store { return openStore(t, serviceRole(t, testdb.New(t))) })
}
