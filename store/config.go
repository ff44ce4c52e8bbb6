package store

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"strconv"
	"time"

	"github.com/lib/pq"
)

// Config says which database to use, and how. Only DatabaseURL is required.
//
// The time limits are settings of each session, sent when it starts; a connection pooler in between has to let them
// through.
type Config struct {
	DatabaseURL      string        // postgres:// URL or lib/pq key-value text
	ApplicationName  string        // shown in pg_stat_activity, default datastorage
	MaxOpenConns     int           // default 16; the audit trail has one more of its own
	ConnMaxLifetime  time.Duration // default 30 min
	ConnectTimeout   time.Duration // of the whole set-up of a connection, default 5 s
	StatementTimeout time.Duration // default 5 s
	LockTimeout      time.Duration // default 3 s
	ExactRows        int           // rows that a search compares one by one, without an index, at most; default 10,000
	Logger           *slog.Logger  // default slog.Default
	Trail            TrailConfig   // of the audit trail
}

// Defaults and bounds of a Config.
const (
	defaultMaxOpenConns     = 16
	defaultConnMaxLifetime  = 30 * time.Minute
	defaultConnectTimeout   = 5 * time.Second
	defaultStatementTimeout = 5 * time.Second
	defaultLockTimeout      = 3 * time.Second

	// answerGrace is how much longer than its own time limit the server may take to answer. After that the connection
	// is given up: the server, or the way to it, has stopped.
	answerGrace = 2 * time.Second
	// idleInTransaction frees the locks of a process that froze within a transaction.
	idleInTransaction = 10 * time.Second
)

func (c Config) withDefaults() Config {
	if c.ApplicationName == "" {
		c.ApplicationName = "datastorage"
	}
	if c.MaxOpenConns <= 0 {
		c.MaxOpenConns = defaultMaxOpenConns
	}
	if c.ConnMaxLifetime <= 0 {
		c.ConnMaxLifetime = defaultConnMaxLifetime
	}
	if c.ConnectTimeout <= 0 {
		c.ConnectTimeout = defaultConnectTimeout
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = defaultStatementTimeout
	}
	if c.LockTimeout <= 0 {
		c.LockTimeout = defaultLockTimeout
	}
	if c.ExactRows <= 0 {
		c.ExactRows = defaultExactRows
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// driverConfig is the configuration of the driver. What the URL says about a setting that Config has does not count.
func (c Config) driverConfig() (pq.Config, error) {
	if c.DatabaseURL == "" {
		return pq.Config{}, errors.New("no database URL is given")
	}
	cfg, err := pq.NewConfig(c.DatabaseURL)
	if err != nil {
		return pq.Config{}, fmt.Errorf("the database URL cannot be used: %s", withoutURL(err))
	}
	cfg.ApplicationName = c.ApplicationName
	cfg.ConnectTimeout = c.ConnectTimeout
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	for name, limit := range map[string]time.Duration{
		"statement_timeout":                   c.StatementTimeout,
		"lock_timeout":                        c.LockTimeout,
		"idle_in_transaction_session_timeout": idleInTransaction,
	} {
		cfg.Runtime[name] = strconv.FormatInt(max(1, limit.Milliseconds()), 10)
	}
	cfg.Runtime["timezone"] = "UTC"
	maps.Copy(cfg.Runtime, planSettings)
	return cfg, nil
}

// planSettings are those of all sessions. Compiling a plan takes longer than any statement here runs. A plan that is kept
// from when the catalog was small can take seconds once it has grown; planning each time costs a search about 0.3 ms, while
// parsing and a round trip are still saved.
var planSettings = map[string]string{"jit": "off", "plan_cache_mode": "force_custom_plan"}

// directSettings are those of the session that stores audit events. Its statements find rows by their keys only: a plan
// made once is good for ever, as long as it was not made for a table so small, such as the month that comes, that to
// read all of it seemed cheaper. Planning the statement and its look-ups of parents anew would take longer than running
// them.
var directSettings = map[string]string{"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}

// withoutURL leaves the URL out of an error, since it may hold a password.
func withoutURL(err error) string {
	var parse *url.Error
	if errors.As(err, &parse) {
		return parse.Err.Error()
	}
	return err.Error()
}
