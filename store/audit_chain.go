package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
)

// Why a chain was closed.
const (
	closedByShutdown = "the writer has shut down"
	closedAsUnknown  = "the outcome of a commit is unknown"
	closedAsMoved    = "its head is not where its writer left it"
)

// registerLock serialises those who register a chain, so that chains are numbered without gaps.
const registerLock = 4803711640302602

// chain is what a process knows about its chains. The database has the last word: a head moves only from where it is.
type chain struct {
	head   head
	closed []closing // chains that are not used any more, to be closed in the register
}

// head is the end of a chain; the zero value means that none is open.
type head struct {
	id   uuid.UUID
	seq  int64
	hash []byte
}

type closing struct {
	id     uuid.UUID
	reason string
}

func (c *chain) abandon(reason string) {
	if c.head.id != uuid.Nil {
		c.closed = append(c.closed, closing{c.head.id, reason})
	}
	c.head = head{}
}

// appending is the part that one transaction has in the chain of its process. While it has the turn no other
// transaction of this process appends: they would have to wait for its end anyway, since each hash follows from the one
// before.
type appending struct {
	trail  *Trail
	held   bool
	next   chain       // what the chain becomes when the transaction is committed
	months []time.Time // of the events that were to be appended
	again  bool        // may the same succeed at once on another session
}

// take waits for the turn. It is the last wait of a transaction but for the keys of events.
func (a *appending) take(ctx context.Context) error {
	select {
	case <-a.trail.turn:
		a.held = true
		a.next = chain{head: a.trail.chain.head, closed: slices.Clone(a.trail.chain.closed)}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drop gives the turn back after a transaction that was not committed.
func (a *appending) drop() {
	if a.held {
		a.held = false
		a.trail.turn <- struct{}{}
	}
}

// moved drops the turn and the chain, whose head is not where it was left.
func (a *appending) moved() {
	a.trail.chain.abandon(closedAsMoved)
	a.drop()
}

// keep gives the turn back after a commit.
func (a *appending) keep() {
	if a.held {
		a.trail.chain = a.next
		a.drop()
	}
}

// lose gives the turn back after a commit of which nobody knows. It has moved the head or it has not, together with the
// events, so the chain is sound either way; only this process does not know its head.
func (a *appending) lose() {
	if a.held {
		a.trail.chain.head = a.next.head // which this transaction may have begun
		a.trail.chain.abandon(closedAsUnknown)
		a.drop()
	}
}

// register begins a new chain within a transaction, and closes in the register those that are not used any more.
func (a *appending) register(ctx context.Context, tx *sqlx.Tx) error {
	if err := a.closeOld(ctx, tx); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, registerLock); err != nil {
		return err
	}
	var last struct {
		Number int64  `db:"number"`
		Link   []byte `db:"link"`
	}
	err = tx.GetContext(ctx, &last, `SELECT number, link FROM audit_chains ORDER BY number DESC LIMIT 1`)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	r := audit.Registration{
		ChainID: id, Number: last.Number + 1, Writer: a.trail.writer, Keyed: len(a.trail.chainer.Key) > 0,
		StartedAt: microseconds(time.Now()),
	}
	link, err := a.trail.chainer.Register(last.Link, r)
	if err != nil {
		return err
	}
	const statement = `INSERT INTO audit_chains (chain_id, number, writer, keyed, started_at, link)
		VALUES ($1, $2, $3, $4, $5, $6)`
	_, err = tx.ExecContext(ctx, statement, r.ChainID, r.Number, r.Writer, r.Keyed, r.StartedAt, link)
	a.next.head = head{id: id, hash: []byte{}}
	return err
}

// closeOld closes chains in the register, but for those whose last transaction has not ended yet.
func (a *appending) closeOld(ctx context.Context, tx *sqlx.Tx) error {
	var left []closing
	for _, c := range a.next.closed {
		var closed bool
		if err := tx.GetContext(ctx, &closed, `SELECT audit_close_chain($1, $2)`, c.id, c.reason); err != nil {
			return err
		}
		if !closed {
			left = append(left, c)
		}
	}
	a.next.closed = left
	return nil
}

// Close ends the chain of this process and notes so in the register. It does not close the Store. An event that is
// recorded later begins another chain. Error: audit.ErrUnavailable.
func (t *Trail) Close(ctx context.Context) error {
	a := appending{trail: t}
	if err := a.take(ctx); err != nil {
		return auditError(err)
	}
	defer a.drop()
	t.chain.abandon(closedByShutdown)
	a.next = t.chain
	if len(a.next.closed) == 0 {
		return nil
	}
	err := t.store.inTx(ctx, "close the audit chain", a.closeOld)
	if err == nil {
		a.keep()
	}
	return auditError(err)
}
