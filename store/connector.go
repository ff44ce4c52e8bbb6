package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// maxStatements bounds what one session prepares. The store has some dozens of statements, among them the variants of
// those that are built from filters.
const maxStatements = 200

// adHoc at the start of a query keeps it from being prepared: it is one of many variants.
const adHoc = "/* ad hoc */ "

// connectError marks a failure to open a session, whatever its cause.
type connectError struct{ err error }

func (e *connectError) Error() string { return "connect to the database: " + e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// connector opens sessions that remember the statements they have prepared. Below database/sql instead of with its
// Stmt, for three reasons: a statement within a transaction needs no second connection to be prepared on, no caller
// has to keep statements, and a session that lost its statements can be replaced without anybody noticing.
type connector struct{ *pq.Connector }

// newConnector opens sessions with the settings of all, and those that are given besides.
func newConnector(cfg Config, settings map[string]string) (*connector, error) {
	driverConfig, err := cfg.driverConfig()
	if err != nil {
		return nil, err
	}
	maps.Copy(driverConfig.Runtime, settings)
	plain, err := pq.NewConnectorConfig(driverConfig)
	if err != nil {
		return nil, err
	}
	plain.Dialer(dialer{limit: cfg.StatementTimeout + answerGrace})
	return &connector{plain}, nil
}

// Connect opens a session.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, &connectError{err}
	}
	plain, ok := conn.(driverConn)
	if !ok {
		return nil, fmt.Errorf("the driver's connection %T lacks a method that is needed", conn)
	}
	return &session{driverConn: plain, prepared: map[string]driverStatement{}}, nil
}

// driverConn is what the driver's connections can do.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// driverStatement is what the driver's prepared statements can do.
type driverStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// session is one connection with its prepared statements. database/sql lets one goroutine use it at a time.
type session struct {
	driverConn

	prepared map[string]driverStatement // by SQL text
	stale    bool                       // the server has forgotten a statement
}

// ExecContext runs a statement, which is prepared the first time.
func (s *session) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	statement, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return s.driverConn.ExecContext(ctx, query, args)
	}
	result, err := statement.ExecContext(ctx, args)
	return result, s.check(err)
}

// QueryContext runs a query, which is prepared the first time.
func (s *session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	statement, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return s.driverConn.QueryContext(ctx, query, args)
	}
	rows, err := statement.QueryContext(ctx, args) //nolint:sqlclosecheck // the caller closes them
	return rows, s.check(err)
}

// prepare gives the prepared statement for a text, or nil when the session holds too many.
func (s *session) prepare(ctx context.Context, query string) (driverStatement, error) {
	if statement, ok := s.prepared[query]; ok {
		return statement, nil
	}
	if len(s.prepared) >= maxStatements || strings.HasPrefix(query, adHoc) {
		return nil, nil
	}
	plain, err := s.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	statement, ok := plain.(driverStatement)
	if !ok {
		return nil, fmt.Errorf("the driver's statement %T lacks a method that is needed", plain)
	}
	s.prepared[query] = statement
	return statement, nil
}

// check turns a forgotten statement, as after DISCARD ALL or a change of a table, into the end of this session.
// Nothing has been executed then, so that database/sql or inTx repeats the call on another one.
func (s *session) check(err error) error {
	var refusal *pq.Error
	if errors.As(err, &refusal) && isForgotten(refusal) {
		s.stale = true
		return driver.ErrBadConn
	}
	return err
}

// IsValid keeps a stale session from being used again.
func (s *session) IsValid() bool { return !s.stale && s.driverConn.IsValid() }

func isForgotten(err *pq.Error) bool {
	return err.Code == pqerror.InvalidSQLStatementName ||
		// PostgreSQL has no code of its own for "cached plan must not change result type".
		err.Code == pqerror.FeatureNotSupported && err.Routine == "RevalidateCachedQuery"
}
