-- Events of the audit trail can be stored by one statement that is a transaction of its own: it has to fail, not to say
-- so, when the head of its chain is not where its writer left it.
-- Cost: milliseconds. Locks: none.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION audit_head_moved(chain uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the head of chain % is not where its writer left it, or the chain is closed', chain
        USING ERRCODE = 'triggered_data_change_violation', CONSTRAINT = 'audit_head_moved';
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_head_moved(uuid) IS 'Always fails: what follows an audit_move_head that returned false, so that nothing is stored.';

-- +goose Down
-- Cost: milliseconds. Locks: none.
DROP FUNCTION audit_head_moved(uuid);
