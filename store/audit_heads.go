package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// Heads implements audit.Verifier.
func (t *Trail) Heads(ctx context.Context) (audit.Heads, error) {
	const op = "read the heads of the audit chains"
	heads := audit.Heads{ExportedAt: microseconds(time.Now()), Chains: []audit.Head{}}
	var rows []struct {
		ID     uuid.UUID `db:"chain_id"`
		Number int64     `db:"number"`
		Link   []byte    `db:"link"`
		Seq    int64     `db:"head_seq"`
		Hash   []byte    `db:"head_hash"`
		Closed bool      `db:"closed"`
	}
	const query = `SELECT chain_id, number, link, head_seq, head_hash, closed_at IS NOT NULL AS closed
		FROM audit_chains ORDER BY number`
	if err := t.store.db.SelectContext(ctx, &rows, query); err != nil {
		return audit.Heads{}, auditError(mapError(ctx, op, err))
	}
	for _, r := range rows {
		heads.Chains = append(heads.Chains, audit.Head{
			ChainID: r.ID, Number: r.Number, Link: r.Link, Seq: r.Seq, Hash: r.Hash, Closed: r.Closed,
		})
	}
	const gaps = `SELECT number, link FROM audit_gaps ORDER BY number DESC LIMIT 1`
	err := t.store.db.QueryRowContext(ctx, gaps).Scan(&heads.Gaps.Number, (*[]byte)(&heads.Gaps.Link))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return audit.Heads{}, auditError(mapError(ctx, op, err))
	}
	return heads, nil
}

// heads compares the trail with heads that were exported earlier.
func (v *verification) heads(ctx context.Context) error {
	if v.req.Heads == nil || !v.all() {
		return nil
	}
	for i := range v.req.Heads.Chains {
		if err := v.head(ctx, &v.req.Heads.Chains[i]); err != nil {
			return err
		}
	}
	gaps := v.req.Heads.Gaps
	if gaps.Number == 0 {
		return nil
	}
	var link []byte
	err := v.trail.store.db.GetContext(ctx, &link, `SELECT link FROM audit_gaps WHERE number = $1`, gaps.Number)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if !bytes.Equal(link, gaps.Link) {
		return v.fail(audit.Break{Kind: audit.BreakAltered, Detail: fmt.Sprintf("gap record %d is not what was exported", gaps.Number)})
	}
	return nil
}

// head compares one chain with its exported head: its registration, and the hash that it had reached.
func (v *verification) head(ctx context.Context, h *audit.Head) error {
	const query = `SELECT c.link,
			(SELECT e.hash FROM audit_events AS e WHERE e.chain_id = c.chain_id AND e.chain_seq = $2) AS hash,
			(SELECT CASE WHEN g.last_seq = $2 THEN g.last_hash ELSE $3 END FROM audit_gaps AS g
				WHERE g.chain_id = c.chain_id AND $2 BETWEEN g.first_seq AND g.last_seq) AS removed
		FROM audit_chains AS c WHERE c.chain_id = $1`
	var found struct {
		Link    []byte `db:"link"`
		Hash    []byte `db:"hash"`
		Removed []byte `db:"removed"`
	}
	b := audit.Break{ChainID: h.ChainID, Seq: h.Seq, Kind: audit.BreakAltered}
	err := v.trail.store.db.GetContext(ctx, &found, query, h.ChainID, h.Seq, []byte(h.Hash))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		b.Seq, b.Kind, b.Detail = 0, audit.BreakChainDropped, "it was exported, and is not registered any more"
	case err != nil:
		return err
	case !bytes.Equal(found.Link, h.Link):
		b.Seq, b.Detail = 0, "its registration is not what was exported"
	case h.Seq == 0 || bytes.Equal(found.Hash, h.Hash) || found.Hash == nil && bytes.Equal(found.Removed, h.Hash):
		return nil
	case found.Hash == nil && found.Removed == nil:
		b.Kind, b.Detail = audit.BreakTailCut, "it had reached this number when it was exported"
	default:
		b.Detail = "its hash is not what was exported: the chain was computed anew"
	}
	return v.fail(b)
}
