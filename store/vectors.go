package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/pgvector/pgvector-go"

	"github.com/kubernaut/datastorage/catalog"
)

// VectorsByText implements catalog.VectorReader. Of several versions with the same text the first one counts.
func (s *Store) VectorsByText(ctx context.Context, model string, textHashes []string) (map[string][]float32, error) {
	const query = `SELECT wanted.text_hash, stored.embedding
		FROM (SELECT DISTINCT unnest($2::text[]) COLLATE "C" AS text_hash) AS wanted
		CROSS JOIN LATERAL (
			SELECT embedding FROM playbook_embeddings
			WHERE model = $1 AND text_hash = wanted.text_hash
			ORDER BY playbook_id, version LIMIT 1
		) AS stored`
	var rows []struct {
		TextHash  string          `db:"text_hash"`
		Embedding pgvector.Vector `db:"embedding"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, model, textHashes); err != nil {
		return nil, mapError(ctx, "look for vectors by their texts", err)
	}
	found := make(map[string][]float32, len(rows))
	for _, row := range rows {
		found[row.TextHash] = row.Embedding.Slice()
	}
	return found, nil
}

// CompletePending implements catalog.VectorStore. Versions that do not wait (any more) are left alone, so that of two
// callers whose leases overlapped the first one counts.
func (s *Store) CompletePending(ctx context.Context, model string, vectors []catalog.VersionVector) error {
	if len(vectors) == 0 {
		return nil
	}
	op := fmt.Sprintf("store %d vectors of model %s", len(vectors), model)
	return s.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		state, err := lockForModel(ctx, tx, model, len(vectors[0].Vector), playbooksOf(vectors))
		if err != nil {
			return err
		}
		completed, err := completeJobs(ctx, tx, model, vectors, state == catalog.ModelServing)
		if err != nil {
			return err
		}
		if len(completed) == 0 {
			return errRollBack
		}
		if err := refreshVectors(ctx, tx, completed); err != nil {
			return err
		}
		return bumpForModel(ctx, tx, state, completed)
	})
}

// touchPlaybooks locks the rows of playbooks in ascending order and lets their times grow.
func touchPlaybooks(ctx context.Context, tx *sqlx.Tx, playbookIDs []string) error {
	const statement = `WITH locked AS (
			SELECT playbook_id FROM playbooks WHERE playbook_id = ANY ($1) ORDER BY playbook_id FOR NO KEY UPDATE
		)
		UPDATE playbooks AS p SET updated_at = greatest(clock_timestamp(), p.updated_at + interval '1 microsecond')
		FROM locked WHERE p.playbook_id = locked.playbook_id`
	_, err := tx.ExecContext(ctx, statement, playbookIDs)
	return err
}

// completeJobs exchanges the jobs of versions for their vectors and gives the playbooks of those that had a job. Those of
// the serving model are pending no more.
func completeJobs(ctx context.Context, tx *sqlx.Tx, model string, vectors []catalog.VersionVector, serving bool) ([]string, error) {
	const statement = `WITH given AS (
			SELECT g.playbook_id, g.version, g.text_hash, g.embedding::vector AS embedding
			FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS g (playbook_id, version, text_hash, embedding)
		), locked AS (
			SELECT j.playbook_id, j.version FROM embedding_jobs AS j
			JOIN given AS g ON g.playbook_id = j.playbook_id AND g.version = j.version
			WHERE j.model = $1
			ORDER BY j.playbook_id, j.version FOR UPDATE OF j
		), done AS (
			DELETE FROM embedding_jobs AS j USING locked AS l
			WHERE j.playbook_id = l.playbook_id AND j.version = l.version AND j.model = $1
			RETURNING j.playbook_id, j.version
		), embedded AS (
			INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding)
			SELECT g.playbook_id, g.version, $1, vector_dims(g.embedding), g.text_hash, g.embedding
			FROM given AS g JOIN done AS d ON d.playbook_id = g.playbook_id AND d.version = g.version
			ON CONFLICT (playbook_id, version, model) DO NOTHING
		), updated AS (
			UPDATE playbook_versions AS v
			SET embedding_status = 'ready', revision = v.revision + 1, updated_at = p.updated_at, updated_by = $6
			FROM done AS d JOIN playbooks AS p ON p.playbook_id = d.playbook_id
			WHERE v.playbook_id = d.playbook_id AND v.version = d.version AND $7
		)
		SELECT DISTINCT playbook_id FROM done ORDER BY playbook_id`
	n := len(vectors)
	ids, versions, hashes, texts := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, v := range vectors {
		ids[i], versions[i], hashes[i], texts[i] = v.PlaybookID, v.Version, v.TextHash, pgvector.NewVector(v.Vector).String()
	}
	var playbookIDs []string
	err := tx.SelectContext(ctx, &playbookIDs, statement, model, ids, versions, hashes, texts, systemActor, serving)
	return playbookIDs, err
}

func playbooksOf(vectors []catalog.VersionVector) []string {
	ids := make([]string, len(vectors))
	for i, v := range vectors {
		ids[i] = v.PlaybookID
	}
	return ids
}
