-- The embedding models that the catalog keeps vectors of, and which of them searches use.
-- Cost: one pass over playbook_embeddings and playbook_search_vectors, which reads no vector, and over the versions that
-- are pending. Locks: none on tables that exist, beside the rows of versions that are not pending any more.

-- +goose Up
CREATE TABLE playbook_models (
    model text COLLATE "C" NOT NULL,
    dimensions integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    CONSTRAINT playbook_models_pkey PRIMARY KEY (model),
    CONSTRAINT playbook_models_model_bounds CHECK (char_length(model) BETWEEN 1 AND 255),
    CONSTRAINT playbook_models_dimensions_bounds CHECK (dimensions BETWEEN 1 AND 2000),
    CONSTRAINT playbook_models_state_known CHECK (state IN ('filling', 'standby', 'serving', 'retired')),
    CONSTRAINT playbook_models_changed_by_bounds CHECK (char_length(changed_by) BETWEEN 1 AND 255)
);
CREATE UNIQUE INDEX playbook_models_one_serving ON playbook_models (state) WHERE state = 'serving';
COMMENT ON TABLE playbook_models IS
    'The models that vectors are kept of. Searches use those of the one that is serving, whatever a process is configured with. Rows change only under the exclusive advisory lock 6027318840917553, which whoever writes vectors or jobs takes shared.';
COMMENT ON COLUMN playbook_models.state IS
    'filling: vectors are being computed, searches do not use them yet. standby: was complete, and is kept up. serving: what searches use. retired: not kept up any more. Each version that is published gets a vector, or a job, of every model but the retired ones.';

-- The model that searches found most playbooks by is the one that serves.
INSERT INTO playbook_models (model, dimensions, state, changed_at, changed_by)
SELECT model, dimensions,
    CASE WHEN row_number() OVER (ORDER BY searchable DESC, newest DESC, model) = 1 THEN 'serving' ELSE 'retired' END,
    now(), 'migration'
FROM (
    SELECT e.model, max(e.dimensions) AS dimensions, count(s.playbook_id) AS searchable, max(e.created_at) AS newest
    FROM playbook_embeddings AS e
    LEFT JOIN playbook_search_vectors AS s
        ON s.playbook_id = e.playbook_id AND s.vector_version = e.version AND s.model = e.model
    GROUP BY e.model
) AS known;

-- What waits for another model is not pending for searches.
DELETE FROM embedding_jobs WHERE model IN (SELECT model FROM playbook_models WHERE state = 'retired');
WITH ready AS (
    UPDATE playbook_versions AS v
    SET embedding_status = 'ready', revision = revision + 1, updated_by = 'migration',
        updated_at = greatest(now(), v.updated_at + interval '1 microsecond')
    FROM playbook_embeddings AS e JOIN playbook_models AS m ON m.model = e.model AND m.state = 'serving'
    WHERE e.playbook_id = v.playbook_id AND e.version = v.version AND v.embedding_status = 'pending'
    RETURNING v.playbook_id
)
UPDATE playbooks AS p SET updated_at = greatest(now(), p.updated_at + interval '1 microsecond')
FROM (SELECT DISTINCT playbook_id FROM ready) AS r WHERE r.playbook_id = p.playbook_id;

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the table. The vectors stay.
DROP TABLE playbook_models;
