-- The warm-up of the cache: what was asked for, and how far it is.
-- Cost: milliseconds. Locks: none on tables that exist.

-- +goose Up
CREATE TABLE cache_warm_up (
    only_row boolean NOT NULL DEFAULT true,
    state text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    playbooks_total integer NOT NULL DEFAULT 0,
    playbooks_done integer NOT NULL DEFAULT 0,
    queries_total integer NOT NULL DEFAULT 0,
    queries_done integer NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL,
    finished_at timestamptz,
    owner text COLLATE "C" NOT NULL DEFAULT '',
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT cache_warm_up_pkey PRIMARY KEY (only_row),
    CONSTRAINT cache_warm_up_one_row CHECK (only_row),
    CONSTRAINT cache_warm_up_state CHECK (state IN ('waiting', 'running', 'done', 'failed'))
);
COMMENT ON TABLE cache_warm_up IS
    'The last warm-up of the cache. One process leases it; another one takes over when the lease has run out.';

CREATE TABLE asked_queries (
    day date NOT NULL,
    text_hash bytea NOT NULL,
    text text NOT NULL,
    asked bigint NOT NULL,
    CONSTRAINT asked_queries_pkey PRIMARY KEY (day, text_hash),
    CONSTRAINT asked_queries_asked_bounds CHECK (asked > 0)
);
COMMENT ON TABLE asked_queries IS
    'How often a normalised text was searched for on a day (UTC), for warm-ups. Rows that are old, or rare beyond a bound, are deleted.';

-- +goose Down
-- Cost: milliseconds. Loses which texts were searched for.
DROP TABLE asked_queries;
DROP TABLE cache_warm_up;
