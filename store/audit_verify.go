package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

var _ audit.Verifier = (*Trail)(nil)

// Verify implements audit.Verifier.
func (t *Trail) Verify(ctx context.Context, req audit.VerifyRequest, progress func(audit.VerifyReport)) (audit.VerifyReport, error) {
	if err := req.Check(); err != nil {
		return audit.VerifyReport{}, err
	}
	v := &verification{trail: t, req: req, progress: progress, start: time.Now()}
	if err := v.resume(); err != nil {
		return audit.VerifyReport{}, err
	}
	err := v.run(ctx)
	if errors.Is(err, errBroken) {
		err = nil
	}
	if err != nil {
		return audit.VerifyReport{}, auditError(mapError(ctx, "verify the audit trail", err))
	}
	return v.report(), nil
}

// errBroken ends a verification; what is wrong is in found.
var errBroken = errors.New("the trail is broken")

// verification is one call of Verify.
type verification struct {
	trail    *Trail
	req      audit.VerifyRequest
	progress func(audit.VerifyReport)
	start    time.Time
	at       verifyState
	steps    int   // of this call
	read     int64 // by this call
	stopped  bool  // by the limit or the budget
	found    *audit.Break
}

// phase is a part of a verification.
type phase int

const (
	phaseRegister phase = iota // the registrations and the records of gaps, on which all else relies
	phaseBeside                // what stands beside the chains, month by month
	phaseChains                // the chains in the order of their numbers
)

// verifyState is what a token to resume carries.
type verifyState struct {
	Phase     phase      `json:"p"`
	Month     time.Time  `json:"m,omitzero"` // the next one to be looked at
	Number    int64      `json:"n"`          // of the chain that is being read, or was read last
	Within    bool       `json:"w"`          // it was not read to its end
	Seq       int64      `json:"s"`
	Hash      audit.Hash `json:"h"`
	Last      uuid.UUID  `json:"i"` // event at Seq, unset after what retention has removed
	Chains    int        `json:"c"`
	Events    int64      `json:"e"`
	Removed   int64      `json:"r"`
	Unchained int64      `json:"u"`
	Unkeyed   int        `json:"k"`
	Scope     []byte     `json:"q"`
}

func (v *verification) resume() error {
	scope := sha256.Sum256([]byte(v.req.ChainID.String() + " " + v.req.CorrelationID))
	if v.req.Resume == "" {
		v.at.Scope = scope[:8]
		return nil
	}
	data, err := base64.RawURLEncoding.DecodeString(v.req.Resume)
	if err == nil {
		err = json.Unmarshal(data, &v.at)
	}
	switch {
	case err != nil || v.at.Number < 0 || v.at.Seq < 0 || v.at.Phase < phaseRegister || v.at.Phase > phaseChains:
		return fmt.Errorf("%w: it is damaged", audit.ErrInvalidResume)
	case string(v.at.Scope) != string(scope[:8]):
		return fmt.Errorf("%w: it belongs to another verification", audit.ErrInvalidResume)
	}
	return nil
}

func (v *verification) report() audit.VerifyReport {
	r := audit.VerifyReport{
		Valid: v.found == nil, Chains: v.at.Chains, Events: v.at.Events, Removed: v.at.Removed,
		Unchained: v.at.Unchained, Unkeyed: v.at.Unkeyed, Break: v.found,
	}
	if v.stopped && v.found == nil {
		token, _ := json.Marshal(v.at) // of numbers and bytes: it cannot fail
		r.Resume = base64.RawURLEncoding.EncodeToString(token)
	}
	return r
}

// fail notes what is wrong.
func (v *verification) fail(b audit.Break) error {
	v.found = &b
	return errBroken
}

func (v *verification) tell() {
	if v.progress != nil {
		v.progress(v.report())
	}
}

func (v *verification) all() bool { return v.req.ChainID == uuid.Nil && v.req.CorrelationID == "" }

// exhausted reports whether the call has done its part, which is at least one step.
func (v *verification) exhausted() bool {
	if v.steps > 0 && (v.req.Limit > 0 && v.read >= v.req.Limit || v.req.Budget > 0 && time.Since(v.start) >= v.req.Budget) {
		v.stopped = true
	}
	v.steps++
	return v.stopped
}

func (v *verification) run(ctx context.Context) error {
	if err := v.heads(ctx); err != nil {
		return err
	}
	if v.at.Phase == phaseRegister {
		for _, step := range []func(context.Context) error{v.register, v.gaps} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		v.at.Phase = phaseBeside
	}
	if v.at.Phase == phaseBeside {
		if err := v.beside(ctx); err != nil || v.stopped {
			return err
		}
		v.at.Phase = phaseChains
	}
	return v.chains(ctx)
}

func (v *verification) chains(ctx context.Context) error {
	for !v.stopped {
		c, err := v.next(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := v.walk(ctx, c); err != nil {
			return err
		}
		v.tell()
	}
	return nil
}

// chainRow is a registered chain with what the events say about its end, in one snapshot.
type chainRow struct {
	ID       uuid.UUID     `db:"chain_id"`
	Number   int64         `db:"number"`
	Keyed    bool          `db:"keyed"`
	HeadSeq  int64         `db:"head_seq"`
	HeadHash []byte        `db:"head_hash"`
	LastSeq  sql.NullInt64 `db:"last_seq"`
}

const chainQuery = `SELECT c.chain_id, c.number, c.keyed, c.head_seq, c.head_hash,
		(SELECT max(e.chain_seq) FROM audit_events AS e WHERE e.chain_id = c.chain_id) AS last_seq
	FROM audit_chains AS c WHERE c.number >= $1`

// next gives the chain to be read, sql.ErrNoRows when there is none.
func (v *verification) next(ctx context.Context) (chainRow, error) {
	from := v.at.Number
	if !v.at.Within {
		from++
	}
	query, args := chainQuery+` ORDER BY c.number LIMIT 1`, []any{from}
	switch {
	case v.req.ChainID != uuid.Nil:
		query, args = chainQuery+` AND c.chain_id = $2`, append(args, v.req.ChainID)
	case v.req.CorrelationID != "":
		query = chainQuery + ` AND c.chain_id IN (SELECT chain_id FROM audit_events WHERE correlation_id = $2)
			ORDER BY c.number LIMIT 1`
		args = append(args, v.req.CorrelationID)
	}
	var c chainRow
	err := v.trail.store.db.GetContext(ctx, &c, query, args...)
	return c, err
}
