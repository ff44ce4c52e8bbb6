-- Parents of audit events, and one event per id across all months.
-- Cost: with n rows of an earlier release the index and the keys take seconds per million; nothing on an empty table.
-- Locks: writers of the audit trail wait meanwhile.

-- +goose Up
CREATE TABLE audit_event_keys (
    event_id uuid NOT NULL,
    event_date date NOT NULL,
    content_hash bytea,
    CONSTRAINT audit_event_keys_pkey PRIMARY KEY (event_id),
    CONSTRAINT audit_event_keys_content_hash_length CHECK (octet_length(content_hash) = 32)
);
COMMENT ON TABLE audit_event_keys IS
    'One row per event, written in the statement that writes the event. It keeps an event_id unique across months, which no unique index of a partitioned table can, and says in which month the event lies.';
COMMENT ON COLUMN audit_event_keys.content_hash IS
    'SHA-256 of the canonical form of the event, by which a repeat is told from a conflict. NULL for rows that are older than this table.';
INSERT INTO audit_event_keys (event_id, event_date)
    SELECT event_id, min(event_date) FROM audit_events GROUP BY event_id;

CREATE INDEX idx_audit_events_parent_lookup ON audit_events (parent_event_id, parent_event_date)
    WHERE parent_event_id IS NOT NULL;

ALTER TABLE audit_events ADD COLUMN parent_absent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN audit_events.parent_absent IS
    'The parent is known to be gone: removed by retention, or never there although an old row names it. Only then may the id of a parent stand without its date.';
ALTER TABLE audit_events ADD CONSTRAINT audit_events_parent_complete CHECK (
    CASE WHEN parent_absent THEN parent_event_id IS NOT NULL AND parent_event_date IS NULL
        ELSE (parent_event_id IS NULL) = (parent_event_date IS NULL)
    END
) NOT VALID;
COMMENT ON CONSTRAINT audit_events_parent_complete ON audit_events IS
    'Both columns of the parent or neither. Not valid as long as rows of an earlier release have the id alone: `datastorage audit backfill-parents` completes and then validates them.';
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_events WHERE parent_event_id IS NOT NULL AND parent_event_date IS NULL) THEN
        ALTER TABLE audit_events VALIDATE CONSTRAINT audit_events_parent_complete;
    END IF;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on both tables. What parent_absent says is lost.
ALTER TABLE audit_events DROP COLUMN parent_absent; -- and with it the constraint
DROP INDEX idx_audit_events_parent_lookup;
DROP TABLE audit_event_keys;
