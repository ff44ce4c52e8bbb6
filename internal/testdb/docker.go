package testdb

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/ory/dockertest/v3"
	"github.com/ory/dockertest/v3/docker"
)

// containerSeconds is how long a container lasts when the binary dies without
// ending it.
const containerSeconds = 1800

func (h *harness) postgresContainer() (string, error) {
	const password = "test" // of a container that lives for one run
	port, err := h.container(imageOf("TEST_POSTGRES_IMAGE", "pgvector/pgvector:pg18"), "5432/tcp",
		[]string{"POSTGRES_USER=postgres", "POSTGRES_PASSWORD=" + password, "POSTGRES_DB=postgres"},
		[]string{"postgres", "-c", "max_connections=200", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"})
	if err != nil {
		return "", err
	}
	address := fmt.Sprintf("postgres://postgres:%s@%s/postgres?sslmode=disable", password, port)
	return address, retry(func(ctx context.Context) error {
		db, err := sql.Open("postgres", address)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		return db.PingContext(ctx)
	})
}

func (h *harness) redisContainer(command ...string) (string, error) {
	port, err := h.container(imageOf("TEST_REDIS_IMAGE", "valkey/valkey:9"), "6379/tcp", nil, command)
	if err != nil {
		return "", err
	}
	address := "redis://" + port
	return address, retry(func(ctx context.Context) error { return pingRedis(ctx, address) })
}

func imageOf(variable, image string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return image
}

// container runs an image and returns the host and port that its port is bound to.
func (h *harness) container(image, port string, env, command []string) (string, error) {
	pool, err := dockertest.NewPool("")
	if err != nil {
		return "", fmt.Errorf("docker: %w", err)
	}
	pool.MaxWait = limit
	repository, tag := image, "latest"
	if i := strings.LastIndex(image, ":"); i > strings.LastIndex(image, "/") {
		repository, tag = image[:i], image[i+1:]
	}
	options := &dockertest.RunOptions{Repository: repository, Tag: tag, Env: env, Cmd: command, ExposedPorts: []string{port}}
	resource, err := pool.RunWithOptions(options, func(c *docker.HostConfig) { c.AutoRemove = true })
	if err != nil {
		return "", fmt.Errorf("docker image %s: %w", image, err)
	}
	h.onClose(func() error { return pool.Purge(resource) })
	if err := resource.Expire(containerSeconds); err != nil {
		return "", fmt.Errorf("docker image %s: %w", image, err)
	}
	host, number, err := net.SplitHostPort(resource.GetHostPort(port))
	if err != nil {
		return "", fmt.Errorf("docker image %s: its port %s is not published: %w", image, port, err)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, number), nil
}

// retry repeats a check until it passes or the limit is reached.
func retry(check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		if !pause(ctx) {
			return fmt.Errorf("container is not ready after %s: %w", limit, err)
		}
	}
}
