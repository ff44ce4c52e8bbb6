package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

const (
	// systemActor is who changes a version when nobody asked for it.
	systemActor = "datastorage"
	// enqueueBatch bounds how many playbooks one transaction locks.
	enqueueBatch = 500
)

// completeModels remembers for each model a generation of the catalog at which every searchable version had its vector
// or its job. While that is the current one, there is nothing to look for.
type completeModels struct {
	mu          sync.Mutex
	generations map[string]int64
}

func (c *completeModels) at(model string, generation int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.generations[model]
	return ok && known == generation
}

func (c *completeModels) set(model string, generation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generations == nil {
		c.generations = map[string]int64{}
	}
	c.generations[model] = generation
}

// EnqueueMissing implements catalog.VectorStore. It reads one number as long as the catalog has not changed since it
// last found nothing, and works in transactions of bounded size otherwise.
func (s *Store) EnqueueMissing(ctx context.Context, model string) (int, error) {
	// Read before the look: what is published afterwards has another generation.
	generation, err := s.Generation(ctx)
	if err != nil {
		return 0, err
	}
	if s.complete.at(model, generation) {
		return 0, nil
	}
	added := 0
	for after := ""; ; {
		missing, err := s.missing(ctx, model, after)
		if err != nil {
			return added, err
		}
		if len(missing) == 0 {
			s.complete.set(model, generation)
			return added, nil
		}
		n, err := s.enqueue(ctx, model, missing)
		if err != nil {
			return added, err
		}
		added += n
		after = missing[len(missing)-1]
	}
}

// mayBeSearched are the versions that searches find, or may find without another publish.
const mayBeSearched = `status IN ('active', 'disabled')`

const (
	// withoutVector are the versions, v, that may be searched and have no vector of the model $1.
	withoutVector = `FROM playbook_versions AS v
		WHERE ` + mayBeSearched + ` AND NOT EXISTS (
			SELECT FROM playbook_embeddings AS e
			WHERE e.playbook_id = v.playbook_id AND e.version = v.version AND e.model = $1
		)`
	// missingVersions have no job for one either.
	missingVersions = withoutVector + ` AND NOT EXISTS (
			SELECT FROM embedding_jobs AS j
			WHERE j.playbook_id = v.playbook_id AND j.version = v.version AND j.model = $1
		)`
	// unranked are the playbooks, s, that are not ranked by the vector of the searched version although there is one of
	// the model $1. That happens to a model that was retired when the version came to be searched.
	unranked = `FROM playbook_search AS s
		JOIN playbook_embeddings AS e ON e.playbook_id = s.playbook_id AND e.version = s.version AND e.model = $1
		WHERE NOT EXISTS (
			SELECT FROM playbook_search_vectors AS sv
			WHERE sv.playbook_id = s.playbook_id AND sv.model = $1 AND sv.vector_version = s.version
		)`
)

// missing gives the playbooks that lack something of a model after a given one, up to enqueueBatch.
func (s *Store) missing(ctx context.Context, model, after string) ([]string, error) {
	const query = `SELECT playbook_id FROM (
			(SELECT DISTINCT v.playbook_id ` + missingVersions + ` AND v.playbook_id > $2 ORDER BY v.playbook_id LIMIT $3)
			UNION
			(SELECT s.playbook_id ` + unranked + ` AND s.playbook_id > $2 ORDER BY s.playbook_id LIMIT $3)
		) AS missing ORDER BY playbook_id LIMIT $3`
	var ids []string
	err := s.db.SelectContext(ctx, &ids, query, model, after, enqueueBatch)
	return ids, mapError(ctx, "look for versions without a vector of model "+model, err)
}

// countMissing says for how many versions a search by the model would be worse than it can be.
func countMissing(ctx context.Context, tx *sqlx.Tx, model string) (int, error) {
	const query = `SELECT (SELECT count(*) ` + withoutVector + `) + (SELECT count(*) ` + unranked + `)`
	var count int
	err := tx.GetContext(ctx, &count, query, model)
	return count, err
}

// enqueue gives the versions of playbooks what they lack of a model unless another process was faster, and says how many
// jobs it added. With a job for the serving model a version is pending.
func (s *Store) enqueue(ctx context.Context, model string, playbookIDs []string) (int, error) {
	const statement = `WITH added AS (
			INSERT INTO embedding_jobs (playbook_id, version, model, claimable_at, created_at)
			SELECT v.playbook_id, v.version, $1, now(), now() ` + missingVersions + ` AND v.playbook_id = ANY ($2)
			RETURNING playbook_id, version
		), updated AS (
			UPDATE playbook_versions AS v
			SET embedding_status = 'pending', revision = v.revision + 1, updated_at = p.updated_at, updated_by = $3
			FROM added AS a JOIN playbooks AS p ON p.playbook_id = a.playbook_id
			WHERE v.playbook_id = a.playbook_id AND v.version = a.version AND $4
		)
		SELECT count(*) FROM added`
	added := 0
	err := s.inTx(ctx, "make versions pending for model "+model, func(ctx context.Context, tx *sqlx.Tx) error {
		state, err := lockForModel(ctx, tx, model, 0, playbookIDs)
		if err != nil {
			return err
		}
		if state == "" {
			return errRollBack // it was retired meanwhile
		}
		if err := tx.GetContext(ctx, &added, statement, model, playbookIDs, systemActor, state == catalog.ModelServing); err != nil {
			return err
		}
		if err := refreshVectors(ctx, tx, playbookIDs); err != nil {
			return err
		}
		return bumpForModel(ctx, tx, state, playbookIDs)
	})
	return added, err
}

// lockForModel keeps the models and playbooks as they are, so that nobody else adds or takes away jobs and vectors, and
// gives the state of a model. What is done for the serving model changes the versions, and so the times of the
// playbooks.
func lockForModel(ctx context.Context, tx *sqlx.Tx, model string, dimensions int, playbookIDs []string) (catalog.ModelState, error) {
	const lock = `SELECT FROM playbooks WHERE playbook_id = ANY ($1) ORDER BY playbook_id FOR NO KEY UPDATE`
	if err := shareModels(ctx, tx); err != nil {
		return "", err
	}
	state, err := keptModel(ctx, tx, model, dimensions)
	if err != nil {
		return "", err
	}
	if state == catalog.ModelServing {
		return state, touchPlaybooks(ctx, tx, playbookIDs)
	}
	_, err = tx.ExecContext(ctx, lock, playbookIDs)
	return state, err
}

// bumpForModel lets the generation grow when searches may use the model.
func bumpForModel(ctx context.Context, tx *sqlx.Tx, state catalog.ModelState, playbookIDs []string) error {
	if state != catalog.ModelServing && state != catalog.ModelStandby {
		return nil
	}
	return bumpGeneration(ctx, tx, playbookIDs)
}

// ClaimPending implements catalog.VectorStore.
func (s *Store) ClaimPending(ctx context.Context, model string, limit int, lease time.Duration) ([]catalog.PendingVersion, error) {
	const statement = `WITH due AS (
			SELECT playbook_id, version FROM embedding_jobs
			WHERE model = $1 AND claimable_at <= now()
			ORDER BY claimable_at, playbook_id, version LIMIT $2
			FOR NO KEY UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE embedding_jobs AS j
			SET claimable_at = now() + $3 * interval '1 microsecond', attempts = j.attempts + 1
			FROM due
			WHERE j.playbook_id = due.playbook_id AND j.version = due.version AND j.model = $1
			RETURNING j.playbook_id, j.version, j.attempts, j.created_at
		)
		SELECT c.playbook_id, c.version, v.title, v.description, c.attempts
		FROM claimed AS c
		JOIN playbook_versions AS v ON v.playbook_id = c.playbook_id AND v.version = c.version
		ORDER BY c.created_at, c.playbook_id, c.version`
	var rows []struct {
		PlaybookID  string `db:"playbook_id"`
		Version     string `db:"version"`
		Title       string `db:"title"`
		Description string `db:"description"`
		Attempts    int    `db:"attempts"`
	}
	if err := s.db.SelectContext(ctx, &rows, statement, model, limit, lease.Microseconds()); err != nil {
		return nil, mapError(ctx, "claim pending versions of model "+model, err)
	}
	claimed := make([]catalog.PendingVersion, len(rows))
	for i, row := range rows {
		claimed[i] = catalog.PendingVersion{
			VersionID: catalog.VersionID{PlaybookID: row.PlaybookID, Version: row.Version},
			Title:     row.Title, Description: row.Description, Attempts: row.Attempts,
		}
	}
	return claimed, nil
}

// PostponePending implements catalog.VectorStore.
func (s *Store) PostponePending(ctx context.Context, model string, versions []catalog.VersionID, delay time.Duration, reason string) error {
	// Locked in the same order as by CompletePending, with which the end of a lease can bring it together.
	const statement = `WITH locked AS (
			SELECT j.playbook_id, j.version FROM embedding_jobs AS j
			JOIN unnest($2::text[], $3::text[]) AS g (playbook_id, version)
				ON g.playbook_id = j.playbook_id AND g.version = j.version
			WHERE j.model = $1
			ORDER BY j.playbook_id, j.version FOR NO KEY UPDATE OF j
		)
		UPDATE embedding_jobs AS j
		SET claimable_at = now() + $4 * interval '1 microsecond', last_error = left($5, 1000)
		FROM locked AS l
		WHERE j.playbook_id = l.playbook_id AND j.version = l.version AND j.model = $1`
	ids, names := make([]string, len(versions)), make([]string, len(versions))
	for i, v := range versions {
		ids[i], names[i] = v.PlaybookID, v.Version
	}
	_, err := s.db.ExecContext(ctx, statement, model, ids, names, delay.Microseconds(), reason)
	return mapError(ctx, fmt.Sprintf("postpone %d versions of model %s", len(versions), model), err)
}

// CountPending implements catalog.VectorStore.
func (s *Store) CountPending(ctx context.Context, model string) (int, error) {
	const query = `SELECT count(*) FROM embedding_jobs WHERE model = $1`
	var count int
	err := s.db.GetContext(ctx, &count, query, model)
	return count, mapError(ctx, "count pending versions of model "+model, err)
}
