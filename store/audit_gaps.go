package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
)

// gapRow is a range of numbers of one chain that lies within one month.
type gapRow struct {
	ChainID    uuid.UUID `db:"chain_id"`
	FirstSeq   int64     `db:"first_seq"`
	LastSeq    int64     `db:"last_seq"`
	HashBefore []byte    `db:"hash_before"`
	LastHash   []byte    `db:"last_hash"`
}

// recordGaps leaves a record of each range of numbers that goes. Late events of another month divide the ranges.
func (r *removal) recordGaps(ctx context.Context) error {
	query := strings.ReplaceAll(adHoc+`WITH numbered AS (
			SELECT chain_id, chain_seq, chain_seq - row_number() OVER (PARTITION BY chain_id ORDER BY chain_seq) AS run
			FROM {month} WHERE chain_id IS NOT NULL
		), runs AS (
			SELECT chain_id, min(chain_seq) AS first_seq, max(chain_seq) AS last_seq FROM numbered GROUP BY chain_id, run
		)
		SELECT chain_id, first_seq, last_seq,
			CASE WHEN first_seq = 1 THEN '' ELSE coalesce(
				(SELECT hash FROM audit_events AS e WHERE e.chain_id = runs.chain_id AND e.chain_seq = first_seq - 1),
				(SELECT g.last_hash FROM audit_gaps AS g WHERE g.chain_id = runs.chain_id AND g.last_seq = runs.first_seq - 1)
			) END AS hash_before,
			(SELECT hash FROM {month} AS e WHERE e.chain_id = runs.chain_id AND e.chain_seq = runs.last_seq) AS last_hash
		FROM runs ORDER BY chain_id, first_seq`, "{month}", partition(r.Month))
	var gaps []gapRow
	if err := r.tx.SelectContext(ctx, &gaps, query); err != nil {
		return err
	}
	var last struct {
		Number int64  `db:"number"`
		Link   []byte `db:"link"`
	}
	err := r.tx.GetContext(ctx, &last, `SELECT number, link FROM audit_gaps ORDER BY number DESC LIMIT 1`)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for i := range gaps {
		if gaps[i].HashBefore == nil {
			return fmt.Errorf("chain %s has no event before number %d: verify it before events are removed", gaps[i].ChainID, gaps[i].FirstSeq)
		}
		last.Number++
		if last.Link, err = r.recordGap(ctx, last.Number, last.Link, &gaps[i]); err != nil {
			return err
		}
	}
	r.Gaps = len(gaps)
	return nil
}

func (r *removal) recordGap(ctx context.Context, number int64, previous []byte, row *gapRow) ([]byte, error) {
	const statement = `INSERT INTO audit_gaps
			(number, month, chain_id, first_seq, last_seq, hash_before, last_hash, removed_at, keyed, link)
		VALUES ($1, $2::date, $3, $4, $5, $6, $7, $8, $9, $10)`
	g := audit.Gap{
		Number: number, Month: r.Month, ChainID: row.ChainID, FirstSeq: row.FirstSeq, LastSeq: row.LastSeq,
		HashBefore: row.HashBefore, LastHash: row.LastHash, RemovedAt: microseconds(time.Now()), Keyed: len(r.trail.chainer.Key) > 0,
	}
	link, err := r.trail.chainer.RegisterGap(previous, g)
	if err != nil {
		return nil, err
	}
	_, err = r.tx.ExecContext(ctx, statement, g.Number, day(g.Month), g.ChainID, g.FirstSeq, g.LastSeq, g.HashBefore, g.LastHash,
		g.RemovedAt, g.Keyed, link)
	return link, err
}

// clearBatch is how many keys one transaction deletes.
const clearBatch = 10_000

// clearRemoved deletes the keys of months that were taken out, and then the months.
func (t *Trail) clearRemoved(ctx context.Context, op string, tell func(cleared int64)) error {
	names, err := t.removedTables(ctx)
	if err != nil {
		return mapError(ctx, op, err)
	}
	for _, name := range names {
		var cleared int64
		for after, more := uuid.Nil, true; more; {
			var last uuid.UUID
			var count int64
			err := t.store.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) (err error) {
				last, count, err = deleteKeys(ctx, tx, name, after)
				return err
			})
			if err != nil {
				return err
			}
			after, cleared, more = last, cleared+count, count > 0
			if tell != nil && more {
				tell(cleared)
			}
		}
		if _, err := t.store.db.ExecContext(ctx, adHoc+`DROP TABLE IF EXISTS `+name); err != nil {
			return mapError(ctx, op, err)
		}
	}
	return nil
}

func (t *Trail) removedTables(ctx context.Context) ([]string, error) {
	const query = `SELECT relname FROM pg_class
		WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'audit_events'::regclass)
			AND relkind = 'r' AND relname IN (SELECT $1 || to_char(month, 'YYYY_MM') FROM audit_removals)
		ORDER BY relname`
	var names []string
	err := t.store.db.SelectContext(ctx, &names, query, removedPrefix)
	return names, err
}

// deleteKeys deletes the next keys of the events in a removed table, and gives the last id and how many events it has
// looked at.
func deleteKeys(ctx context.Context, tx *sqlx.Tx, table string, after uuid.UUID) (uuid.UUID, int64, error) {
	statement := adHoc + `WITH batch AS (
			SELECT event_id, event_date FROM ` + table + ` WHERE event_id > $1 ORDER BY event_id LIMIT $2
		), gone AS (
			DELETE FROM audit_event_keys AS k USING batch AS b WHERE k.event_id = b.event_id AND k.event_date = b.event_date
		)
		SELECT event_id, count(*) OVER () AS count FROM batch ORDER BY event_id DESC LIMIT 1`
	var last struct {
		ID    uuid.UUID `db:"event_id"`
		Count int64     `db:"count"`
	}
	err := tx.GetContext(ctx, &last, statement, after, clearBatch)
	if errors.Is(err, sql.ErrNoRows) {
		return after, 0, nil
	}
	return last.ID, last.Count, err
}
