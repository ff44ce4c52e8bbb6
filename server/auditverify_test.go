package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/server"
)

const (
	verifyPath = "/api/v1/audit/verify"
	headsPath  = "/api/v1/audit/heads"
	chainID    = "0193a1b2-7c3d-7000-8000-0000000000c1"
)

var (
	link = strings.Repeat("ab", 32)
	hash = strings.Repeat("cd", 32)
)

// someHeads is an export, and the same as JSON.
func someHeads() (heads audit.Heads, text string) {
	heads = audit.Heads{
		ExportedAt: storedAt,
		Chains: []audit.Head{
			{ChainID: uuid.MustParse(chainID), Number: 7, Link: hashOf(link), Seq: 3, Hash: hashOf(hash), Closed: true},
			{ChainID: uuid.MustParse("0193a1b2-7c3d-7000-8000-0000000000c2"), Number: 8, Link: hashOf(hash)},
		},
		Gaps: audit.GapsHead{Number: 2, Link: hashOf(hash)},
	}
	return heads, fmt.Sprintf(`{"exported_at":"2026-11-24T06:00:00Z","chains":[
		{"chain_id":%q,"number":7,"link":%q,"seq":3,"hash":%q,"closed":true},
		{"chain_id":"0193a1b2-7c3d-7000-8000-0000000000c2","number":8,"link":%q,"seq":0,"hash":"","closed":false}],
		"gaps":{"number":2,"link":%q},"has_more":false}`, chainID, link, hash, hash, hash)
}

func hashOf(text string) (h audit.Hash) {
	if err := h.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return h
}

func TestVerificationHandsOverWhatIsAsked(t *testing.T) {
	t.Parallel()
	var got audit.VerifyRequest
	trail := &fakeTrail{verify: func(req audit.VerifyRequest) (audit.VerifyReport, error) {
		got = req
		return audit.VerifyReport{Valid: true}, nil
	}}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail), func(cfg *server.Config) { cfg.RequestTimeout = 10 * time.Second })
	heads, text := someHeads()
	for body, want := range map[string]audit.VerifyRequest{
		`{}`: {Limit: 100_000},
		`{"chain_id":"` + chainID + `","limit":7,"resume":"abc"}`: {ChainID: uuid.MustParse(chainID), Limit: 7, Resume: "abc"},
		`{"correlation_id":"rr-1"}`:                               {CorrelationID: "rr-1", Limit: 100_000},
		`{"expected_heads":` + text + `}`:                         {Limit: 100_000, Heads: &heads},
	} {
		require.Equal(t, http.StatusOK, f.post(t, verifyPath, body).status, body)
		want.Budget = 5 * time.Second // the rest of the time is for the answer
		if got.Heads != nil && len(got.Heads.Chains) == 2 {
			require.Empty(t, got.Heads.Chains[1].Hash)
			got.Heads.Chains[1].Hash = nil
		}
		require.Equal(t, want, got, body)
	}
}

func TestVerificationSaysWhatItFound(t *testing.T) {
	t.Parallel()
	var report audit.VerifyReport
	trail := &fakeTrail{verify: func(audit.VerifyRequest) (audit.VerifyReport, error) { return report, nil }}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	for _, test := range []struct {
		report audit.VerifyReport
		want   string
	}{
		{
			audit.VerifyReport{Valid: true, Chains: 1, Events: 2, Removed: 3, Unchained: 4, Unkeyed: 5},
			`{"valid":true,"complete":true,"chains":1,"events":2,"removed":3,"unchained":4,"unkeyed":5}`,
		},
		{ // what was not read to the end is not said to be valid
			audit.VerifyReport{Valid: true, Events: 2, Resume: "abc"},
			`{"valid":false,"complete":false,"chains":0,"events":2,"removed":0,"unchained":0,"unkeyed":0,"resume":"abc"}`,
		},
		{
			audit.VerifyReport{Events: 2, Break: &audit.Break{
				ChainID: uuid.MustParse(chainID), Seq: 3, EventID: storedEventID, Kind: audit.BreakAltered, Detail: "it was",
			}},
			`{"valid":false,"complete":false,"chains":0,"events":2,"removed":0,"unchained":0,"unkeyed":0,"first_break":{"kind":"altered",
				"chain_id":"` + chainID + `","chain_seq":3,"event_id":"` + storedEventID.String() + `","detail":"it was"}}`,
		},
		{
			audit.VerifyReport{Break: &audit.Break{Kind: audit.BreakChainDropped, Detail: "number 3"}},
			`{"valid":false,"complete":false,"chains":0,"events":0,"removed":0,"unchained":0,"unkeyed":0,"first_break":{"kind":"chain_dropped","detail":"number 3"}}`,
		},
	} {
		report = test.report
		require.JSONEq(t, test.want, f.post(t, verifyPath, `{}`).body)
	}
}

func TestEveryKindOfBreakIsInTheContract(t *testing.T) {
	t.Parallel()
	for _, kind := range []audit.BreakKind{
		audit.BreakAltered, audit.BreakMissing, audit.BreakInserted, audit.BreakReordered, audit.BreakTailCut,
		audit.BreakChainDropped, audit.BreakKeyMismatch,
	} {
		require.True(t, apiserver.AuditBreakKind(kind).Valid(), kind)
	}
	require.EqualValues(t, audit.MaxHeads, *document().Components.Schemas["AuditHeads"].Value.Properties["chains"].Value.MaxItems)
}

func TestVerificationRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	_, heads := someHeads()
	for body, want := range map[string]apiserver.ProblemError{
		`{"limit":0}`:       at("body", "/limit", "must be at least 1"),
		`{"limit":1000001}`: at("body", "/limit", "must be at most 1000000"),
		`{"chain_id":"` + chainID + `","correlation_id":"x"}`:             at("body", "/correlation_id", "cannot be given together with a chain_id"),
		`{"correlation_id":"x","expected_heads":` + heads + `}`:           at("body", "/expected_heads", "can only be compared when all chains are verified"),
		`{"expected_heads":` + with(t, heads, hash, "xyz") + `}`:          at("body", "/expected_heads/chains/0/hash", "must match ^([0-9a-f]{64})?$"),
		`{"expected_heads":` + with(t, heads, `"seq":0`, `"seq":1`) + `}`: at("body", "/expected_heads/chains/1/hash", "must be there exactly when seq is greater than 0"),
	} {
		problem := f.post(t, verifyPath, body).requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Equal(t, []apiserver.ProblemError{want}, problem.Errors, body)
	}
	for _, test := range []struct {
		err     error
		status  int
		slug    string
		pointer string
	}{
		{audit.ErrInvalidResume, 400, "invalid-cursor", "/resume"},
		{audit.ErrChainNotFound, 404, "chain-not-found", "/chain_id"},
		{audit.ErrKeyRequired, 409, "audit-key-required", ""},
	} {
		failing := newFixture(t, &fakeCatalog{}, withTrail(&fakeTrail{verify: func(audit.VerifyRequest) (audit.VerifyReport, error) {
			return audit.VerifyReport{}, test.err
		}}))
		problem := failing.post(t, verifyPath, `{"chain_id":"`+chainID+`"}`).requireProblem(t, test.status, test.slug)
		if test.pointer != "" {
			require.Equal(t, test.pointer, problem.Errors[0].Pointer)
		}
	}
}

func TestHeadsAreExported(t *testing.T) {
	t.Parallel()
	heads, text := someHeads()
	var after int64
	var limit int
	trail := &fakeTrail{heads: func(a int64, l int) audit.Heads { after, limit = a, l; return heads }}
	f := newFixture(t, &fakeCatalog{}, withTrail(trail))
	require.JSONEq(t, text, f.get(t, headsPath).body)
	require.Equal(t, audit.MaxHeads, limit)
	require.Zero(t, after)
	heads.More = true
	require.Contains(t, f.get(t, headsPath+"?after=6&limit=2").body, `"has_more":true`)
	require.Equal(t, 2, limit)
	require.EqualValues(t, 6, after)

	trail.heads = nil
	require.JSONEq(t, `{"exported_at":"2026-11-24T06:00:00Z","chains":[],"gaps":{"number":0,"link":""},"has_more":false}`, f.get(t, headsPath).body)
}

// As many heads as one export has are taken back, within the bounds of a body.
func TestAWholeExportCanBeCompared(t *testing.T) {
	t.Parallel()
	heads, _ := someHeads()
	many := audit.Heads{Chains: make([]audit.Head, audit.MaxHeads), Gaps: heads.Gaps}
	for i := range many.Chains {
		many.Chains[i] = heads.Chains[0]
	}
	text, err := json.Marshal(many)
	require.NoError(t, err)
	got := 0
	f := newFixture(t, &fakeCatalog{}, withTrail(&fakeTrail{verify: func(req audit.VerifyRequest) (audit.VerifyReport, error) {
		got = len(req.Heads.Chains)
		return audit.VerifyReport{Valid: true}, nil
	}}))
	require.Equal(t, http.StatusOK, f.post(t, verifyPath, `{"expected_heads":`+string(text)+`}`).status)
	require.Equal(t, audit.MaxHeads, got)
}
