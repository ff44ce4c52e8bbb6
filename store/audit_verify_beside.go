package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// beside looks for events that stand in no registered chain. When all is verified it goes through the months, so that
// no statement depends on the size of the trail.
func (v *verification) beside(ctx context.Context) error {
	if !v.all() {
		return v.strangerOfCorrelation(ctx)
	}
	for {
		month, err := v.nextMonth(ctx)
		if err != nil || month.IsZero() || v.exhausted() {
			return err
		}
		for _, step := range []func(context.Context, time.Time) error{v.strangerOfMonth, v.unchainedOfMonth} {
			if err := step(ctx, month); err != nil {
				return err
			}
		}
		v.at.Month = month.AddDate(0, 1, 0)
		v.tell()
	}
}

// nextMonth gives the first month from where the verification stands that has events, or should have; the zero time when
// there is none.
func (v *verification) nextMonth(ctx context.Context) (time.Time, error) {
	const query = `SELECT least(
			(SELECT min(event_date) FROM audit_events WHERE event_date >= $1::date),
			(SELECT min(month) FROM audit_unchained WHERE month >= $1::date AND month NOT IN (SELECT month FROM audit_removals))
		)`
	var next sql.NullTime
	err := v.trail.store.db.GetContext(ctx, &next, query, day(v.at.Month))
	if err != nil || !next.Valid {
		return time.Time{}, err
	}
	return audit.Month(next.Time), nil
}

// strangerOfCorrelation looks for an event of the correlation that is in a chain which is not registered.
func (v *verification) strangerOfCorrelation(ctx context.Context) error {
	if v.req.CorrelationID == "" {
		return nil
	}
	const query = `SELECT ` + eventColumns + ` FROM audit_events AS e
		WHERE e.correlation_id = $1 AND e.chain_id IS NOT NULL
			AND NOT EXISTS (SELECT FROM audit_chains AS c WHERE c.chain_id = e.chain_id)
		ORDER BY e.chain_id, e.chain_seq, e.event_id LIMIT 1`
	return v.stranger(ctx, query, v.req.CorrelationID)
}

// strangerOfMonthQuery steps from chain to chain on the index of one partition.
const strangerOfMonthQuery = `WITH RECURSIVE used AS (
		(SELECT chain_id FROM audit_events
			WHERE chain_id IS NOT NULL AND event_date >= $1::date AND event_date < $2::date ORDER BY chain_id LIMIT 1)
		UNION ALL
		SELECT (SELECT e.chain_id FROM audit_events AS e
			WHERE e.chain_id > u.chain_id AND e.event_date >= $1::date AND e.event_date < $2::date ORDER BY e.chain_id LIMIT 1)
		FROM used AS u WHERE u.chain_id IS NOT NULL
	), stranger AS (
		SELECT chain_id FROM used WHERE chain_id IS NOT NULL
			AND NOT EXISTS (SELECT FROM audit_chains AS c WHERE c.chain_id = used.chain_id)
		LIMIT 1
	)
	SELECT ` + eventColumns + ` FROM audit_events AS e
	WHERE e.chain_id = (SELECT chain_id FROM stranger)
	ORDER BY e.chain_seq, e.event_id LIMIT 1`

func (v *verification) strangerOfMonth(ctx context.Context, month time.Time) error {
	return v.stranger(ctx, strangerOfMonthQuery, day(month), day(month.AddDate(0, 1, 0)))
}

// stranger says what is wrong with the event that a query finds, if it finds one. It tells an event of a chain whose
// registration is gone from one that never was in a chain.
func (v *verification) stranger(ctx context.Context, query string, args ...any) error {
	var row eventRow
	err := v.trail.store.db.GetContext(ctx, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	e := &audit.Link{Recorded: row.event()}
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

// unchainedOfMonth counts the events of a month that are older than the chains. Their number is known.
func (v *verification) unchainedOfMonth(ctx context.Context, month time.Time) error {
	var known int64
	err := v.trail.store.db.GetContext(ctx, &known, `SELECT events FROM audit_unchained
		WHERE month = $1::date AND month NOT IN (SELECT month FROM audit_removals)`, day(month))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	there, err := v.countUnchained(ctx, month, known > 0)
	if err != nil {
		return err
	}
	v.at.Unchained += there
	v.read += there
	b := audit.Break{Kind: audit.BreakInserted, Detail: fmt.Sprintf("of %s there were %d events without a chain, and now are %d",
		month.Format("2006-01"), known, there)}
	switch {
	case there == known:
		return nil
	case there < known:
		b.Kind = audit.BreakMissing
	}
	return v.fail(b)
}

// countUnchained counts day by day. Where none should be, the index says that there is none.
func (v *verification) countUnchained(ctx context.Context, month time.Time, expected bool) (sum int64, err error) {
	end := month.AddDate(0, 1, 0)
	if !expected {
		var found bool
		err := v.trail.store.db.GetContext(ctx, &found, `SELECT EXISTS (SELECT FROM audit_events
			WHERE chain_id IS NULL AND event_date >= $1::date AND event_date < $2::date)`, day(month), day(end))
		if err != nil || !found {
			return 0, err
		}
	}
	for date := month; date.Before(end); date = date.AddDate(0, 0, 1) {
		var count int64
		err := v.trail.store.db.GetContext(ctx, &count,
			`SELECT count(*) FROM audit_events WHERE chain_id IS NULL AND event_date = $1::date`, day(date))
		if err != nil {
			return 0, err
		}
		sum += count
	}
	return sum, nil
}
