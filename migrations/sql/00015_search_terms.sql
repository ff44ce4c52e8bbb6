-- The words of searchable playbooks, for searches that count them beside the meaning.
-- Cost: the words of each searchable playbook are taken apart once; about 10 seconds for 100,000 of them. Locks: SHARE
-- ROW EXCLUSIVE on playbook_search for that time: searches go on, publishing waits.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION playbook_words(body text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.english',
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(body COLLATE "C",
            '([a-z])([A-Z])', '\1 \2', 'g'),
            '([A-Z])([A-Z][a-z]{2})', '\1 \2', 'g'),
            '(?<![0-9A-Za-z.-])([0-9]{3})(?!\.?[0-9A-Za-z]|-)|[0-9]', ' \1 ', 'g'),
            '[!-/:-@\[-`{-~]', ' ', 'g'))
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION playbook_words(text) IS
    'The words of a text as they are compared: names such as KubeNodeNotReady split into words, stems of English words, no stop words. Of what has digits in it only the letters stay, and numbers of three digits, which are codes of statuses and exits: pod names, hashes and measured values say nothing.';

CREATE TABLE playbook_search_terms (
    term text COLLATE "C" NOT NULL,
    playbook_id text COLLATE "C" NOT NULL,
    occurrences smallint NOT NULL,
    words smallint NOT NULL,
    CONSTRAINT playbook_search_terms_pkey PRIMARY KEY (term, playbook_id) INCLUDE (occurrences, words),
    CONSTRAINT playbook_search_terms_search_fkey FOREIGN KEY (playbook_id)
        REFERENCES playbook_search (playbook_id) ON DELETE CASCADE,
    CONSTRAINT playbook_search_terms_bounds CHECK (occurrences >= 1 AND words >= occurrences)
);
CREATE INDEX playbook_search_terms_by_playbook ON playbook_search_terms (playbook_id);
COMMENT ON TABLE playbook_search_terms IS
    'The words of title, description and signal type of each searchable version. Kept by a trigger of playbook_search, so that processes of an earlier release keep it too.';
COMMENT ON COLUMN playbook_search_terms.words IS 'How many words the playbook has in all.';

-- +goose StatementBegin
CREATE FUNCTION playbook_terms_of(playbook text) RETURNS TABLE (term text, playbook_id text, occurrences smallint, words smallint)
    LANGUAGE sql STABLE AS $$
    SELECT word.lexeme, s.playbook_id, cardinality(word.positions)::smallint,
        least(sum(cardinality(word.positions)) OVER (PARTITION BY s.playbook_id), 32767)::smallint
    FROM playbook_search AS s
    JOIN playbook_versions AS v ON v.playbook_id = s.playbook_id AND v.version = s.version
    CROSS JOIN LATERAL unnest(playbook_words(concat_ws(' ', v.title, v.description, v.labels ->> 'signal_type'))) AS word
    WHERE s.playbook_id = playbook AND char_length(word.lexeme) BETWEEN 2 AND 100
$$;

CREATE FUNCTION playbook_search_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM playbook_search_terms WHERE playbook_id = new.playbook_id;
    INSERT INTO playbook_search_terms (term, playbook_id, occurrences, words)
    SELECT term, playbook_id, occurrences, words FROM playbook_terms_of(new.playbook_id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY ['playbook_terms_of(text)', 'playbook_search_keep_terms()'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
    END LOOP;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER playbook_search_terms_kept AFTER INSERT OR UPDATE OF version ON playbook_search
    FOR EACH ROW EXECUTE FUNCTION playbook_search_keep_terms();

INSERT INTO playbook_search_terms (term, playbook_id, occurrences, words)
SELECT own.term, own.playbook_id, own.occurrences, own.words
FROM playbook_search AS s CROSS JOIN LATERAL playbook_terms_of(s.playbook_id) AS own;

-- +goose Down
-- Cost: milliseconds. Locks: ACCESS EXCLUSIVE on playbook_search for an instant. Applying the migration again brings the
-- words back.
DROP TRIGGER playbook_search_terms_kept ON playbook_search;
DROP TABLE playbook_search_terms;
DROP FUNCTION playbook_search_keep_terms();
DROP FUNCTION playbook_terms_of(text);
DROP FUNCTION playbook_words(text);
