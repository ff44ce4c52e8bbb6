-- The rows that searches compare hold their labels too: joining them to playbook_search cost more than the comparison.
-- Cost: copies the vectors of all searchable playbooks; about a second per 10,000. Locks: exclusive on
-- playbook_search_vectors and against writers on playbook_search for that time: searches and publishes wait.

-- +goose Up
LOCK TABLE playbook_search IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE playbook_search_vectors IN ACCESS EXCLUSIVE MODE;
ALTER TABLE playbook_search ADD CONSTRAINT playbook_search_version_unique UNIQUE (playbook_id, version);

-- A new table, since an update of every row would leave half of the pages empty, and searches read all pages.
ALTER TABLE playbook_search_vectors RENAME TO playbook_search_vectors_before;
CREATE TABLE playbook_search_vectors (
    playbook_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    vector_version text COLLATE "C" NOT NULL,
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
    embedding vector NOT NULL
);
-- MAIN keeps a vector in its row as long as the row fits a page: a search reads all of them, and a detour to the TOAST
-- table for each would cost more than the comparison. The default moves out vectors of about 500 dimensions and more.
ALTER TABLE playbook_search_vectors ALTER COLUMN embedding SET STORAGE MAIN;
INSERT INTO playbook_search_vectors (playbook_id, model, vector_version, version, signal_type, severity, component,
    environment, priority, risk_tolerance, business_category, resource_management, gitops_tool, custom_terms, embedding)
SELECT s.playbook_id, sv.model, sv.vector_version, s.version, s.signal_type, s.severity, s.component, s.environment,
    s.priority, s.risk_tolerance, s.business_category, s.resource_management, s.gitops_tool, s.custom_terms, sv.embedding
FROM playbook_search_vectors_before AS sv JOIN playbook_search AS s ON s.playbook_id = sv.playbook_id
ORDER BY s.playbook_id, sv.model;
DROP TABLE playbook_search_vectors_before;

ALTER TABLE playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_pkey PRIMARY KEY (playbook_id, model),
    ADD CONSTRAINT playbook_search_vectors_search_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_search (playbook_id, version) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT playbook_search_vectors_embedding_fkey FOREIGN KEY (playbook_id, vector_version, model)
        REFERENCES playbook_embeddings (playbook_id, version, model);
CREATE INDEX playbook_search_vectors_by_labels ON playbook_search_vectors (model, signal_type, severity);
COMMENT ON TABLE playbook_search_vectors IS
    'What a search by vector compares: per model one row for each searchable playbook that has a vector, which is that of its latest version, else of the greatest version below it that has one. The labels are those of playbook_search, held again because one table is scanned three times as fast as two are joined.';
COMMENT ON COLUMN playbook_search_vectors.version IS
    'The searched version, whose labels these are. The foreign key is checked at the end of a transaction, so that none can leave the labels of an earlier version here.';
COMMENT ON COLUMN playbook_search_vectors.vector_version IS
    'The version whose vector this is. It is provisional while it differs from version.';

-- +goose Down
-- Cost: that of the way up. Locks: the same.
LOCK TABLE playbook_search IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE playbook_search_vectors IN ACCESS EXCLUSIVE MODE;
ALTER TABLE playbook_search_vectors RENAME TO playbook_search_vectors_after;
CREATE TABLE playbook_search_vectors (
    playbook_id text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    vector_version text COLLATE "C" NOT NULL,
    embedding vector NOT NULL
);
ALTER TABLE playbook_search_vectors ALTER COLUMN embedding SET STORAGE MAIN;
INSERT INTO playbook_search_vectors (playbook_id, model, vector_version, embedding)
SELECT playbook_id, model, vector_version, embedding FROM playbook_search_vectors_after ORDER BY playbook_id, model;
DROP TABLE playbook_search_vectors_after;
ALTER TABLE playbook_search DROP CONSTRAINT playbook_search_version_unique;
ALTER TABLE playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_pkey PRIMARY KEY (playbook_id, model),
    ADD CONSTRAINT playbook_search_vectors_search_fkey FOREIGN KEY (playbook_id)
        REFERENCES playbook_search (playbook_id) ON DELETE CASCADE,
    ADD CONSTRAINT playbook_search_vectors_embedding_fkey FOREIGN KEY (playbook_id, vector_version, model)
        REFERENCES playbook_embeddings (playbook_id, version, model);
COMMENT ON TABLE playbook_search_vectors IS
    'The vector by which a searchable playbook is ranked, per model: that of its latest version, else of the greatest version below it that has one. Searched by an exact scan.';
COMMENT ON COLUMN playbook_search_vectors.vector_version IS
    'The version whose vector this is. It is provisional while it differs from playbook_search.version.';
