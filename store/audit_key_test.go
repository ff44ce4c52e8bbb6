package store_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// withKey gives the trail of a process with a key, with the rights of the owner.
func withKey(t testing.TB, address, key string) *store.Trail {
	t.Helper()
	s, err := store.New(store.Config{DatabaseURL: address, Trail: store.TrailConfig{Key: []byte(key)}}.ForMaintenance())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s.Trail()
}

func TestVerifyKeyedChains(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	record(t, withKey(t, address, ""), event(t))
	require.NoError(t, withKey(t, address, "any").CheckKey(t.Context()), "nothing was made with a key yet")
	record(t, withKey(t, address, "key"), event(t))

	report := requireValid(t, withKey(t, address, "key"))
	require.Equal(t, 1, report.Unkeyed)
	require.NoError(t, withKey(t, address, "key").CheckKey(t.Context()))

	_, err := withKey(t, address, "").Verify(t.Context(), audit.VerifyRequest{}, nil)
	require.ErrorIs(t, err, audit.ErrKeyRequired)
	require.ErrorIs(t, withKey(t, address, "").CheckKey(t.Context()), audit.ErrKeyRequired)

	other := verify(t, withKey(t, address, "other"))
	require.False(t, other.Valid)
	require.Equal(t, audit.BreakKeyMismatch, other.Break.Kind)
	require.Contains(t, other.Break.Detail, "another key")
	require.ErrorIs(t, withKey(t, address, "other").CheckKey(t.Context()), audit.ErrKeyMismatch)
}

// A registration that was altered is told from a wrong key, also when there is no other.
func TestVerifyTellsAnAlteredRegistrationFromAnotherKey(t *testing.T) {
	t.Parallel()
	const alter = `UPDATE audit_chains SET started_at = started_at - interval '1 day' WHERE number = 1`
	for name, records := range map[string]int{"with events": 1, "with another chain": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := testdb.New(t)
			for range records {
				record(t, withKey(t, address, "key"), event(t))
			}
			db := openDB(t, address)
			tamper(t, db, alter)
			report := verify(t, withKey(t, address, "key"))
			require.Equal(t, audit.BreakAltered, report.Break.Kind)
			require.Equal(t, scan[string](t, db, `SELECT chain_id FROM audit_chains WHERE number = 1`), report.Break.ChainID.String())
			require.Equal(t, audit.BreakKeyMismatch, verify(t, withKey(t, address, "other")).Break.Kind)
		})
	}
}

// Months of chains with a key are removed with that key only; what somebody else puts in their place is no gap record.
func TestRetentionNeedsTheKey(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	db, keyed := openDB(t, address), withKey(t, address, "key")
	record(t, keyed, expiring(t, 3, 1), event(t))
	for key, want := range map[string]error{"": audit.ErrKeyRequired, "other": audit.ErrKeyMismatch} {
		_, err := withKey(t, address, key).RemoveExpired(t.Context(), store.RemovalRequest{Now: time.Now()})
		require.ErrorIs(t, err, want)
	}
	require.EqualValues(t, 2, requireValid(t, keyed).Events)
	require.Len(t, removeExpired(t, keyed), 1)
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 1, Events: 1, Removed: 1}, requireValid(t, keyed))

	tamper(t, db, `UPDATE audit_gaps SET keyed = false, link = sha256(''::bytea)`)
	require.Equal(t, audit.BreakAltered, verify(t, keyed).Break.Kind)
	forgeGap(t, db)
	report := verify(t, keyed)
	require.Equal(t, audit.BreakAltered, report.Break.Kind)
	require.Contains(t, report.Break.Detail, "made without it")
}

// forgeGap makes the first gap record anew as somebody does who does not have the key.
func forgeGap(t testing.TB, db *sql.DB) {
	t.Helper()
	var g audit.Gap
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT number, month, chain_id, first_seq, last_seq, hash_before, last_hash, removed_at
		FROM audit_gaps WHERE number = 1`).Scan(&g.Number, &g.Month, &g.ChainID, &g.FirstSeq, &g.LastSeq, &g.HashBefore, &g.LastHash, &g.RemovedAt))
	link, err := audit.Chainer{}.RegisterGap(nil, g)
	require.NoError(t, err)
	tamper(t, db, fmt.Sprintf(`UPDATE audit_gaps SET keyed = false, link = '\x%x'`, link))
}
