package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	maxAttempts = 5
	retryPause  = 10 * time.Millisecond // upper bound of the first pause; each further one may be twice as long
)

var (
	// errRollBack asks inTx to roll back without failing.
	errRollBack = errors.New("roll back")
	// errNested says that a transaction was begun within one.
	errNested = errors.New("a transaction cannot be begun within another one")
)

// txMark is in the context of a running transaction.
type txMark struct{}

// inTx runs fn in a transaction. It commits when fn gives nil and rolls back when fn fails or panics; after errRollBack
// it rolls back and gives nil. It repeats the whole of a transaction that lost a deadlock or its session before the
// commit, a bounded number of times, so fn must not change anything but the database. It refuses to be nested.
//
// The isolation is READ COMMITTED whatever the database's default: what follows a lock has to see what others committed
// before they gave the lock away.
func (s *Store) inTx(ctx context.Context, op string, fn func(ctx context.Context, tx *sqlx.Tx) error) error {
	if ctx.Value(txMark{}) != nil {
		return fmt.Errorf("%s: %w", op, errNested)
	}
	pause := retryPause
	for attempt := 1; ; attempt++ {
		err := s.tryTx(context.WithValue(ctx, txMark{}, true), fn)
		if errors.Is(err, errRollBack) {
			return nil
		}
		if !isRepeatable(err) || attempt == maxAttempts || !sleep(ctx, rand.N(pause)) { //nolint:gosec // jitter
			return mapError(ctx, op, err)
		}
		s.logger.DebugContext(ctx, "transaction is repeated", "operation", op, "attempt", attempt, "error", err)
		pause *= 2
	}
}

func (s *Store) tryTx(ctx context.Context, fn func(context.Context, *sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // failed or panicking: what went wrong is known already, or passes by
			_ = tx.Rollback()
		}
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	done = true
	return commit(tx)
}

// commit tells a transaction that was not committed from one of which nobody knows.
func commit(tx *sqlx.Tx) error {
	err := tx.Commit()
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &network): // before the context's errors, since a time-out of the network equals one of them
		return &commitError{err}
	case pq.As(err) != nil, // the server refused to commit
		errors.Is(err, pq.ErrInFailedTransaction),
		errors.Is(err, sql.ErrTxDone), // database/sql has rolled back when the context ended
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("commit: %w", err)
	}
	return &commitError{err}
}

// sleep waits unless the context ends first, and reports whether it waited to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
