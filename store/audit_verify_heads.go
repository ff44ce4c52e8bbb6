package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/audit"
)

// headsPage is how many exported heads one statement compares.
const headsPage = 500

// heads compares the trail with heads that were exported earlier.
func (v *verification) heads(ctx context.Context) error {
	if v.req.Heads == nil {
		return nil
	}
	for page := range slices.Chunk(v.req.Heads.Chains, headsPage) {
		if err := v.headsOf(ctx, page); err != nil {
			return err
		}
	}
	return v.gapsHead(ctx, v.req.Heads.Gaps)
}

// headsQuery gives what there is of exported chains: the registration, and what stands at the number that the chain had
// reached. Where retention has removed that number, the hash is known only if it was the last of its gap.
const headsQuery = `SELECT c.link,
		EXISTS (SELECT FROM audit_events AS e WHERE e.chain_id = h.chain_id AND e.chain_seq = h.seq AND e.hash = h.hash) AS fits,
		EXISTS (SELECT FROM audit_events AS e WHERE e.chain_id = h.chain_id AND e.chain_seq = h.seq) AS found,
		EXISTS (SELECT FROM audit_gaps AS g WHERE g.chain_id = h.chain_id AND h.seq BETWEEN g.first_seq AND g.last_seq
			AND (g.last_seq > h.seq OR g.last_hash = h.hash)) AS fits_gap,
		EXISTS (SELECT FROM audit_gaps AS g WHERE g.chain_id = h.chain_id AND h.seq BETWEEN g.first_seq AND g.last_seq) AS removed
	FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) WITH ORDINALITY AS h (chain_id, seq, hash, position)
	LEFT JOIN audit_chains AS c ON c.chain_id = h.chain_id
	ORDER BY h.position`

// headRow is what there is of one exported chain.
type headRow struct {
	Link    []byte `db:"link"`
	Fits    bool   `db:"fits"`
	Found   bool   `db:"found"`
	FitsGap bool   `db:"fits_gap"`
	Removed bool   `db:"removed"`
}

func (v *verification) headsOf(ctx context.Context, page []audit.Head) error {
	var ids []string
	var numbers []int64
	var hashes pq.ByteaArray
	for i := range page {
		ids = append(ids, page[i].ChainID.String())
		numbers = append(numbers, page[i].Seq)
		hashes = append(hashes, append([]byte{}, page[i].Hash...))
	}
	var rows []headRow
	if err := v.trail.store.db.SelectContext(ctx, &rows, headsQuery, pq.Array(ids), pq.Array(numbers), hashes); err != nil {
		return err
	}
	for i := range rows {
		if b := rows[i].compare(&page[i]); b != nil {
			return v.fail(*b)
		}
	}
	return nil
}

// compare gives what is wrong with one chain, nil for nothing.
func (r *headRow) compare(h *audit.Head) *audit.Break {
	b := &audit.Break{ChainID: h.ChainID, Seq: h.Seq, Kind: audit.BreakAltered}
	switch {
	case r.Link == nil:
		b.Seq, b.Kind, b.Detail = 0, audit.BreakChainDropped, "it was exported, and is not registered any more"
	case !bytes.Equal(r.Link, h.Link):
		b.Seq, b.Detail = 0, "its registration is not what was exported"
	case h.Seq == 0 || r.Fits || !r.Found && r.FitsGap:
		return nil
	case !r.Found && !r.Removed:
		b.Kind, b.Detail = audit.BreakTailCut, "it had reached this number when it was exported"
	default:
		b.Detail = "its hash is not what was exported: the chain was computed anew"
	}
	return b
}

func (v *verification) gapsHead(ctx context.Context, gaps audit.GapsHead) error {
	if gaps.Number == 0 {
		return nil
	}
	var link []byte
	err := v.trail.store.db.GetContext(ctx, &link, `SELECT link FROM audit_gaps WHERE number = $1`, gaps.Number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return v.fail(audit.Break{Kind: audit.BreakMissing, Detail: fmt.Sprintf("gap record %d was exported, and is gone", gaps.Number)})
	case err != nil:
		return err
	case !bytes.Equal(link, gaps.Link):
		return v.fail(audit.Break{Kind: audit.BreakAltered, Detail: fmt.Sprintf("gap record %d is not what was exported", gaps.Number)})
	}
	return nil
}
