package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

const (
	verifyPage    = 500 // events per statement, which are read one by one
	diagnoseRange = 500 // events behind a broken one that are searched for what belongs in its place
)

// walk reads a chain from where it stands to its registered head.
func (v *verification) walk(ctx context.Context, c chainRow) error {
	chainer, err := v.trail.chainerFor(c.Keyed)
	if err != nil {
		return err
	}
	if !v.at.Within {
		v.at.Number, v.at.Seq, v.at.Hash, v.at.Last = c.Number, 0, []byte{}, uuid.Nil
	}
	v.at.Within = true
	w := &walker{verification: v, chain: c, chainer: chainer}
	for more := true; more; {
		if v.exhausted() {
			return nil
		}
		if more, err = w.page(ctx); err != nil {
			return err
		}
		v.tell()
	}
	if err := w.end(ctx); err != nil {
		return err
	}
	v.at.Within = false
	v.at.Chains++
	if !c.Keyed && len(v.trail.chainer.Key) > 0 {
		v.at.Unkeyed++
	}
	return nil
}

// walker reads one chain.
type walker struct {
	*verification

	chain   chainRow
	chainer audit.Chainer
}

const linksQuery = `SELECT ` + eventColumns + ` FROM audit_events AS e
	WHERE e.chain_id = $1 AND (e.chain_seq, e.event_id) > ($2::bigint, $3::uuid) AND e.chain_seq <= $4
	ORDER BY e.chain_seq, e.event_id LIMIT $5`

// eachLink calls fn with events of the chain, one by one, from one number and id on.
func (w *walker) eachLink(ctx context.Context, seq int64, id uuid.UUID, limit int64, fn func(*audit.Link) error) (err error) {
	rows, err := w.trail.store.db.QueryxContext(ctx, linksQuery, w.chain.ID, seq, id, w.chain.HeadSeq, limit)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row eventRow
		if err := rows.StructScan(&row); err != nil {
			return err
		}
		link := &audit.Link{Recorded: row.event()}
		if link.Canonical, err = audit.Canonical(&link.Event); err != nil {
			return err
		}
		if err := fn(link); err != nil {
			return err
		}
	}
	return rows.Err()
}

// page reads some events, and reports whether there may be more.
func (w *walker) page(ctx context.Context) (bool, error) {
	limit := int64(verifyPage)
	if w.req.Limit > 0 {
		limit = min(limit, w.req.Limit-w.read)
	}
	var count int64
	var stopped *audit.Link
	err := w.eachLink(ctx, w.at.Seq, w.at.Last, limit, func(e *audit.Link) error {
		count++
		if err := w.step(e); err != nil {
			stopped = e
			return err
		}
		w.read++
		return nil
	})
	switch {
	case errors.Is(err, errHole):
		return true, w.cross(ctx, stopped.Seq)
	case errors.Is(err, errUnfit):
		return false, w.diagnose(ctx, stopped)
	}
	return count == limit, err
}

var (
	errHole  = errors.New("numbers are missing before an event")
	errUnfit = errors.New("an event does not follow from the one before")
)

// step takes the next event of the chain. Errors: errHole, errUnfit, errBroken.
func (w *walker) step(e *audit.Link) error {
	switch {
	case e.Seq <= w.at.Seq:
		return w.fail(audit.Break{
			ChainID: e.ChainID, Seq: e.Seq, EventID: e.ID, Kind: audit.BreakInserted, Detail: "another event has this number, or had it",
		})
	case e.Seq > w.at.Seq+1:
		return errHole
	case !w.chainer.Follows(w.at.Hash, e.Seq, e):
		return errUnfit
	}
	w.at.Seq, w.at.Hash, w.at.Last = e.Seq, e.Hash, e.ID
	w.at.Events++
	return nil
}

// cross goes on over a hole before an event, which retention must have made.
func (w *walker) cross(ctx context.Context, to int64) error {
	if err := w.bridge(ctx, to-1); err != nil {
		return err
	}
	if missing := to - 1 - w.at.Seq; missing > 0 {
		return w.fail(audit.Break{
			ChainID: w.chain.ID, Seq: w.at.Seq + 1, Kind: audit.BreakMissing,
			Detail: fmt.Sprintf("%d events before number %d are gone, and no gap record says why", missing, to),
		})
	}
	return nil
}

// bridge goes on over what retention has removed, at most to a number.
func (w *walker) bridge(ctx context.Context, to int64) error {
	const query = `SELECT first_seq, last_seq, hash_before, last_hash FROM audit_gaps
		WHERE chain_id = $1 AND first_seq <= $2 AND last_seq >= $2 ORDER BY first_seq DESC LIMIT 1`
	for w.at.Seq < to {
		var gap struct {
			First      int64  `db:"first_seq"`
			Last       int64  `db:"last_seq"`
			HashBefore []byte `db:"hash_before"`
			LastHash   []byte `db:"last_hash"`
		}
		err := w.trail.store.db.GetContext(ctx, &gap, query, w.chain.ID, w.at.Seq+1)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		// A gap may begin before, when retention has removed the month that is being read.
		if gap.First == w.at.Seq+1 && !bytes.Equal(gap.HashBefore, w.at.Hash) {
			return w.fail(audit.Break{
				ChainID: w.chain.ID, Seq: w.at.Seq, EventID: w.at.Last, Kind: audit.BreakAltered,
				Detail: "the gap record behind it gives it another hash",
			})
		}
		w.at.Removed += gap.Last - w.at.Seq
		w.at.Seq, w.at.Hash, w.at.Last = gap.Last, gap.LastHash, uuid.Nil
	}
	return nil
}

// diagnose finds out why an event does not follow.
func (w *walker) diagnose(ctx context.Context, e *audit.Link) error {
	const query = `SELECT EXISTS (SELECT FROM audit_gaps WHERE chain_id = $1 AND $2 BETWEEN first_seq AND last_seq)`
	var removed bool
	if err := w.trail.store.db.GetContext(ctx, &removed, query, e.ChainID, e.Seq); err != nil {
		return err
	}
	if removed {
		return w.fail(audit.Break{
			ChainID: e.ChainID, Seq: e.Seq, EventID: e.ID, Kind: audit.BreakInserted, Detail: "retention has removed what had this number",
		})
	}
	links := []*audit.Link{e}
	err := w.eachLink(ctx, e.Seq, e.ID, diagnoseRange, func(other *audit.Link) error {
		links = append(links, other)
		return nil
	})
	if err != nil {
		return err
	}
	return w.fail(w.chainer.Diagnose(w.at.Hash, links))
}

// end compares where the chain ends with its registered head.
func (w *walker) end(ctx context.Context) error {
	if err := w.bridge(ctx, w.chain.HeadSeq); err != nil {
		return err
	}
	b := audit.Break{ChainID: w.chain.ID, Seq: w.at.Seq + 1}
	switch {
	case w.at.Seq == 0 && w.chain.HeadSeq > 0:
		b.Seq, b.Kind = 0, audit.BreakChainDropped
		b.Detail = fmt.Sprintf("all %d events are gone", w.chain.HeadSeq)
	case w.at.Seq < w.chain.HeadSeq:
		b.Kind = audit.BreakTailCut
		b.Detail = fmt.Sprintf("the last %d events are gone: the registered head is number %d", w.chain.HeadSeq-w.at.Seq, w.chain.HeadSeq)
	case !bytes.Equal(w.at.Hash, w.chain.HeadHash):
		b.Seq, b.EventID, b.Kind = w.at.Seq, w.at.Last, audit.BreakAltered
		b.Detail = "its hash is not that of the registered head"
	case w.chain.LastSeq.Int64 > w.chain.HeadSeq:
		b.Kind, b.Detail = audit.BreakInserted, "it stands behind the registered head"
		if err := w.trail.store.db.GetContext(ctx, &b.EventID, `SELECT event_id FROM audit_events
			WHERE chain_id = $1 AND chain_seq > $2 ORDER BY chain_seq, event_id LIMIT 1`, w.chain.ID, w.chain.HeadSeq); err != nil {
			return err
		}
	default:
		return nil
	}
	return w.fail(b)
}
