package app

import (
	"bytes"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/provider"
	"github.com/kubernaut/datastorage/evidence"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// built is what the packages of the service are given.
type built struct {
	store    store.Config
	cache    cache.EmbeddingsConfig
	queue    cache.QueueConfig
	provider provider.Config
	second   provider.Config
	results  results.Config
	guard    embedding.GuardConfig
	evidence evidence.Config
	server   server.Config
}

func build(c config.Config) built {
	trail, _ := trailConfig(c.Audit, server.Build{})
	return built{
		storeConfig(c.Database, c.Search, trail), embeddingsConfig(c), queueConfig(c),
		providerConfig(c.Embedding.EmbeddingModel), providerConfig(c.Embedding.Second), resultsConfig(c.Cache), guardConfig(c.Embedding),
		evidenceConfig(c.Audit), serverConfig(c.HTTP),
	}
}

// elsewhere are the settings that have an effect on something else than the configuration of a package, and the test that
// shows it.
var elsewhere = map[string]string{
	"listen":            "TestListen",
	"migrate":           "TestServeMigrates in package command",
	"runtime_dir":       "TestRuntimeFolder",
	"log.format":        "TestLogFormat",
	"log.level":         "TestLogLevel",
	"database.url_file": "TestURLFromFile in package config",
	"redis.url_file":    "TestURLFromFile in package config",

	"cache.warm":             "TestWarmAtTheStart",
	"cache.remember_queries": "TestWarmAtTheStart",

	"queue.redis_url_file": "TestURLFromFile in package config",

	"admin.database_url":      "TestServiceWithTwoRoles",
	"admin.database_url_file": "TestOwnersDatabase in package config",
	"audit.key_file":          "TestAuditKey",
	"audit.retention":         "TestExpiredMonthsAreRemovedWhenAsked",
}

// values has another value than the default for each setting.
var values = map[string]string{
	"database.url": "postgres://other", "database.max_connections": "3", "database.max_lifetime": "7m",
	"database.connect_timeout": "2s", "database.statement_timeout": "4s", "database.lock_timeout": "1s",
	"search.exact_rows": "77",
	"redis.url":         "redis://other", "cache.ttl": "1h", "cache.local_bytes": "2000000", "cache.timeout": "20ms",
	"cache.max_wait": "3s", "cache.lock_ttl": "500ms",
	"cache.result_bytes": "1000000", "cache.result_ttl": "1m",
	"queue.redis_url": "redis://queue", "audit.window_past": "48h", "audit.window_future": "5m",
	"audit.search_text":  "false",
	"embedding.provider": "sidecar", "embedding.url": "http://other", "embedding.model": "other", "embedding.dimensions": "7",
	"embedding.api_key_file": "/key", "embedding.timeout": "3s", "embedding.retries": "0", "embedding.max_batch": "5",
	"embedding.send_dimensions": "true", "embedding.concurrency": "9", "embedding.threads": "2",
	"embedding.failure_threshold": "3", "embedding.cool_down": "1s",
	"embedding.second.provider": "sidecar", "embedding.second.url": "http://other", "embedding.second.model": "other",
	"embedding.second.dimensions": "7", "embedding.second.api_key_file": "/key", "embedding.second.timeout": "3s",
	"embedding.second.retries": "0", "embedding.second.max_batch": "5", "embedding.second.send_dimensions": "true",
	"embedding.second.concurrency": "9", "embedding.second.threads": "2",
	"http.max_body_bytes": "2048", "http.max_header_bytes": "8192", "http.max_in_flight": "17", "http.request_timeout": "3s",
	"http.readiness_timeout": "2s", "http.read_header_timeout": "4s", "http.read_timeout": "9s", "http.write_timeout": "99s",
	"http.idle_timeout": "8s", "http.drain_delay": "1s", "http.shutdown_grace": "3s",
}

func TestEverySettingReachesWhatItIsFor(t *testing.T) {
	t.Parallel()
	base := []string{
		"DATASTORAGE_EMBEDDING_PROVIDER=openai", "DATASTORAGE_EMBEDDING_URL=http://x",
		"DATASTORAGE_EMBEDDING_MODEL=m", "DATASTORAGE_EMBEDDING_DIMENSIONS=5",
		"DATASTORAGE_EMBEDDING_SECOND_PROVIDER=openai", "DATASTORAGE_EMBEDDING_SECOND_URL=http://x",
		"DATASTORAGE_EMBEDDING_SECOND_MODEL=n", "DATASTORAGE_EMBEDDING_SECOND_DIMENSIONS=6",
	}
	load := func(environ ...string) config.Config {
		c, err := config.Load(config.Sources{Defaults: config.Default(), Environ: append(base[:len(base):len(base)], environ...)})
		require.NoError(t, err)
		return c
	}
	unchanged := build(load())
	for _, key := range config.Keys() {
		if elsewhere[key.Name] != "" {
			continue
		}
		value, ok := values[key.Name]
		require.True(t, ok, "%s is not known to have an effect", key.Name)
		require.NotEqual(t, unchanged, build(load(key.Env+"="+value)), "%s has no effect", key.Name)
	}
}

func TestQueueFallsBackToTheCache(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	require.Empty(t, queueConfig(cfg).URL)
	cfg.Redis.URL = "redis://cache"
	require.Equal(t, "redis://cache", queueConfig(cfg).URL)
	cfg.Queue.RedisURL = "redis://queue"
	require.Equal(t, "redis://queue", queueConfig(cfg).URL)
}

func TestListen(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Listen = "127.0.0.1:0"
	listener, err := Listen(t.Context(), cfg)
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	require.Equal(t, "http://"+listener.Addr().String(), BaseURL(listener.Addr().String()))

	cfg.Listen = listener.Addr().String()
	_, err = Listen(t.Context(), cfg)
	require.ErrorContains(t, err, cfg.Listen)
	require.ErrorContains(t, err, "--listen")

	cfg.Listen = "192.0.2.1:80" // an address of nobody
	_, err = Listen(t.Context(), cfg)
	require.ErrorContains(t, err, cfg.Listen)
}

func TestBaseURLOfEveryAddress(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, BaseURL(listener.Addr().String()))
}

func TestLogFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"text": "msg=hello", "json": `"msg":"hello"`, "auto": `"msg":"hello"`} {
		var log bytes.Buffer // no terminal
		NewLogger(&log, config.Log{Format: format, Level: "info"}).Info("hello")
		require.Contains(t, log.String(), want, format)
	}
}

func TestLogLevel(t *testing.T) {
	t.Parallel()
	for level, lines := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1} {
		var log bytes.Buffer
		logger := NewLogger(&log, config.Log{Format: "text", Level: level})
		logger.Debug("x")
		logger.Info("x")
		logger.Warn("x")
		logger.Error("x")
		require.Equal(t, lines, strings.Count(log.String(), "\n"), level)
	}
}

func TestRuntimeFolder(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.RuntimeDir = t.TempDir()
	_, err := openEmbedder(cfg, cfg.Embedding.EmbeddingModel)
	require.ErrorContains(t, err, cfg.RuntimeDir)
	require.ErrorContains(t, err, "make setup")

	cfg.RuntimeDir = ""
	embedder, err := openEmbedder(cfg, cfg.Embedding.EmbeddingModel)
	require.NoError(t, err)
	vectors, err := embedder.Embed(t.Context(), []string{"hello"})
	require.NoError(t, err)
	require.Len(t, vectors[0], embedder.Dimensions())
	require.NoError(t, embedder.Close())
}
