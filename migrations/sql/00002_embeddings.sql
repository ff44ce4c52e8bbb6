-- Vectors of versions, and the versions that wait for one.
-- Cost: milliseconds. Locks: SHARE ROW EXCLUSIVE on playbook_versions for an instant, for the foreign keys.

-- +goose Up
CREATE TABLE playbook_embeddings (
    playbook_id text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    dimensions integer NOT NULL,
    text_hash text COLLATE "C" NOT NULL,
    embedding vector NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT playbook_embeddings_pkey PRIMARY KEY (playbook_id, version, model),
    CONSTRAINT playbook_embeddings_version_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_versions (playbook_id, version),
    CONSTRAINT playbook_embeddings_model_bounds CHECK (char_length(model) BETWEEN 1 AND 255),
    CONSTRAINT playbook_embeddings_dimensions_bounds CHECK (dimensions BETWEEN 1 AND 2000),
    CONSTRAINT playbook_embeddings_dimensions_match CHECK (vector_dims(embedding) = dimensions),
    CONSTRAINT playbook_embeddings_not_zero CHECK (vector_norm(embedding) > 0),
    CONSTRAINT playbook_embeddings_text_hash_format CHECK (text_hash ~ '^[0-9a-f]{64}$')
);
CREATE INDEX playbook_embeddings_by_text ON playbook_embeddings (model, text_hash);
COMMENT ON TABLE playbook_embeddings IS
    'One vector per version and model, kept for ever. Vectors of different models are never compared.';
COMMENT ON COLUMN playbook_embeddings.text_hash IS
    'SHA-256 of the text that was embedded. A version with the same text takes over the vector without a call to the model.';
COMMENT ON CONSTRAINT playbook_embeddings_dimensions_bounds ON playbook_embeddings IS
    'More than 2,000 dimensions cannot be indexed by HNSW.';

CREATE TABLE embedding_jobs (
    playbook_id text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    claimable_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    CONSTRAINT embedding_jobs_pkey PRIMARY KEY (playbook_id, version, model),
    CONSTRAINT embedding_jobs_version_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_versions (playbook_id, version),
    CONSTRAINT embedding_jobs_model_bounds CHECK (char_length(model) BETWEEN 1 AND 255),
    CONSTRAINT embedding_jobs_attempts_bounds CHECK (attempts >= 0)
);
CREATE INDEX embedding_jobs_by_claim ON embedding_jobs (model, claimable_at, playbook_id, version);
COMMENT ON TABLE embedding_jobs IS
    'Versions that wait for their vector of a model. A row is deleted in the transaction that stores the vector.';
COMMENT ON COLUMN embedding_jobs.claimable_at IS
    'Nobody may claim the row before: the end of the lease of who works on it, or the time of the next attempt after a failure.';
COMMENT ON COLUMN embedding_jobs.last_error IS 'Why the last attempt failed; for people.';

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on both tables. Refuses to run when a playbook is stored.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM playbooks) THEN
        RAISE EXCEPTION 'the catalog holds playbooks, whose vectors are kept for ever'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP TABLE embedding_jobs;
DROP TABLE playbook_embeddings;
