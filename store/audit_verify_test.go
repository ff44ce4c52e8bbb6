package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// verify verifies all.
func verify(t testing.TB, trail *store.Trail) audit.VerifyReport {
	t.Helper()
	report, err := trail.Verify(t.Context(), audit.VerifyRequest{}, nil)
	require.NoError(t, err)
	return report
}

func requireValid(t testing.TB, trail *store.Trail) audit.VerifyReport {
	t.Helper()
	report := verify(t, trail)
	require.Nil(t, report.Break, "%+v", report.Break)
	require.True(t, report.Valid)
	return report
}

// tamper runs statements as a superuser who has switched triggers off.
func tamper(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for _, statement := range append(append([]string{`SET session_replication_role = replica`}, statements...), `RESET ALL`) {
		_, err := conn.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// duplicate is a statement that inserts a copy of the event with a number, with another id and changed columns.
func duplicate(seq int, columns string) string {
	return fmt.Sprintf(`INSERT INTO audit_events SELECT (jsonb_populate_record(e, jsonb_build_object('event_id', gen_random_uuid()) || %s)).*
		FROM audit_events AS e WHERE chain_seq = %d LIMIT 1`, columns, seq)
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	const swap = `UPDATE audit_events SET chain_seq = %d - chain_seq WHERE chain_seq IN (%d, %d)`
	for name, test := range map[string]struct {
		statements []string
		kind       audit.BreakKind
		seq        int64
	}{
		"data altered":          {[]string{`UPDATE audit_events SET event_data = '{"a": 1}' WHERE chain_seq = 5`}, audit.BreakAltered, 5},
		"time altered":          {[]string{`UPDATE audit_events SET event_timestamp = event_timestamp + interval '1 microsecond' WHERE chain_seq = 1`}, audit.BreakAltered, 1},
		"time of recording":     {[]string{`UPDATE audit_events SET recorded_at = recorded_at - interval '1 hour' WHERE chain_seq = 10`}, audit.BreakAltered, 10},
		"actor emptied":         {[]string{`UPDATE audit_events SET namespace = NULL WHERE chain_seq = 4`}, audit.BreakAltered, 4},
		"hash altered":          {[]string{`UPDATE audit_events SET hash = sha256(hash) WHERE chain_seq = 5`}, audit.BreakAltered, 5},
		"last one altered":      {[]string{`UPDATE audit_events SET severity = 'low' WHERE chain_seq = 10`}, audit.BreakAltered, 10},
		"one deleted":           {[]string{`DELETE FROM audit_events WHERE chain_seq = 5`}, audit.BreakMissing, 5},
		"first ones deleted":    {[]string{`DELETE FROM audit_events WHERE chain_seq < 4`}, audit.BreakMissing, 1},
		"tail cut":              {[]string{`DELETE FROM audit_events WHERE chain_seq > 7`}, audit.BreakTailCut, 8},
		"events of a chain":     {[]string{`DELETE FROM audit_events`}, audit.BreakChainDropped, 0},
		"neighbours swapped":    {[]string{fmt.Sprintf(swap, 11, 5, 6)}, audit.BreakReordered, 5},
		"distant ones swapped":  {[]string{fmt.Sprintf(swap, 11, 2, 9)}, audit.BreakReordered, 2},
		"contents swapped":      {[]string{`UPDATE audit_events AS e SET chain_seq = o.chain_seq, hash = o.hash FROM audit_events AS o WHERE e.chain_seq IN (3, 7) AND o.chain_seq = 10 - e.chain_seq`}, audit.BreakReordered, 3},
		"inserted twice":        {[]string{duplicate(5, `'{}'`)}, audit.BreakInserted, 5},
		"inserted with a shift": {[]string{`UPDATE audit_events SET chain_seq = chain_seq + 1 WHERE chain_seq >= 5`, duplicate(6, `'{"chain_seq": 5}'`), `UPDATE audit_chains SET head_seq = 11`}, audit.BreakInserted, 5},
		"inserted at the end":   {[]string{duplicate(10, `'{"chain_seq": 11}'`)}, audit.BreakInserted, 11},
		"inserted beside":       {[]string{duplicate(3, `jsonb_build_object('chain_id', gen_random_uuid())`)}, audit.BreakInserted, 3},
		"inserted unchained":    {[]string{duplicate(3, `'{"chain_id": null, "chain_seq": null, "hash": null, "recorded_at": null, "tx": "0"}'`)}, audit.BreakInserted, 0},
		"head moved back":       {[]string{`UPDATE audit_chains SET head_seq = 9, head_hash = (SELECT hash FROM audit_events WHERE chain_seq = 9)`}, audit.BreakInserted, 10},
		"head altered":          {[]string{`UPDATE audit_chains SET head_hash = sha256('')`}, audit.BreakAltered, 10},
		"registration altered":  {[]string{`UPDATE audit_chains SET started_at = started_at - interval '1 day'`}, audit.BreakAltered, 0},
		"registration dropped":  {[]string{`DELETE FROM audit_chains`}, audit.BreakChainDropped, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			trail, db := openStore(t, url).Trail(), openDB(t, url)
			record(t, trail, events(t, 10, func(i int, e *audit.Event) { e.Data = json.RawMessage(fmt.Sprintf(`{"i": %d}`, i)) })...)
			require.EqualValues(t, 10, requireValid(t, trail).Events)
			tamper(t, db, test.statements...)
			report := verify(t, trail)
			require.False(t, report.Valid)
			require.Equal(t, test.kind, report.Break.Kind, "%+v", report.Break)
			require.Equal(t, test.seq, report.Break.Seq, "%+v", report.Break)
		})
	}
}

// Chains are numbered, so one that is dropped with its registration and all its events shows.
func TestVerifyFindsADroppedChain(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	trail, db := openStore(t, url).Trail(), openDB(t, url)
	for range 3 {
		record(t, trail, event(t), event(t))
		require.NoError(t, trail.Close(t.Context()))
	}
	require.Equal(t, 3, requireValid(t, trail).Chains)
	heads, err := trail.Heads(t.Context(), 0, audit.MaxHeads)
	require.NoError(t, err)
	drop := func(number int) {
		tamper(t, db, fmt.Sprintf(`DELETE FROM audit_events WHERE chain_id = (SELECT chain_id FROM audit_chains WHERE number = %d)`, number),
			fmt.Sprintf(`DELETE FROM audit_chains WHERE number = %d`, number))
	}
	drop(3)
	requireValid(t, trail) // the last one: only an export can tell
	report, err := trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
	require.NoError(t, err)
	require.Equal(t, audit.BreakChainDropped, report.Break.Kind)
	require.Equal(t, heads.Chains[2].ChainID, report.Break.ChainID)

	drop(1)
	require.Equal(t, audit.BreakChainDropped, verify(t, trail).Break.Kind)
}

// Who can compute hashes can rewrite a chain from an event on: a key prevents that, and an export shows it.
func TestVerifyAgainstARewrittenChain(t *testing.T) {
	t.Parallel()
	for name, key := range map[string][]byte{"plain": nil, "keyed": []byte("a key of the writers")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			s, err := store.New(store.Config{DatabaseURL: url, Trail: store.TrailConfig{Key: key}})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			trail, db := s.Trail(), openDB(t, url)
			record(t, trail, event(t), event(t))
			heads, err := trail.Heads(t.Context(), 0, audit.MaxHeads)
			require.NoError(t, err)
			record(t, trail, event(t))

			rewrite(t, db, trail, 2)
			report := verify(t, trail)
			require.Equal(t, key == nil, report.Valid, "%+v", report.Break)

			report, err = trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
			require.NoError(t, err)
			require.Equal(t, audit.BreakAltered, report.Break.Kind)
			require.EqualValues(t, 2, report.Break.Seq)
		})
	}
}

// rewrite alters an event and computes all hashes behind it anew, without a key.
func rewrite(t testing.TB, db *sql.DB, trail *store.Trail, seq int64) {
	t.Helper()
	page, err := trail.List(t.Context(), newest(100))
	require.NoError(t, err)
	slices.SortFunc(page.Events, func(a, b audit.Recorded) int { return int(a.Seq - b.Seq) })
	var previous []byte
	for _, e := range page.Events {
		if e.Seq >= seq {
			if e.Seq == seq {
				e.ActorID = "somebody else"
			}
			canonical, err := audit.Canonical(&e.Event)
			require.NoError(t, err)
			e.Hash = audit.Chainer{}.Append(previous, e.Place, canonical)
			tamper(t, db, fmt.Sprintf(`UPDATE audit_events SET actor_id = '%s', hash = '\x%x' WHERE event_id = '%s'`, e.ActorID, e.Hash, e.ID),
				fmt.Sprintf(`UPDATE audit_chains SET head_hash = '\x%x'`, e.Hash))
		}
		previous = e.Hash
	}
}

func TestVerifyInSteps(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	trail, db := openStore(t, url).Trail(), openDB(t, url)
	for i, size := range []int{3, 700, 1, 12} {
		for part := size; part > 0; part -= 500 {
			record(t, trail, events(t, min(part, 500), func(_ int, e *audit.Event) { e.CorrelationID = fmt.Sprintf("rr-%d", i%3) })...)
		}
		require.NoError(t, trail.Close(t.Context()))
	}
	whole := requireValid(t, trail)
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 4, Events: 716}, whole)

	run := func(req audit.VerifyRequest) (audit.VerifyReport, int) {
		for steps := 1; ; steps++ {
			report, err := trail.Verify(t.Context(), req, nil)
			require.NoError(t, err)
			if report.Resume == "" {
				return report, steps
			}
			req.Resume = report.Resume
		}
	}
	for _, limit := range []int64{1, 7, 100, 716, 717} {
		report, steps := run(audit.VerifyRequest{Limit: limit})
		require.Equal(t, whole, report, "limit %d", limit)
		require.GreaterOrEqual(t, int64(steps), 716/limit)
	}
	report, _ := run(audit.VerifyRequest{CorrelationID: "rr-0", Limit: 5})
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 2, Events: 15}, report, "the two chains that it touches")
	one := scan[string](t, db, `SELECT chain_id FROM audit_chains WHERE number = 2`)
	report, _ = run(audit.VerifyRequest{ChainID: uuid.MustParse(one), Limit: 300})
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 1, Events: 700}, report)

	_, err := trail.Verify(t.Context(), audit.VerifyRequest{ChainID: newID(t)}, nil)
	require.ErrorIs(t, err, audit.ErrChainNotFound)
	stopped, err := trail.Verify(t.Context(), audit.VerifyRequest{Limit: 5}, nil)
	require.NoError(t, err)
	_, err = trail.Verify(t.Context(), audit.VerifyRequest{CorrelationID: "rr-0", Resume: stopped.Resume}, nil)
	require.ErrorIs(t, err, audit.ErrInvalidResume)
	_, err = trail.Verify(t.Context(), audit.VerifyRequest{Resume: "x"}, nil)
	require.ErrorIs(t, err, audit.ErrInvalidResume)

	tamper(t, db, `UPDATE audit_events SET severity = 'low' WHERE chain_seq = 650`)
	var told []int64
	report, err = trail.Verify(t.Context(), audit.VerifyRequest{}, func(r audit.VerifyReport) { told = append(told, r.Events) })
	require.NoError(t, err)
	require.EqualValues(t, 650, report.Break.Seq)
	require.IsNonDecreasing(t, told)
	require.Greater(t, len(told), 1)
}

func TestVerifyWhileWritersWrite(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	for range 2 {
		trail := openStore(t, url).Trail()
		go func() {
			for ctx.Err() == nil {
				if _, err := trail.Record(t.Context(), []audit.Group{group(t, events(t, 20, nil)...)}); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	trail := openStore(t, url).Trail()
	deadline := time.Now().Add(time.Second)
	for rounds := 0; rounds < 5 || time.Now().Before(deadline); rounds++ {
		requireValid(t, trail)
	}
	cancel()
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.NotZero(t, requireValid(t, trail).Events)
}
