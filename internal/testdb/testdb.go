// Package testdb gives tests real databases: a migrated PostgreSQL database and
// a Redis database of their own for each test, on servers that the test binary
// shares, and private servers for tests that stop or pause one.
//
// The servers are, in this order, the ones that DATASTORAGE_TEST_DATABASE_URL,
// DATASTORAGE_TEST_REDIS_URL and DATASTORAGE_TEST_QUEUE_REDIS_URL name;
// containers, when TEST_BACKEND is docker, of the images TEST_POSTGRES_IMAGE and
// TEST_REDIS_IMAGE; the embedded runtime that `make setup` fetches. No server means a failed test, never a skipped one.
//
// It does not know the schema: the migration is handed in.
package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// Migrate brings the empty database at url to the schema that tests expect.
type Migrate func(ctx context.Context, url string) error

// limit bounds each step: the start of a server, a migration, a clone.
const limit = 2 * time.Minute

// harness is what the tests of one binary share. Servers start when the first
// test asks for one.
type harness struct {
	migrate  Migrate
	root     func() (string, error)
	postgres func() (*cluster, error)
	redis    func() (*redisServer, error)
	queue    func() (*redisServer, error)
	mu       sync.Mutex
	closers  []func() error
}

var (
	currentMu sync.Mutex
	current   *harness
)

// Main runs a package's tests and ends the servers that they started. Each
// package that uses testdb calls it:
//
//	func TestMain(m *testing.M) { os.Exit(testdb.Main(m, migrate)) }
//
// migrate runs once, on the template that [New] clones; nil means none. Servers
// die with the test binary even when it is killed (on Linux).
func Main(m *testing.M, migrate Migrate) int {
	h := newHarness(migrate)
	currentMu.Lock()
	current = h
	currentMu.Unlock()
	code := m.Run()
	if err := h.close(); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		return max(code, 1)
	}
	return code
}

func newHarness(migrate Migrate) *harness {
	h := &harness{migrate: migrate}
	h.root = sync.OnceValues(h.makeRoot)
	h.postgres = sync.OnceValues(h.openCluster)
	h.redis = sync.OnceValues(func() (*redisServer, error) { return openRedis(h.redisURL) })
	h.queue = sync.OnceValues(func() (*redisServer, error) { return openRedis(h.queueURL) })
	return h
}

// of returns the harness that Main has set up.
func of(t testing.TB) *harness {
	t.Helper()
	currentMu.Lock()
	defer currentMu.Unlock()
	if current == nil {
		t.Fatal("testdb: this package needs `func TestMain(m *testing.M) { os.Exit(testdb.Main(m, migrate)) }`")
	}
	return current
}

// New returns the URL of a migrated database that is the test's own. It is
// dropped at the end of the test, whatever connections are still open.
func New(t testing.TB) string {
	t.Helper()
	return of(t).database(t, true)
}

// Empty returns the URL of an empty database that is the test's own.
func Empty(t testing.TB) string {
	t.Helper()
	return of(t).database(t, false)
}

func (h *harness) database(t testing.TB, migrated bool) string {
	t.Helper()
	c, err := h.postgres()
	if err != nil {
		t.Fatalf("testdb: no PostgreSQL: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	name, err := c.create(ctx, migrated)
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := c.drop(ctx, name); err != nil {
			t.Errorf("testdb: %v", err)
		}
	})
	return c.urlOf(name)
}

// onClose registers what ends something at the end of the binary, in reverse order.
func (h *harness) onClose(end func() error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closers = append(h.closers, end)
}

func (h *harness) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		errs = append(errs, h.closers[i]())
	}
	return errors.Join(errs...)
}
