package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
)

// register verifies the numbers and links of all registrations, and finds the chain that was asked for.
func (v *verification) register(ctx context.Context) error {
	const query = `SELECT chain_id, number, writer, keyed, started_at, link FROM audit_chains ORDER BY number`
	var previous []byte
	var number int64
	wanted := v.req.ChainID == uuid.Nil
	err := v.each(ctx, query, func(rows *sqlx.Rows) error {
		var r audit.Registration
		var link []byte
		if err := rows.Scan(&r.ChainID, &r.Number, &r.Writer, &r.Keyed, &r.StartedAt, &link); err != nil {
			return err
		}
		if number++; r.Number != number {
			return v.fail(audit.Break{Kind: audit.BreakChainDropped, Detail: fmt.Sprintf("chain number %d is not registered any more", number)})
		}
		chainer, err := v.chainer(r.Keyed)
		if err != nil {
			return err
		}
		computed, err := chainer.Register(previous, r)
		if err != nil {
			return err
		}
		if !bytes.Equal(computed, link) {
			return v.fail(audit.Break{ChainID: r.ChainID, Kind: audit.BreakAltered, Detail: "its registration was altered, or that of the chain before"})
		}
		previous, wanted = link, wanted || r.ChainID == v.req.ChainID
		return nil
	})
	if err == nil && !wanted {
		return fmt.Errorf("%w: %s", audit.ErrChainNotFound, v.req.ChainID)
	}
	return err
}

// gaps verifies the numbers and links of all gap records.
func (v *verification) gaps(ctx context.Context) error {
	const query = `SELECT number, month, chain_id, first_seq, last_seq, hash_before, last_hash, removed_at, keyed, link
		FROM audit_gaps ORDER BY number`
	var previous []byte
	var number int64
	return v.each(ctx, query, func(rows *sqlx.Rows) error {
		var g audit.Gap
		var link []byte
		if err := rows.Scan(&g.Number, &g.Month, &g.ChainID, &g.FirstSeq, &g.LastSeq, &g.HashBefore, &g.LastHash,
			&g.RemovedAt, &g.Keyed, &link); err != nil {
			return err
		}
		if number++; g.Number != number {
			return v.fail(audit.Break{Kind: audit.BreakMissing, Detail: fmt.Sprintf("gap record %d is gone", number)})
		}
		chainer, err := v.chainer(g.Keyed)
		if err != nil {
			return err
		}
		computed, err := chainer.RegisterGap(previous, g)
		if err != nil {
			return err
		}
		if !bytes.Equal(computed, link) {
			return v.fail(audit.Break{
				ChainID: g.ChainID, Seq: g.FirstSeq, Kind: audit.BreakAltered,
				Detail: fmt.Sprintf("gap record %d was altered, or the one before", number),
			})
		}
		previous = link
		return nil
	})
}

func (v *verification) each(ctx context.Context, query string, fn func(*sqlx.Rows) error) (err error) {
	rows, err := v.trail.store.db.QueryxContext(ctx, query)
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

// strangers looks for events of chains that are not registered.
func (v *verification) strangers(ctx context.Context) error {
	if v.req.ChainID != uuid.Nil {
		return nil
	}
	query, args := `SELECT `+eventColumns+` FROM audit_events AS e
		WHERE e.correlation_id = $1 AND e.chain_id IS NOT NULL
			AND NOT EXISTS (SELECT FROM audit_chains AS c WHERE c.chain_id = e.chain_id)
		ORDER BY e.chain_id, e.chain_seq, e.event_id LIMIT 1`, []any{v.req.CorrelationID}
	if v.all() {
		// The recursion steps from chain to chain on the index.
		query, args = `WITH RECURSIVE used AS (
				(SELECT chain_id FROM audit_events WHERE chain_id IS NOT NULL ORDER BY chain_id LIMIT 1)
				UNION ALL
				SELECT (SELECT e.chain_id FROM audit_events AS e WHERE e.chain_id > u.chain_id ORDER BY e.chain_id LIMIT 1)
				FROM used AS u WHERE u.chain_id IS NOT NULL
			), stranger AS (
				SELECT chain_id FROM used WHERE chain_id IS NOT NULL
					AND NOT EXISTS (SELECT FROM audit_chains AS c WHERE c.chain_id = used.chain_id)
				LIMIT 1
			)
			SELECT `+eventColumns+` FROM audit_events AS e
			WHERE e.chain_id = (SELECT chain_id FROM stranger)
			ORDER BY e.chain_seq, e.event_id LIMIT 1`, nil
	}
	var row eventRow
	err := v.trail.store.db.GetContext(ctx, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.stranger(&audit.Link{Recorded: row.event()})
}

// stranger tells an event of a chain whose registration is gone from one that never was in a chain.
func (v *verification) stranger(e *audit.Link) error {
	var err error
	if e.Canonical, err = audit.Canonical(&e.Event); err != nil {
		return err
	}
	b := audit.Break{ChainID: e.ChainID, Seq: e.Seq, EventID: e.ID, Kind: audit.BreakInserted, Detail: "its chain was never registered"}
	if e.Seq == 1 && (v.trail.chainer.Follows(nil, 1, e) || audit.Chainer{}.Follows(nil, 1, e)) {
		b.Seq, b.EventID, b.Kind = 0, uuid.Nil, audit.BreakChainDropped
		b.Detail = "its registration is gone"
	}
	return v.fail(b)
}

// unchained counts the events that are older than the chains. Their number is known per month.
func (v *verification) unchained(ctx context.Context) error {
	if !v.all() {
		return nil
	}
	const query = `SELECT coalesce(a.month, b.month), coalesce(a.events, 0), coalesce(b.events, 0)
		FROM (SELECT month, events FROM audit_unchained WHERE month NOT IN (SELECT month FROM audit_removals)) AS a
		FULL JOIN (
			SELECT date_trunc('month', event_date::timestamp)::date AS month, count(*) AS events
			FROM audit_events WHERE chain_id IS NULL GROUP BY 1
		) AS b ON b.month = a.month
		ORDER BY 1`
	return v.each(ctx, query, func(rows *sqlx.Rows) error {
		var month time.Time
		var known, there int64
		if err := rows.Scan(&month, &known, &there); err != nil {
			return err
		}
		v.at.Unchained += there
		b := audit.Break{Kind: audit.BreakInserted, Detail: fmt.Sprintf("of %s there were %d events without a chain, and now are %d",
			month.Format("2006-01"), known, there)}
		switch {
		case there == known:
			return nil
		case there < known:
			b.Kind = audit.BreakMissing
		}
		return v.fail(b)
	})
}
