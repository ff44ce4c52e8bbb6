package config

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// check refuses what cannot be meant. Rules between settings come after those of each.
func (l *loader) check() {
	c := &l.config
	l.listen(c.Listen)
	l.oneOf("log.format", c.Log.Format, "auto", "text", "json")
	l.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	l.url("database.url", c.Database.URL, "postgres", "postgresql")
	l.between("database.max_connections", c.Database.MaxConnections, 1, 10_000)
	l.time("database.max_lifetime", c.Database.MaxLifetime, time.Second, 24*time.Hour)
	l.time("database.connect_timeout", c.Database.ConnectTimeout, time.Second, time.Hour)
	if c.Database.ConnectTimeout%time.Second != 0 {
		l.wrong("database.connect_timeout", c.Database.ConnectTimeout, "must be whole seconds, the driver knows no others")
	}
	l.time("database.statement_timeout", c.Database.StatementTimeout, time.Millisecond, 24*time.Hour)
	l.time("database.lock_timeout", c.Database.LockTimeout, time.Millisecond, 24*time.Hour)
	l.url("admin.database_url", c.Admin.DatabaseURL, "postgres", "postgresql")
	l.between("search.exact_rows", c.Search.ExactRows, 1, 100_000_000)
	l.url("redis.url", c.Redis.URL, "redis", "rediss", "unix")
	l.cache(&c.Cache)
	l.url("queue.redis_url", c.Queue.RedisURL, "redis", "rediss", "unix")
	l.time("audit.window_past", c.Audit.WindowPast, time.Second, 366*24*time.Hour)
	l.time("audit.window_future", c.Audit.WindowFuture, time.Second, 24*time.Hour)
	l.embedding(&c.Embedding)
	l.http(&c.HTTP)
}

func (l *loader) cache(c *Cache) {
	l.time("cache.ttl", c.TTL, time.Second, 365*24*time.Hour)
	l.between("cache.local_bytes", c.LocalBytes, 1<<20, 1<<36)
	l.time("cache.timeout", c.Timeout, time.Millisecond, 10*time.Second)
	l.time("cache.max_wait", c.MaxWait, time.Millisecond, time.Minute)
	l.time("cache.lock_ttl", c.LockTTL, 10*time.Millisecond, time.Minute)
	if c.LockTTL >= c.MaxWait {
		l.wrong("cache.lock_ttl", c.LockTTL, fmt.Sprintf("must be shorter than cache.max_wait, which is %s", c.MaxWait))
	}
	if c.LockTTL < 4*c.Timeout {
		l.wrong("cache.lock_ttl", c.LockTTL, fmt.Sprintf("must be at least four times cache.timeout, which is %s, to be prolonged in time", c.Timeout))
	}
	l.between("cache.result_bytes", c.ResultBytes, 0, 1<<40)
	l.time("cache.result_ttl", c.ResultTTL, time.Second, 24*time.Hour)
}

func (l *loader) embedding(e *Embedding) {
	l.between("embedding.failure_threshold", e.FailureThreshold, 1, 1000)
	l.time("embedding.cool_down", e.CoolDown, time.Millisecond, time.Hour)
	l.model("embedding.", &e.EmbeddingModel)
	switch {
	case e.Second.Provider != "":
		l.model("embedding.second.", &e.Second)
	case e.Second != noSecondModel():
		l.wrong("embedding.second.provider", "", "must be set, since other settings of a second model are")
	}
}

func (l *loader) model(at string, m *EmbeddingModel) {
	l.oneOf(at+"provider", m.Provider, "onnx", "openai", "sidecar")
	l.url(at+"url", m.URL, "http", "https")
	l.between(at+"dimensions", m.Dimensions, 0, 2000) // the greatest that an HNSW index takes
	l.time(at+"timeout", m.Timeout, time.Millisecond, time.Hour)
	l.between(at+"retries", m.Retries, 0, 10)
	l.between(at+"max_batch", m.MaxBatch, 1, 2048)
	l.between(at+"concurrency", m.Concurrency, 0, 1024)
	l.between(at+"threads", m.Threads, 1, 256)
	switch {
	case m.Provider == "onnx" && m.URL != "":
		l.wrong(at+"url", m.URL, "is for the providers openai and sidecar, and "+at+"provider is onnx")
	case m.Provider == "onnx" && m.APIKeyFile != "":
		l.wrong(at+"api_key_file", m.APIKeyFile, "is for the providers openai and sidecar, and "+at+"provider is onnx")
	case m.Provider == "onnx":
	case m.URL == "":
		l.wrong(at+"url", m.URL, "must be set for the provider "+m.Provider)
	case m.Model == "":
		l.wrong(at+"model", m.Model, "must be set for the provider "+m.Provider)
	case m.Dimensions == 0:
		l.wrong(at+"dimensions", m.Dimensions, "must be set for the provider "+m.Provider)
	}
}

func (l *loader) http(h *HTTP) {
	l.between("http.max_body_bytes", h.MaxBodyBytes, 1<<10, 1<<30)
	l.between("http.max_header_bytes", h.MaxHeaderBytes, 4<<10, 16<<20)
	l.between("http.max_in_flight", h.MaxInFlight, 1, 1_000_000)
	l.time("http.request_timeout", h.RequestTimeout, time.Millisecond, time.Hour)
	l.time("http.readiness_timeout", h.ReadinessTimeout, time.Millisecond, time.Minute)
	l.time("http.read_header_timeout", h.ReadHeaderTimeout, time.Millisecond, time.Hour)
	l.time("http.read_timeout", h.ReadTimeout, time.Millisecond, time.Hour)
	l.time("http.write_timeout", h.WriteTimeout, 0, 4*time.Hour)
	l.time("http.idle_timeout", h.IdleTimeout, time.Millisecond, 24*time.Hour)
	l.time("http.drain_delay", h.DrainDelay, 0, time.Hour)
	l.time("http.shutdown_grace", h.ShutdownGrace, time.Millisecond, time.Hour)
	if h.WriteTimeout != 0 && h.WriteTimeout <= h.RequestTimeout {
		l.wrong("http.write_timeout", h.WriteTimeout, fmt.Sprintf("must be longer than http.request_timeout, which is %s", h.RequestTimeout))
	}
	if h.ReadTimeout < h.ReadHeaderTimeout {
		l.wrong("http.read_timeout", h.ReadTimeout, fmt.Sprintf("must not be shorter than http.read_header_timeout, which is %s", h.ReadHeaderTimeout))
	}
}

// RequireDatabase is an ErrInvalid when no database is configured.
func (c *Config) RequireDatabase() error {
	if c.Database.URL != "" {
		return nil
	}
	return fmt.Errorf("%w: database.url must be set, by %sDATABASE_URL, %sDATABASE_URL_FILE, --database-url or a file",
		ErrInvalid, Prefix, Prefix)
}

// OwnersDatabase is the database as the owner of the tables reaches it: by admin.database_url if that is set. It is an
// ErrInvalid when neither is.
func (c *Config) OwnersDatabase() (Database, error) {
	owners := c.Database
	if c.Admin.DatabaseURL != "" {
		owners.URL = c.Admin.DatabaseURL
	}
	if owners.URL == "" {
		return Database{}, fmt.Errorf("%w: admin.database_url or database.url must be set, by %sADMIN_DATABASE_URL, %sDATABASE_URL, "+
			"their _FILE variants, flags or a file", ErrInvalid, Prefix, Prefix)
	}
	return owners, nil
}

func (l *loader) wrong(key string, value any, rule string) {
	origin := cmp.Or(l.origin[key], "default")
	l.fault("%s = %v (%s): %s", key, value, origin, rule)
}

func (l *loader) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		l.wrong(key, value, "must be one of "+strings.Join(allowed, ", "))
	}
}

func (l *loader) between(key string, value, least, most int) {
	if value < least || value > most {
		l.wrong(key, value, fmt.Sprintf("must be between %d and %d", least, most))
	}
}

func (l *loader) time(key string, value, least, most time.Duration) {
	if value < least || value > most {
		l.wrong(key, value, fmt.Sprintf("must be between %s and %s", least, most))
	}
}

func (l *loader) listen(address string) {
	_, port, err := net.SplitHostPort(address)
	number, portErr := strconv.Atoi(port)
	if err != nil || portErr != nil || number < 0 || number > 65535 {
		l.wrong("listen", address, "must be host:port with a port between 0 and 65535, such as :8080 or 127.0.0.1:8080")
	}
}

// url says nothing of what is wrong inside of a URL: it could be a part of a password.
func (l *loader) url(key string, value SecretURL, schemes ...string) {
	if value == "" {
		return
	}
	u, err := url.Parse(string(value))
	switch {
	case err != nil:
		l.wrong(key, value, "must be a URL; characters such as / # ? in a password have to be percent-encoded")
	case !slices.Contains(schemes, u.Scheme):
		l.wrong(key, value, "must begin with "+strings.Join(schemes, ":// or ")+"://")
	}
}
