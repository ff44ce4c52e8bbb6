-- What the migrations make; a test keeps it so. Not to be run: `datastorage migrate up` is.


-- Name: vector; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

-- Name: EXTENSION vector; Type: COMMENT; Schema: -; Owner: -

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

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

COMMENT ON TABLE public.playbook_search IS 'The latest active version of each playbook that has one, with its labels folded as they are compared. All labels are here, also those that no filter reads, so that scoring by them needs no backfill.';

-- Name: COLUMN playbook_search.custom_terms; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search.custom_terms IS 'The custom labels as custom_labels:key:value.';

-- Name: playbook_search_vectors; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbook_search_vectors (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    model text NOT NULL COLLATE pg_catalog."C",
    vector_version text NOT NULL COLLATE pg_catalog."C",
    embedding public.vector NOT NULL
);
ALTER TABLE ONLY public.playbook_search_vectors ALTER COLUMN embedding SET STORAGE MAIN;

-- Name: TABLE playbook_search_vectors; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbook_search_vectors IS 'The vector by which a searchable playbook is ranked, per model: that of its latest version, else of the greatest version below it that has one. Searched by an exact scan.';

-- Name: COLUMN playbook_search_vectors.vector_version; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbook_search_vectors.vector_version IS 'The version whose vector this is. It is provisional while it differs from playbook_search.version.';

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
    CONSTRAINT playbook_versions_labels_object CHECK ((jsonb_typeof(labels) = 'object'::text)),
    CONSTRAINT playbook_versions_latest_is_active CHECK (((NOT is_latest) OR (status = 'active'::text))),
    CONSTRAINT playbook_versions_lifecycle_bounds CHECK (((char_length(disabled_by) <= 255) AND (char_length(disabled_reason) <= 10000) AND (char_length(deprecation_notice) <= 10000) AND (char_length(superseded_by) <= 320))),
    CONSTRAINT playbook_versions_maintainer_bounds CHECK ((char_length(maintainer) <= 320)),
    CONSTRAINT playbook_versions_owner_bounds CHECK ((char_length(owner) <= 255)),
    CONSTRAINT playbook_versions_parameters_array CHECK ((json_typeof(parameters) = 'array'::text)),
    CONSTRAINT playbook_versions_revision_bounds CHECK ((revision >= 1)),
    CONSTRAINT playbook_versions_schema_version_bounds CHECK (((char_length(schema_version) >= 1) AND (char_length(schema_version) <= 63))),
    CONSTRAINT playbook_versions_status_known CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'deprecated'::text, 'archived'::text]))),
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

-- Name: playbooks; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.playbooks (
    playbook_id text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT playbooks_id_format CHECK (((playbook_id ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'::text) AND (octet_length(playbook_id) <= 255))),
    CONSTRAINT playbooks_updated_after_created CHECK ((updated_at >= created_at))
);

-- Name: TABLE playbooks; Type: COMMENT; Schema: public; Owner: -

COMMENT ON TABLE public.playbooks IS 'One row per playbook. Whoever changes anything of a playbook locks its row first, so that changes of one playbook follow each other. Never deleted.';

-- Name: COLUMN playbooks.updated_at; Type: COMMENT; Schema: public; Owner: -

COMMENT ON COLUMN public.playbooks.updated_at IS 'When a version was published or changed last. Taken after the row was locked and strictly growing, so that its order is the order of commit.';

-- Name: catalog_state catalog_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.catalog_state
    ADD CONSTRAINT catalog_state_pkey PRIMARY KEY (shard);

-- Name: embedding_jobs embedding_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.embedding_jobs
    ADD CONSTRAINT embedding_jobs_pkey PRIMARY KEY (playbook_id, version, model);

-- Name: playbook_embeddings playbook_embeddings_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_embeddings
    ADD CONSTRAINT playbook_embeddings_pkey PRIMARY KEY (playbook_id, version, model);

-- Name: playbook_search playbook_search_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search
    ADD CONSTRAINT playbook_search_pkey PRIMARY KEY (playbook_id);

-- Name: playbook_search_vectors playbook_search_vectors_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_pkey PRIMARY KEY (playbook_id, model);

-- Name: playbook_versions playbook_versions_key_unique; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_key_unique UNIQUE (playbook_id, version_key);

-- Name: playbook_versions playbook_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_pkey PRIMARY KEY (playbook_id, version);

-- Name: playbooks playbooks_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbooks
    ADD CONSTRAINT playbooks_pkey PRIMARY KEY (playbook_id);

-- Name: embedding_jobs_by_claim; Type: INDEX; Schema: public; Owner: -

CREATE INDEX embedding_jobs_by_claim ON public.embedding_jobs USING btree (model, claimable_at, playbook_id, version);

-- Name: playbook_embeddings_by_text; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_embeddings_by_text ON public.playbook_embeddings USING btree (model, text_hash);

-- Name: playbook_search_by_labels; Type: INDEX; Schema: public; Owner: -

CREATE INDEX playbook_search_by_labels ON public.playbook_search USING btree (signal_type, severity);

-- Name: playbook_versions_one_latest; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX playbook_versions_one_latest ON public.playbook_versions USING btree (playbook_id) WHERE is_latest;

-- Name: playbook_versions playbook_versions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_immutable BEFORE UPDATE OF playbook_id, version, version_key, schema_version, title, description, content, content_type, content_hash, labels, label_terms, parameters, owner, maintainer, version_notes, change_summary, approved_by, approved_at, expected_success_rate, expected_duration_seconds, previous_version, created_at, created_by, actor_source ON public.playbook_versions FOR EACH ROW WHEN (((((((((((((((((((((((((old.playbook_id IS DISTINCT FROM new.playbook_id) OR (old.version IS DISTINCT FROM new.version)) OR (old.version_key IS DISTINCT FROM new.version_key)) OR (old.schema_version IS DISTINCT FROM new.schema_version)) OR (old.title IS DISTINCT FROM new.title)) OR (old.description IS DISTINCT FROM new.description)) OR (old.content IS DISTINCT FROM new.content)) OR (old.content_type IS DISTINCT FROM new.content_type)) OR (old.content_hash IS DISTINCT FROM new.content_hash)) OR (old.labels IS DISTINCT FROM new.labels)) OR (old.label_terms IS DISTINCT FROM new.label_terms)) OR ((old.parameters)::text IS DISTINCT FROM (new.parameters)::text)) OR (old.owner IS DISTINCT FROM new.owner)) OR (old.maintainer IS DISTINCT FROM new.maintainer)) OR (old.version_notes IS DISTINCT FROM new.version_notes)) OR (old.change_summary IS DISTINCT FROM new.change_summary)) OR (old.approved_by IS DISTINCT FROM new.approved_by)) OR (old.approved_at IS DISTINCT FROM new.approved_at)) OR (old.expected_success_rate IS DISTINCT FROM new.expected_success_rate)) OR (old.expected_duration_seconds IS DISTINCT FROM new.expected_duration_seconds)) OR (old.previous_version IS DISTINCT FROM new.previous_version)) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.created_by IS DISTINCT FROM new.created_by)) OR (old.actor_source IS DISTINCT FROM new.actor_source))) EXECUTE FUNCTION public.refuse_change();

-- Name: playbook_versions playbook_versions_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_kept BEFORE DELETE OR TRUNCATE ON public.playbook_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: playbook_versions playbook_versions_revision_grows; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbook_versions_revision_grows BEFORE UPDATE OF revision ON public.playbook_versions FOR EACH ROW WHEN ((new.revision < old.revision)) EXECUTE FUNCTION public.refuse_change();

-- Name: playbooks playbooks_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbooks_immutable BEFORE UPDATE OF playbook_id, created_at ON public.playbooks FOR EACH ROW WHEN (((old.playbook_id IS DISTINCT FROM new.playbook_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.refuse_change();

-- Name: playbooks playbooks_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER playbooks_kept BEFORE DELETE OR TRUNCATE ON public.playbooks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_removal();

-- Name: embedding_jobs embedding_jobs_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.embedding_jobs
    ADD CONSTRAINT embedding_jobs_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_embeddings playbook_embeddings_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_embeddings
    ADD CONSTRAINT playbook_embeddings_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_search_vectors playbook_search_vectors_embedding_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_embedding_fkey FOREIGN KEY (playbook_id, vector_version, model) REFERENCES public.playbook_embeddings(playbook_id, version, model);

-- Name: playbook_search_vectors playbook_search_vectors_search_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search_vectors
    ADD CONSTRAINT playbook_search_vectors_search_fkey FOREIGN KEY (playbook_id) REFERENCES public.playbook_search(playbook_id) ON DELETE CASCADE;

-- Name: playbook_search playbook_search_version_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_search
    ADD CONSTRAINT playbook_search_version_fkey FOREIGN KEY (playbook_id, version) REFERENCES public.playbook_versions(playbook_id, version);

-- Name: playbook_versions playbook_versions_playbook_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.playbook_versions
    ADD CONSTRAINT playbook_versions_playbook_fkey FOREIGN KEY (playbook_id) REFERENCES public.playbooks(playbook_id);

