package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	_ "github.com/lib/pq" // the driver

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
)

// database is an embedded PostgreSQL with its default settings, which are durable.
type database struct {
	dir     string
	runtime *localdb.Runtime
	server  *localdb.Server
	admin   *sql.DB
}

func startDatabase(ctx context.Context, parent string) (*database, error) {
	rt, err := localdb.OpenRuntime("", parts.PostgreSQL)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "datastorage-bench-")
	if err != nil {
		return nil, err
	}
	db := &database{dir: dir, runtime: rt}
	if err := db.start(ctx); err != nil {
		db.stop() //nolint:contextcheck // also when the context has ended
		return nil, err
	}
	return db, nil
}

func (db *database) start(ctx context.Context) (err error) {
	if err := os.Chmod(db.dir, 0o755); err != nil { //nolint:gosec // the server's user passes through
		return err
	}
	db.server, err = localdb.Start(ctx, localdb.Config{DataDir: db.dir + "/data", Runtime: db.runtime, SkipValkey: true})
	if err != nil {
		return err
	}
	db.admin, err = sql.Open("postgres", db.url("datastorage"))
	return err
}

func (db *database) stop() {
	if db.admin != nil {
		_ = db.admin.Close()
	}
	if db.server != nil {
		_ = db.server.Stop(context.Background())
	}
	_ = os.RemoveAll(db.dir)
}

// url is the address of a database of the server.
func (db *database) url(name string) string {
	return strings.Replace(db.server.DatabaseURL(), "/datastorage?", "/"+name+"?", 1)
}

// create makes a database with the schema of the service and the months of the present.
func (db *database) create(ctx context.Context, name string) error {
	if _, err := db.admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	conn, err := sql.Open("postgres", db.url(name))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := migrations.Migrate(ctx, conn); err != nil {
		return err
	}
	s, err := store.New(store.Config{DatabaseURL: db.url(name)})
	if err != nil {
		return err
	}
	_, err = s.Trail().EnsurePartitions(ctx, time.Now())
	return errors.Join(err, s.Close())
}

// settle ends what one measurement would leave for the next to pay for.
func (db *database) settle(ctx context.Context) error {
	_, err := db.admin.ExecContext(ctx, "CHECKPOINT")
	return err
}

// settings are what the figures depend on.
type settings []setting

type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (s settings) String() string {
	var text strings.Builder
	for _, one := range s {
		fmt.Fprintf(&text, "%s: %s\n", one.Name, one.Value)
	}
	return text.String()
}

func (db *database) settings(ctx context.Context) (settings, error) {
	all := settings{
		{"machine", fmt.Sprintf("%d processors, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())},
		{"folder", db.dir},
	}
	for _, name := range []string{
		"server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_wal_size",
	} {
		one := setting{Name: name}
		if err := db.admin.QueryRowContext(ctx, "SELECT current_setting($1)", name).Scan(&one.Value); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}
