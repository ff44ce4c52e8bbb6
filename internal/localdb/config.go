package localdb

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// Errors of [Start] that a caller may tell apart.
var (
	// ErrInUse reports that another process runs the servers of the data folder.
	ErrInUse = errors.New("data folder is in use")
	// ErrWrongVersion reports a data folder made by another major version of PostgreSQL.
	ErrWrongVersion = errors.New("data folder is of another PostgreSQL version")
	// ErrNotReachable reports that the servers' user cannot get to their folders.
	ErrNotReachable = errors.New("folder is not reachable for the servers' user")
)

// Config says what [Start] runs, and where.
type Config struct {
	// DataDir holds everything that the servers keep. It is created when absent.
	// One process at a time may use it.
	DataDir string
	// Runtime finds the programs; nil means the default folder's runtime.
	Runtime *Runtime
	// SkipPostgres and SkipValkey leave out one of the two servers.
	SkipPostgres bool
	SkipValkey   bool
	// Queue adds a second Valkey, which keeps what it is given: a write is
	// answered when it is on the disk, and refused when the memory is full.
	Queue bool
	// Tests trades durability for speed: a crash of the machine, not of the
	// server, may lose everything that is in PostgreSQL. It also raises the
	// connection limit to 200.
	Tests bool
	// Logger reports starts, stops and take-overs; nil means none.
	Logger *slog.Logger
}

func (c Config) withDefaults() (Config, error) {
	if c.DataDir == "" {
		return c, errors.New("embedded databases: no data folder given")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Runtime == nil {
		rt, err := OpenRuntime("", c.neededParts()...)
		if err != nil {
			return c, err
		}
		c.Runtime = rt
	}
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return c, fmt.Errorf("data folder: %w", err)
	}
	c.DataDir = dir
	return c, nil
}

func (c Config) neededParts() []string {
	var names []string
	if !c.SkipPostgres {
		names = append(names, parts.PostgreSQL)
	}
	if !c.SkipValkey || c.Queue {
		names = append(names, parts.Valkey)
	}
	return names
}
