package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// allCalls uses each call of a store once, eight times at once, so that many sessions are open.
func allCalls(t *testing.T, s *store.Store) []error {
	t.Helper()
	var mu sync.Mutex
	var all []error
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			errs := eachCall(t.Context(), s)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, errs...)
		})
	}
	wg.Wait()
	return all
}

func eachCall(ctx context.Context, s *store.Store) []error {
	id := []catalog.VersionID{{PlaybookID: "a", Version: "v1.0.0"}}
	vector := []float32{1, 0, 0}
	var errs []error
	add := func(_ any, err error) { errs = append(errs, err) }
	add(s.Latest(ctx, "a"))
	add(s.Version(ctx, "a", "v1.0.0"))
	add(s.Versions(ctx, "a", catalog.Page{Limit: 1}))
	add(s.List(ctx, store.ListQueryOf(1)))
	add(s.Search(ctx, catalog.SearchQuery{Model: testModel, Vector: vector, TopK: 1}))
	add(s.Generation(ctx))
	add(s.EnqueueMissing(ctx, testModel))
	add(s.ClaimPending(ctx, testModel, 1, time.Second))
	add(s.CountPending(ctx, testModel))
	add(nil, s.PostponePending(ctx, testModel, id, 0, "x"))
	add(nil, s.CompletePending(ctx, testModel, []catalog.VersionVector{{VersionID: id[0], TextHash: "x", Vector: vector}}))
	add(nil, s.Ready(ctx))
	return errs
}

func TestOutage(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t)
	s := openStore(t, server.URL())
	publish(t, s, publication(t, "a", "v1.0.0"))
	require.NoError(t, errors.Join(allCalls(t, s)...))

	// Restarted: every open session is dead, and nobody notices.
	server.Stop()
	server.Start()
	publish(t, s, publication(t, "a", "v1.1.0"))
	require.NoError(t, errors.Join(allCalls(t, s)...))

	server.Stop()
	for i, err := range allCalls(t, s) {
		require.ErrorIs(t, err, catalog.ErrUnavailable, "call %d", i)
	}
	_, err := s.Publish(t.Context(), publication(t, "a", "v2.0.0"))
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.NotErrorIs(t, err, catalog.ErrOutcomeUnknown)

	server.Start()
	require.NoError(t, errors.Join(allCalls(t, s)...))
	publish(t, s, publication(t, "a", "v2.0.0"))
}

// A server that takes what it is sent and never answers costs a bounded time, and the session.
func TestServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t)
	s, err := store.New(store.Config{DatabaseURL: server.URL(), StatementTimeout: 100 * time.Millisecond, ConnectTimeout: 100 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	publish(t, s, publication(t, "a", "v1.0.0"))

	server.Pause()
	// Without its own end the call would wait for this one, and the error would be the context's.
	ctx, cancel := context.WithTimeout(t.Context(), 30*store.AnswerGrace)
	defer cancel()
	_, err = s.Latest(ctx, "a")
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	_, err = s.Latest(ctx, "a") // on a new session
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	server.Resume()
	require.Eventually(t, func() bool {
		_, err := s.Latest(t.Context(), "a")
		return err == nil
	}, time.Minute, 10*time.Millisecond)
}

// Sessions that lost what they had prepared are replaced without a failure, within transactions too.
func TestForgottenStatements(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]string{
		"discard all":       `DISCARD ALL`,
		"deallocate":        `DEALLOCATE ALL`,
		"changed result":    `ALTER TABLE playbook_versions ALTER COLUMN disabled_by TYPE varchar(255)`,
		"dropped and added": `ALTER TABLE playbook_versions ADD COLUMN other text; ALTER TABLE playbook_versions DROP COLUMN other`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.New(store.Config{DatabaseURL: testdb.New(t), MaxOpenConns: 1})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			publish(t, s, publication(t, "a", "v1.0.0"))
			read := func() {
				t.Helper()
				require.NoError(t, errors.Join(eachCall(t.Context(), s)...))
			}
			s.Exec(t, forget)
			publish(t, s, publication(t, "a", "v1.1.0"))
			read()
			s.Exec(t, forget)
			read()
			publish(t, s, publication(t, "a", "v1.2.0"))
		})
	}
}

// More texts than a session keeps still run.
func TestMoreStatementsThanASessionKeeps(t *testing.T) {
	t.Parallel()
	s, err := store.New(store.Config{DatabaseURL: testdb.New(t), MaxOpenConns: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.InTx(t.Context(), "many", func(ctx context.Context, tx *sqlx.Tx) error {
		for i := range store.MaxStatements + 20 {
			var got int
			if err := tx.GetContext(ctx, &got, sprintf(`SELECT $1::int + %d`, i), 1); err != nil {
				return err
			}
			require.Equal(t, i+1, got)
			if _, err := tx.ExecContext(ctx, sprintf(`UPDATE catalog_state SET generation = %d WHERE shard = $1`, i), 1); err != nil {
				return err
			}
		}
		var prepared int
		if err := tx.GetContext(ctx, &prepared, `SELECT count(*) FROM pg_prepared_statements`); err != nil {
			return err
		}
		require.Equal(t, store.MaxStatements, prepared)
		return nil
	}))
}
