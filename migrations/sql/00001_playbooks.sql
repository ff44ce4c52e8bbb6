-- The catalog: playbooks and their immutable versions.
-- Cost: milliseconds, whatever else the database holds. Locks: none on tables that exist.

-- +goose Up
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE playbooks (
    playbook_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT playbooks_pkey PRIMARY KEY (playbook_id),
    CONSTRAINT playbooks_id_format CHECK (
        playbook_id ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' AND octet_length(playbook_id) <= 255
    ),
    CONSTRAINT playbooks_updated_after_created CHECK (updated_at >= created_at)
);
COMMENT ON TABLE playbooks IS
    'One row per playbook. Whoever changes anything of a playbook locks its row first, so that changes of one playbook follow each other. Never deleted.';
COMMENT ON COLUMN playbooks.updated_at IS
    'When a version was published or changed last. Taken after the row was locked and strictly growing, so that its order is the order of commit.';

CREATE TABLE playbook_versions (
    playbook_id text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    version_key text COLLATE "C" NOT NULL,
    is_prerelease boolean GENERATED ALWAYS AS (strpos(version, '-') > 0) STORED NOT NULL,

    schema_version text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    content text NOT NULL,
    content_type text NOT NULL,
    content_hash text COLLATE "C" NOT NULL,
    labels jsonb NOT NULL,
    label_terms text[] COLLATE "C" NOT NULL,
    parameters json NOT NULL,
    owner text NOT NULL DEFAULT '',
    maintainer text NOT NULL DEFAULT '',
    version_notes text NOT NULL DEFAULT '',
    change_summary text NOT NULL DEFAULT '',
    approved_by text NOT NULL DEFAULT '',
    approved_at timestamptz,
    expected_success_rate double precision,
    expected_duration_seconds integer,

    status text NOT NULL DEFAULT 'active',
    disabled_at timestamptz,
    disabled_by text NOT NULL DEFAULT '',
    disabled_reason text NOT NULL DEFAULT '',
    deprecation_notice text NOT NULL DEFAULT '',
    superseded_by text NOT NULL DEFAULT '',
    total_executions bigint NOT NULL DEFAULT 0,
    successful_executions bigint NOT NULL DEFAULT 0,
    actual_success_rate double precision GENERATED ALWAYS AS (
        successful_executions::double precision / nullif(total_executions, 0)::double precision
    ) STORED,
    is_latest boolean NOT NULL DEFAULT false,
    previous_version text COLLATE "C" NOT NULL DEFAULT '',
    revision bigint NOT NULL DEFAULT 1,
    embedding_status text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    actor_source text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,

    CONSTRAINT playbook_versions_pkey PRIMARY KEY (playbook_id, version),
    CONSTRAINT playbook_versions_key_unique UNIQUE (playbook_id, version_key),
    CONSTRAINT playbook_versions_playbook_fkey FOREIGN KEY (playbook_id) REFERENCES playbooks (playbook_id),
    CONSTRAINT playbook_versions_version_format CHECK (
        version ~ '^v(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)[.](0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)([.](0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?$'
        AND octet_length(version) <= 64
    ),
    CONSTRAINT playbook_versions_schema_version_bounds CHECK (char_length(schema_version) BETWEEN 1 AND 63),
    CONSTRAINT playbook_versions_title_bounds CHECK (char_length(title) BETWEEN 1 AND 255),
    CONSTRAINT playbook_versions_description_bounds CHECK (char_length(description) BETWEEN 1 AND 10000),
    CONSTRAINT playbook_versions_content_bounds CHECK (octet_length(content) BETWEEN 1 AND 1048576),
    CONSTRAINT playbook_versions_content_type_known CHECK (
        content_type IN ('application/yaml', 'application/json', 'text/markdown')
    ),
    CONSTRAINT playbook_versions_content_hash_format CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT playbook_versions_labels_object CHECK (jsonb_typeof(labels) = 'object'),
    CONSTRAINT playbook_versions_parameters_array CHECK (json_typeof(parameters) = 'array'),
    CONSTRAINT playbook_versions_owner_bounds CHECK (char_length(owner) <= 255),
    CONSTRAINT playbook_versions_maintainer_bounds CHECK (char_length(maintainer) <= 320),
    CONSTRAINT playbook_versions_version_notes_bounds CHECK (char_length(version_notes) <= 10000),
    CONSTRAINT playbook_versions_change_summary_bounds CHECK (char_length(change_summary) <= 10000),
    CONSTRAINT playbook_versions_approved_by_bounds CHECK (char_length(approved_by) <= 255),
    CONSTRAINT playbook_versions_expected_success_rate_bounds CHECK (expected_success_rate BETWEEN 0 AND 1),
    CONSTRAINT playbook_versions_expected_duration_bounds CHECK (expected_duration_seconds BETWEEN 0 AND 31536000),
    CONSTRAINT playbook_versions_status_known CHECK (status IN ('active', 'disabled', 'deprecated', 'archived')),
    CONSTRAINT playbook_versions_disabled_complete CHECK (
        CASE WHEN status = 'disabled'
            THEN disabled_at IS NOT NULL AND disabled_by <> '' AND disabled_reason <> ''
            ELSE disabled_at IS NULL AND disabled_by = '' AND disabled_reason = ''
        END
    ),
    CONSTRAINT playbook_versions_lifecycle_bounds CHECK (
        char_length(disabled_by) <= 255 AND char_length(disabled_reason) <= 10000
        AND char_length(deprecation_notice) <= 10000 AND char_length(superseded_by) <= 320
    ),
    CONSTRAINT playbook_versions_executions_bounds CHECK (
        successful_executions >= 0 AND successful_executions <= total_executions
    ),
    CONSTRAINT playbook_versions_latest_is_active CHECK (NOT is_latest OR status = 'active'),
    CONSTRAINT playbook_versions_revision_bounds CHECK (revision >= 1),
    CONSTRAINT playbook_versions_embedding_status_known CHECK (embedding_status IN ('ready', 'pending')),
    CONSTRAINT playbook_versions_created_by_bounds CHECK (char_length(created_by) BETWEEN 1 AND 255),
    CONSTRAINT playbook_versions_actor_source_known CHECK (actor_source IN ('asserted', 'authenticated', 'none')),
    CONSTRAINT playbook_versions_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT playbook_versions_updated_by_bounds CHECK (char_length(updated_by) BETWEEN 1 AND 255)
);
CREATE UNIQUE INDEX playbook_versions_one_latest ON playbook_versions (playbook_id) WHERE is_latest;

COMMENT ON TABLE playbook_versions IS
    'Every version of every playbook. What its publisher wrote never changes, and no row is ever deleted. Texts that may be absent are empty then.';
COMMENT ON COLUMN playbook_versions.version_key IS
    'Text whose byte order is semantic version precedence. Versions are ordered by it and never by their text.';
COMMENT ON COLUMN playbook_versions.label_terms IS
    'The labels as folded texts name:value and custom_labels:key:value, for filters. Without an index: the filters of a list are applied to the one version that stands for its playbook, which no index on terms can lead to.';
COMMENT ON COLUMN playbook_versions.parameters IS
    'json, not jsonb, which would rewrite numbers and so lose the exact texts of values.';
COMMENT ON COLUMN playbook_versions.previous_version IS
    'The greatest version below this one when it was published; empty for none.';
COMMENT ON COLUMN playbook_versions.revision IS
    'Grows with each change of what is not immutable; with content_hash it makes the ETag.';
COMMENT ON COLUMN playbook_versions.actor_source IS 'How the name in created_by is known.';

-- +goose StatementBegin
CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept for ever', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'A version that must not be used is disabled or archived.';
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% refused a change of %', TG_NAME, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'What was published never changes: publish another version.';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER playbooks_kept BEFORE DELETE OR TRUNCATE ON playbooks
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();

CREATE TRIGGER playbooks_immutable BEFORE UPDATE OF playbook_id, created_at ON playbooks
    FOR EACH ROW WHEN ((old.playbook_id, old.created_at) IS DISTINCT FROM (new.playbook_id, new.created_at))
    EXECUTE FUNCTION refuse_change();

CREATE TRIGGER playbook_versions_kept BEFORE DELETE OR TRUNCATE ON playbook_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();

-- The column list keeps the trigger, and with it the comparison of contents, out of every update that leaves them alone.
CREATE TRIGGER playbook_versions_immutable BEFORE UPDATE OF
    playbook_id, version, version_key, schema_version, title, description, content, content_type, content_hash, labels,
    label_terms, parameters, owner, maintainer, version_notes, change_summary, approved_by, approved_at,
    expected_success_rate, expected_duration_seconds, previous_version, created_at, created_by, actor_source
    ON playbook_versions
    FOR EACH ROW WHEN (
        (old.playbook_id, old.version, old.version_key, old.schema_version, old.title, old.description, old.content,
            old.content_type, old.content_hash, old.labels, old.label_terms, old.parameters::text, old.owner,
            old.maintainer, old.version_notes, old.change_summary, old.approved_by, old.approved_at,
            old.expected_success_rate, old.expected_duration_seconds, old.previous_version, old.created_at,
            old.created_by, old.actor_source)
        IS DISTINCT FROM
        (new.playbook_id, new.version, new.version_key, new.schema_version, new.title, new.description, new.content,
            new.content_type, new.content_hash, new.labels, new.label_terms, new.parameters::text, new.owner,
            new.maintainer, new.version_notes, new.change_summary, new.approved_by, new.approved_at,
            new.expected_success_rate, new.expected_duration_seconds, new.previous_version, new.created_at,
            new.created_by, new.actor_source)
    )
    EXECUTE FUNCTION refuse_change();

CREATE TRIGGER playbook_versions_revision_grows BEFORE UPDATE OF revision ON playbook_versions
    FOR EACH ROW WHEN (new.revision < old.revision)
    EXECUTE FUNCTION refuse_change();

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on both tables. Refuses to run when a playbook is stored.
-- The extension stays: it may have been there before, and others may use it.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM playbooks) THEN
        RAISE EXCEPTION 'the catalog holds playbooks, which are kept for ever'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP TABLE playbook_versions;
DROP TABLE playbooks;
DROP FUNCTION refuse_change();
DROP FUNCTION refuse_removal();
