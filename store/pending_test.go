package store_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// serveOther makes another model the serving one, as if it was complete.
func serveOther(t *testing.T, db *sql.DB) {
	t.Helper()
	exec(t, db, `UPDATE playbook_models SET state = 'standby'`)
	exec(t, db, `INSERT INTO playbook_models (model, dimensions, state, changed_at, changed_by) VALUES ('other', 3, 'serving', now(), 'test')`)
}

const waitingForLocks = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`

// begin opens a transaction, as of another process, and runs its statements.
func begin(t *testing.T, db *sql.DB, statements ...string) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	for _, statement := range statements {
		_, err := tx.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	return tx
}

func pendingPublication(t *testing.T, id string) catalog.Publication {
	t.Helper()
	p := publication(t, id, "v1.0.0")
	p.Vectors = vectors(nil)
	return p
}

// A claimer neither waits for another one nor takes what that is about to take.
func TestClaimsSkipWhatIsBeingClaimed(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	for _, id := range []string{"a", "b", "c"} {
		publish(t, s, pendingPublication(t, id))
	}
	begin(t, db, `SELECT FROM embedding_jobs WHERE playbook_id = 'a' FOR UPDATE`)
	claimed, err := s.ClaimPending(t.Context(), testModel, 2, time.Hour)
	require.NoError(t, err)
	require.Len(t, claimed, 2)
	require.Equal(t, "b", claimed[0].PlaybookID)
	require.Equal(t, "c", claimed[1].PlaybookID)
}

// A vector that is being stored while others look for missing ones does not make its version pending again.
func TestEnqueueWaitsForAVectorThatIsBeingStored(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "a", "v1.0.0"))
	serveOther(t, db)
	tx := begin(t, db, `SELECT FROM playbooks FOR NO KEY UPDATE`,
		`INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding)
			SELECT playbook_id, version, 'other', dimensions, text_hash, embedding FROM playbook_embeddings`)
	type result struct {
		added int
		err   error
	}
	done := make(chan result, 1)
	go func() {
		added, err := s.EnqueueMissing(t.Context(), "other")
		done <- result{added, err}
	}()
	require.Eventually(t, func() bool {
		return len(done) == 1 || scan[int](t, db, waitingForLocks) == 1
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, tx.Commit())
	require.Equal(t, result{}, <-done)
	v, err := s.Version(t.Context(), "a", "v1.0.0")
	require.NoError(t, err)
	require.Equal(t, catalog.EmbeddingReady, v.EmbeddingStatus)
}

// Nothing is looked for while the catalog stays as it is.
func TestEnqueueIsCheapWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "a", "v1.0.0"))
	enqueue := func() int {
		t.Helper()
		n, err := s.EnqueueMissing(t.Context(), testModel)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, enqueue())
	exec(t, db, `ALTER TABLE playbook_search RENAME TO moved`) // whoever reads it fails
	require.Zero(t, enqueue())
	exec(t, db, `ALTER TABLE moved RENAME TO playbook_search`)
	publish(t, s, publication(t, "b", "v1.0.0"))
	exec(t, db, `DELETE FROM playbook_search_vectors WHERE playbook_id = 'b'`)
	exec(t, db, `DELETE FROM playbook_embeddings WHERE playbook_id = 'b'`) // as after a publish by a process of long ago
	require.Equal(t, 1, enqueue())
}

// Large catalogs are worked on in several transactions.
func TestEnqueueInBatches(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	load(t, db, 1100, 3)
	added, err := s.EnqueueMissing(t.Context(), testModel)
	require.NoError(t, err)
	require.Equal(t, 1100, added)
	require.Equal(t, 1100, scan[int](t, db, `SELECT count(*) FROM playbook_versions
		WHERE embedding_status = 'pending' AND version = 'v0.9.0' AND revision = 2`))
	require.Equal(t, 3, scan[int](t, db, `SELECT count(DISTINCT created_at) FROM embedding_jobs`))
}

func TestReasonOfAPostponementIsKept(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, pendingPublication(t, "a"))
	ids := []catalog.VersionID{{PlaybookID: "a", Version: "v1.0.0"}, {PlaybookID: "unknown", Version: "v1.0.0"}}
	require.NoError(t, s.PostponePending(t.Context(), testModel, ids, time.Minute, strings.Repeat("ü", 2000)))
	require.Equal(t, strings.Repeat("ü", 1000), scan[string](t, db, `SELECT last_error FROM embedding_jobs`))
	require.True(t, scan[bool](t, db, `SELECT claimable_at > now() + interval '50 seconds' FROM embedding_jobs`))
}
