package store

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

var (
	// errKeysTaken says that some of the events are recorded already.
	errKeysTaken = errors.New("some event ids are taken")
	// errHeadMoved says that the chain does not end where this process left it.
	errHeadMoved = errors.New("the head of the audit chain was moved")
)

// maxAppends is how often a transaction is repeated for a missing month or a moved head.
const maxAppends = 4

// inTx is the store's inTx for transactions that may append to the trail.
func (t *Trail) inTx(ctx context.Context, op string, fn func(context.Context, *sqlx.Tx, *appending) error) error {
	return t.repeat(ctx, func(a *appending) error { return t.tryTx(ctx, op, a, fn) })
}

// repeat makes the months that are missing, and begins another chain when this one cannot go on.
func (t *Trail) repeat(ctx context.Context, try func(*appending) error) error {
	var unknown error // what became of an earlier try
	for attempt := 1; ; attempt++ {
		a := appending{trail: t}
		err := try(&a)
		switch {
		case err == nil || attempt == maxAppends:
		case errors.Is(err, errHeadMoved):
			t.store.logger.WarnContext(ctx, "audit chain is closed: "+closedAsMoved)
			continue
		case a.again:
			if errors.Is(err, catalog.ErrOutcomeUnknown) {
				unknown = err
			}
			continue
		case isMonthMissing(err):
			if err = t.addMonths(ctx, a.months); err == nil {
				continue
			}
		}
		if err != nil && unknown != nil {
			return errors.Join(err, unknown)
		}
		return err
	}
}

// storeAlone appends events by a transaction that is nothing but the statement that stores them, one round trip. Only
// when there is no chain to go on with it takes a whole transaction.
func (t *Trail) storeAlone(ctx context.Context, op string, events []audit.Prepared) error {
	return t.repeat(ctx, func(a *appending) error {
		a.months = monthsOf(events)
		if err := a.take(ctx); err != nil {
			return mapError(ctx, op, err)
		}
		defer a.drop() // the turn, if it is still held
		if a.next.head.id == uuid.Nil {
			a.drop()
			return t.tryTx(ctx, op, a, func(ctx context.Context, tx *sqlx.Tx, a *appending) error { return a.append(ctx, tx, events) })
		}
		return mapError(ctx, op, a.storeAndSettle(ctx, events))
	})
}

// storeAndSettle runs the statement on the session that is there for it. When that does not say how it went, the chain is
// lost, and the error a commitError.
func (a *appending) storeAndSettle(ctx context.Context, events []audit.Prepared) error {
	conn, err := a.trail.direct.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it goes back to its pool
	err = a.store(ctx, conn, events)
	switch {
	case err == nil:
		a.keep()
	case pq.As(err) == nil: // not the server's refusal, with which nothing is stored
		a.lose()
		a.again = isRepeatable(err) // its session was cut; what it may have stored is recognised by the ids
		return &commitError{err}
	default:
		a.again = isRepeatable(err)
	}
	return err
}

func (t *Trail) tryTx(ctx context.Context, op string, a *appending, fn func(context.Context, *sqlx.Tx, *appending) error) error {
	err := t.store.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx) error {
		a.drop() // of a try before, which lost its session
		done := false
		defer func() {
			if !done {
				a.drop() // failed or panicking; the head stays locked until the roll-back, a moment later
			}
		}()
		err := fn(ctx, tx, a)
		done = err == nil
		return err
	})
	switch {
	case err == nil:
		a.keep()
	case errors.Is(err, catalog.ErrOutcomeUnknown):
		a.lose()
	default:
		a.drop()
	}
	return err
}

// append stores events in a transaction as the next ones of the chain. Nothing but the commit may follow.
// Errors: errKeysTaken, errHeadMoved, or that of the database.
func (a *appending) append(ctx context.Context, tx *sqlx.Tx, events []audit.Prepared) error {
	a.months = monthsOf(events)
	if err := a.take(ctx); err != nil {
		return err
	}
	if a.next.head.id == uuid.Nil {
		if err := a.register(ctx, tx); err != nil {
			return err
		}
	}
	return a.store(ctx, tx, events)
}

// isMonthMissing reports whether an event was refused because its month has no partition.
func isMonthMissing(err error) bool {
	refusal := pq.As(err, pqerror.CheckViolation)
	return refusal != nil && refusal.Constraint == "" && refusal.Table == "audit_events"
}
