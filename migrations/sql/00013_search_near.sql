-- What an index for approximate searches is made on: vector and labels of a row as one vector, whose inner product with that
-- of a question comes close to the score. The index itself is made when a catalog is large enough to need it.
-- Cost: milliseconds. Locks: none.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION search_label_places(terms text[], weights real[]) RETURNS real[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = public, pg_temp AS $$
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
-- +goose StatementEnd
COMMENT ON FUNCTION search_label_places(text[], real[]) IS
    'The labels of a row or of a question as 127 numbers. Indexes hold its results: another assignment of terms to places is another function.';

-- +goose StatementBegin
CREATE FUNCTION search_row_vector(embedding vector, component text, environment text, priority text, risk_tolerance text,
    business_category text, resource_management text, gitops_tool text, custom_terms text[])
RETURNS halfvec LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp AS $$
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
-- +goose StatementEnd
COMMENT ON FUNCTION search_row_vector(vector, text, text, text, text, text, text, text, text[]) IS
    'A row of playbook_search_vectors as one vector: its direction, a quarter for each label that it has and for each value, and what makes it as long as the others, so that the graph of an index is not drawn to rows with many labels. A quarter, so that labels do not outweigh texts in it.';

-- +goose StatementBegin
CREATE FUNCTION search_question_vector(embedding vector, terms text[], weights real[])
RETURNS halfvec LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN l2_normalize(embedding)::halfvec || search_label_places(terms, (SELECT coalesce(array_agg((4 * w)::real ORDER BY n), '{}')
        FROM unnest(weights) WITH ORDINALITY AS g (w, n)))::halfvec || ARRAY [0]::halfvec;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION search_question_vector(vector, text[], real[]) IS
    'A question as the vector whose inner product with that of a row is similarity plus the weights of the terms that the row has. Terms that share a place count for each other.';

-- +goose Down
-- Cost: milliseconds. Locks: exclusive on the indexes that use the functions, which are dropped.
DROP FUNCTION search_question_vector(vector, text[], real[]);
DROP FUNCTION search_row_vector(vector, text, text, text, text, text, text, text, text[]) CASCADE;
DROP FUNCTION search_label_places(text[], real[]);
