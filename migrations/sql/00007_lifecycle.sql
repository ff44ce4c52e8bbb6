-- The history of the lifecycle, what a disabled playbook took along, and the executions that were counted.
-- Cost: one pass over playbook_versions, which reads no content; seconds for a million versions. Locks: ACCESS EXCLUSIVE
-- on playbook_versions for that time: the catalog waits, and no version is published that the history does not tell of.

-- +goose Up
ALTER TABLE playbook_versions
    ADD COLUMN disabled_with_playbook boolean NOT NULL DEFAULT false,
    ADD COLUMN change_summary_generated boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT playbook_versions_generated_summary CHECK (NOT change_summary_generated OR change_summary <> ''),
    ADD CONSTRAINT playbook_versions_taken_is_disabled CHECK (NOT disabled_with_playbook OR status = 'disabled');
COMMENT ON COLUMN playbook_versions.disabled_with_playbook IS
    'Was it disabled together with its whole playbook. Enabling the whole playbook brings back these versions and no other.';
COMMENT ON COLUMN playbook_versions.change_summary_generated IS
    'Was the change summary made from the diff to the version before, because the publisher gave none. A repeat of the publish is identical without it.';
CREATE TRIGGER playbook_versions_summary_immutable BEFORE UPDATE OF change_summary_generated ON playbook_versions
    FOR EACH ROW WHEN (old.change_summary_generated <> new.change_summary_generated)
    EXECUTE FUNCTION refuse_change();

CREATE TABLE playbook_history (
    playbook_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    version text COLLATE "C" NOT NULL,
    transition text COLLATE "C" NOT NULL,
    from_status text COLLATE "C" NOT NULL,
    to_status text COLLATE "C" NOT NULL,
    whole_playbook boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    actor text NOT NULL,
    actor_source text COLLATE "C" NOT NULL,
    request_id text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    CONSTRAINT playbook_history_pkey PRIMARY KEY (playbook_id, seq),
    CONSTRAINT playbook_history_version_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_versions (playbook_id, version),
    CONSTRAINT playbook_history_seq_bounds CHECK (seq >= 1),
    CONSTRAINT playbook_history_transition_known CHECK (
        (transition, from_status, to_status) IN (
            ('publish', '', 'active'),
            ('disable', 'active', 'disabled'),
            ('enable', 'disabled', 'active'),
            ('deprecate', 'active', 'deprecated'), ('deprecate', 'disabled', 'deprecated'),
            ('archive', 'active', 'archived'), ('archive', 'disabled', 'archived'), ('archive', 'deprecated', 'archived')
        )
    ),
    CONSTRAINT playbook_history_whole_playbook_known CHECK (NOT whole_playbook OR transition IN ('disable', 'enable')),
    CONSTRAINT playbook_history_reason_bounds CHECK (char_length(reason) <= 10000),
    CONSTRAINT playbook_history_reason_given CHECK (reason <> '' OR transition IN ('publish', 'enable')),
    CONSTRAINT playbook_history_actor_bounds CHECK (char_length(actor) BETWEEN 1 AND 255),
    CONSTRAINT playbook_history_actor_source_known CHECK (actor_source IN ('asserted', 'authenticated', 'none')),
    CONSTRAINT playbook_history_request_id_bounds CHECK (char_length(request_id) <= 255)
);
CREATE INDEX playbook_history_by_version ON playbook_history (playbook_id, version, seq);
COMMENT ON TABLE playbook_history IS
    'One row per publish and per transition of a version, in the transaction that makes it. Replayed in its order it gives the status of each version. Never changed, never deleted.';
COMMENT ON COLUMN playbook_history.seq IS
    'Numbers the rows of a playbook from 1 without gaps, in the order of commit: it is given out under the lock of the playbook.';
COMMENT ON COLUMN playbook_history.from_status IS 'Empty for a publish.';

CREATE TRIGGER playbook_history_kept BEFORE DELETE OR TRUNCATE ON playbook_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER playbook_history_immutable BEFORE UPDATE ON playbook_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What is known of the time before: each publish, and the last change of what is not active any more.
INSERT INTO playbook_history (playbook_id, seq, version, transition, from_status, to_status, reason, actor, actor_source, at)
SELECT playbook_id, row_number() OVER (PARTITION BY playbook_id ORDER BY at, step, version_key), version, transition,
    from_status, to_status, reason, actor, actor_source, at
FROM (
    SELECT playbook_id, version_key, 1 AS step, version, 'publish' AS transition, '' AS from_status, 'active' AS to_status,
        '' AS reason, created_by AS actor, actor_source, created_at AS at
    FROM playbook_versions
    UNION ALL
    SELECT playbook_id, version_key, 2, version,
        CASE status WHEN 'disabled' THEN 'disable' WHEN 'deprecated' THEN 'deprecate' ELSE 'archive' END, 'active', status,
        coalesce(nullif(disabled_reason, ''), nullif(deprecation_notice, ''), 'not recorded'),
        coalesce(nullif(disabled_by, ''), updated_by), 'asserted', greatest(created_at, coalesce(disabled_at, updated_at))
    FROM playbook_versions WHERE status <> 'active'
) AS known;

CREATE TABLE playbook_executions (
    playbook_id text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    execution_id text COLLATE "C" NOT NULL,
    success boolean NOT NULL,
    duration_ms bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT playbook_executions_pkey PRIMARY KEY (playbook_id, version, execution_id),
    CONSTRAINT playbook_executions_version_fkey FOREIGN KEY (playbook_id, version)
        REFERENCES playbook_versions (playbook_id, version),
    CONSTRAINT playbook_executions_id_bounds CHECK (char_length(execution_id) BETWEEN 1 AND 255),
    CONSTRAINT playbook_executions_duration_bounds CHECK (duration_ms BETWEEN 0 AND 31536000000)
);
COMMENT ON TABLE playbook_executions IS
    'The executions that the counters of a version count, each once. Never changed, never deleted.';

CREATE TRIGGER playbook_executions_kept BEFORE DELETE OR TRUNCATE ON playbook_executions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();
CREATE TRIGGER playbook_executions_immutable BEFORE UPDATE ON playbook_executions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the tables. Refuses to run when there is a history, which would be
-- lost.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM playbook_history) THEN
        RAISE EXCEPTION 'the catalog has a history, which is kept for ever'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP TABLE playbook_executions;
DROP TABLE playbook_history;
DROP TRIGGER playbook_versions_summary_immutable ON playbook_versions;
ALTER TABLE playbook_versions
    DROP COLUMN change_summary_generated,
    DROP COLUMN disabled_with_playbook;
