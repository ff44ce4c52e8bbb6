package config_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/config"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func flags(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.Register(set, config.Default())
	require.NoError(t, set.Parse(args))
	return set
}

func load(t *testing.T, environ ...string) (config.Config, error) {
	t.Helper()
	return config.Load(config.Sources{Defaults: config.Default(), Environ: environ})
}

func TestDefaultsAreValidAndStay(t *testing.T) {
	t.Parallel()
	c, err := config.Load(config.Sources{Defaults: config.Default(), Flags: flags(t)})
	require.NoError(t, err)
	require.Equal(t, config.Default(), c)
}

func TestRisingPrecedence(t *testing.T) {
	t.Parallel()
	src := config.Sources{
		Defaults: config.Default(),
		File: write(t, "c.yaml", `
listen: ":1"
log: {level: debug, format: json}
http:
  max_in_flight: 7
  request_timeout: 3s
`),
		Environ: []string{"PATH=/bin", "DATASTORAGE_LISTEN=:2", "DATASTORAGE_HTTP_MAX_IN_FLIGHT=8", "DATASTORAGE_LOG_FORMAT="},
		Flags:   flags(t, "--listen", ":3", "--migrate"),
	}
	c, err := config.Load(src)
	require.NoError(t, err)
	require.Equal(t, ":3", c.Listen, "flag over variable over file")
	require.Equal(t, 8, c.HTTP.MaxInFlight, "variable over file")
	require.Equal(t, 3*time.Second, c.HTTP.RequestTimeout, "file over default")
	require.Equal(t, "json", c.Log.Format, "an empty variable is none")
	require.Equal(t, time.Second, c.HTTP.ReadinessTimeout, "default")
	require.True(t, c.Migrate)
}

// Every setting can be given in each of the three ways, and ends up in the same place.
func TestEveryKeyInEverySource(t *testing.T) {
	t.Parallel()
	for _, key := range config.Keys() {
		t.Run(key.Name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, key.Help)
			value := settings[key.Name]
			require.NotEmpty(t, value, "give the new key a value in this test")
			require.Regexp(t, `^DATASTORAGE_[A-Z_]+$`, key.Env)

			file := config.Sources{Defaults: config.Default(), File: write(t, "c.yaml", key.Name+": "+value), Environ: with(key.Name)}
			variable := config.Sources{Defaults: config.Default(), Environ: append(with(key.Name), key.Env+"="+value)}
			flag := config.Sources{Defaults: config.Default(), Flags: flags(t, "--"+key.Flag+"="+value), Environ: with(key.Name)}
			fromFile, err := config.Load(file)
			require.NoError(t, err)
			fromVariable, err := config.Load(variable)
			require.NoError(t, err)
			fromFlag, err := config.Load(flag)
			require.NoError(t, err)
			require.Equal(t, fromFile, fromVariable)
			require.Equal(t, fromFile, fromFlag)
			if without, err := load(t, with(key.Name)...); err == nil { // else the key is required there
				require.NotEqual(t, without, fromFile)
			}
		})
	}
}

// settings has a value for each key that is not its default.
var settings = map[string]string{
	"listen":                      "127.0.0.1:0",
	"migrate":                     "true",
	"runtime_dir":                 "/opt/runtime",
	"log.format":                  "json",
	"log.level":                   "debug",
	"database.url":                "postgres://localhost/x",
	"database.url_file":           "testdata/database-url",
	"database.max_connections":    "3",
	"database.max_lifetime":       "7m",
	"database.lock_timeout":       "1s",
	"database.connect_timeout":    "2s",
	"database.statement_timeout":  "4s",
	"admin.database_url":          "postgres://owner@localhost/x",
	"admin.database_url_file":     "testdata/database-url",
	"redis.url":                   "redis://localhost",
	"redis.url_file":              "testdata/redis-url",
	"queue.redis_url":             "redis://localhost/1",
	"queue.redis_url_file":        "testdata/redis-url",
	"cache.ttl":                   "1h",
	"cache.local_bytes":           "2000000",
	"cache.timeout":               "20ms",
	"cache.max_wait":              "3s",
	"cache.lock_ttl":              "500ms",
	"cache.warm":                  "false",
	"cache.remember_queries":      "false",
	"search.exact_rows":           "77",
	"cache.result_bytes":          "1000000",
	"cache.result_ttl":            "1m",
	"audit.window_past":           "48h",
	"audit.window_future":         "5m",
	"audit.key_file":              "/run/secrets/audit-key",
	"audit.retention":             "true",
	"audit.search_text":           "false",
	"embedding.provider":          "sidecar",
	"embedding.url":               "http://localhost:9",
	"embedding.model":             "m",
	"embedding.dimensions":        "7",
	"embedding.api_key_file":      "/key",
	"embedding.timeout":           "3s",
	"embedding.retries":           "0",
	"embedding.max_batch":         "5",
	"embedding.send_dimensions":   "true",
	"embedding.concurrency":       "9",
	"embedding.threads":           "2",
	"embedding.failure_threshold": "3",
	"embedding.cool_down":         "1s",
	"http.max_body_bytes":         "2048",
	"http.max_header_bytes":       "8192",
	"http.max_in_flight":          "17",
	"http.request_timeout":        "3s",
	"http.readiness_timeout":      "2s",
	"http.read_header_timeout":    "4s",
	"http.read_timeout":           "9s",
	"http.write_timeout":          "99s",
	"http.idle_timeout":           "8s",
	"http.drain_delay":            "1s",
	"http.shutdown_grace":         "3s",

	"embedding.second.provider":        "sidecar",
	"embedding.second.url":             "http://localhost:9",
	"embedding.second.model":           "m",
	"embedding.second.dimensions":      "7",
	"embedding.second.api_key_file":    "/key",
	"embedding.second.timeout":         "3s",
	"embedding.second.retries":         "0",
	"embedding.second.max_batch":       "5",
	"embedding.second.send_dimensions": "true",
	"embedding.second.concurrency":     "9",
	"embedding.second.threads":         "2",
}

// with gives what else has to be set for a key to be allowed.
func with(key string) []string {
	remote := map[string]string{
		"embedding.provider": "DATASTORAGE_EMBEDDING_PROVIDER=openai", "embedding.url": "DATASTORAGE_EMBEDDING_URL=http://localhost",
		"embedding.model": "DATASTORAGE_EMBEDDING_MODEL=n", "embedding.dimensions": "DATASTORAGE_EMBEDDING_DIMENSIONS=5",
	}
	if !strings.HasPrefix(key, "embedding.") {
		return nil
	}
	var others []string
	for name, variable := range remote {
		if strings.HasPrefix(key, "embedding.second.") {
			name = strings.Replace(name, ".", ".second.", 1)
			variable = strings.Replace(variable, "EMBEDDING_", "EMBEDDING_SECOND_", 1)
		}
		if name != key {
			others = append(others, variable)
		}
	}
	return others
}

func TestUnknownIsRefusedByName(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]config.Sources{
		"databse.url":                   {File: write(t, "c.yaml", "databse: {url: x}\nlisten: ':1'\n")},
		"http.max_inflight":             {File: write(t, "c.yaml", "http: {max_inflight: 3}\n")},
		"unknown key log":               {File: write(t, "c.yaml", "log: debug\n")},
		"DATASTORAGE_LISTN":             {Environ: []string{"DATASTORAGE_LISTN=:1"}},
		"DATASTORAGE_HTTP_MAX_INFLIGHT": {Environ: []string{"DATASTORAGE_HTTP_MAX_INFLIGHT="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src.Defaults = config.Default()
			_, err := config.Load(src)
			require.ErrorIs(t, err, config.ErrInvalid)
			require.ErrorContains(t, err, name)
		})
	}
}

func TestVariablesOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	_, err := load(t, "DATASTORAGE_SERVER=http://x", "DATASTORAGE_TEST_ANYTHING=1", "DATASTORAG=1", "OTHER_LISTEN=x")
	require.NoError(t, err)
}

func TestImpossibleValues(t *testing.T) {
	t.Parallel()
	remote := []string{"DATASTORAGE_EMBEDDING_PROVIDER=openai", "DATASTORAGE_EMBEDDING_URL=http://x", "DATASTORAGE_EMBEDDING_MODEL=m", "DATASTORAGE_EMBEDDING_DIMENSIONS=3"}
	for _, test := range []struct {
		key     string
		rule    string
		environ []string
	}{
		{"listen = 8080", "host:port", []string{"DATASTORAGE_LISTEN=8080"}},
		{"listen", "65535", []string{"DATASTORAGE_LISTEN=:65536"}},
		{"listen", "65535", []string{"DATASTORAGE_LISTEN=:-1"}},
		{"log.format = xml", "text, json", []string{"DATASTORAGE_LOG_FORMAT=xml"}},
		{"log.level", "debug, info", []string{"DATASTORAGE_LOG_LEVEL=loud"}},
		{"database.max_connections = 0", "between 1 and", []string{"DATASTORAGE_DATABASE_MAX_CONNECTIONS=0"}},
		{"database.max_connections = many", "whole number", []string{"DATASTORAGE_DATABASE_MAX_CONNECTIONS=many"}},
		{"database.max_connections", "whole number", []string{"DATASTORAGE_DATABASE_MAX_CONNECTIONS=1.5"}},
		{"database.statement_timeout = 30", "with its unit", []string{"DATASTORAGE_DATABASE_STATEMENT_TIMEOUT=30"}},
		{"database.statement_timeout = -1s", "between", []string{"DATASTORAGE_DATABASE_STATEMENT_TIMEOUT=-1s"}},
		{"database.connect_timeout = 1.5s", "whole seconds", []string{"DATASTORAGE_DATABASE_CONNECT_TIMEOUT=1500ms"}},
		{"database.url", "postgres://", []string{"DATASTORAGE_DATABASE_URL=host=x password=y"}},
		{"database.url", "percent-encoded", []string{"DATASTORAGE_DATABASE_URL=postgres://a:b/c#d@host/x"}},
		{"admin.database_url", "postgres://", []string{"DATASTORAGE_ADMIN_DATABASE_URL=mysql://x"}},
		{"redis.url", "redis://", []string{"DATASTORAGE_REDIS_URL=localhost:6379"}},
		{"queue.redis_url", "redis://", []string{"DATASTORAGE_QUEUE_REDIS_URL=http://localhost"}},
		{"cache.ttl", "between", []string{"DATASTORAGE_CACHE_TTL=0s"}},
		{"cache.local_bytes", "between", []string{"DATASTORAGE_CACHE_LOCAL_BYTES=1000"}},
		{"cache.timeout", "between", []string{"DATASTORAGE_CACHE_TIMEOUT=1us"}},
		{"cache.max_wait", "between", []string{"DATASTORAGE_CACHE_MAX_WAIT=2m"}},
		{"cache.lock_ttl", "cache.max_wait", []string{"DATASTORAGE_CACHE_LOCK_TTL=5s"}},
		{"cache.lock_ttl", "cache.timeout", []string{"DATASTORAGE_CACHE_TIMEOUT=300ms"}},
		{"search.exact_rows", "between", []string{"DATASTORAGE_SEARCH_EXACT_ROWS=0"}},
		{"cache.result_bytes", "between", []string{"DATASTORAGE_CACHE_RESULT_BYTES=-1"}},
		{"cache.result_ttl", "between", []string{"DATASTORAGE_CACHE_RESULT_TTL=0s"}},
		{"audit.window_past = 0s", "between", []string{"DATASTORAGE_AUDIT_WINDOW_PAST=0s"}},
		{"audit.window_future", "between", []string{"DATASTORAGE_AUDIT_WINDOW_FUTURE=25h"}},
		{"migrate", "true or false", []string{"DATASTORAGE_MIGRATE=perhaps"}},
		{"embedding.provider", "onnx, openai", []string{"DATASTORAGE_EMBEDDING_PROVIDER=magic"}},
		{"embedding.url", "embedding.provider is onnx", []string{"DATASTORAGE_EMBEDDING_URL=http://x"}},
		{"embedding.api_key_file", "embedding.provider is onnx", []string{"DATASTORAGE_EMBEDDING_API_KEY_FILE=/x"}},
		{"embedding.url", "must be set", []string{remote[0], remote[2], remote[3]}},
		{"embedding.model", "must be set", []string{remote[0], remote[1], remote[3]}},
		{"embedding.dimensions", "must be set", remote[:3]},
		{"embedding.dimensions = 2001", "between", append(remote[:3:3], "DATASTORAGE_EMBEDDING_DIMENSIONS=2001")},
		{"embedding.second.provider", "must be set", []string{"DATASTORAGE_EMBEDDING_SECOND_MODEL=m"}},
		{"embedding.second.provider", "onnx, openai", []string{"DATASTORAGE_EMBEDDING_SECOND_PROVIDER=magic"}},
		{"embedding.second.url", "embedding.second.provider is onnx", []string{
			"DATASTORAGE_EMBEDDING_SECOND_PROVIDER=onnx", "DATASTORAGE_EMBEDDING_SECOND_URL=http://x",
		}},
		{"embedding.second.url", "must be set", []string{"DATASTORAGE_EMBEDDING_SECOND_PROVIDER=openai"}},
		{"http.write_timeout", "http.request_timeout", []string{"DATASTORAGE_HTTP_WRITE_TIMEOUT=10s"}},
		{"http.read_timeout", "http.read_header_timeout", []string{"DATASTORAGE_HTTP_READ_TIMEOUT=1s"}},
	} {
		t.Run(strings.Join(test.environ, " "), func(t *testing.T) {
			t.Parallel()
			_, err := load(t, test.environ...)
			require.ErrorIs(t, err, config.ErrInvalid)
			require.ErrorContains(t, err, test.key)
			require.ErrorContains(t, err, test.rule)
		})
	}
}

func TestFileValuesAreNotGuessed(t *testing.T) {
	t.Parallel()
	for text, rule := range map[string]string{
		"http: {request_timeout: 30}":            "with its unit",
		"http: {max_in_flight: true}":            "whole number",
		"http: {max_in_flight: [1, 2]}":          "single value",
		"embedding: {model: 1.0}":                "quotes",
		"listen: ':1'\nlisten: ':2'":             "already defined",
		"\tx":                                    "c.yaml",
		"embedding: {provider: openai, url: 17}": "quotes",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(config.Sources{Defaults: config.Default(), File: write(t, "c.yaml", text)})
			require.ErrorIs(t, err, config.ErrInvalid)
			require.ErrorContains(t, err, rule)
			require.ErrorContains(t, err, "c.yaml", "says where it comes from")
		})
	}
	_, err := config.Load(config.Sources{Defaults: config.Default(), File: "absent.yaml"})
	require.ErrorIs(t, err, config.ErrInvalid)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOnlyNamedFlags(t *testing.T) {
	t.Parallel()
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.Register(set, config.Default(), "database.url")
	require.NotNil(t, set.Lookup("database-url"))
	require.Nil(t, set.Lookup("listen"))
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(t, "DATASTORAGE_LOG_LEVEL=x", "DATASTORAGE_LOG_FORMAT=y", "DATASTORAGE_LISTEN=z")
	for _, key := range []string{"log.level", "log.format", "listen"} {
		require.ErrorContains(t, err, key)
	}
}

func TestURLFromFile(t *testing.T) {
	t.Parallel()
	file := write(t, "url", "postgres://u:secret@host/db\n")
	c, err := load(t, "DATASTORAGE_DATABASE_URL_FILE="+file)
	require.NoError(t, err)
	require.EqualValues(t, "postgres://u:secret@host/db", c.Database.URL)
	require.NoError(t, c.RequireDatabase())

	for text, environ := range map[string][]string{
		"keep one":  {"DATASTORAGE_DATABASE_URL_FILE=" + file, "DATASTORAGE_DATABASE_URL=postgres://x"},
		"no such":   {"DATASTORAGE_REDIS_URL_FILE=" + file + ".absent"},
		"is empty":  {"DATASTORAGE_REDIS_URL_FILE=" + write(t, "empty", " \n")},
		"more than": {"DATASTORAGE_REDIS_URL_FILE=" + write(t, "large", strings.Repeat("x", 1<<17))},
		file:        {"DATASTORAGE_REDIS_URL_FILE=" + file}, // a postgres:// URL is none for Redis
	} {
		_, err := load(t, environ...)
		require.ErrorIs(t, err, config.ErrInvalid)
		require.ErrorContains(t, err, text)
		require.NotContains(t, err.Error(), "secret")
	}
}

// The owner of the tables may be another role than that of the service.
func TestOwnersDatabase(t *testing.T) {
	t.Parallel()
	c := config.Default()
	_, err := c.OwnersDatabase()
	require.ErrorIs(t, err, config.ErrInvalid)
	require.ErrorContains(t, err, "DATASTORAGE_ADMIN_DATABASE_URL")
	c.Database.URL, c.Database.LockTimeout = "postgres://service@h/db", 7*time.Second
	owners, err := c.OwnersDatabase()
	require.NoError(t, err)
	require.Equal(t, c.Database, owners)

	file := write(t, "admin", "postgres://owner:secret@h/db\n")
	c, err = load(t, "DATASTORAGE_DATABASE_URL=postgres://service@h/db", "DATASTORAGE_ADMIN_DATABASE_URL_FILE="+file)
	require.NoError(t, err)
	owners, err = c.OwnersDatabase()
	require.NoError(t, err)
	require.EqualValues(t, "postgres://owner:secret@h/db", owners.URL)
	require.EqualValues(t, "postgres://service@h/db", c.Database.URL)
	require.NotContains(t, fmt.Sprint(c), "secret")
}

func TestDatabaseCanBeRequired(t *testing.T) {
	t.Parallel()
	c := config.Default()
	require.ErrorIs(t, c.RequireDatabase(), config.ErrInvalid)
	require.ErrorContains(t, c.RequireDatabase(), "DATASTORAGE_DATABASE_URL")
}

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	for written, shown := range map[config.SecretURL]string{
		"":                                   "",
		"postgres://u:secret@h:5/db?x=y":     "postgres://u:xxxxx@h:5/db?x=y",
		"postgres://h/db?password=secret":    "postgres://h/db?password=xxxxx",
		"postgres://h/db?sslpassword=secret": "postgres://h/db?sslpassword=xxxxx",
		"redis://:secret@h":                  "redis://:xxxxx@h",
		"host=h password=secret":             "(not a URL)",
		"postgres://u:sec/ret#x@h":           "(not a URL)",
		"postgres:secret":                    "(not a URL)",
	} {
		require.Equal(t, shown, written.String())
	}
}

// However the configuration is printed, and whatever is wrong with it, the passwords stay out.
func TestPrintedConfigurationHasNoSecrets(t *testing.T) {
	t.Parallel()
	environ := []string{
		"DATASTORAGE_DATABASE_URL=postgres://u:secret@h/db", "DATASTORAGE_REDIS_URL=redis://:secret@h",
		"DATASTORAGE_EMBEDDING_URL=http://u:secret@h", "DATASTORAGE_EMBEDDING_PROVIDER=openai",
		"DATASTORAGE_EMBEDDING_MODEL=m", "DATASTORAGE_EMBEDDING_DIMENSIONS=3",
	}
	c, err := load(t, environ...)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("configuration", "config", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("configuration", "config", &c)
	fmt.Fprintf(&log, "%v %+v", c, c)
	require.NotContains(t, log.String(), "secret")
	require.Contains(t, log.String(), `"database.url":"postgres://u:xxxxx@h/db"`)
	for _, key := range config.Keys() {
		require.Contains(t, log.String(), key.Name)
	}

	for _, variable := range []string{
		"DATASTORAGE_DATABASE_URL=mysql://u:secret@h", "DATASTORAGE_DATABASE_URL=postgres://u:secret@h:port/secret",
		"DATASTORAGE_REDIS_URL=secret", "DATASTORAGE_EMBEDDING_URL=ftp://u:secret@h",
	} {
		_, err := load(t, append(environ, variable)...)
		require.ErrorIs(t, err, config.ErrInvalid, variable)
		require.NotContains(t, err.Error(), "secret")
	}
}
