-- What a search reads: one row per searchable playbook, its vectors, and the generation of the catalog.
-- Cost: milliseconds. Locks: SHARE ROW EXCLUSIVE on playbook_versions and playbook_embeddings for an instant, for the
-- foreign keys.

-- +goose Up
CREATE TABLE playbook_search (
    playbook_id text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    signal_type text COLLATE "C",
    severity text COLLATE "C",
    component text COLLATE "C",
    environment text COLLATE "C",
    priority text COLLATE "C",
    risk_tolerance text COLLATE "C",
    business_category text COLLATE "C",
    resource_management text COLLATE "C",
    gitops_tool text COLLATE "C",
    custom_terms text[] COLLATE "C" NOT NULL,
    CONSTRAINT playbook_search_pkey PRIMARY KEY (playbook_id),
    CONSTRAINT playbook_search_version_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_versions (playbook_id, version)
);
CREATE INDEX playbook_search_by_labels ON playbook_search (signal_type, severity);
COMMENT ON TABLE playbook_search IS
    'The latest active version of each playbook that has one, with its labels folded as they are compared. All labels are here, also those that no filter reads, so that scoring by them needs no backfill.';
COMMENT ON COLUMN playbook_search.custom_terms IS 'The custom labels as custom_labels:key:value.';

CREATE TABLE playbook_search_vectors (
    playbook_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    vector_version text COLLATE "C" NOT NULL,
    embedding vector NOT NULL,
    CONSTRAINT playbook_search_vectors_pkey PRIMARY KEY (playbook_id, model),
    CONSTRAINT playbook_search_vectors_search_fkey FOREIGN KEY (playbook_id)
        REFERENCES playbook_search (playbook_id) ON DELETE CASCADE,
    CONSTRAINT playbook_search_vectors_embedding_fkey FOREIGN KEY (playbook_id, vector_version, model)
        REFERENCES playbook_embeddings (playbook_id, version, model)
);
-- MAIN keeps a vector in its row as long as the row fits a page: a search reads all of them, and a detour to the TOAST
-- table for each would cost more than the comparison. The default moves out vectors of about 500 dimensions and more.
ALTER TABLE playbook_search_vectors ALTER COLUMN embedding SET STORAGE MAIN;
COMMENT ON TABLE playbook_search_vectors IS
    'The vector by which a searchable playbook is ranked, per model: that of its latest version, else of the greatest version below it that has one. Searched by an exact scan.';
COMMENT ON COLUMN playbook_search_vectors.vector_version IS
    'The version whose vector this is. It is provisional while it differs from playbook_search.version.';

CREATE TABLE catalog_state (
    shard smallint NOT NULL,
    generation bigint NOT NULL DEFAULT 0,
    CONSTRAINT catalog_state_pkey PRIMARY KEY (shard),
    CONSTRAINT catalog_state_shard_bounds CHECK (shard BETWEEN 0 AND 31),
    CONSTRAINT catalog_state_generation_bounds CHECK (generation >= 0)
);
COMMENT ON TABLE catalog_state IS
    'The generation is the sum over all shards. It grows in every transaction that can change the answer to a search; each playbook has its shard, so that publishers seldom wait for each other. Locked last in a transaction, in ascending order.';
INSERT INTO catalog_state (shard) SELECT generate_series(0, 31);

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the three tables. Refuses to run when a playbook is stored, since applying
-- the migration again would not bring its search row back.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM playbooks) THEN
        RAISE EXCEPTION 'the catalog holds playbooks, which could not be found any more'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP TABLE catalog_state;
DROP TABLE playbook_search_vectors;
DROP TABLE playbook_search;
