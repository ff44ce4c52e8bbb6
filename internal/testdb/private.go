package testdb

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/lib/pq"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// Server is a private PostgreSQL, Valkey or queue of one test, which may take it away
// and bring it back. Its URL stays the same. Its methods fail the test when
// they do not succeed; they must run on the test's goroutine.
type Server struct {
	t      testing.TB
	config localdb.Config
	url    string

	mu     sync.Mutex
	server *localdb.Server // nil while stopped
	frozen *freezer        // nil while not paused
}

// StartPostgres starts a PostgreSQL for one test, with a migrated database. It
// is always the embedded one: nobody else's server may be stopped.
func StartPostgres(t testing.TB) *Server {
	t.Helper()
	h := of(t)
	s := startPrivate(t, h, "postgres", localdb.Config{SkipValkey: true}, parts.PostgreSQL)
	s.url = s.server.DatabaseURL()
	if h.migrate != nil {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := h.migrate(ctx, s.url); err != nil {
			t.Fatalf("testdb: migrate the private database: %v", err)
		}
	}
	return s
}

// StartValkey starts a Valkey for one test. It is always the embedded one.
func StartValkey(t testing.TB) *Server {
	t.Helper()
	s := startPrivate(t, of(t), "valkey", localdb.Config{SkipPostgres: true}, parts.Valkey)
	s.url = s.server.RedisURL()
	return s
}

// StartQueue starts a Valkey for one test that answers a write when it is on the
// disk, and refuses one when its memory is full. It is always the embedded one.
func StartQueue(t testing.TB) *Server {
	t.Helper()
	config := localdb.Config{SkipPostgres: true, SkipValkey: true, Queue: true}
	s := startPrivate(t, of(t), "queue", config, parts.Valkey)
	s.url = s.server.QueueURL()
	return s
}

func startPrivate(t testing.TB, h *harness, name string, config localdb.Config, part string) *Server {
	t.Helper()
	root, err := h.root()
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	dir, err := os.MkdirTemp(root, name+"-")
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the servers' user passes through
		t.Fatalf("testdb: %v", err)
	}
	config.DataDir, config.Tests = filepath.Join(dir, "data"), true
	if config.Runtime, err = localdb.OpenRuntime("", part); err != nil {
		t.Fatalf("testdb: no private server: %v", err)
	}
	s := &Server{t: t, config: config}
	s.Start()
	t.Cleanup(func() {
		s.Stop()
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("testdb: %v", err)
		}
	})
	return s
}

// URL is the server's address; of the database for PostgreSQL.
func (s *Server) URL() string { return s.url }

// Start brings a stopped server back, with what it had stored: all of a
// PostgreSQL or a queue, nothing of a Valkey.
func (s *Server) Start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	server, err := localdb.Start(ctx, s.config)
	if err != nil {
		s.t.Fatalf("testdb: start the private server: %v", err)
	}
	s.server = server
}

// Stop ends the server: connections break and new ones are refused.
func (s *Server) Stop() {
	s.t.Helper()
	s.Resume()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return
	}
	if err := s.server.Stop(context.Background()); err != nil {
		s.t.Errorf("testdb: stop the private server: %v", err)
	}
	s.server = nil
}

// Kill is kill -9: the server has no time to write anything. A PostgreSQL for
// tests answers a commit before it writes it, and may lose those of the last
// moments, unless synchronous_commit is on in the session or for the database.
func (s *Server) Kill() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil || s.frozen != nil {
		s.t.Fatal("testdb: kill: the private server does not run")
	}
	if err := syscall.Kill(s.mainPID(), syscall.SIGKILL); err != nil {
		s.t.Fatalf("testdb: kill: %v", err)
	}
	if err := s.server.Stop(context.Background()); err != nil {
		s.t.Errorf("testdb: kill: %v", err)
	}
	s.server = nil
}

// mainPID is the process that accepts connections.
func (s *Server) mainPID() int {
	return max(s.server.PostgresPID(), s.server.ValkeyPID(), s.server.QueuePID())
}

// Pause freezes the server with all its connections: new ones are accepted by
// the kernel, and nothing answers until [Server.Resume].
func (s *Server) Pause() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil || s.frozen != nil {
		s.t.Fatal("testdb: pause: the private server does not run")
	}
	frozen, err := newFreezer()
	if err != nil {
		s.t.Fatalf("testdb: pause: %v", err)
	}
	s.frozen = frozen
	if s.server.PostgresPID() != 0 {
		err = s.freezePostgres(s.mainPID())
	} else {
		err = frozen.freeze(s.mainPID())
	}
	if err != nil {
		s.t.Fatalf("testdb: pause: %v", err)
	}
}

// freezePostgres stops the postmaster first, so that no new process comes, and
// then asks an open connection for the others.
func (s *Server) freezePostgres(postmaster int) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	db, err := sql.Open("postgres", s.url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := s.frozen.freeze(postmaster); err != nil {
		return err
	}
	var pids pq.Int64Array
	query := `SELECT array_agg(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()`
	if err := conn.QueryRowContext(ctx, query).Scan(&pids); err != nil {
		return err
	}
	for _, pid := range pids {
		if err := s.frozen.freeze(int(pid)); err != nil {
			return err
		}
	}
	return nil
}

// Resume lets a paused server go on where it was. It does nothing to one that
// is not paused.
func (s *Server) Resume() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen == nil {
		return
	}
	if err := s.frozen.release(); err != nil {
		s.t.Errorf("testdb: resume: %v", err)
	}
	s.frozen = nil
}
