package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/internal/validation"
)

// An export says what is gone even where nothing else can: at the end of everything.
func TestVerifyAgainstAnExport(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statements []string
		kind       audit.BreakKind
		chain      int   // number of the chain that is named
		seq        int64 // number of the event that is named
		shows      bool  // without an export too
	}{
		"nothing": {nil, "", 0, 0, false},
		"tail cut together with its head": {[]string{
			`DELETE FROM audit_events WHERE chain_id = (SELECT chain_id FROM audit_chains WHERE number = 2) AND chain_seq = 2`,
			`UPDATE audit_chains SET head_seq = 1, head_hash = (SELECT hash FROM audit_events AS e
				WHERE e.chain_id = audit_chains.chain_id AND e.chain_seq = 1) WHERE number = 2`,
		}, audit.BreakTailCut, 2, 2, false},
		"last chain dropped": {[]string{
			`DELETE FROM audit_events WHERE chain_id = (SELECT chain_id FROM audit_chains WHERE number = 3)`,
			`DELETE FROM audit_chains WHERE number = 3`,
		}, audit.BreakChainDropped, 3, 0, false},
		"chain in the middle dropped": {[]string{
			`DELETE FROM audit_events WHERE chain_id = (SELECT chain_id FROM audit_chains WHERE number = 2)`,
			`DELETE FROM audit_chains WHERE number = 2`,
		}, audit.BreakChainDropped, 2, 0, true},
		"event altered": {[]string{`UPDATE audit_events SET actor_id = 'x'
			WHERE chain_seq = 1 AND chain_id = (SELECT chain_id FROM audit_chains WHERE number = 2)`}, audit.BreakAltered, 2, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			trail, db := openStore(t, url).Trail(), openDB(t, url)
			for range 3 {
				record(t, trail, event(t), event(t))
				require.NoError(t, trail.Close(t.Context()))
			}
			heads, err := trail.Heads(t.Context(), 0, 10)
			require.NoError(t, err)
			if test.kind == "" {
				record(t, trail, event(t)) // what comes later is no fault
			}
			tamper(t, db, test.statements...)
			require.Equal(t, !test.shows, verify(t, trail).Valid)
			report, err := trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
			require.NoError(t, err)
			if test.kind == "" {
				require.True(t, report.Valid)
				return
			}
			require.Equal(t, test.kind, report.Break.Kind, "%+v", report.Break)
			require.Equal(t, heads.Chains[test.chain-1].ChainID, report.Break.ChainID)
			require.Equal(t, test.seq, report.Break.Seq)
		})
	}
}

func TestHeadsInPages(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	for range 5 {
		record(t, trail, event(t))
		require.NoError(t, trail.Close(t.Context()))
	}
	whole, err := trail.Heads(t.Context(), 0, 5)
	require.NoError(t, err)
	require.False(t, whole.More)
	require.Len(t, whole.Chains, 5)
	var chains []audit.Head
	for after := int64(0); ; {
		page, err := trail.Heads(t.Context(), after, 2)
		require.NoError(t, err)
		chains = append(chains, page.Chains...)
		report, err := trail.Verify(t.Context(), audit.VerifyRequest{Heads: &page}, nil)
		require.NoError(t, err)
		require.True(t, report.Valid, "a part of an export is one")
		if !page.More {
			break
		}
		after = page.Chains[1].Number
	}
	require.Equal(t, whole.Chains, chains)
}

// Many heads go in pages of statements.
func TestManyHeads(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	record(t, trail, event(t))
	heads, err := trail.Heads(t.Context(), 0, 1)
	require.NoError(t, err)
	for range 10 { // 1,024 copies
		heads.Chains = append(heads.Chains, heads.Chains...)
	}
	report, err := trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
	require.NoError(t, err)
	require.True(t, report.Valid)
	heads.Chains[1020].Hash = heads.Chains[0].Link
	report, err = trail.Verify(t.Context(), audit.VerifyRequest{Heads: &heads}, nil)
	require.NoError(t, err)
	require.Equal(t, audit.BreakAltered, report.Break.Kind)
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	heads := &audit.Heads{Chains: []audit.Head{{ChainID: newID(t)}}}
	for pointer, req := range map[string]audit.VerifyRequest{
		"/correlation_id":               {ChainID: newID(t), CorrelationID: "x"},
		"/limit":                        {Limit: -1},
		"/expected_heads":               {CorrelationID: "x", Heads: heads},
		"/expected_heads/chains":        {Heads: &audit.Heads{Chains: make([]audit.Head, audit.MaxHeads+1)}},
		"/expected_heads/chains/0/hash": {Heads: &audit.Heads{Chains: []audit.Head{{Seq: 1}}}},
	} {
		_, err := trail.Verify(t.Context(), req, nil)
		var invalid *validation.Error
		require.ErrorAs(t, err, &invalid, pointer)
		require.Equal(t, pointer, invalid.Violations[0].Pointer)
	}
}

// A call ends when its time is over, but not before it has come a step further.
func TestVerifyStopsInTime(t *testing.T) {
	t.Parallel()
	address, _ := withOldRows(t, 90, 0)
	trail := openStore(t, address).Trail()
	record(t, trail, events(t, 500, nil)...)
	record(t, trail, event(t))
	whole := requireValid(t, trail)
	require.EqualValues(t, 90, whole.Unchained)
	req, calls := audit.VerifyRequest{Budget: time.Nanosecond}, 0
	for {
		report, err := trail.Verify(t.Context(), req, nil)
		require.NoError(t, err)
		calls++
		require.True(t, report.Valid)
		if report.Complete() {
			require.Equal(t, whole, report)
			break
		}
		require.Less(t, calls, 100, fmt.Sprint(report))
		req.Resume = report.Resume
	}
	require.GreaterOrEqual(t, calls, 6, "each month, each page")
}
