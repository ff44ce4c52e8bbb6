package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

const countNotes = `SELECT count(*) FROM note`

// addNote is a transaction that leaves a trace.
func addNote(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO note (text) VALUES ($1)`, "x")
	return err
}

func TestTransactionsEndAsAsked(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	exec(t, db, `CREATE TABLE note (text text)`)
	failure := errors.New("no")

	require.NoError(t, s.InTx(t.Context(), "commit", addNote))
	require.Equal(t, 1, scan[int](t, db, countNotes))
	require.NoError(t, s.InTx(t.Context(), "roll back", func(ctx context.Context, tx *sqlx.Tx) error {
		return errors.Join(addNote(ctx, tx), store.ErrRollBack)
	}))
	require.ErrorIs(t, s.InTx(t.Context(), "fail", func(ctx context.Context, tx *sqlx.Tx) error {
		return errors.Join(addNote(ctx, tx), failure)
	}), failure)
	require.PanicsWithValue(t, "no", func() {
		_ = s.InTx(t.Context(), "panic", func(ctx context.Context, tx *sqlx.Tx) error {
			if err := addNote(ctx, tx); err != nil {
				return err
			}
			panic("no")
		})
	})
	require.ErrorIs(t, s.InTx(t.Context(), "nested", func(ctx context.Context, _ *sqlx.Tx) error {
		return s.InTx(ctx, "inner", addNote)
	}), store.ErrNested)
	require.Equal(t, 1, scan[int](t, db, countNotes))
	require.Zero(t, s.Stats().InUse, "no session was lost")
}

// failing makes the first publishes fail in the middle of their transaction, by a statement that a trigger runs. The
// count survives the rollback, since it is a sequence.
const failing = `
	CREATE SEQUENCE attempts;
	CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF nextval('attempts') <= %d THEN
			%s;
		END IF;
		RETURN NULL;
	END
	$$;
	CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON catalog_state %s FOR EACH ROW EXECUTE FUNCTION fail()`

func TestTransactionsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]string{
		"deadlock":      `RAISE EXCEPTION 'made up' USING ERRCODE = 'deadlock_detected'`,
		"serialization": `RAISE EXCEPTION 'made up' USING ERRCODE = 'serialization_failure'`,
		"session ended": `PERFORM pg_terminate_backend(pg_backend_pid())`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := setup(t)
			exec(t, db, sprintf(failing, store.MaxAttempts-1, failure, ""))
			publish(t, s, publication(t, "repeated", "v1.0.0"))
			require.Equal(t, store.MaxAttempts, scan[int](t, db, `SELECT last_value FROM attempts`))
			require.Equal(t, 1, scan[int](t, db, `SELECT count(*) FROM playbook_versions`))

			exec(t, db, `SELECT setval('attempts', 1, false)`)
			exec(t, db, sprintf(`CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
				BEGIN PERFORM nextval('attempts'); %s; RETURN NULL; END $$`, failure))
			_, err := s.Publish(t.Context(), publication(t, "repeated", "v2.0.0"))
			require.ErrorIs(t, err, catalog.ErrUnavailable)
			require.NotErrorIs(t, err, catalog.ErrOutcomeUnknown, "nothing was committed")
			require.Equal(t, store.MaxAttempts, scan[int](t, db, `SELECT last_value FROM attempts`), "bounded")
			require.Equal(t, 1, scan[int](t, db, `SELECT count(*) FROM playbook_versions`))
		})
	}
}

// A trigger that is checked by the commit ends the session while it commits.
func TestCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	exec(t, db, sprintf(failing, 1, `PERFORM pg_terminate_backend(pg_backend_pid())`, `DEFERRABLE INITIALLY DEFERRED`))
	_, err := s.Publish(t.Context(), publication(t, "unknown", "v1.0.0"))
	require.ErrorIs(t, err, catalog.ErrOutcomeUnknown)
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	require.Equal(t, 1, scan[int](t, db, `SELECT last_value FROM attempts`), "it must not be repeated")

	again := publication(t, "unknown", "v1.0.0")
	again.IfExists = catalog.IfExistsReturnIdentical
	publish(t, s, again)
}

// A commit that the server refuses is a failure like any other.
func TestRefusedCommit(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	exec(t, db, sprintf(failing, 1, `RAISE EXCEPTION 'made up' USING ERRCODE = 'check_violation'`, `DEFERRABLE INITIALLY DEFERRED`))
	_, err := s.Publish(t.Context(), publication(t, "refused", "v1.0.0"))
	require.ErrorContains(t, err, "made up")
	require.NotErrorIs(t, err, catalog.ErrUnavailable)
	publish(t, s, publication(t, "refused", "v1.0.0"))
}

func TestWaitsForLocksEndWithTheContext(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "locked", "v1.0.0"))
	holder := begin(t, db, `SELECT FROM playbooks FOR UPDATE`)

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := s.Publish(ctx, publication(t, "locked", "v2.0.0"))
		done <- err
	}()
	require.Eventually(t, func() bool {
		return scan[int](t, db, waitingForLocks) == 1
	}, time.Minute, 5*time.Millisecond)
	cancel()
	err := <-done
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, catalog.ErrUnavailable)

	require.NoError(t, holder.Rollback())
	publish(t, s, publication(t, "locked", "v2.0.0"))
}
