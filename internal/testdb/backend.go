package testdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// Environment variables that choose the servers.
const (
	databaseVariable = "DATASTORAGE_TEST_DATABASE_URL"
	redisVariable    = "DATASTORAGE_TEST_REDIS_URL"
	queueVariable    = "DATASTORAGE_TEST_QUEUE_REDIS_URL"
	backendVariable  = "TEST_BACKEND"
)

// postgresURL is the address of the shared PostgreSQL, as a role that may
// create databases.
func (h *harness) postgresURL() (string, error) {
	if address := os.Getenv(databaseVariable); address != "" {
		return address, nil
	}
	docker, err := dockerWanted()
	if err != nil {
		return "", err
	}
	if docker {
		return h.postgresContainer()
	}
	s, err := h.embedded("postgres", localdb.Config{SkipValkey: true}, parts.PostgreSQL)
	if err != nil {
		return "", err
	}
	return s.DatabaseURL(), nil
}

// redisURL is the address of the shared Redis.
func (h *harness) redisURL() (string, error) {
	if address := os.Getenv(redisVariable); address != "" {
		return address, nil
	}
	docker, err := dockerWanted()
	if err != nil {
		return "", err
	}
	if docker {
		return h.redisContainer()
	}
	s, err := h.embedded("redis", localdb.Config{SkipPostgres: true}, parts.Valkey)
	if err != nil {
		return "", err
	}
	return s.RedisURL(), nil
}

// queueURL is the address of the shared Redis that keeps what it is given.
func (h *harness) queueURL() (string, error) {
	if address := os.Getenv(queueVariable); address != "" {
		return address, nil
	}
	docker, err := dockerWanted()
	if err != nil {
		return "", err
	}
	if docker {
		return h.redisContainer("valkey-server", "--appendonly", "yes", "--appendfsync", "always", "--save", "",
			"--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--databases", "1024")
	}
	s, err := h.embedded("queue", localdb.Config{SkipPostgres: true, SkipValkey: true, Queue: true}, parts.Valkey)
	if err != nil {
		return "", err
	}
	return s.QueueURL(), nil
}

func dockerWanted() (bool, error) {
	switch value := os.Getenv(backendVariable); value {
	case "", "embedded":
		return false, nil
	case "docker":
		return true, nil
	default:
		return false, fmt.Errorf("%s is %q, expected docker or embedded", backendVariable, value)
	}
}

// embedded starts a server of the embedded runtime that lasts as long as the binary.
func (h *harness) embedded(name string, config localdb.Config, part string) (*localdb.Server, error) {
	root, err := h.root()
	if err != nil {
		return nil, err
	}
	config.DataDir, config.Tests = filepath.Join(root, name), true
	if config.Runtime, err = localdb.OpenRuntime("", part); err != nil {
		return nil, fmt.Errorf("%w; or set %s and %s, or %s=docker", err, databaseVariable, redisVariable, backendVariable)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	s, err := localdb.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	h.onClose(func() error { return s.Stop(context.Background()) })
	return s, nil
}
