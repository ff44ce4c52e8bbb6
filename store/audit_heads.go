package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// Heads implements audit.Verifier.
func (t *Trail) Heads(ctx context.Context, after int64, limit int) (audit.Heads, error) {
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
		FROM audit_chains WHERE number > $1 ORDER BY number LIMIT $2`
	if err := t.store.db.SelectContext(ctx, &rows, query, after, limit+1); err != nil {
		return audit.Heads{}, auditError(mapError(ctx, op, err))
	}
	heads.More = len(rows) > limit
	rows = rows[:min(len(rows), limit)]
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
