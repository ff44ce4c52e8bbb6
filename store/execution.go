package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// RecordExecution implements catalog.Store. It does not lock the playbook: what it changes neither makes a version the
// latest nor shows in a search, so that executions of one playbook do not wait for its publishers.
func (s *Store) RecordExecution(ctx context.Context, e catalog.Execution) (catalog.Version, error) {
	// Of two that count the same execution at once, the second waits at the key, and then inserts nothing.
	const statement = `WITH counted AS (
			INSERT INTO playbook_executions (playbook_id, version, execution_id, success, duration_ms, at)
			SELECT playbook_id, version, $3, $4, $5, clock_timestamp()
			FROM playbook_versions WHERE playbook_id = $1 AND version = $2
			ON CONFLICT (playbook_id, version, execution_id) DO NOTHING
			RETURNING success
		)
		UPDATE playbook_versions AS v SET total_executions = v.total_executions + 1,
			successful_executions = v.successful_executions + counted.success::int, revision = v.revision + 1
		FROM counted WHERE v.playbook_id = $1 AND v.version = $2`
	op := fmt.Sprintf("count execution of %s %s", e.PlaybookID, e.Version)
	var counted catalog.Version
	err := s.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, statement, e.PlaybookID, e.Version, e.ExecutionID, e.Success, e.DurationMS)
		if err != nil {
			return err
		}
		counted, err = readVersion(ctx, tx, e.PlaybookID, e.Version)
		if errors.Is(err, sql.ErrNoRows) {
			return catalog.ErrVersionNotFound
		}
		return err
	})
	if errors.Is(err, catalog.ErrVersionNotFound) {
		if missing := s.checkExists(ctx, e.PlaybookID); missing != nil {
			return catalog.Version{}, mapError(ctx, op, missing)
		}
	}
	if err != nil {
		return catalog.Version{}, err
	}
	return counted, nil
}
