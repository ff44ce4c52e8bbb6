-- Label schemas as data: which labels a version may have, by the schema that it names.
-- Cost: one pass over playbook_versions, which reads no content; seconds for a million versions. Locks: SHARE ROW
-- EXCLUSIVE on playbook_versions for that time: nothing is published meanwhile, all reads go on.

-- +goose Up
CREATE TABLE label_schemas (
    version text COLLATE "C" NOT NULL,
    description text NOT NULL,
    labels jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT label_schemas_pkey PRIMARY KEY (version),
    CONSTRAINT label_schemas_version_format CHECK (version ~ '^(0|[1-9][0-9]{0,3})[.](0|[1-9][0-9]{0,3})$'),
    CONSTRAINT label_schemas_description_bounds CHECK (char_length(description) BETWEEN 1 AND 1000)
);
COMMENT ON TABLE label_schemas IS
    'One row per label schema, added by a migration and never changed, since what names it was checked against it. A running service finds a new row by itself.';
COMMENT ON COLUMN label_schemas.labels IS
    'List of {name, role, required, wildcard, values, description}. A filter leaves playbooks out of a search, a preference moves them by the weight that the service has for its name, if any. values is the closed set in its canonical spelling, null for free text.';

-- +goose StatementBegin
CREATE FUNCTION label_fault(label jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
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
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION label_fault(jsonb) IS 'Says what is wrong with one label of a schema, NULL for nothing.';

-- +goose StatementBegin
CREATE FUNCTION check_label_schema() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION check_label_schema() SET search_path = %I, pg_temp', current_schema());
END
$$;
-- +goose StatementEnd

CREATE TRIGGER label_schemas_complete BEFORE INSERT ON label_schemas
    FOR EACH ROW EXECUTE FUNCTION check_label_schema();
CREATE TRIGGER label_schemas_immutable BEFORE UPDATE ON label_schemas
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER label_schemas_kept BEFORE DELETE OR TRUNCATE ON label_schemas
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal();

INSERT INTO label_schemas (version, description, labels) VALUES ('1.0', 'Labels of alerts and of the workloads that they are about.', '[
    {"name": "signal_type", "role": "filter", "required": true, "wildcard": false, "values": null,
        "description": "Kind of signal, such as OOMKilled or CrashLoopBackOff."},
    {"name": "severity", "role": "filter", "required": true, "wildcard": false, "values": ["critical", "high", "medium", "low"],
        "description": "How bad it is."},
    {"name": "component", "role": "preference", "required": false, "wildcard": false, "values": null,
        "description": "What is affected: pod, deployment, node, service, pvc and others."},
    {"name": "environment", "role": "preference", "required": false, "wildcard": true, "values": ["production", "staging", "development", "test"],
        "description": "Where it runs."},
    {"name": "priority", "role": "preference", "required": false, "wildcard": true, "values": ["P0", "P1", "P2", "P3"],
        "description": "How urgent it is to the business, P0 first."},
    {"name": "risk_tolerance", "role": "preference", "required": false, "wildcard": false, "values": ["low", "medium", "high"],
        "description": "How much a remediation may risk."},
    {"name": "business_category", "role": "preference", "required": false, "wildcard": true, "values": null,
        "description": "What the workload is for."},
    {"name": "resource_management", "role": "preference", "required": false, "wildcard": false, "values": ["gitops", "manual", "automated"],
        "description": "How changes reach the cluster."},
    {"name": "gitops_tool", "role": "preference", "required": false, "wildcard": false, "values": ["argocd", "flux"],
        "description": "What applies them where that is GitOps."}
]');

ALTER TABLE playbook_versions ADD CONSTRAINT playbook_versions_schema_version_fkey
    FOREIGN KEY (schema_version) REFERENCES label_schemas (version);

COMMENT ON TABLE playbook_search IS
    'The latest active version of each playbook that has one, with all its labels folded as they are compared.';
COMMENT ON COLUMN playbook_search.custom_terms IS
    'The labels without a column: those of later label schemas as name:value, custom ones as custom_labels:key:value.';

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on label_schemas and playbook_versions. Refuses to run when there are schemas
-- that the release before does not know.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM label_schemas WHERE version <> '1.0') THEN
        RAISE EXCEPTION 'there are label schemas that would be lost'
            USING ERRCODE = 'restrict_violation', HINT = 'Drop the whole database if that is meant.';
    END IF;
END
$$;
-- +goose StatementEnd
ALTER TABLE playbook_versions DROP CONSTRAINT playbook_versions_schema_version_fkey;
DROP TABLE label_schemas;
DROP FUNCTION check_label_schema();
DROP FUNCTION label_fault(jsonb);
COMMENT ON TABLE playbook_search IS
    'The latest active version of each playbook that has one, with its labels folded as they are compared. All labels are here, also those that no filter reads, so that scoring by them needs no backfill.';
COMMENT ON COLUMN playbook_search.custom_terms IS 'The custom labels as custom_labels:key:value.';
