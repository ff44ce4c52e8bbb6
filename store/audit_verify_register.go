package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
)

// registerPage is how many registrations or records of gaps one statement reads.
const registerPage = 10_000

// register verifies the numbers and links of all registrations, and finds the chain that was asked for.
func (v *verification) register(ctx context.Context) error {
	const query = `SELECT chain_id, number, writer, keyed, started_at, link FROM audit_chains
		WHERE number > $1 ORDER BY number LIMIT $2`
	var previous []byte
	var number int64
	var bad audit.Registration
	wanted := v.req.ChainID == uuid.Nil
	err := v.eachNumbered(ctx, query, &number, func(rows *sqlx.Rows) error {
		var r audit.Registration
		var link []byte
		if err := rows.Scan(&r.ChainID, &r.Number, &r.Writer, &r.Keyed, &r.StartedAt, &link); err != nil {
			return err
		}
		if number++; r.Number != number {
			return v.fail(audit.Break{Kind: audit.BreakChainDropped, Detail: fmt.Sprintf("chain number %d is not registered any more", number)})
		}
		chainer, err := v.trail.chainerFor(r.Keyed)
		if err != nil {
			return err
		}
		computed, err := chainer.Register(previous, r)
		if err != nil {
			return err
		}
		if !bytes.Equal(computed, link) {
			bad = r
			return errUnfit
		}
		previous, wanted = link, wanted || r.ChainID == v.req.ChainID
		return nil
	})
	if errors.Is(err, errUnfit) {
		return v.badRegistration(ctx, bad)
	}
	if err == nil && !wanted {
		return fmt.Errorf("%w: %s", audit.ErrChainNotFound, v.req.ChainID)
	}
	return err
}

// badRegistration tells a registration that was altered from a key that is not the one of the chains.
func (v *verification) badRegistration(ctx context.Context, r audit.Registration) error {
	b := audit.Break{ChainID: r.ChainID, Kind: audit.BreakAltered, Detail: "its registration was altered, or that of the chain before"}
	if r.Keyed {
		fits, err := v.trail.keyFits(ctx, r.ChainID)
		if err != nil {
			return err
		}
		if !fits {
			b.ChainID, b.Kind = uuid.Nil, audit.BreakKeyMismatch
			b.Detail = "nothing that was made with a key fits the key of this process: it is another key, or all of that was replaced"
		}
	}
	return v.fail(b)
}

// gaps verifies the numbers and links of all gap records.
func (v *verification) gaps(ctx context.Context) error {
	const query = `SELECT g.number, g.month, g.chain_id, g.first_seq, g.last_seq, g.hash_before, g.last_hash, g.removed_at,
			g.keyed, g.link, coalesce(c.keyed, false)
		FROM audit_gaps AS g LEFT JOIN audit_chains AS c ON c.chain_id = g.chain_id
		WHERE g.number > $1 ORDER BY g.number LIMIT $2`
	var previous []byte
	var number int64
	return v.eachNumbered(ctx, query, &number, func(rows *sqlx.Rows) error {
		var g audit.Gap
		var link []byte
		var ofKeyed bool
		if err := rows.Scan(&g.Number, &g.Month, &g.ChainID, &g.FirstSeq, &g.LastSeq, &g.HashBefore, &g.LastHash,
			&g.RemovedAt, &g.Keyed, &link, &ofKeyed); err != nil {
			return err
		}
		if number++; g.Number != number {
			return v.fail(audit.Break{Kind: audit.BreakMissing, Detail: fmt.Sprintf("gap record %d is gone", number)})
		}
		chainer, err := v.trail.chainerFor(g.Keyed)
		if err != nil {
			return err
		}
		computed, err := chainer.RegisterGap(previous, g)
		if err != nil {
			return err
		}
		b := audit.Break{ChainID: g.ChainID, Seq: g.FirstSeq, Kind: audit.BreakAltered}
		switch {
		case !bytes.Equal(computed, link):
			b.Detail = fmt.Sprintf("gap record %d was altered, or the one before", number)
		case ofKeyed && !g.Keyed:
			b.Detail = fmt.Sprintf("gap record %d is of a chain with a key, and was made without it", number)
		default:
			previous = link
			return nil
		}
		return v.fail(b)
	})
}

// eachNumbered calls fn with rows in the order of their numbers, page by page. fn counts them in number.
func (v *verification) eachNumbered(ctx context.Context, query string, number *int64, fn func(*sqlx.Rows) error) error {
	for {
		count := 0
		err := v.trail.each(ctx, query, func(rows *sqlx.Rows) error {
			count++
			return fn(rows)
		}, *number, registerPage)
		if err != nil || count < registerPage {
			return err
		}
	}
}

// each calls fn with every row of a query.
func (t *Trail) each(ctx context.Context, query string, fn func(*sqlx.Rows) error, args ...any) (err error) {
	rows, err := t.store.db.QueryxContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
