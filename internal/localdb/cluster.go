package localdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// initPrefix marks a cluster that is not finished. initdb works in such a folder,
// which gets its name when all is done: a killed one is not taken for a cluster.
const initPrefix = "postgresql.init-"

// ensureCluster checks the cluster's version, or creates it.
func (p *postgres) ensureCluster(ctx context.Context) error {
	version, err := os.ReadFile(filepath.Join(p.folder.cluster(), "PG_VERSION"))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return p.createCluster(ctx)
	case err != nil:
		return fmt.Errorf("data folder: %w", err)
	}
	if made, want := strings.TrimSpace(string(version)), p.runtime.PostgresMajor(); made != want {
		return fmt.Errorf("%w: %s was made by PostgreSQL %s and the runtime is %s: "+
			"dump it with its own version and load the dump, or choose another data folder",
			ErrWrongVersion, p.folder.cluster(), made, want)
	}
	return nil
}

func (p *postgres) createCluster(ctx context.Context) error {
	unfinished, err := filepath.Glob(escapeGlob(p.folder.path(initPrefix)) + "*")
	if err != nil {
		return err
	}
	for _, dir := range unfinished {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove an unfinished cluster: %w", err)
		}
	}
	dir, err := os.MkdirTemp(p.folder.dir, initPrefix)
	if err != nil {
		return fmt.Errorf("create a cluster: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := p.account.own(dir); err != nil {
		return fmt.Errorf("create a cluster: %w", err)
	}
	if err := p.initdb(ctx, dir); err != nil {
		return fmt.Errorf("create a cluster in %s: %w", p.folder.dir, err)
	}
	if err := os.Rename(dir, p.folder.cluster()); err != nil {
		return fmt.Errorf("create a cluster: %w", err)
	}
	p.log.InfoContext(ctx, "PostgreSQL cluster created", "folder", p.folder.cluster())
	return syncDir(p.folder.dir)
}

// initdb fills an empty folder and creates the database in it.
func (p *postgres) initdb(ctx context.Context, dir string) error {
	args := []string{
		"--pgdata", dir, "--username", role, "--auth-local", "trust", "--auth-host", "reject",
		"--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
		"--no-instructions",
	}
	if p.tests {
		args = append(args, "--no-sync")
	}
	if err := p.tool(ctx, "", "initdb", args...); err != nil {
		return err
	}
	statement := "CREATE DATABASE " + database + ";\n"
	return p.tool(ctx, statement, "postgres", "--single", "-D", dir, "postgres")
}

// tool runs a program of PostgreSQL to its end, as the servers' user.
func (p *postgres) tool(ctx context.Context, input, name string, args ...string) error {
	program, err := p.runtime.PostgresBin(name)
	if err != nil {
		return err
	}
	var output bytes.Buffer
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // await ends it with its children
	cmd.Dir, cmd.Env = p.folder.run, childEnvironment()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &output, &output
	c, err := startChild(name, cmd, p.account, syscall.SIGKILL)
	if err != nil {
		return err
	}
	if err := c.await(ctx); err != nil {
		return fmt.Errorf("%s: %w%s", name, err, lastLines(output.Bytes()))
	}
	return nil
}

// syncDir makes a rename in dir survive a crash of the machine.
func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the data folder
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
