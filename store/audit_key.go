package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
)

// chainerFor gives what computes the hashes of what was made with or without a key.
func (t *Trail) chainerFor(keyed bool) (audit.Chainer, error) {
	if !keyed {
		return audit.Chainer{}, nil
	}
	if len(t.chainer.Key) == 0 {
		return audit.Chainer{}, audit.ErrKeyRequired
	}
	return t.chainer, nil
}

// CheckKey compares the key of this process with the newest chain that was made with one. Without such a chain any key
// will do. Errors: audit.ErrKeyRequired, audit.ErrKeyMismatch, audit.ErrUnavailable.
func (t *Trail) CheckKey(ctx context.Context) error {
	return auditError(mapError(ctx, "check the key of the audit chains", t.checkKey(ctx)))
}

func (t *Trail) checkKey(ctx context.Context) error {
	var id uuid.UUID
	err := t.store.db.GetContext(ctx, &id, `SELECT chain_id FROM audit_chains WHERE keyed ORDER BY number DESC LIMIT 1`)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(t.chainer.Key) == 0 {
		return audit.ErrKeyRequired
	}
	if fits, err := t.keyFits(ctx, id); err != nil || fits {
		return err
	}
	return audit.ErrKeyMismatch
}

// keyFits reports whether anything shows that chains were made with the key of this process: a registration, or the first
// event of one chain. A registration stands for itself, since its link follows from the one that is stored before it.
func (t *Trail) keyFits(ctx context.Context, chain uuid.UUID) (bool, error) {
	const first = `SELECT ` + eventColumns + ` FROM audit_events AS e WHERE e.chain_id = $1 AND e.chain_seq = 1 LIMIT 1`
	var row eventRow
	err := t.store.db.GetContext(ctx, &row, first, chain)
	if err == nil {
		link := &audit.Link{Recorded: row.event()}
		if link.Canonical, err = audit.Canonical(&link.Event); err != nil {
			return false, err
		}
		if t.chainer.Follows(nil, 1, link) {
			return true, nil
		}
	} else if !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	return t.keyFitsRegister(ctx)
}

func (t *Trail) keyFitsRegister(ctx context.Context) (bool, error) {
	const query = `SELECT c.chain_id, c.number, c.writer, c.keyed, c.started_at, c.link, p.link
		FROM audit_chains AS c LEFT JOIN audit_chains AS p ON p.number = c.number - 1
		WHERE c.keyed ORDER BY c.number DESC`
	rows, err := t.store.db.QueryContext(ctx, query)
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r audit.Registration
		var link, previous []byte
		if err := rows.Scan(&r.ChainID, &r.Number, &r.Writer, &r.Keyed, &r.StartedAt, &link, &previous); err != nil {
			return false, err
		}
		computed, err := t.chainer.Register(previous, r)
		if err != nil {
			return false, err
		}
		if bytes.Equal(computed, link) {
			return true, nil
		}
	}
	return false, rows.Err()
}
