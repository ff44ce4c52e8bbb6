package localdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// role and database are the superuser and the database of a new cluster.
	role     = "datastorage"
	database = "datastorage"

	postgresSocket = ".s.PGSQL.5432" // the port is part of the socket's name only
	postmasterPID  = "postmaster.pid"

	// orphansRemain is what a server says that finds sessions of its killed predecessor. They end by themselves as soon as
	// they notice; the next server has to wait for that.
	orphansRemain = "pre-existing shared memory block"
	orphanLimit   = 10 * time.Second
	orphanPause   = 50 * time.Millisecond
)

// postgresSteps end PostgreSQL: fast shutdown, immediate shutdown, kill.
var postgresSteps = []step{
	{syscall.SIGINT, 3 * time.Second},
	{syscall.SIGQUIT, time.Second},
	{syscall.SIGKILL, 500 * time.Millisecond},
}

// postgres is the embedded PostgreSQL of one data folder.
type postgres struct {
	folder  *folder
	runtime *Runtime
	account account
	tests   bool
	log     *slog.Logger
	child   *child
}

// start brings the server up, creates its cluster first when there is none, and
// returns when it accepts connections.
func (p *postgres) start(ctx context.Context) error {
	if err := p.endLeftover(); err != nil {
		return err
	}
	if err := p.ensureCluster(ctx); err != nil {
		return err
	}
	for deadline := time.Now().Add(orphanLimit); ; {
		err := p.launch(ctx)
		if err == nil || !strings.Contains(err.Error(), orphansRemain) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(orphanPause):
		}
	}
}

// launch starts the server once.
func (p *postgres) launch(ctx context.Context) error {
	program, err := p.runtime.PostgresBin("postgres")
	if err != nil {
		return err
	}
	log, err := openLog(p.folder.path("postgresql.log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(program, p.arguments()...) //nolint:gosec,noctx // outlives the context of the start
	cmd.Dir, cmd.Env = p.folder.run, childEnvironment()
	cmd.Stdout, cmd.Stderr = log, log
	onDeath := syscall.SIGINT
	if p.tests {
		onDeath = syscall.SIGQUIT // nothing to keep
	}
	p.child, err = startChild("PostgreSQL", cmd, p.account, onDeath)
	if err != nil {
		return err
	}
	if err := waitReady(ctx, p.child, p.ready); err != nil {
		return fmt.Errorf("%w%s", err, logTail(log.Name()))
	}
	p.log.InfoContext(ctx, "PostgreSQL started", "pid", p.child.pid(), "socket", p.folder.runPath(postgresSocket))
	return nil
}

func (p *postgres) arguments() []string {
	settings := []string{
		"listen_addresses=", "unix_socket_directories=" + p.folder.run, "unix_socket_permissions=0700",
		"max_connections=100", "shared_buffers=128MB", "log_checkpoints=off",
	}
	if p.tests {
		settings = append(settings, "max_connections=200", "max_wal_size=256MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", p.folder.cluster()}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// ready asks the postmaster's own pid file, as pg_ctl does: its eighth line says
// when connections are accepted.
func (p *postgres) ready(context.Context) bool {
	const statusLine = 7
	text, err := os.ReadFile(filepath.Join(p.folder.cluster(), postmasterPID))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) > statusLine && lines[0] == fmt.Sprint(p.child.pid()) &&
		strings.TrimSpace(lines[statusLine]) == "ready"
}

func (p *postgres) stop() error {
	if p.child == nil {
		return nil
	}
	return p.child.stop(postgresSteps)
}

// url is what lib/pq takes.
func (p *postgres) url() string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database}
	u.RawQuery = url.Values{"host": {p.folder.run}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

func (p *postgres) psqlCommand() string {
	program, err := p.runtime.PostgresBin("psql")
	if err != nil {
		program = "psql"
	}
	return fmt.Sprintf("%s '%s'", program, p.url())
}

// endLeftover ends a server of this folder that outlived a killed owner. The
// caller holds the folder's lock, so nobody else wants it.
func (p *postgres) endLeftover() error {
	pidFile := filepath.Join(p.folder.cluster(), postmasterPID)
	pid := readPID(pidFile)
	if alive(pid) {
		line := commandLine(pid)
		switch {
		case strings.Contains(line, " -D "+p.folder.cluster()+" "):
			p.log.Warn("ending a PostgreSQL that a killed process left behind", "pid", pid)
			if err := endStranger(pid, postgresSteps); err != nil {
				return err
			}
		case strings.Contains(line, "postgres"):
			return fmt.Errorf("%s names process %d, a PostgreSQL that was not started for this folder: stop it first", pidFile, pid)
		default: // the number went to another program
			if err := os.Remove(pidFile); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	// A pid file of a dead server stays: PostgreSQL finds by it whether backends still use the cluster.
	return removeAll(p.folder.runPath(postgresSocket), p.folder.runPath(postgresSocket+".lock"))
}

func removeAll(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
