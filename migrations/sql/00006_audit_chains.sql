-- Hash chains over the audit trail, the order of recording, and the rules that keep the trail append-only.
-- Cost: two indexes over the rows of an earlier release, seconds per million; nothing on an empty table.
-- Locks: writers of the audit trail wait meanwhile.

-- +goose Up
CREATE TABLE audit_chains (
    chain_id uuid NOT NULL,
    number bigint NOT NULL,
    writer text NOT NULL,
    keyed boolean NOT NULL,
    started_at timestamptz NOT NULL,
    link bytea NOT NULL,
    head_seq bigint NOT NULL DEFAULT 0,
    head_hash bytea NOT NULL DEFAULT '',
    head_at timestamptz,
    closed_at timestamptz,
    close_reason text NOT NULL DEFAULT '',
    CONSTRAINT audit_chains_pkey PRIMARY KEY (chain_id),
    CONSTRAINT audit_chains_number_unique UNIQUE (number),
    CONSTRAINT audit_chains_number_bounds CHECK (number >= 1),
    CONSTRAINT audit_chains_writer_bounds CHECK (char_length(writer) BETWEEN 1 AND 500),
    CONSTRAINT audit_chains_link_length CHECK (octet_length(link) = 32),
    CONSTRAINT audit_chains_head_complete CHECK (
        head_seq = 0 AND head_hash = '' AND head_at IS NULL
        OR head_seq > 0 AND octet_length(head_hash) = 32 AND head_at IS NOT NULL
    ),
    CONSTRAINT audit_chains_closed_complete CHECK ((closed_at IS NULL) = (close_reason = ''))
);
COMMENT ON TABLE audit_chains IS
    'The register of hash chains. Each process that writes has one chain at a time. The head moves in the transaction that adds events, and its row lock makes those transactions follow each other, so that a chain has each number once although no index across months can say so.';
COMMENT ON COLUMN audit_chains.number IS 'Counts the chains without gaps, so that the loss of one shows.';
COMMENT ON COLUMN audit_chains.link IS 'Hash over the link of the chain numbered before and what is registered here except for head and end.';
COMMENT ON COLUMN audit_chains.keyed IS 'The hashes are HMACs: who does not have the key cannot compute them.';
COMMENT ON COLUMN audit_chains.writer IS 'Host, process and release of the writer; for people.';
COMMENT ON COLUMN audit_chains.head_at IS 'recorded_at of the last event.';

CREATE TABLE audit_gaps (
    number bigint NOT NULL,
    month date NOT NULL,
    chain_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    hash_before bytea NOT NULL,
    last_hash bytea NOT NULL,
    removed_at timestamptz NOT NULL,
    keyed boolean NOT NULL,
    link bytea NOT NULL,
    CONSTRAINT audit_gaps_pkey PRIMARY KEY (number),
    CONSTRAINT audit_gaps_range_unique UNIQUE (chain_id, first_seq),
    CONSTRAINT audit_gaps_month_fkey FOREIGN KEY (month) REFERENCES audit_removals (month),
    CONSTRAINT audit_gaps_range CHECK (first_seq >= 1 AND last_seq >= first_seq),
    CONSTRAINT audit_gaps_number_bounds CHECK (number >= 1),
    CONSTRAINT audit_gaps_hash_lengths CHECK (
        octet_length(hash_before) = CASE WHEN first_seq = 1 THEN 0 ELSE 32 END
        AND octet_length(last_hash) = 32 AND octet_length(link) = 32
    )
);
COMMENT ON TABLE audit_gaps IS
    'What retention has taken out of the chains: each row a range of one chain, with the hash that it followed and the hash that it ended with. The rows are a chain themselves.';
COMMENT ON COLUMN audit_gaps.link IS 'Hash over the link of the row numbered before and the other columns.';

CREATE TABLE audit_unchained (
    month date NOT NULL,
    events bigint NOT NULL,
    CONSTRAINT audit_unchained_pkey PRIMARY KEY (month)
);
COMMENT ON TABLE audit_unchained IS
    'How many events of each month are older than the chains. Their content is not protected by hashes, but their number is known.';
INSERT INTO audit_unchained (month, events)
    SELECT date_trunc('month', event_date::timestamp)::date, count(*) FROM audit_events GROUP BY 1;

-- A constant default does not rewrite rows that exist; they count as recorded before everything else.
ALTER TABLE audit_events
    ADD COLUMN recorded_at timestamptz,
    ADD COLUMN chain_id uuid,
    ADD COLUMN chain_seq bigint,
    ADD COLUMN hash bytea,
    ADD COLUMN tx xid8 NOT NULL DEFAULT '0',
    ADD CONSTRAINT audit_events_chained CHECK (
        CASE WHEN tx = '0'::xid8 THEN num_nonnulls(recorded_at, chain_id, chain_seq, hash) = 0
            ELSE num_nulls(recorded_at, chain_id, chain_seq, hash) = 0
        END
    );
ALTER TABLE audit_events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
-- +goose StatementBegin
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_events'::regclass LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN tx SET DEFAULT pg_current_xact_id()', part);
    END LOOP;
END
$$;
-- +goose StatementEnd
CREATE INDEX audit_events_by_chain ON audit_events (chain_id, chain_seq);
CREATE INDEX audit_events_by_recording ON audit_events (tx, event_id);
COMMENT ON COLUMN audit_events.recorded_at IS 'Clock of the process that recorded the event. NULL, as all of the chain, for rows that are older than the chains.';
COMMENT ON COLUMN audit_events.chain_seq IS 'Counts the events of a chain without gaps, from 1.';
COMMENT ON COLUMN audit_events.hash IS 'Hash over the hash of the event before, chain_id, chain_seq, recorded_at and the canonical form of the event.';
COMMENT ON COLUMN audit_events.tx IS
    'The transaction that recorded the event. In the order of (tx, event_id), and below the oldest running transaction, a reader misses nothing. Does not survive dump and restore.';

-- +goose StatementBegin
CREATE FUNCTION audit_is_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_events'::regclass
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_is_owner() IS 'Has the caller the rights of the owner of the trail? No setting of a session can pretend so.';

-- +goose StatementBegin
CREATE FUNCTION audit_check_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    same audit_events%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND audit_is_owner() THEN
        same := old;
        same.parent_event_date := new.parent_event_date;
        same.parent_absent := new.parent_absent;
        IF same IS NOT DISTINCT FROM new AND NOT old.parent_absent AND (
            -- the date of the parent is filled in; the foreign key checks that it is the true one
            old.parent_event_date IS NULL AND new.parent_event_date IS NOT NULL AND NOT new.parent_absent
            -- the month of the parent is being removed
            OR new.parent_event_date IS NULL AND new.parent_absent
                AND EXISTS (SELECT FROM audit_removals WHERE month = date_trunc('month', old.parent_event_date::timestamp))
            -- an old row names a parent that never was
            OR old.parent_event_date IS NULL AND new.parent_event_date IS NULL AND new.parent_absent
                AND NOT EXISTS (SELECT FROM audit_event_keys WHERE event_id = old.parent_event_id)
        ) THEN
            RETURN new;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'Whole months are removed by `datastorage audit retention`.';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_immutable BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_check_event();

-- +goose StatementBegin
CREATE FUNCTION audit_check_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND audit_is_owner()
        AND EXISTS (SELECT FROM audit_removals WHERE month = date_trunc('month', old.event_date::timestamp)) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_event_keys_immutable BEFORE UPDATE OR DELETE ON audit_event_keys
    FOR EACH ROW EXECUTE FUNCTION audit_check_key();
CREATE TRIGGER audit_event_keys_kept BEFORE TRUNCATE ON audit_event_keys
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- +goose StatementBegin
CREATE FUNCTION audit_check_chain() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF old.closed_at IS NULL
        AND (old.chain_id, old.number, old.writer, old.keyed, old.started_at, old.link)
            IS NOT DISTINCT FROM (new.chain_id, new.number, new.writer, new.keyed, new.started_at, new.link)
        AND (new.head_seq > old.head_seq OR (new.head_seq, new.head_hash, new.head_at)
            IS NOT DISTINCT FROM (old.head_seq, old.head_hash, old.head_at)) THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'a chain only grows, and not any more once it is closed'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_chains_grow BEFORE UPDATE ON audit_chains
    FOR EACH ROW EXECUTE FUNCTION audit_check_chain();
CREATE TRIGGER audit_chains_kept BEFORE DELETE OR TRUNCATE ON audit_chains
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_gaps_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_gaps
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_unchained_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_unchained
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- +goose StatementBegin
CREATE FUNCTION audit_move_head(chain uuid, from_seq bigint, from_hash bytea, to_seq bigint, to_hash bytea, at timestamptz)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE audit_chains SET head_seq = to_seq, head_hash = to_hash, head_at = at
    WHERE chain_id = chain AND head_seq = from_seq AND head_hash = from_hash AND closed_at IS NULL;
    RETURN found;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamptz) IS
    'Moves the head of a chain if it is where the caller believes it to be, and says whether it was. Locks the head until the end of the transaction.';

-- +goose StatementBegin
CREATE FUNCTION audit_close_chain(chain uuid, reason text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM FROM audit_chains WHERE chain_id = chain FOR UPDATE SKIP LOCKED;
    IF NOT found THEN
        RETURN NOT EXISTS (SELECT FROM audit_chains WHERE chain_id = chain);
    END IF;
    UPDATE audit_chains SET closed_at = clock_timestamp(), close_reason = reason
    WHERE chain_id = chain AND closed_at IS NULL;
    RETURN true;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_close_chain(uuid, text) IS
    'Closes a chain for good. False when a transaction that adds to it has not ended yet.';

-- +goose StatementBegin
CREATE FUNCTION audit_grant_service(service name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    relation regclass;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service);
    FOR relation IN
        SELECT oid FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', relation, service);
        EXECUTE format('GRANT SELECT ON %s TO %I', relation, service);
        IF starts_with(relation::text, 'playbook') OR relation::text IN ('embedding_jobs', 'catalog_state') THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO %I', relation, service);
        END IF;
    END LOOP;
    EXECUTE format('GRANT INSERT ON audit_event_keys TO %I', service);
    EXECUTE format('GRANT INSERT (chain_id, number, writer, keyed, started_at, link) ON audit_chains TO %I', service);
    -- Without tx and parent_absent, by which a row could pretend to be older than the rules.
    EXECUTE format('GRANT INSERT (event_id, event_version, event_timestamp, event_date, event_type, event_category,
        event_action, event_outcome, actor_type, actor_id, actor_ip, resource_type, resource_id, resource_name,
        correlation_id, parent_event_id, parent_event_date, trace_id, span_id, namespace, cluster_id, event_data,
        event_metadata, severity, duration_ms, error_code, error_message, retention_days, is_sensitive,
        recorded_at, chain_id, chain_seq, hash) ON audit_events TO %I', service);
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit_add_month(date, integer), audit_close_chain(uuid, text),
        audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamptz) TO %I', service);
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_grant_service(name) IS
    'Gives a role exactly what the service needs. The owner runs it once, and again after each migration.';

-- +goose StatementBegin
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY [
        'audit_is_owner()', 'audit_check_event()', 'audit_check_key()', 'audit_close_chain(uuid, text)',
        'audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamptz)'
    ] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
    END LOOP;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_close_chain(uuid, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_grant_service(name) FROM PUBLIC;

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the tables. Refuses to run when an event is chained, since the chains would
-- be lost.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM audit_chains) OR EXISTS (SELECT FROM audit_removals) THEN
        RAISE EXCEPTION 'the audit trail has chains'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP FUNCTION audit_grant_service(name);
DROP FUNCTION audit_close_chain(uuid, text);
DROP FUNCTION audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamptz);
DROP TABLE audit_unchained;
DROP TABLE audit_gaps;
DROP TABLE audit_chains;
DROP FUNCTION audit_check_chain();
DROP TRIGGER audit_event_keys_kept ON audit_event_keys;
DROP TRIGGER audit_event_keys_immutable ON audit_event_keys;
DROP FUNCTION audit_check_key();
DROP TRIGGER audit_events_immutable ON audit_events;
DROP FUNCTION audit_check_event();
DROP FUNCTION audit_is_owner();
DROP INDEX audit_events_by_recording;
DROP INDEX audit_events_by_chain;
ALTER TABLE audit_events
    DROP CONSTRAINT audit_events_chained,
    DROP COLUMN tx,
    DROP COLUMN hash,
    DROP COLUMN chain_seq,
    DROP COLUMN chain_id,
    DROP COLUMN recorded_at;
