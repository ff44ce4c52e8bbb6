-- The audit trail: one table of events, in partitions of a month each.
-- Cost: milliseconds. Locks: none on tables that exist.

-- +goose Up
CREATE TABLE audit_events (
    event_id uuid NOT NULL,
    event_version text NOT NULL,
    event_timestamp timestamptz NOT NULL,
    event_date date NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    event_category text COLLATE "C" NOT NULL,
    event_action text COLLATE "C" NOT NULL,
    event_outcome text COLLATE "C" NOT NULL,
    actor_type text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_ip text,
    resource_type text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    resource_name text,
    correlation_id text COLLATE "C" NOT NULL,
    parent_event_id uuid,
    parent_event_date date,
    trace_id text COLLATE "C",
    span_id text COLLATE "C",
    namespace text COLLATE "C",
    cluster_id text COLLATE "C",
    event_data jsonb NOT NULL,
    event_metadata jsonb,
    severity text COLLATE "C",
    duration_ms bigint,
    error_code text COLLATE "C",
    error_message text,
    retention_days integer NOT NULL DEFAULT 2555,
    is_sensitive boolean NOT NULL DEFAULT false,
    CONSTRAINT audit_events_pkey PRIMARY KEY (event_id, event_date),
    CONSTRAINT audit_events_parent_fkey FOREIGN KEY (parent_event_id, parent_event_date)
        REFERENCES audit_events (event_id, event_date),
    CONSTRAINT audit_events_date_of_timestamp CHECK (event_date = (event_timestamp AT TIME ZONE 'UTC')::date),
    CONSTRAINT audit_events_outcome_known CHECK (event_outcome IN ('success', 'failure', 'pending')),
    CONSTRAINT audit_events_not_own_parent CHECK (parent_event_id <> event_id),
    CONSTRAINT audit_events_data_object CHECK (jsonb_typeof(event_data) = 'object'),
    CONSTRAINT audit_events_metadata_object CHECK (jsonb_typeof(event_metadata) = 'object'),
    CONSTRAINT audit_events_duration_bounds CHECK (duration_ms >= 0),
    CONSTRAINT audit_events_retention_bounds CHECK (retention_days BETWEEN 1 AND 2555)
) PARTITION BY RANGE (event_date);

-- Each begins with what a query fixes and goes on in the order of lists. event_date stands before event_timestamp, which
-- implies it, because partitions follow it: a list then reads them one after the other and stops when its page is full.
CREATE INDEX audit_events_newest ON audit_events (event_date, event_timestamp, event_id);
CREATE INDEX audit_events_by_correlation ON audit_events (correlation_id, event_date, event_timestamp, event_id);
CREATE INDEX audit_events_by_resource ON audit_events (resource_id, event_date, event_timestamp, event_id);

COMMENT ON TABLE audit_events IS
    'The audit trail. Rows are inserted and never changed; whole months leave by retention. There is no default partition: an event of a month that has none is refused, and the service makes the month.';
COMMENT ON COLUMN audit_events.event_date IS 'The UTC day of event_timestamp.';
COMMENT ON COLUMN audit_events.actor_ip IS 'text, not inet, which would rewrite some IPv6 addresses.';
COMMENT ON COLUMN audit_events.parent_event_date IS
    'The event_date of the parent. With it the reference to the parent is enforced.';

-- +goose StatementBegin
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'Whole months are removed by `datastorage audit retention`.';
END
$$;
-- +goose StatementEnd

-- Statement triggers are not passed on to partitions: audit_add_month gives each its own.
CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TABLE audit_removals (
    month date NOT NULL,
    events bigint NOT NULL,
    unchained bigint NOT NULL,
    removed_at timestamptz NOT NULL,
    CONSTRAINT audit_removals_pkey PRIMARY KEY (month),
    CONSTRAINT audit_removals_month_first CHECK (month = date_trunc('month', month::timestamp))
);
COMMENT ON TABLE audit_removals IS 'The months that retention has removed. Such a month never comes back.';
COMMENT ON COLUMN audit_removals.unchained IS 'How many of its events were older than the chains.';

CREATE TRIGGER audit_removals_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_removals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- +goose StatementBegin
CREATE FUNCTION audit_add_month(month date, wait_ms integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'audit_events_' || to_char(first, 'YYYY_MM');
BEGIN
    IF first NOT BETWEEN now() - interval '10 years' AND now() + interval '1 year' THEN
        RAISE EXCEPTION 'the month of % is too far from the present', month USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(quote_ident(name)) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM audit_removals AS r WHERE r.month = first) THEN
        RAISE EXCEPTION 'the month of % was removed by retention', first USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT pg_try_advisory_xact_lock(4803711640302601) THEN
        RAISE EXCEPTION 'another session is changing the months of the audit trail' USING ERRCODE = 'lock_not_available';
    END IF;
    IF to_regclass(quote_ident(name)) IS NOT NULL THEN -- the other session was faster
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING ALL)', name);
    EXECUTE format('CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', name);
    -- Attaching needs this lock because of the foreign key. Readers do not mind it; writers do, and they would queue
    -- behind whoever waits for it.
    IF wait_ms > 0 THEN
        PERFORM set_config('lock_timeout', wait_ms::text, true);
        LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE;
    ELSE
        LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE NOWAIT;
    END IF;
    EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        name, first, (first + interval '1 month')::date);
    RETURN true;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_add_month(date, integer) IS
    'Adds the partition of a month and says whether it was missing. Waits for locks at most wait_ms, not at all for 0; gives up with lock_not_available.';

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION audit_add_month(date, integer) SET search_path = %I, pg_temp', current_schema());
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION audit_add_month(date, integer) FROM PUBLIC;

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the table. Refuses to run when an event is stored.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM audit_events) THEN
        RAISE EXCEPTION 'the audit trail holds events'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
DROP TABLE audit_removals;
DROP TABLE audit_events;
DROP FUNCTION audit_add_month(date, integer);
DROP FUNCTION audit_refuse();
