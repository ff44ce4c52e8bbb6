package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

var (
	_ audit.Writer = (*Trail)(nil)
	_ audit.Reader = (*Trail)(nil)
)

// TrailConfig says how a Store keeps the audit trail. Its zero value can be used.
type TrailConfig struct {
	// Key makes the hashes of the chains HMACs, so that who can write the database but does not have the key cannot
	// make a chain that verifies. All processes need the same key, for good.
	Key []byte
	// Window is how far from the present events are accepted. Months are made on demand within it.
	// Default audit.DefaultWindow.
	Window audit.Window
	// Writer names this process in the register of chains, for people; default host and process id.
	Writer string
	// Release is appended to Writer.
	Release string
}

func (c TrailConfig) withDefaults() TrailConfig {
	if c.Window == (audit.Window{}) {
		c.Window = audit.DefaultWindow
	}
	if c.Writer == "" {
		host, err := os.Hostname()
		if err != nil {
			host = "unknown host"
		}
		c.Writer = fmt.Sprintf("%s/%d", host, os.Getpid())
	}
	if c.Release != "" {
		c.Writer += " " + c.Release
	}
	if name := []rune(c.Writer); len(name) > maxWriter {
		c.Writer = string(name[:maxWriter])
	}
	return c
}

// maxWriter is the greatest length of a writer's name in characters.
const maxWriter = 500

// Trail is the audit trail in a Store's database. It is safe for concurrent use, also by several processes on one
// database.
//
// The events that one Trail writes form one hash chain at a time. A chain begins with the first event and ends with
// Close, or when the connection is lost during a commit; then the next one begins.
type Trail struct {
	store   *Store
	direct  *sqlx.DB // one session, for transactions that are one statement
	chainer audit.Chainer
	window  audit.Window
	writer  string
	turn    chan struct{} // holds one token, which the transaction takes that appends to the chain
	chain   chain         // belongs to who has the token
}

func newTrail(s *Store, direct *sqlx.DB, cfg TrailConfig) *Trail {
	cfg = cfg.withDefaults()
	t := &Trail{
		store: s, direct: direct, chainer: audit.Chainer{Key: cfg.Key}, window: cfg.Window, writer: cfg.Writer,
		turn: make(chan struct{}, 1),
	}
	t.turn <- struct{}{}
	return t
}

// Trail is the audit trail in the store's database.
func (s *Store) Trail() *Trail { return s.trail }

// auditError translates errors of the catalog's store into those of package audit. Errors of the domain stay what they
// are.
func auditError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, catalog.ErrOutcomeUnknown):
		return fmt.Errorf("%w: %w: %s", audit.ErrOutcomeUnknown, audit.ErrUnavailable, err.Error())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", audit.ErrUnavailable, err)
	case errors.Is(err, catalog.ErrUnavailable):
		return fmt.Errorf("%w: %s", audit.ErrUnavailable, err.Error())
	}
	return err
}

// microseconds gives a time as PostgreSQL keeps it.
func microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
