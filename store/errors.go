package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

// commitError marks a commit whose answer never came.
type commitError struct{ err error }

func (e *commitError) Error() string { return "commit: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

// constraintErrors are the constraints that a caller can run into, and what they mean in the domain. All others guard
// against faults of this service.
var constraintErrors = map[string]error{
	"playbook_versions_pkey":       versioning.ErrVersionAlreadyExists,
	"playbook_versions_key_unique": versioning.ErrVersionAlreadyExists,
}

// mapError translates what the driver reports into the sentinels of the domain, by SQLSTATE and name of constraint.
// Errors of the domain stay what they are. op says what was being done.
func mapError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var unanswered *commitError
	switch {
	case errors.As(err, &unanswered):
		return fmt.Errorf("%s: %w: %w: %s", op, catalog.ErrOutcomeUnknown, catalog.ErrUnavailable, err.Error())
	case isInterruption(err):
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w: %s", op, ctx.Err(), err.Error())
		}
		// The cause goes in as text only: as an error it could pass for the end of the caller's own context.
		return fmt.Errorf("%s: %w: %s", op, catalog.ErrUnavailable, err.Error())
	}
	var refusal *pq.Error
	if !errors.As(err, &refusal) || refusal.Constraint == "" {
		return fmt.Errorf("%s: %w", op, err)
	}
	if sentinel, ok := constraintErrors[refusal.Constraint]; ok {
		return fmt.Errorf("%s: %w: %w", op, sentinel, err)
	}
	return fmt.Errorf("%s: constraint %s: %w", op, refusal.Constraint, err)
}

// isInterruption reports whether a call failed for the state of the server, the network or the caller's context, so
// that the same call may succeed later.
func isInterruption(err error) bool {
	var refusal *pq.Error
	if errors.As(err, &refusal) {
		return isInterruptionCode(refusal.Code) || isConnectError(err)
	}
	if isConnectError(err) {
		return true
	}
	for _, cause := range []error{
		context.Canceled, context.DeadlineExceeded, sql.ErrTxDone, sql.ErrConnDone,
		driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, os.ErrDeadlineExceeded,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	var network net.Error
	return errors.As(err, &network)
}

func isConnectError(err error) bool {
	var connect *connectError
	return errors.As(err, &connect)
}

func isInterruptionCode(code pqerror.Code) bool {
	switch code.Class() {
	case "08", // connection exception
		"53", // insufficient resources
		"57", // operator intervention: shutdown, recovery, cancelled statement
		"58": // system error
		return true
	}
	switch code {
	case pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected, // and repeating did not help
		pqerror.LockNotAvailable,
		pqerror.ReadOnlySQLTransaction, // the server became a standby
		pqerror.IdleInTransactionSessionTimeout:
		return true
	}
	return false
}

// isRepeatable reports whether a transaction that failed so before its commit may be run again at once.
func isRepeatable(err error) bool {
	var unanswered *commitError
	if errors.As(err, &unanswered) {
		return false
	}
	if pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected) != nil {
		return true
	}
	// The session is gone, and with it the transaction; another session may be fine.
	return errors.Is(err, driver.ErrBadConn)
}
