package testdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// cluster is a PostgreSQL server on which databases are made and dropped. Other
// test binaries may use the same one.
type cluster struct {
	admin    *sql.DB
	base     url.URL
	prefix   string // of the names of all databases of this binary
	count    atomic.Int64
	migrate  Migrate
	template func() error // makes the template once
	strategy string       // how the server copies a template
}

// openCluster connects to the server that the tests use, starting it if need be.
func (h *harness) openCluster() (*cluster, error) {
	address, err := h.postgresURL()
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "postgres" && base.Scheme != "postgresql" {
		return nil, errors.New("its address is not of the form postgres://user@host/database")
	}
	admin, err := sql.Open("postgres", address)
	if err != nil {
		return nil, err
	}
	h.onClose(admin.Close)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := admin.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", base.Redacted(), err)
	}
	c := &cluster{
		admin: admin, base: *base, migrate: h.migrate,
		prefix: fmt.Sprintf("test_%d_%s_", os.Getpid(), uuid.NewString()[:8]),
	}
	if os.Getenv(databaseVariable) == "" {
		// Half the time of the default, where the checkpoint that it needs writes no disk.
		c.strategy = " STRATEGY FILE_COPY"
	}
	c.template = sync.OnceValue(c.makeTemplate)
	h.onClose(c.dropTemplate)
	return c, nil
}

func (c *cluster) templateName() string { return c.prefix + "template" }

// makeTemplate migrates the database that others are cloned from and closes it
// to connections: a clone needs its template to be in nobody's use.
func (c *cluster) makeTemplate() error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	name := c.templateName()
	if err := c.exec(ctx, "CREATE DATABASE %s TEMPLATE template0", name); err != nil {
		return err
	}
	if err := c.migrate(ctx, c.urlOf(name)); err != nil {
		return fmt.Errorf("migrate the template database: %w", err)
	}
	if err := c.exec(ctx, "ALTER DATABASE %s ALLOW_CONNECTIONS false", name); err != nil {
		return err
	}
	// A migration may leave connections that close a little later.
	_, err := c.admin.ExecContext(ctx, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1`, name)
	return err
}

// create makes a database and returns its name.
func (c *cluster) create(ctx context.Context, migrated bool) (string, error) {
	from := "template0"
	if migrated && c.migrate != nil {
		if err := c.template(); err != nil {
			return "", err
		}
		from = c.templateName()
	}
	name := fmt.Sprintf("%s%d", c.prefix, c.count.Add(1))
	return name, c.exec(ctx, "CREATE DATABASE %s TEMPLATE "+pq.QuoteIdentifier(from)+c.strategy, name)
}

func (c *cluster) drop(ctx context.Context, name string) error {
	return c.exec(ctx, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name)
}

func (c *cluster) dropTemplate() error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return c.drop(ctx, c.templateName())
}

// exec runs a statement about a database, whose name no statement takes as a
// parameter.
func (c *cluster) exec(ctx context.Context, format, name string) error {
	statement := fmt.Sprintf(format, pq.QuoteIdentifier(name))
	if _, err := c.admin.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func (c *cluster) urlOf(name string) string {
	u := c.base
	u.Path = "/" + name
	return u.String()
}
