-- What the migrations make; a test keeps it so. Not to be run: `datastorage migrate up` is.


-- Name: vector; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

-- Name: EXTENSION vector; Type: COMMENT; Schema: -; Owner: -

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

-- Name: audit_add_month(date, integer); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_add_month(month date, wait_ms integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

-- Name: FUNCTION audit_add_month(month date, wait_ms integer); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_add_month(month date, wait_ms integer) IS 'Adds the partition of a month and says whether it was missing. Waits for locks at most wait_ms, not at all for 0; gives up with lock_not_available.';

-- Name: audit_check_chain(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_check_chain() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

-- Name: audit_check_event(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_check_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

-- Name: audit_check_key(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_check_key() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND audit_is_owner()
        AND EXISTS (SELECT FROM audit_removals WHERE month = date_trunc('month', old.event_date::timestamp)) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;

-- Name: audit_close_chain(uuid, text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_close_chain(chain uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

-- Name: FUNCTION audit_close_chain(chain uuid, reason text); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_close_chain(chain uuid, reason text) IS 'Closes a chain for good. False when a transaction that adds to it has not ended yet.';

-- Name: audit_grant_service(name); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_grant_service(service name) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

-- Name: FUNCTION audit_grant_service(service name); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_grant_service(service name) IS 'Gives a role exactly what the service needs. The owner runs it once, and again after each migration.';

-- Name: audit_head_moved(uuid); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_head_moved(chain uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'the head of chain % is not where its writer left it, or the chain is closed', chain
        USING ERRCODE = 'triggered_data_change_violation', CONSTRAINT = 'audit_head_moved';
END
$$;

-- Name: FUNCTION audit_head_moved(chain uuid); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_head_moved(chain uuid) IS 'Always fails: what follows an audit_move_head that returned false, so that nothing is stored.';

-- Name: audit_is_owner(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_is_owner() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_events'::regclass
$$;

-- Name: FUNCTION audit_is_owner(); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_is_owner() IS 'Has the caller the rights of the owner of the trail? No setting of a session can pretend so.';

-- Name: audit_move_head(uuid, bigint, bytea, bigint, bytea, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_move_head(chain uuid, from_seq bigint, from_hash bytea, to_seq bigint, to_hash bytea, at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    UPDATE audit_chains SET head_seq = to_seq, head_hash = to_hash, head_at = at
    WHERE chain_id = chain AND head_seq = from_seq AND head_hash = from_hash AND closed_at IS NULL;
    RETURN found;
END
$$;

-- Name: FUNCTION audit_move_head(chain uuid, from_seq bigint, from_hash bytea, to_seq bigint, to_hash bytea, at timestamp with time zone); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.audit_move_head(chain uuid, from_seq bigint, from_hash bytea, to_seq bigint, to_hash bytea, at timestamp with time zone) IS 'Moves the head of a chain if it is where the caller believes it to be, and says whether it was. Locks the head until the end of the transaction.';

-- Name: audit_refuse(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'Whole months are removed by `datastorage audit retention`.';
END
$$;

-- Name: check_label_schema(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.check_label_schema() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    label jsonb;
    fault text;
BEGIN
    -- Two schemas at once could give one label two roles without seeing each other.
    LOCK TABLE label_schemas IN SHARE ROW EXCLUSIVE MODE;
    IF jsonb_typeof(NEW.labels) <> 'array' OR NOT jsonb_array_length(NEW.labels) BETWEEN 1 AND 64 THEN
        fault := 'labels are a list of 1 to 64 labels';
    ELSIF (SELECT count(*) <> 2 FROM jsonb_array_elements(NEW.labels) AS l
            WHERE l ->> 'name' IN ('signal_type', 'severity') AND l ->> 'role' = 'filter' AND l -> 'required' = 'true') THEN
        fault := 'signal_type and severity are required filters of every schema: searches rest on them';
    END IF;
    FOR label IN SELECT value FROM jsonb_array_elements(NEW.labels) WHERE fault IS NULL LOOP
        fault := label_fault(label);
        IF fault IS NULL AND EXISTS (
            SELECT FROM label_schemas AS s, jsonb_array_elements(s.labels) AS l
            WHERE l ->> 'name' = label ->> 'name' AND l ->> 'role' <> label ->> 'role'
        ) THEN
            fault := 'has another role in another schema, and a search does not say which one it means';
        END IF;
        IF fault IS NULL AND (
            SELECT count(*) > 1 FROM jsonb_array_elements(NEW.labels) AS l WHERE l ->> 'name' = label ->> 'name'
        ) THEN
            fault := 'is there twice';
        END IF;
        EXIT WHEN fault IS NOT NULL;
    END LOOP;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'label schema %: %: %', NEW.version, coalesce(label ->> 'name', 'labels'), fault
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

-- Name: label_fault(jsonb); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.label_fault(label jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    members CONSTANT text[] := ARRAY ['name', 'role', 'required', 'wildcard', 'values', 'description'];
    allowed CONSTANT jsonb := label -> 'values';
BEGIN
    IF jsonb_typeof(label) <> 'object' OR NOT label ?& members OR label - members <> '{}' THEN
        RETURN 'is not an object of name, role, required, wildcard, values and description';
    ELSIF EXISTS (SELECT FROM unnest(ARRAY ['name', 'role', 'description']) AS m WHERE jsonb_typeof(label -> m) <> 'string') THEN
        RETURN 'name, role and description are texts';
    ELSIF label ->> 'name' !~ '^[a-z][a-z0-9_]{0,62}$' OR label ->> 'name' = 'custom_labels' THEN
        RETURN 'a name has a to z, 0 to 9 and _, begins with a letter, and is not custom_labels';
    ELSIF label ->> 'role' NOT IN ('filter', 'preference') THEN
        RETURN 'the role is filter or preference';
    ELSIF jsonb_typeof(label -> 'required') <> 'boolean' OR jsonb_typeof(label -> 'wildcard') <> 'boolean' THEN
        RETURN 'required and wildcard are true or false';
    ELSIF label ->> 'role' = 'filter' AND (label -> 'wildcard')::boolean THEN
        RETURN 'a filter compares exactly, and takes no wildcard';
    ELSIF char_length(label ->> 'description') NOT BETWEEN 1 AND 1000 THEN
        RETURN 'the description has 1 to 1000 characters';
    ELSIF allowed = 'null' THEN
        RETURN NULL;
    ELSIF jsonb_typeof(allowed) <> 'array' OR NOT jsonb_array_length(allowed) BETWEEN 1 AND 100 THEN
        RETURN 'values is null for free text, or a list of 1 to 100 texts';
    ELSIF EXISTS (
        SELECT FROM jsonb_array_elements(allowed) AS v
        WHERE jsonb_typeof(v) <> 'string' OR char_length(v #>> '{}') NOT BETWEEN 1 AND 100
            OR v #>> '{}' <> btrim(v #>> '{}') OR v #>> '{}' = '*'
    ) OR (SELECT count(DISTINCT lower(v)) < count(*) FROM jsonb_array_elements_text(allowed) AS v) THEN
        RETURN 'a value has 1 to 100 characters, is not the wildcard, and is there once whatever its case';
    END IF;
    RETURN NULL;
END
$_$;

-- Name: FUNCTION label_fault(label jsonb); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.label_fault(label jsonb) IS 'Says what is wrong with one label of a schema, NULL for nothing.';

-- Name: playbook_search_keep_terms(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.playbook_search_keep_terms() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM playbook_search_terms WHERE playbook_id = new.playbook_id;
    INSERT INTO playbook_search_terms (term, playbook_id, occurrences, words)
    SELECT term, playbook_id, occurrences, words FROM playbook_terms_of(new.playbook_id);
    RETURN NULL;
END
$$;

-- Name: playbook_terms_of(text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.playbook_terms_of(playbook text) RETURNS TABLE(term text, playbook_id text, occurrences smallint, words smallint)
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT word.lexeme, s.playbook_id, cardinality(word.positions)::smallint,
        least(sum(cardinality(word.positions)) OVER (PARTITION BY s.playbook_id), 32767)::smallint
    FROM playbook_search AS s
    JOIN playbook_versions AS v ON v.playbook_id = s.playbook_id AND v.version = s.version
    CROSS JOIN LATERAL unnest(playbook_words(concat_ws(' ', v.title, v.description, v.labels ->> 'signal_type'))) AS word
    WHERE s.playbook_id = playbook AND char_length(word.lexeme) BETWEEN 2 AND 100
$$;

-- Name: playbook_words(text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.playbook_words(body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT to_tsvector('pg_catalog.english',
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(body COLLATE "C",
            '([a-z])([A-Z])', '\1 \2', 'g'),
            '([A-Z])([A-Z][a-z]{2})', '\1 \2', 'g'),
            '(?<![0-9A-Za-z.-])([0-9]{3})(?!\.?[0-9A-Za-z]|-)|[0-9]', ' \1 ', 'g'),
            '[!-/:-@\[-`{-~]', ' ', 'g'))
$$;

-- Name: FUNCTION playbook_words(body text); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.playbook_words(body text) IS 'The words of a text as they are compared: names such as KubeNodeNotReady split into words, stems of English words, no stop words. Of what has digits in it only the letters stay, and numbers of three digits, which are codes of statuses and exits: pod names, hashes and measured values say nothing.';

-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% refused a change of %', TG_NAME, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'What was published never changes: publish another version.';
END
$$;

-- Name: refuse_removal(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_removal() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept for ever', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
            HINT = 'A version that must not be used is disabled or archived.';
END
$$;

-- Name: search_label_places(text[], real[]); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.search_label_places(terms text[], weights real[]) RETURNS real[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    -- What most rows have in common gets a place of its own; all other terms share the places behind by their hash.
    own CONSTANT text[] := ARRAY [
        'component', 'environment', 'priority', 'risk_tolerance', 'business_category', 'resource_management', 'gitops_tool',
        'environment:*', 'priority:*', 'business_category:*',
        'environment:production', 'environment:staging', 'environment:development', 'environment:test',
        'priority:p0', 'priority:p1', 'priority:p2', 'priority:p3',
        'risk_tolerance:low', 'risk_tolerance:medium', 'risk_tolerance:high',
        'resource_management:gitops', 'resource_management:manual', 'resource_management:automated',
        'gitops_tool:argocd', 'gitops_tool:flux'];
    places real[] := array_fill(0::real, ARRAY [127]);
    place integer;
BEGIN
    FOR i IN 1 .. cardinality(terms) LOOP
        place := coalesce(array_position(own, terms[i]),
            cardinality(own) + 1 + ('x' || left(md5(terms[i]), 7))::bit(28)::integer % (127 - cardinality(own)));
        places[place] := places[place] + weights[i];
    END LOOP;
    RETURN places;
END
$$;

-- Name: FUNCTION search_label_places(terms text[], weights real[]); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.search_label_places(terms text[], weights real[]) IS 'The labels of a row or of a question as 127 numbers. Indexes hold its results: another assignment of terms to places is another function.';

-- Name: search_question_vector(public.vector, text[], real[]); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.search_question_vector(embedding public.vector, terms text[], weights real[]) RETURNS public.halfvec
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RETURN l2_normalize(embedding)::halfvec || search_label_places(terms, (SELECT coalesce(array_agg((4 * w)::real ORDER BY n), '{}')
        FROM unnest(weights) WITH ORDINALITY AS g (w, n)))::halfvec || ARRAY [0]::halfvec;
END
$$;

-- Name: FUNCTION search_question_vector(embedding public.vector, terms text[], weights real[]); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.search_question_vector(embedding public.vector, terms text[], weights real[]) IS 'A question as the vector whose inner product with that of a row is similarity plus the weights of the terms that the row has. Terms that share a place count for each other.';

-- Name: search_row_vector(public.vector, text, text, text, text, text, text, text, text[]); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.search_row_vector(embedding public.vector, component text, environment text, priority text, risk_tolerance text, business_category text, resource_management text, gitops_tool text, custom_terms text[]) RETURNS public.halfvec
    LANGUAGE plpgsql IMMUTABLE COST 10000 PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    names CONSTANT text[] := ARRAY ['component', 'environment', 'priority', 'risk_tolerance', 'business_category',
        'resource_management', 'gitops_tool'];
    found CONSTANT text[] := ARRAY [component, environment, priority, risk_tolerance, business_category,
        resource_management, gitops_tool];
    terms text[] := custom_terms;
    joined vector;
BEGIN
    FOR i IN 1 .. cardinality(names) LOOP
        IF found[i] IS NOT NULL THEN
            terms := terms || names[i] || (names[i] || ':' || found[i]);
        END IF;
    END LOOP;
    joined := l2_normalize(embedding)
        || search_label_places(terms, array_fill(0.25::real, ARRAY [cardinality(terms)]))::vector;
    RETURN joined::halfvec || ARRAY [sqrt(greatest(0, 3.5 - vector_norm(joined) ^ 2))]::halfvec;
END
$$;

-- Name: FUNCTION search_row_vector(embedding public.vector, component text, environment text, priority text, risk_tolerance text, business_category text, resource_management text, gitops_tool text, custom_terms text[]); Type: COMMENT; Schema: public; Owner: -

COMMENT ON FUNCTION public.search_row_vector(embedding public.vector, component text, environment text, priority text, risk_tolerance text, business_category text, resource_management text, gitops_tool text, custom_terms text[]) IS 'A row of playbook_search_vectors as one vector: its direction, a quarter for each label that it has and for each value, and what makes it as long as the others, so that the graph of an index is not drawn to rows with many labels. A quarter, so that labels do not outweigh texts in it.';

-- Name: asked_queries; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.asked_queries (
    day date NOT NULL,
    text_hash bytea NOT NULL,
    text text NOT NULL,
    asked bigint NOT NULL,
    CONSTRAINT asked_queries_asked_bounds CHECK ((asked > 0))
);

-- Name: TABLE asked_queries; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.asked_queries IS 'How often a normalised text was searched for on a day (UTC), for warm-ups. Rows that are old, or rare beyond a bound, are deleted.';

-- Name: audit_chains; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_chains (
    chain_id uuid NOT NULL,
    number bigint NOT NULL,
    writer text NOT NULL,
    keyed boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    link bytea NOT NULL,
    head_seq bigint DEFAULT 0 NOT NULL,
    head_hash bytea DEFAULT '\x'::bytea NOT NULL,
    head_at timestamp with time zone,
    closed_at timestamp with time zone,
    close_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT audit_chains_closed_complete CHECK (((closed_at IS NULL) = (close_reason = ''::text))),
    CONSTRAINT audit_chains_head_complete CHECK ((((head_seq = 0) AND (head_hash = '\x'::bytea) AND (head_at IS NULL)) OR ((head_seq > 0) AND (octet_length(head_hash) = 32) AND (head_at IS NOT NULL)))),
    CONSTRAINT audit_chains_link_length CHECK ((octet_length(link) = 32)),
    CONSTRAINT audit_chains_number_bounds CHECK ((number >= 1)),
    CONSTRAINT audit_chains_writer_bounds CHECK (((char_length(writer) >= 1) AND (char_length(writer) <= 500)))
);

-- Name: TABLE audit_chains; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_chains IS 'The register of hash chains. Each process that writes has one chain at a time. The head moves in the transaction that adds events, and its row lock makes those transactions follow each other, so that a chain has each number once although no index across months can say so.';

-- Name: COLUMN audit_chains.number; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_chains.number IS 'Counts the chains without gaps, so that the loss of one shows.';

-- Name: COLUMN audit_chains.writer; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_chains.writer IS 'Host, process and release of the writer; for people.';

-- Name: COLUMN audit_chains.keyed; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_chains.keyed IS 'The hashes are HMACs: who does not have the key cannot compute them.';

-- Name: COLUMN audit_chains.link; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_chains.link IS 'Hash over the link of the chain numbered before and what is registered here except for head and end.';

-- Name: COLUMN audit_chains.head_at; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_chains.head_at IS 'recorded_at of the last event.';

-- Name: audit_event_keys; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_event_keys (
    event_id uuid NOT NULL,
    event_date date NOT NULL,
    content_hash bytea,
    CONSTRAINT audit_event_keys_content_hash_length CHECK ((octet_length(content_hash) = 32))
);

-- Name: TABLE audit_event_keys; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_event_keys IS 'One row per event, written in the statement that writes the event. It keeps an event_id unique across months, which no unique index of a partitioned table can, and says in which month the event lies.';

-- Name: COLUMN audit_event_keys.content_hash; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_event_keys.content_hash IS 'SHA-256 of the canonical form of the event, by which a repeat is told from a conflict. NULL for rows that are older than this table.';

-- Name: audit_events; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_events (
    event_id uuid NOT NULL,
    event_version text NOT NULL,
    event_timestamp timestamp with time zone NOT NULL,
    event_date date NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    event_category text NOT NULL COLLATE pg_catalog."C",
    event_action text NOT NULL COLLATE pg_catalog."C",
    event_outcome text NOT NULL COLLATE pg_catalog."C",
    actor_type text NOT NULL COLLATE pg_catalog."C",
    actor_id text NOT NULL COLLATE pg_catalog."C",
    actor_ip text,
    resource_type text NOT NULL COLLATE pg_catalog."C",
    resource_id text NOT NULL COLLATE pg_catalog."C",
    resource_name text,
    correlation_id text NOT NULL COLLATE pg_catalog."C",
    parent_event_id uuid,
    parent_event_date date,
    trace_id text COLLATE pg_catalog."C",
    span_id text COLLATE pg_catalog."C",
    namespace text COLLATE pg_catalog."C",
    cluster_id text COLLATE pg_catalog."C",
    event_data jsonb NOT NULL,
    event_metadata jsonb,
    severity text COLLATE pg_catalog."C",
    duration_ms bigint,
    error_code text COLLATE pg_catalog."C",
    error_message text,
    retention_days integer DEFAULT 2555 NOT NULL,
    is_sensitive boolean DEFAULT false NOT NULL,
    parent_absent boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone,
    chain_id uuid,
    chain_seq bigint,
    hash bytea,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT audit_events_chained CHECK (
CASE
    WHEN (tx = '0'::xid8) THEN (num_nonnulls(recorded_at, chain_id, chain_seq, hash) = 0)
    ELSE (num_nulls(recorded_at, chain_id, chain_seq, hash) = 0)
END),
    CONSTRAINT audit_events_data_object CHECK ((jsonb_typeof(event_data) = 'object'::text)),
    CONSTRAINT audit_events_date_of_timestamp CHECK ((event_date = ((event_timestamp AT TIME ZONE 'UTC'::text))::date)),
    CONSTRAINT audit_events_duration_bounds CHECK ((duration_ms >= 0)),
    CONSTRAINT audit_events_metadata_object CHECK ((jsonb_typeof(event_metadata) = 'object'::text)),
    CONSTRAINT audit_events_not_own_parent CHECK ((parent_event_id <> event_id)),
    CONSTRAINT audit_events_outcome_known CHECK ((event_outcome = ANY (ARRAY['success'::text, 'failure'::text, 'pending'::text]))),
    CONSTRAINT audit_events_parent_complete CHECK (
CASE
    WHEN parent_absent THEN ((parent_event_id IS NOT NULL) AND (parent_event_date IS NULL))
    ELSE ((parent_event_id IS NULL) = (parent_event_date IS NULL))
END),
    CONSTRAINT audit_events_retention_bounds CHECK (((retention_days >= 1) AND (retention_days <= 2555)))
)
PARTITION BY RANGE (event_date);

-- Name: TABLE audit_events; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_events IS 'The audit trail. Rows are inserted and never changed; whole months leave by retention. There is no default partition: an event of a month that has none is refused, and the service makes the month.';

-- Name: COLUMN audit_events.event_date; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.event_date IS 'The UTC day of event_timestamp.';

-- Name: COLUMN audit_events.actor_ip; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.actor_ip IS 'text, not inet, which would rewrite some IPv6 addresses.';

-- Name: COLUMN audit_events.parent_event_date; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.parent_event_date IS 'The event_date of the parent. With it the reference to the parent is enforced.';

-- Name: COLUMN audit_events.parent_absent; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.parent_absent IS 'The parent is known to be gone: removed by retention, or never there although an old row names it. Only then may the id of a parent stand without its date.';

-- Name: COLUMN audit_events.recorded_at; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.recorded_at IS 'Clock of the process that recorded the event. NULL, as all of the chain, for rows that are older than the chains.';

-- Name: COLUMN audit_events.chain_seq; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.chain_seq IS 'Counts the events of a chain without gaps, from 1.';

-- Name: COLUMN audit_events.hash; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.hash IS 'Hash over the hash of the event before, chain_id, chain_seq, recorded_at and the canonical form of the event.';

-- Name: COLUMN audit_events.tx; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_events.tx IS 'The transaction that recorded the event. In the order of (tx, event_id), and below the oldest running transaction, a reader misses nothing. Does not survive dump and restore.';

-- Name: CONSTRAINT audit_events_parent_complete ON audit_events; Type: COMMENT; Schema: public; Owner: -

COMMENT ON CONSTRAINT audit_events_parent_complete ON public.audit_events IS 'Both columns of the parent or neither. Not valid as long as rows of an earlier release have the id alone: `datastorage audit backfill-parents` completes and then validates them.';

-- Name: audit_gaps; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_gaps (
    number bigint NOT NULL,
    month date NOT NULL,
    chain_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    hash_before bytea NOT NULL,
    last_hash bytea NOT NULL,
    removed_at timestamp with time zone NOT NULL,
    keyed boolean NOT NULL,
    link bytea NOT NULL,
    CONSTRAINT audit_gaps_hash_lengths CHECK (((octet_length(hash_before) =
CASE
    WHEN (first_seq = 1) THEN 0
    ELSE 32
END) AND (octet_length(last_hash) = 32) AND (octet_length(link) = 32))),
    CONSTRAINT audit_gaps_number_bounds CHECK ((number >= 1)),
    CONSTRAINT audit_gaps_range CHECK (((first_seq >= 1) AND (last_seq >= first_seq)))
);

-- Name: TABLE audit_gaps; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_gaps IS 'What retention has taken out of the chains: each row a range of one chain, with the hash that it followed and the hash that it ended with. The rows are a chain themselves.';

-- Name: COLUMN audit_gaps.link; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_gaps.link IS 'Hash over the link of the row numbered before and the other columns.';

-- Name: audit_removals; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_removals (
    month date NOT NULL,
    events bigint NOT NULL,
    unchained bigint NOT NULL,
    removed_at timestamp with time zone NOT NULL,
    CONSTRAINT audit_removals_month_first CHECK ((month = date_trunc('month'::text, (month)::timestamp without time zone)))
);

-- Name: TABLE audit_removals; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_removals IS 'The months that retention has removed. Such a month never comes back.';

-- Name: COLUMN audit_removals.unchained; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.audit_removals.unchained IS 'How many of its events were older than the chains.';

-- Name: audit_unchained; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_unchained (
    month date NOT NULL,
    events bigint NOT NULL
);

-- Name: TABLE audit_unchained; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.audit_unchained IS 'How many events of each month are older than the chains. Their content is not protected by hashes, but their number is known.';

-- Name: cache_warm_up; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.cache_warm_up (
    only_row boolean DEFAULT true NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    model text NOT NULL COLLATE pg_catalog."C",
    playbooks_total integer DEFAULT 0 NOT NULL,
    playbooks_done integer DEFAULT 0 NOT NULL,
    queries_total integer DEFAULT 0 NOT NULL,
    queries_done integer DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    owner text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT cache_warm_up_one_row CHECK (only_row),
    CONSTRAINT cache_warm_up_state CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

-- Name: TABLE cache_warm_up; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.cache_warm_up IS 'The last warm-up of the cache. One process leases it; another one takes over when the lease has run out.';

-- Name: catalog_state; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.catalog_state (
    shard smallint NOT NULL,
    generation bigint DEFAULT 0 NOT NULL,
    CONSTRAINT catalog_state_generation_bounds CHECK ((generation >= 0)),
    CONSTRAINT catalog_state_shard_bounds CHECK (((shard >= 0) AND (shard <= 31)))
);

-- Name: TABLE catalog_state; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.catalog_state IS 'The generation is the sum over all shards. It grows in every transaction that can change the answer to a search; each playbook has its shard, so that publishers seldom wait for each other. Locked last in a transaction, in ascending order.';

-- Name: embedding_jobs; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.embedding_jobs (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    model text NOT NULL COLLATE pg_catalog."C",
    claimable_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT embedding_jobs_attempts_bounds CHECK ((attempts >= 0)),
    CONSTRAINT embedding_jobs_model_bounds CHECK (((char_length(model) >= 1) AND (char_length(model) <= 255)))
);

-- Name: TABLE embedding_jobs; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.embedding_jobs IS 'Versions that wait for their vector of a model. A row is deleted in the transaction that stores the vector.';

-- Name: COLUMN embedding_jobs.claimable_at; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.embedding_jobs.claimable_at IS 'Nobody may claim the row before: the end of the lease of who works on it, or the time of the next attempt after a failure.';

-- Name: COLUMN embedding_jobs.last_error; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.embedding_jobs.last_error IS 'Why the last attempt failed; for people.';

-- Name: label_schemas; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.label_schemas (
    version text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL,
    labels jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT label_schemas_description_bounds CHECK (((char_length(description) >= 1) AND (char_length(description) <= 1000))),
    CONSTRAINT label_schemas_version_format CHECK ((version ~ '^(0|[1-9][0-9]{0,3})[.](0|[1-9][0-9]{0,3})$'::text))
);

-- Name: TABLE label_schemas; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.label_schemas IS 'One row per label schema, added by a migration and never changed, since what names it was checked against it. A running service finds a new row by itself.';

-- Name: COLUMN label_schemas.labels; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.label_schemas.labels IS 'List of {name, role, required, wildcard, values, description}. A filter leaves playbooks out of a search, a preference moves them by the weight that the service has for its name, if any. values is the closed set in its canonical spelling, null for free text.';

-- Name: playbook_embeddings; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_embeddings (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    model text NOT NULL COLLATE pg_catalog."C",
    dimensions integer NOT NULL,
    text_hash text NOT NULL COLLATE pg_catalog."C",
    embedding public.vector NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT playbook_embeddings_dimensions_bounds CHECK (((dimensions >= 1) AND (dimensions <= 2000))),
    CONSTRAINT playbook_embeddings_dimensions_match CHECK ((public.vector_dims(embedding) = dimensions)),
    CONSTRAINT playbook_embeddings_model_bounds CHECK (((char_length(model) >= 1) AND (char_length(model) <= 255))),
    CONSTRAINT playbook_embeddings_not_zero CHECK ((public.vector_norm(embedding) > (0)::double precision)),
    CONSTRAINT playbook_embeddings_text_hash_format CHECK ((text_hash ~ '^[0-9a-f]{64}$'::text))
);

-- Name: TABLE playbook_embeddings; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_embeddings IS 'One vector per version and model, kept for ever. Vectors of different models are never compared.';

-- Name: COLUMN playbook_embeddings.text_hash; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_embeddings.text_hash IS 'SHA-256 of the text that was embedded. A version with the same text takes over the vector without a call to the model.';

-- Name: CONSTRAINT playbook_embeddings_dimensions_bounds ON playbook_embeddings; Type: COMMENT; Schema: public; Owner: -

COMMENT ON CONSTRAINT playbook_embeddings_dimensions_bounds ON public.playbook_embeddings IS 'More than 2,000 dimensions cannot be indexed by HNSW.';

-- Name: playbook_executions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_executions (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    execution_id text NOT NULL COLLATE pg_catalog."C",
    success boolean NOT NULL,
    duration_ms bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT playbook_executions_duration_bounds CHECK (((duration_ms >= 0) AND (duration_ms <= '31536000000'::bigint))),
    CONSTRAINT playbook_executions_id_bounds CHECK (((char_length(execution_id) >= 1) AND (char_length(execution_id) <= 255)))
);

-- Name: TABLE playbook_executions; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_executions IS 'The executions that the counters of a version count, each once. Never changed, never deleted.';

-- Name: playbook_history; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_history (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    version text NOT NULL COLLATE pg_catalog."C",
    transition text NOT NULL COLLATE pg_catalog."C",
    from_status text NOT NULL COLLATE pg_catalog."C",
    to_status text NOT NULL COLLATE pg_catalog."C",
    whole_playbook boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    actor text NOT NULL,
    actor_source text NOT NULL COLLATE pg_catalog."C",
    request_id text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT playbook_history_actor_bounds CHECK (((char_length(actor) >= 1) AND (char_length(actor) <= 255))),
    CONSTRAINT playbook_history_actor_source_known CHECK ((actor_source = ANY (ARRAY['asserted'::text, 'authenticated'::text, 'none'::text]))),
    CONSTRAINT playbook_history_reason_bounds CHECK ((char_length(reason) <= 10000)),
    CONSTRAINT playbook_history_reason_given CHECK (((reason <> ''::text) OR (transition = ANY (ARRAY['publish'::text, 'enable'::text])))),
    CONSTRAINT playbook_history_request_id_bounds CHECK ((char_length(request_id) <= 255)),
    CONSTRAINT playbook_history_seq_bounds CHECK ((seq >= 1)),
    CONSTRAINT playbook_history_transition_known CHECK ((((((((((transition = 'publish'::text) AND (from_status = ''::text) AND (to_status = 'active'::text)) OR ((transition = 'disable'::text) AND (from_status = 'active'::text) AND (to_status = 'disabled'::text))) OR ((transition = 'enable'::text) AND (from_status = 'disabled'::text) AND (to_status = 'active'::text))) OR ((transition = 'deprecate'::text) AND (from_status = 'active'::text) AND (to_status = 'deprecated'::text))) OR ((transition = 'deprecate'::text) AND (from_status = 'disabled'::text) AND (to_status = 'deprecated'::text))) OR ((transition = 'archive'::text) AND (from_status = 'active'::text) AND (to_status = 'archived'::text))) OR ((transition = 'archive'::text) AND (from_status = 'disabled'::text) AND (to_status = 'archived'::text))) OR ((transition = 'archive'::text) AND (from_status = 'deprecated'::text) AND (to_status = 'archived'::text)))),
    CONSTRAINT playbook_history_whole_playbook_known CHECK (((NOT whole_playbook) OR (transition = ANY (ARRAY['disable'::text, 'enable'::text]))))
);

-- Name: TABLE playbook_history; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_history IS 'One row per publish and per transition of a version, in the transaction that makes it. Replayed in its order it gives the status of each version. Never changed, never deleted.';

-- Name: COLUMN playbook_history.seq; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_history.seq IS 'Numbers the rows of a playbook from 1 without gaps, in the order of commit: it is given out under the lock of the playbook.';

-- Name: COLUMN playbook_history.from_status; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_history.from_status IS 'Empty for a publish.';

-- Name: playbook_models; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_models (
    model text NOT NULL COLLATE pg_catalog."C",
    dimensions integer NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL,
    CONSTRAINT playbook_models_changed_by_bounds CHECK (((char_length(changed_by) >= 1) AND (char_length(changed_by) <= 255))),
    CONSTRAINT playbook_models_dimensions_bounds CHECK (((dimensions >= 1) AND (dimensions <= 2000))),
    CONSTRAINT playbook_models_model_bounds CHECK (((char_length(model) >= 1) AND (char_length(model) <= 255))),
    CONSTRAINT playbook_models_state_known CHECK ((state = ANY (ARRAY['filling'::text, 'standby'::text, 'serving'::text, 'retired'::text])))
);

-- Name: TABLE playbook_models; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_models IS 'The models that vectors are kept of. Searches use those of the one that is serving, whatever a process is configured with. Rows change only under the exclusive advisory lock 6027318840917553, which whoever writes vectors or jobs takes shared.';

-- Name: COLUMN playbook_models.state; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_models.state IS 'filling: vectors are being computed, searches do not use them yet. standby: was complete, and is kept up. serving: what searches use. retired: not kept up any more. Each version that is published gets a vector, or a job, of every model but the retired ones.';

-- Name: playbook_search; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_search (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    signal_type text COLLATE pg_catalog."C",
    severity text COLLATE pg_catalog."C",
    component text COLLATE pg_catalog."C",
    environment text COLLATE pg_catalog."C",
    priority text COLLATE pg_catalog."C",
    risk_tolerance text COLLATE pg_catalog."C",
    business_category text COLLATE pg_catalog."C",
    resource_management text COLLATE pg_catalog."C",
    gitops_tool text COLLATE pg_catalog."C",
    custom_terms text[] NOT NULL COLLATE pg_catalog."C"
);

-- Name: TABLE playbook_search; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_search IS 'The latest active version of each playbook that has one, with all its labels folded as they are compared.';

-- Name: COLUMN playbook_search.custom_terms; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search.custom_terms IS 'The labels without a column: those of later label schemas as name:value, custom ones as custom_labels:key:value.';

-- Name: playbook_search_terms; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_search_terms (
    term text NOT NULL COLLATE pg_catalog."C",
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    occurrences smallint NOT NULL,
    words smallint NOT NULL,
    CONSTRAINT playbook_search_terms_bounds CHECK (((occurrences >= 1) AND (words >= occurrences)))
);

-- Name: TABLE playbook_search_terms; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_search_terms IS 'The words of title, description and signal type of each searchable version. Kept by a trigger of playbook_search, so that processes of an earlier release keep it too.';

-- Name: COLUMN playbook_search_terms.words; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search_terms.words IS 'How many words the playbook has in all.';

-- Name: playbook_search_vectors; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_search_vectors (
    playbook_id text CONSTRAINT playbook_search_vectors_playbook_id_not_null1 NOT NULL COLLATE pg_catalog."C",
    model text CONSTRAINT playbook_search_vectors_model_not_null1 NOT NULL COLLATE pg_catalog."C",
    vector_version text CONSTRAINT playbook_search_vectors_vector_version_not_null1 NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    signal_type text COLLATE pg_catalog."C",
    severity text COLLATE pg_catalog."C",
    component text COLLATE pg_catalog."C",
    environment text COLLATE pg_catalog."C",
    priority text COLLATE pg_catalog."C",
    risk_tolerance text COLLATE pg_catalog."C",
    business_category text COLLATE pg_catalog."C",
    resource_management text COLLATE pg_catalog."C",
    gitops_tool text COLLATE pg_catalog."C",
    custom_terms text[] NOT NULL COLLATE pg_catalog."C",
    embedding public.vector CONSTRAINT playbook_search_vectors_embedding_not_null1 NOT NULL
);
ALTER TABLE ONLY public.playbook_search_vectors ALTER COLUMN embedding SET STORAGE MAIN;

-- Name: TABLE playbook_search_vectors; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_search_vectors IS 'What a search by vector compares: per model one row for each searchable playbook that has a vector, which is that of its latest version, else of the greatest version below it that has one. The labels are those of playbook_search, held again because one table is scanned three times as fast as two are joined.';

-- Name: COLUMN playbook_search_vectors.vector_version; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search_vectors.vector_version IS 'The version whose vector this is. It is provisional while it differs from version.';

-- Name: COLUMN playbook_search_vectors.version; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search_vectors.version IS 'The searched version, whose labels these are. The foreign key is checked at the end of a transaction, so that none can leave the labels of an earlier version here.';

-- Name: playbook_versions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_versions (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    version_key text NOT NULL COLLATE pg_catalog."C",
    is_prerelease boolean GENERATED ALWAYS AS ((strpos(version, '-'::text) > 0)) STORED NOT NULL,
    schema_version text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    content text NOT NULL,
    content_type text NOT NULL,
    content_hash text NOT NULL COLLATE pg_catalog."C",
    labels jsonb NOT NULL,
    label_terms text[] NOT NULL COLLATE pg_catalog."C",
    parameters json NOT NULL,
    owner text DEFAULT ''::text NOT NULL,
    maintainer text DEFAULT ''::text NOT NULL,
    version_notes text DEFAULT ''::text NOT NULL,
    change_summary text DEFAULT ''::text NOT NULL,
    approved_by text DEFAULT ''::text NOT NULL,
    approved_at timestamp with time zone,
    expected_success_rate double precision,
    expected_duration_seconds integer,
    status text DEFAULT 'active'::text NOT NULL,
    disabled_at timestamp with time zone,
    disabled_by text DEFAULT ''::text NOT NULL,
    disabled_reason text DEFAULT ''::text NOT NULL,
    deprecation_notice text DEFAULT ''::text NOT NULL,
    superseded_by text DEFAULT ''::text NOT NULL,
    total_executions bigint DEFAULT 0 NOT NULL,
    successful_executions bigint DEFAULT 0 NOT NULL,
    actual_success_rate double precision GENERATED ALWAYS AS (((successful_executions)::double precision / (NULLIF(total_executions, 0))::double precision)) STORED,
    is_latest boolean DEFAULT false NOT NULL,
    previous_version text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    revision bigint DEFAULT 1 NOT NULL,
    embedding_status text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    actor_source text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by text NOT NULL,
    disabled_with_playbook boolean DEFAULT false NOT NULL,
    change_summary_generated boolean DEFAULT false NOT NULL,
    CONSTRAINT playbook_versions_actor_source_known CHECK ((actor_source = ANY (ARRAY['asserted'::text, 'authenticated'::text, 'none'::text]))),
    CONSTRAINT playbook_versions_approved_by_bounds CHECK ((char_length(approved_by) <= 255)),
    CONSTRAINT playbook_versions_change_summary_bounds CHECK ((char_length(change_summary) <= 10000)),
    CONSTRAINT playbook_versions_content_bounds CHECK (((octet_length(content) >= 1) AND (octet_length(content) <= 1048576))),
    CONSTRAINT playbook_versions_content_hash_format CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT playbook_versions_content_type_known CHECK ((content_type = ANY (ARRAY['application/yaml'::text, 'application/json'::text, 'text/markdown'::text]))),
    CONSTRAINT playbook_versions_created_by_bounds CHECK (((char_length(created_by) >= 1) AND (char_length(created_by) <= 255))),
    CONSTRAINT playbook_versions_description_bounds CHECK (((char_length(description) >= 1) AND (char_length(description) <= 10000))),
    CONSTRAINT playbook_versions_disabled_complete CHECK (
CASE
    WHEN (status = 'disabled'::text) THEN ((disabled_at IS NOT NULL) AND (disabled_by <> ''::text) AND (disabled_reason <> ''::text))
    ELSE ((disabled_at IS NULL) AND (disabled_by = ''::text) AND (disabled_reason = ''::text))
END),
    CONSTRAINT playbook_versions_embedding_status_known CHECK ((embedding_status = ANY (ARRAY['ready'::text, 'pending'::text]))),
    CONSTRAINT playbook_versions_executions_bounds CHECK (((successful_executions >= 0) AND (successful_executions <= total_executions))),
    CONSTRAINT playbook_versions_expected_duration_bounds CHECK (((expected_duration_seconds >= 0) AND (expected_duration_seconds <= 31536000))),
    CONSTRAINT playbook_versions_expected_success_rate_bounds CHECK (((expected_success_rate >= (0)::double precision) AND (expected_success_rate <= (1)::double precision))),
    CONSTRAINT playbook_versions_generated_summary CHECK (((NOT change_summary_generated) OR (change_summary <> ''::text))),
    CONSTRAINT playbook_versions_labels_object CHECK ((jsonb_typeof(labels) = 'object'::text)),
    CONSTRAINT playbook_versions_latest_is_active CHECK (((NOT is_latest) OR (status = 'active'::text))),
    CONSTRAINT playbook_versions_lifecycle_bounds CHECK (((char_length(disabled_by) <= 255) AND (char_length(disabled_reason) <= 10000) AND (char_length(deprecation_notice) <= 10000) AND (char_length(superseded_by) <= 320))),
    CONSTRAINT playbook_versions_maintainer_bounds CHECK ((char_length(maintainer) <= 320)),
    CONSTRAINT playbook_versions_owner_bounds CHECK ((char_length(owner) <= 255)),
    CONSTRAINT playbook_versions_parameters_array CHECK ((json_typeof(parameters) = 'array'::text)),
    CONSTRAINT playbook_versions_revision_bounds CHECK ((revision >= 1)),
    CONSTRAINT playbook_versions_schema_version_bounds CHECK (((char_length(schema_version) >= 1) AND (char_length(schema_version) <= 63))),
    CONSTRAINT playbook_versions_status_known CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'deprecated'::text, 'archived'::text]))),
    CONSTRAINT playbook_versions_taken_is_disabled CHECK (((NOT disabled_with_playbook) OR (status = 'disabled'::text))),
    CONSTRAINT playbook_versions_title_bounds CHECK (((char_length(title) >= 1) AND (char_length(title) <= 255))),
    CONSTRAINT playbook_versions_updated_after_created CHECK ((updated_at >= created_at)),
    CONSTRAINT playbook_versions_updated_by_bounds CHECK (((char_length(updated_by) >= 1) AND (char_length(updated_by) <= 255))),
    CONSTRAINT playbook_versions_version_format CHECK (((version ~ '^v(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)[.](0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)([.](0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?$'::text) AND (octet_length(version) <= 64))),
    CONSTRAINT playbook_versions_version_notes_bounds CHECK ((char_length(version_notes) <= 10000))
);

-- Name: TABLE playbook_versions; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_versions IS 'Every version of every playbook. What its publisher wrote never changes, and no row is ever deleted. Texts that may be absent are empty then.';

-- Name: COLUMN playbook_versions.version_key; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.version_key IS 'Text whose byte order is semantic version precedence. Versions are ordered by it and never by their text.';

-- Name: COLUMN playbook_versions.label_terms; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.label_terms IS 'The labels as folded texts name:value and custom_labels:key:value, for filters. Without an index: the filters of a list are applied to the one version that stands for its playbook, which no index on terms can lead to.';

-- Name: COLUMN playbook_versions.parameters; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.parameters IS 'json, not jsonb, which would rewrite numbers and so lose the exact texts of values.';

-- Name: COLUMN playbook_versions.previous_version; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.previous_version IS 'The greatest version below this one when it was published; empty for none.';

-- Name: COLUMN playbook_versions.revision; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.revision IS 'Grows with each change of what is not immutable; with content_hash it makes the ETag.';

-- Name: COLUMN playbook_versions.actor_source; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.actor_source IS 'How the name in created_by is known.';

-- Name: COLUMN playbook_versions.disabled_with_playbook; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.disabled_with_playbook IS 'Was it disabled together with its whole playbook. Enabling the whole playbook brings back these versions and no other.';

-- Name: COLUMN playbook_versions.change_summary_generated; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_versions.change_summary_generated IS 'Was the change summary made from the diff to the version before, because the publisher gave none. A repeat of the publish is identical without it.';

-- Name: playbooks; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbooks (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    cache_ttl_seconds integer,
    CONSTRAINT playbooks_cache_ttl_bounds CHECK (((cache_ttl_seconds >= 1) AND (cache_ttl_seconds <= 31536000))),
    CONSTRAINT playbooks_id_format CHECK (((playbook_id ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (octet_length(playbook_id) <= 255))),
    CONSTRAINT playbooks_updated_after_created CHECK ((updated_at >= created_at))
);

-- Name: TABLE playbooks; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbooks IS 'One row per playbook. Whoever changes anything of a playbook locks its row first, so that changes of one playbook follow each other. Never deleted.';

-- Name: COLUMN playbooks.updated_at; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbooks.updated_at IS 'When a version was published or changed last. Taken after the row was locked and strictly growing, so that its order is the order of commit.';

-- Name: COLUMN playbooks.cache_ttl_seconds; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbooks.cache_ttl_seconds IS 'For how long the vectors of this playbook are cached, NULL for as long as those of others. It says nothing of the playbook itself: updated_at stays.';

-- Name: asked_queries asked_queries_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.asked_queries
    ADD CONSTRAINT asked_queries_pkey PRIMARY KEY (day, text_hash);

-- Name: audit_chains audit_chains_number_unique; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_chains
    ADD CONSTRAINT audit_chains_number_unique UNIQUE (number);

-- Name: audit_chains audit_chains_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_chains
    ADD CONSTRAINT audit_chains_pkey PRIMARY KEY (chain_id);

-- Name: audit_event_keys audit_event_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_event_keys
    ADD CONSTRAINT audit_event_keys_pkey PRIMARY KEY (event_id);

-- Name: audit_events audit_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (event_id, event_date);

-- Name: audit_gaps audit_gaps_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_gaps
    ADD CONSTRAINT audit_gaps_pkey PRIMARY KEY (number);

-- Name: audit_gaps audit_gaps_range_unique; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_gaps
    ADD CONSTRAINT audit_gaps_range_unique UNIQUE (chain_id, first_seq);

-- Name: audit_removals audit_removals_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_removals
    ADD CONSTRAINT audit_removals_pkey PRIMARY KEY (month);

-- Name: audit_unchained audit_unchained_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_unchained
    ADD CONSTRAINT audit_unchained_pkey PRIMARY KEY (month);

-- Name: cache_warm_up cache_warm_up_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.cache_warm_up
    ADD CONSTRAINT cache_warm_up_pkey PRIMARY KEY (only_row);

-- Name: catalog_state catalog_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.catalog_state
    ADD CONSTRAINT catalog_state_pkey PRIMARY KEY (shard);

-- Name: embedding_jobs embedding_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.embedding_jobs
    ADD CONSTRAINT embedding_jobs_pkey PRIMARY KEY (playbook_id, version, model);

-- Name: label_schemas label_schemas_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.label_schemas
    ADD CONSTRAINT label_schemas_pkey PRIMARY KEY (version);

-- Name: playbook_embeddings playbook_embeddings_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_embeddings
    ADD CONSTRAINT playbook_embeddings_pkey PRIMARY KEY (playbook_id, version, model);

-- Name: playbook_executions playbook_executions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_executions
    ADD CONSTRAINT playbook_executions_pkey PRIMARY KEY (playbook_id, version, execution_id);

-- Name: playbook_history playbook_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_history
    ADD CONSTRAINT playbook_history_pkey PRIMARY KEY (playbook_id, seq);

-- Name: playbook_models playbook_models_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_models
    ADD CONSTRAINT playbook_models_pkey PRIMARY KEY (model);

-- Name: playbook_search playbook_search_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search
    ADD CONSTRAINT playbook_search_pkey PRIMARY KEY (playbook_id);

-- Name: playbook_search_terms playbook_search_terms_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_terms
    ADD CONSTRAINT playbook_search_terms_pkey PRIMARY KEY (term, playbook_id) INCLUDE (occurrences, words);

-- Name: playbook_search_vectors playbook_search_vectors_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_pkey PRIMARY KEY (playbook_id, model);

-- Name: playbook_search playbook_search_version_unique; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search
    ADD CONSTRAINT playbook_search_version_unique UNIQUE (playbook_id, version);

-- Name: playbook_versions playbook_versions_key_unique; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_key_unique UNIQUE (playbook_id, version_key);

-- Name: playbook_versions playbook_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_pkey PRIMARY KEY (playbook_id, version);

-- Name: playbooks playbooks_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbooks
    ADD CONSTRAINT playbooks_pkey PRIMARY KEY (playbook_id);

-- Name: audit_events_by_chain; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_events_by_chain ON ONLY public.audit_events USING btree (chain_id, chain_seq);

-- Name: audit_events_by_correlation; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_events_by_correlation ON ONLY public.audit_events USING btree (correlation_id, event_date, event_timestamp, event_id);

-- Name: audit_events_by_recording; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_events_by_recording ON ONLY public.audit_events USING btree (tx, event_id);

-- Name: audit_events_by_resource; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_events_by_resource ON ONLY public.audit_events USING btree (resource_id, event_date, event_timestamp, event_id);

-- Name: audit_events_newest; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_events_newest ON ONLY public.audit_events USING btree (event_date, event_timestamp, event_id);

-- Name: embedding_jobs_by_claim; Type: INDEX; Schema: public; Owner: -

CREATE INDEX embedding_jobs_by_claim ON public.embedding_jobs USING btree (model, claimable_at, playbook_id, version);

-- Name: idx_audit_events_parent_lookup; Type: INDEX; Schema: public; Owner: -

CREATE INDEX idx_audit_events_parent_lookup ON ONLY public.audit_events USING btree (parent_event_id, parent_event_date) WHERE (parent_event_id IS NOT NULL);

-- Name: playbook_embeddings_by_text; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_embeddings_by_text ON public.playbook_embeddings USING btree (model, text_hash);

-- Name: playbook_history_by_version; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_history_by_version ON public.playbook_history USING btree (playbook_id, version, seq);

-- Name: playbook_models_one_serving; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX playbook_models_one_serving ON public.playbook_models USING btree (state) WHERE (state = 'serving'::text);

-- Name: playbook_search_by_labels; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_search_by_labels ON public.playbook_search USING btree (signal_type, severity);

-- Name: playbook_search_terms_by_playbook; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_search_terms_by_playbook ON public.playbook_search_terms USING btree (playbook_id);

-- Name: playbook_search_vectors_by_labels; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_search_vectors_by_labels ON public.playbook_search_vectors USING btree (model, signal_type, severity);

-- Name: playbook_versions_one_latest; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX playbook_versions_one_latest ON public.playbook_versions USING btree (playbook_id) WHERE is_latest;

-- Name: audit_chains audit_chains_grow; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_chains_grow BEFORE UPDATE ON public.audit_chains FOR EACH ROW EXECUTE FUNCTION public.audit_check_chain();

-- Name: audit_chains audit_chains_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_chains_kept BEFORE DELETE OR TRUNCATE ON public.audit_chains FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: audit_event_keys audit_event_keys_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_event_keys_immutable BEFORE DELETE OR UPDATE ON public.audit_event_keys FOR EACH ROW EXECUTE FUNCTION public.audit_check_key();

-- Name: audit_event_keys audit_event_keys_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_event_keys_kept BEFORE TRUNCATE ON public.audit_event_keys FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: audit_events audit_events_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_events_immutable BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.audit_check_event();

-- Name: audit_events audit_events_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: audit_gaps audit_gaps_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_gaps_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_gaps FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: audit_removals audit_removals_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_removals_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_removals FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: audit_unchained audit_unchained_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_unchained_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_unchained FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();

-- Name: label_schemas label_schemas_complete; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER label_schemas_complete BEFORE INSERT ON public.label_schemas FOR EACH ROW EXECUTE FUNCTION public.check_label_schema();

-- Name: label_schemas label_schemas_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER label_schemas_immutable BEFORE UPDATE ON public.label_schemas FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: label_schemas label_schemas_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER label_schemas_kept BEFORE DELETE OR TRUNCATE ON public.label_schemas FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: playbook_executions playbook_executions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_executions_immutable BEFORE UPDATE ON public.playbook_executions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: playbook_executions playbook_executions_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_executions_kept BEFORE DELETE OR TRUNCATE ON public.playbook_executions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: playbook_history playbook_history_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_history_immutable BEFORE UPDATE ON public.playbook_history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: playbook_history playbook_history_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_history_kept BEFORE DELETE OR TRUNCATE ON public.playbook_history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: playbook_search playbook_search_terms_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_search_terms_kept AFTER INSERT OR UPDATE OF version ON public.playbook_search FOR EACH ROW EXECUTE FUNCTION public.playbook_search_keep_terms();

-- Name: playbook_versions playbook_versions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_immutable BEFORE UPDATE OF playbook_id, version, version_key, schema_version, title, description, content, content_type, content_hash, labels, label_terms, parameters, owner, maintainer, version_notes, change_summary, approved_by, approved_at, expected_success_rate, expected_duration_seconds, previous_version, created_at, created_by, actor_source ON public.playbook_versions FOR EACH ROW WHEN (((((((((((((((((((((((((old.playbook_id IS DISTINCT FROM new.playbook_id) OR (old.version IS DISTINCT FROM new.version)) OR (old.version_key IS DISTINCT FROM new.version_key)) OR (old.schema_version IS DISTINCT FROM new.schema_version)) OR (old.title IS DISTINCT FROM new.title)) OR (old.description IS DISTINCT FROM new.description)) OR (old.content IS DISTINCT FROM new.content)) OR (old.content_type IS DISTINCT FROM new.content_type)) OR (old.content_hash IS DISTINCT FROM new.content_hash)) OR (old.labels IS DISTINCT FROM new.labels)) OR (old.label_terms IS DISTINCT FROM new.label_terms)) OR ((old.parameters)::text IS DISTINCT FROM (new.parameters)::text)) OR (old.owner IS DISTINCT FROM new.owner)) OR (old.maintainer IS DISTINCT FROM new.maintainer)) OR (old.version_notes IS DISTINCT FROM new.version_notes)) OR (old.change_summary IS DISTINCT FROM new.change_summary)) OR (old.approved_by IS DISTINCT FROM new.approved_by)) OR (old.approved_at IS DISTINCT FROM new.approved_at)) OR (old.expected_success_rate IS DISTINCT FROM new.expected_success_rate)) OR (old.expected_duration_seconds IS DISTINCT FROM new.expected_duration_seconds)) OR (old.previous_version IS DISTINCT FROM new.previous_version)) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.created_by IS DISTINCT FROM new.created_by)) OR (old.actor_source IS DISTINCT FROM new.actor_source))) EXECUTE FUNCTION public.refuse_change();

-- Name: playbook_versions playbook_versions_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_kept BEFORE DELETE OR TRUNCATE ON public.playbook_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: playbook_versions playbook_versions_revision_grows; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_revision_grows BEFORE UPDATE OF revision ON public.playbook_versions FOR EACH ROW WHEN ((new.revision < old.revision)) EXECUTE FUNCTION public.refuse_change();

-- Name: playbook_versions playbook_versions_summary_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_summary_immutable BEFORE UPDATE OF change_summary_generated ON public.playbook_versions FOR EACH ROW WHEN ((old.change_summary_generated <> new.change_summary_generated)) EXECUTE FUNCTION public.refuse_change();

-- Name: playbooks playbooks_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbooks_immutable BEFORE UPDATE OF playbook_id, created_at ON public.playbooks FOR EACH ROW WHEN (((old.playbook_id IS DISTINCT FROM new.playbook_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.refuse_change();

-- Name: playbooks playbooks_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbooks_kept BEFORE DELETE OR TRUNCATE ON public.playbooks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: audit_events audit_events_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE public.audit_events
    ADD CONSTRAINT audit_events_parent_fkey FOREIGN KEY (parent_event_id, parent_event_date) REFERENCES public.audit_events(event_id, event_date);

-- Name: audit_gaps audit_gaps_month_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_gaps
    ADD CONSTRAINT audit_gaps_month_fkey FOREIGN KEY (month) REFERENCES public.audit_removals(month);

-- Name: embedding_jobs embedding_jobs_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.embedding_jobs
    ADD CONSTRAINT embedding_jobs_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_embeddings playbook_embeddings_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_embeddings
    ADD CONSTRAINT playbook_embeddings_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_executions playbook_executions_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_executions
    ADD CONSTRAINT playbook_executions_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_history playbook_history_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_history
    ADD CONSTRAINT playbook_history_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_search_terms playbook_search_terms_search_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_terms
    ADD CONSTRAINT playbook_search_terms_search_fkey FOREIGN KEY (playbook_id) REFERENCES public.playbook_search(playbook_id) ON DELETE CASCADE;

-- Name: playbook_search_vectors playbook_search_vectors_embedding_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_embedding_fkey FOREIGN KEY (playbook_id, vector_version, model) REFERENCES public.playbook_embeddings(playbook_id, version, model);

-- Name: playbook_search_vectors playbook_search_vectors_search_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_search_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_search(playbook_id, version) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- Name: playbook_search playbook_search_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search
    ADD CONSTRAINT playbook_search_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_versions playbook_versions_playbook_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_playbook_fkey FOREIGN KEY (playbook_id) REFERENCES public.playbooks(playbook_id);

-- Name: playbook_versions playbook_versions_schema_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_schema_version_fkey FOREIGN KEY (schema_version) REFERENCES public.label_schemas(version);

