package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/catalog"
)

var (
	_ catalog.WarmStore  = (*Store)(nil)
	_ catalog.AskedStore = (*Store)(nil)
)

// What is kept of the texts that were searched for.
const (
	askedDays   = 8    // today included
	askedPerDay = 2000 // texts, those that were asked for most often
)

// warmRow is the one row of cache_warm_up.
type warmRow struct {
	State          string   `db:"state"`
	Model          string   `db:"model"`
	PlaybooksTotal int      `db:"playbooks_total"`
	PlaybooksDone  int      `db:"playbooks_done"`
	QueriesTotal   int      `db:"queries_total"`
	QueriesDone    int      `db:"queries_done"`
	Error          string   `db:"error"`
	AskedAt        nullTime `db:"asked_at"`
	FinishedAt     nullTime `db:"finished_at"`
}

const warmColumns = `state, model, playbooks_total, playbooks_done, queries_total, queries_done, error, asked_at, finished_at`

func (r *warmRow) decode() catalog.WarmUp {
	w := catalog.WarmUp{
		State: catalog.WarmState(r.State), Model: r.Model, Error: r.Error, FinishedAt: r.FinishedAt.pointer(),
		Playbooks: catalog.WarmCount{Total: r.PlaybooksTotal, Done: r.PlaybooksDone},
		Queries:   catalog.WarmCount{Total: r.QueriesTotal, Done: r.QueriesDone},
	}
	if at := r.AskedAt.pointer(); at != nil {
		w.AskedAt = *at
	}
	return w
}

// WarmUp implements catalog.WarmStore.
func (s *Store) WarmUp(ctx context.Context) (catalog.WarmUp, error) {
	const query = `SELECT ` + warmColumns + ` FROM cache_warm_up`
	var row warmRow
	err := s.db.GetContext(ctx, &row, query)
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.WarmUp{State: catalog.WarmNever}, nil
	}
	if err != nil {
		return catalog.WarmUp{}, mapError(ctx, "read the warm-up", err)
	}
	return row.decode(), nil
}

// AskForWarmUp implements catalog.WarmStore.
func (s *Store) AskForWarmUp(ctx context.Context, model string) (catalog.WarmUp, error) {
	const statement = `INSERT INTO cache_warm_up AS w (state, model, asked_at) VALUES ('waiting', $1, now())
		ON CONFLICT (only_row) DO UPDATE SET state = 'waiting', model = excluded.model, playbooks_total = 0, playbooks_done = 0,
			queries_total = 0, queries_done = 0, error = '', asked_at = excluded.asked_at, finished_at = NULL,
			owner = '', lease_until = '-infinity'
		WHERE w.state IN ('done', 'failed') OR w.model <> excluded.model`
	if _, err := s.db.ExecContext(ctx, statement, model); err != nil {
		return catalog.WarmUp{}, mapError(ctx, "ask for a warm-up", err)
	}
	return s.WarmUp(ctx)
}

// ClaimWarmUp implements catalog.WarmStore.
func (s *Store) ClaimWarmUp(ctx context.Context, model, owner string, lease time.Duration) (catalog.WarmUp, bool, error) {
	const statement = `UPDATE cache_warm_up SET state = 'running', owner = $2, lease_until = now() + $3 * interval '1 microsecond'
		WHERE model = $1 AND (state = 'waiting' OR state = 'running' AND lease_until < now())
		RETURNING ` + warmColumns
	var row warmRow
	err := s.db.GetContext(ctx, &row, statement, model, owner, lease.Microseconds())
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.WarmUp{}, false, nil
	}
	if err != nil {
		return catalog.WarmUp{}, false, mapError(ctx, "claim the warm-up", err)
	}
	return row.decode(), true, nil
}

// SaveWarmUp implements catalog.WarmStore.
func (s *Store) SaveWarmUp(ctx context.Context, owner string, w catalog.WarmUp, lease time.Duration) (bool, error) {
	const op = "note the progress of the warm-up"
	const statement = `UPDATE cache_warm_up SET state = $2, playbooks_total = $3, playbooks_done = $4, queries_total = $5,
			queries_done = $6, error = $7, lease_until = now() + $8 * interval '1 microsecond',
			finished_at = CASE WHEN $2 IN ('done', 'failed') THEN now() END
		WHERE owner = $1 AND state = 'running'`
	result, err := s.db.ExecContext(ctx, statement, owner, string(w.State), w.Playbooks.Total, w.Playbooks.Done,
		w.Queries.Total, w.Queries.Done, w.Error, lease.Microseconds())
	if err != nil {
		return false, mapError(ctx, op, err)
	}
	changed, err := result.RowsAffected()
	return changed == 1, mapError(ctx, op, err)
}

// SearchableVersions implements catalog.WarmStore.
func (s *Store) SearchableVersions(ctx context.Context, after string, limit int) ([]catalog.SearchableVersion, error) {
	const query = `SELECT s.playbook_id, s.version, v.title, v.description FROM playbook_search AS s
		JOIN playbook_versions AS v ON v.playbook_id = s.playbook_id AND v.version = s.version
		WHERE s.playbook_id > $1 ORDER BY s.playbook_id LIMIT $2`
	var rows []struct {
		PlaybookID  string `db:"playbook_id"`
		Version     string `db:"version"`
		Title       string `db:"title"`
		Description string `db:"description"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, after, limit); err != nil {
		return nil, mapError(ctx, "list searchable versions", err)
	}
	versions := make([]catalog.SearchableVersion, len(rows))
	for i, row := range rows {
		versions[i] = catalog.SearchableVersion{
			VersionID: catalog.VersionID{PlaybookID: row.PlaybookID, Version: row.Version},
			Title:     row.Title, Description: row.Description,
		}
	}
	return versions, nil
}

// CountSearchable implements catalog.WarmStore.
func (s *Store) CountSearchable(ctx context.Context) (int, error) {
	const query = `SELECT count(*) FROM playbook_search`
	var n int
	err := s.db.GetContext(ctx, &n, query)
	return n, mapError(ctx, "count searchable versions", err)
}

// MostAsked implements catalog.WarmStore.
func (s *Store) MostAsked(ctx context.Context, days, limit int) ([]string, error) {
	const query = `SELECT min(text) FROM asked_queries WHERE day > (now() AT TIME ZONE 'UTC')::date - $1::integer
		GROUP BY text_hash ORDER BY sum(asked) DESC, text_hash LIMIT $2`
	var texts []string
	if err := s.db.SelectContext(ctx, &texts, query, days, limit); err != nil {
		return nil, mapError(ctx, "list the texts that were searched for most often", err)
	}
	return texts, nil
}

// CountAsked implements catalog.AskedStore. Rows are written in order of their hashes, so that two processes cannot wait
// for each other.
func (s *Store) CountAsked(ctx context.Context, counts map[string]int) error {
	const add = `INSERT INTO asked_queries AS q (day, text_hash, text, asked)
		SELECT (now() AT TIME ZONE 'UTC')::date, text_hash, text, asked
		FROM unnest($1::bytea[], $2::text[], $3::bigint[]) AS new (text_hash, text, asked) ORDER BY text_hash
		ON CONFLICT (day, text_hash) DO UPDATE SET asked = q.asked + excluded.asked`
	const forget = `DELETE FROM asked_queries AS q USING (
			SELECT day, text_hash FROM asked_queries WHERE day = (now() AT TIME ZONE 'UTC')::date
			ORDER BY asked DESC, text_hash OFFSET $1
		) AS rare WHERE q.day = rare.day AND q.text_hash = rare.text_hash`
	const expire = `DELETE FROM asked_queries WHERE day <= (now() AT TIME ZONE 'UTC')::date - $1::integer`
	hashes, texts, asked := make(pq.ByteaArray, 0, len(counts)), make(pq.StringArray, 0, len(counts)), make(pq.Int64Array, 0, len(counts))
	for text, n := range counts {
		hash := sha256.Sum256([]byte(text))
		hashes, texts, asked = append(hashes, hash[:]), append(texts, text), append(asked, int64(n))
	}
	return s.inTx(ctx, "count the texts that were searched for", func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, add, hashes, texts, asked); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, forget, askedPerDay); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, expire, askedDays)
		return err
	})
}
