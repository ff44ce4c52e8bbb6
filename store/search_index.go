package store

import (
	"context"
	"crypto/md5" //nolint:gosec // a short name, not a secret
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

const (
	// indexLock is the advisory lock of the session that makes indexes.
	indexLock = 7190462583140067
	// indexTime bounds the making of one index. 100,000 rows take about two minutes.
	indexTime = time.Hour
)

// indexName is the name of the index for approximate searches of a model.
func indexName(model string) string {
	sum := md5.Sum([]byte(model)) //nolint:gosec // likewise
	return "playbook_search_vectors_near_" + hex.EncodeToString(sum[:6])
}

// EnsureSearchIndexes makes the indexes that approximate searches need, for models that have got more than half of the rows
// that an exact search compares, and removes what an interrupted attempt has left. It gives the models whose index it made.
// Searches and publishes go on meanwhile. While another process is at it, it does nothing.
//
// Errors: ErrNotOwner when something is to be done and the role of the store may not; catalog.ErrUnavailable.
func (s *Store) EnsureSearchIndexes(ctx context.Context) ([]string, error) {
	var made []string
	err := s.maintain(ctx, func(conn *sqlx.Conn) error {
		missing, err := s.missingIndexes(ctx, conn)
		if err != nil || len(missing) == 0 {
			return err
		}
		locked := false
		if err := conn.GetContext(ctx, &locked, `SELECT pg_try_advisory_lock($1)`, indexLock); err != nil || !locked {
			return err
		}
		// Another process may have finished since.
		if missing, err = s.missingIndexes(ctx, conn); err != nil {
			return err
		}
		for _, m := range missing {
			if err := m.make(ctx, conn); err != nil {
				return fmt.Errorf("index of model %s: %w", m.Model, err)
			}
			made = append(made, m.Model)
		}
		return nil
	})
	s.sizes.forget()
	var refusal *pq.Error
	if errors.As(err, &refusal) && refusal.Code == pqerror.InsufficientPrivilege {
		return made, fmt.Errorf("%w: %w", ErrNotOwner, err)
	}
	return made, mapError(ctx, "make the indexes of searches", err)
}

// indexSettings are those of the session that makes indexes. A graph is built in memory as far as that goes. One process
// does it: several would share memory that containers seldom have as much of.
var indexSettings = map[string]string{"maintenance_work_mem": "512MB", "max_parallel_maintenance_workers": "0"}

// maintain gives a session of its own, which may take its time. It ends with its locks.
func (s *Store) maintain(ctx context.Context, do func(*sqlx.Conn) error) error {
	cfg := s.config
	cfg.StatementTimeout = indexTime
	db, err := openPool(cfg, 1, indexSettings)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return do(conn)
}

// missingIndex is an index that a model should have.
type missingIndex struct {
	Model      string `db:"model"`
	Dimensions int    `db:"dimensions"`
}

// missingIndexes are those of large models that have none, or one that is not valid. The rows of one model all have the
// same dimensions.
func (s *Store) missingIndexes(ctx context.Context, conn *sqlx.Conn) ([]missingIndex, error) {
	const query = `SELECT model, (
				SELECT vector_dims(embedding) FROM playbook_search_vectors AS v
				WHERE v.model = large.model ORDER BY playbook_id LIMIT 1
			) AS dimensions
		FROM (SELECT model FROM playbook_search_vectors GROUP BY model HAVING count(*) > $1 / 2) AS large ORDER BY model`
	var large, missing []missingIndex
	if err := conn.SelectContext(ctx, &large, query, s.exactRows); err != nil {
		return nil, err
	}
	for _, m := range large {
		valid := false
		if err := conn.GetContext(ctx, &valid, `SELECT `+indexIsValid, indexName(m.Model)); err != nil {
			return nil, err
		}
		if !valid && m.Dimensions+labelPlaces <= maxIndexed {
			missing = append(missing, m)
		}
	}
	return missing, nil
}

// indexIsValid says whether the index $1 can be used.
const indexIsValid = `EXISTS (
		SELECT FROM pg_class AS c JOIN pg_index AS i ON i.indexrelid = c.oid
		WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND i.indisvalid
	)`

// make makes the index without keeping anybody from writing.
func (m *missingIndex) make(ctx context.Context, conn *sqlx.Conn) error {
	name := pq.QuoteIdentifier(indexName(m.Model))
	for _, statement := range []string{
		`DROP INDEX CONCURRENTLY IF EXISTS ` + name,
		fmt.Sprintf(`CREATE INDEX CONCURRENTLY %s ON playbook_search_vectors
			USING hnsw ((%s) halfvec_ip_ops) WITH (m = 16, ef_construction = 64) WHERE model = %s`,
			name, rowVector(m.Dimensions), pq.QuoteLiteral(m.Model)),
	} {
		if _, err := conn.ExecContext(ctx, adHoc+statement); err != nil {
			return err
		}
	}
	return nil
}
