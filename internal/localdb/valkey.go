package localdb

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// valkeySteps end Valkey: orderly, then kill.
var valkeySteps = []step{
	{syscall.SIGTERM, 3 * time.Second},
	{syscall.SIGKILL, 500 * time.Millisecond},
}

// valkeyRole is what a Valkey is for.
type valkeyRole struct {
	title    string // for people
	name     string // in file names
	keeps    bool   // it has a folder for what it keeps
	settings []string
}

// cacheRole forgets the least recently used when it is full, and everything
// when it stops.
var cacheRole = valkeyRole{
	title: "Valkey",
	name:  "valkey",
	settings: []string{
		"--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru", "--save", "", "--appendonly", "no",
	},
}

// queueRole answers a write when it is on the disk, and refuses one when it is
// full.
var queueRole = valkeyRole{
	title: "Valkey of the queue",
	name:  "queue",
	keeps: true,
	settings: []string{
		"--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "yes",
		"--appendfsync", "always", "--no-appendfsync-on-rewrite", "no",
	},
}

// valkey is an embedded Valkey of one data folder.
type valkey struct {
	folder  *folder
	runtime *Runtime
	account account
	role    valkeyRole
	tests   bool
	log     *slog.Logger
	child   *child
}

// start brings the server up and returns when it answers.
func (v *valkey) start(ctx context.Context) error {
	if err := v.endLeftover(); err != nil {
		return err
	}
	program, err := v.runtime.Valkey()
	if err != nil {
		return err
	}
	if v.role.keeps {
		if err := makePrivate(v.dir(), v.account); err != nil {
			return fmt.Errorf("folder of the %s: %w", v.role.title, err)
		}
	}
	log, err := openLog(v.folder.path(v.role.name + ".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(program, v.arguments()...) //nolint:gosec,noctx // outlives the context of the start
	cmd.Dir, cmd.Env = v.folder.run, childEnvironment()
	cmd.Stdout, cmd.Stderr = log, log
	v.child, err = startChild(v.role.title, cmd, v.account, syscall.SIGTERM)
	if err != nil {
		return err
	}
	if err := waitReady(ctx, v.child, v.ready); err != nil {
		return fmt.Errorf("%w%s", err, logTail(log.Name()))
	}
	v.log.InfoContext(ctx, "Valkey started", "role", v.role.name, "pid", v.child.pid(), "socket", v.socket())
	return nil
}

func (v *valkey) arguments() []string {
	databases := "16"
	if v.tests {
		databases = "1024"
	}
	return append([]string{
		"--port", "0", "--unixsocket", v.socket(), "--unixsocketperm", "700", "--pidfile", v.pidFile(),
		"--dir", v.dir(), "--daemonize", "no", "--databases", databases,
	}, v.role.settings...)
}

// dir is where the server keeps files, if any.
func (v *valkey) dir() string {
	if v.role.keeps {
		return v.folder.path(v.role.name)
	}
	return v.folder.run
}

func (v *valkey) socket() string  { return v.folder.runPath(v.role.name + ".sock") }
func (v *valkey) pidFile() string { return v.folder.runPath(v.role.name + ".pid") }

func (v *valkey) ready(ctx context.Context) bool {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "unix", v.socket())
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return false
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(answer, "+PONG")
}

func (v *valkey) stop() error {
	if v.child == nil {
		return nil
	}
	return v.child.stop(valkeySteps)
}

// url is what rueidis.ParseURL takes.
func (v *valkey) url() string {
	u := url.URL{Scheme: "unix", Path: v.socket(), RawQuery: "db=0"}
	return u.String()
}

// endLeftover ends a server of this folder that outlived a killed owner. Its
// command line names the socket, from its start on and in its process title.
func (v *valkey) endLeftover() error {
	pid := readPID(v.pidFile())
	if alive(pid) && strings.Contains(commandLine(pid), v.socket()) {
		v.log.Warn("ending a Valkey that a killed process left behind", "role", v.role.name, "pid", pid)
		if err := endStranger(pid, valkeySteps); err != nil {
			return err
		}
	}
	return removeAll(v.socket(), v.pidFile())
}
