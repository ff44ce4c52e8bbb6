package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

var _ audit.Verifier = (*Trail)(nil)

// Verify implements audit.Verifier.
func (t *Trail) Verify(ctx context.Context, req audit.VerifyRequest, progress func(audit.VerifyReport)) (audit.VerifyReport, error) {
	v := &verification{trail: t, req: req, progress: progress}
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
	at       verifyState
	begun    bool // by an earlier call
	read     int64
	stopped  bool // by the limit
	found    *audit.Break
}

// verifyState is what a token to resume carries.
type verifyState struct {
	Number    int64      `json:"n"` // of the chain that is being read, or was read last
	Within    bool       `json:"w"` // it was not read to its end
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
	case err != nil || v.at.Number < 0 || v.at.Seq < 0:
		return fmt.Errorf("%w: it is damaged", audit.ErrInvalidCursor)
	case string(v.at.Scope) != string(scope[:8]):
		return fmt.Errorf("%w: it belongs to another verification", audit.ErrInvalidCursor)
	}
	v.begun = true
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

// run reads the register and what lies beside the chains first, since all else relies on that, and then the chains in
// the order of their numbers.
func (v *verification) run(ctx context.Context) error {
	if !v.begun {
		for _, step := range []func(context.Context) error{v.register, v.gaps, v.strangers, v.unchained} {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
	for !v.stopped {
		c, err := v.next(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return v.heads(ctx)
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

// chainer gives what computes the hashes of chains that were made with or without a key.
func (v *verification) chainer(keyed bool) (audit.Chainer, error) {
	if !keyed {
		return audit.Chainer{}, nil
	}
	if len(v.trail.chainer.Key) == 0 {
		return audit.Chainer{}, audit.ErrKeyRequired
	}
	return v.trail.chainer, nil
}
