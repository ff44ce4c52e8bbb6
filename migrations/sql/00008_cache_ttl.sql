-- For how long the vectors of a playbook are cached.
-- Cost: one pass over playbooks, milliseconds. Locks: ACCESS EXCLUSIVE on playbooks for that time.

-- +goose Up
ALTER TABLE playbooks
    ADD COLUMN cache_ttl_seconds integer,
    ADD CONSTRAINT playbooks_cache_ttl_bounds CHECK (cache_ttl_seconds BETWEEN 1 AND 31536000);
COMMENT ON COLUMN playbooks.cache_ttl_seconds IS
    'For how long the vectors of this playbook are cached, NULL for as long as those of others. It says nothing of the playbook itself: updated_at stays.';

-- +goose Down
-- Cost: milliseconds. Locks: ACCESS EXCLUSIVE on playbooks for an instant. Loses the times that were set.
ALTER TABLE playbooks DROP COLUMN cache_ttl_seconds;
