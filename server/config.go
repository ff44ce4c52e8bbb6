package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/catalog"
)

// Catalog is what the server asks of the domain. *catalog.Catalog is one.
type Catalog interface {
	Publish(ctx context.Context, req catalog.PublishRequest) (catalog.Published, error)
	Latest(ctx context.Context, playbookID string) (catalog.Latest, error)
	Version(ctx context.Context, playbookID, version string) (catalog.Version, error)
	Versions(ctx context.Context, playbookID string, page catalog.Page) (catalog.VersionPage, error)
	List(ctx context.Context, q catalog.ListQuery) (catalog.VersionPage, error)
	Search(ctx context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error)
	Change(ctx context.Context, change catalog.VersionChange) (catalog.Changed, error)
	ChangePlaybook(ctx context.Context, change catalog.PlaybookChange) (catalog.ChangedPlaybook, error)
	History(ctx context.Context, playbookID string, page catalog.Page) (catalog.HistoryPage, error)
	RecordExecution(ctx context.Context, execution catalog.Execution) (catalog.Version, error)
	LabelSchemas(ctx context.Context) ([]catalog.LabelSchema, error)
	LabelSchema(ctx context.Context, version string) (catalog.LabelSchema, error)
}

// Part is something that the service is made of and whose state readiness shows.
type Part struct {
	Name     string
	Required bool // is the service not ready without it
	// Check says what is wrong, nil for nothing. It should end with its context; one that does not is given up, and not
	// called again before it has returned. A nil Check means that the part is not configured.
	Check func(ctx context.Context) error
	// Detail says something about a part that is up. It must answer at once, without secrets. It may be nil.
	Detail func() string
}

// Build says which build is running.
type Build struct {
	Version string // default unknown
	Commit  string // default unknown
}

// Config is what a Server is made of. Only Catalog, Audit and Cache are required; a zero value elsewhere is the default.
type Config struct {
	Catalog Catalog
	Audit   Audit
	Cache   Cache
	Parts   []Part
	Build   Build
	Logger  *slog.Logger // default slog.Default

	// Registerer takes the metrics of the server, Gatherer gives all metrics to whoever scrapes. Both or neither must be
	// set; the default is a registry of the server's own.
	Registerer prometheus.Registerer
	Gatherer   prometheus.Gatherer

	// MaxBodyBytes bounds a request body. Default 8 MiB: the 1 MiB of content that a version may have is up to six times
	// as long when JSON escapes it. A body in work takes about four times its size in memory.
	MaxBodyBytes int64
	// MaxHeaderBytes bounds the request line and headers; net/http itself answers 431 to more. Default 64 KiB.
	MaxHeaderBytes int
	// MaxInFlight bounds the requests to catalog and audit trail that are worked on at once; more are answered 503. Default 256.
	MaxInFlight int
	// RequestTimeout is how long a request to catalog or audit trail may be worked on, the reading of its body included. Default 30 s.
	RequestTimeout time.Duration
	// ReadinessTimeout is how long readiness waits for its parts. Default 1 s.
	ReadinessTimeout time.Duration

	// ReadHeaderTimeout and ReadTimeout bound the time until the headers and the whole request are read, WriteTimeout the
	// time from there to the end of the answer, IdleTimeout the time that a connection waits for its next request.
	// Defaults: 5 s, 30 s, 15 s more than ReadTimeout and RequestTimeout together, 2 min.
	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration

	// DrainDelay is how long the server goes on accepting requests after it was told to stop and says that it is not
	// ready, so that load balancers notice. Default 0.
	DrainDelay time.Duration
	// ShutdownGrace is how long requests in work may then take to end. Default 20 s.
	ShutdownGrace time.Duration
}

// withDefaults checks the configuration and fills in what it leaves open.
func (cfg Config) withDefaults() (Config, error) {
	if cfg.Catalog == nil {
		return Config{}, errors.New("server: a catalog is required")
	}
	if cfg.Audit.Recorder == nil || cfg.Audit.Reader == nil || cfg.Audit.Verifier == nil {
		return Config{}, errors.New("server: an audit trail is required")
	}
	if cfg.Cache.Control == nil || cfg.Cache.Warmer == nil || cfg.Cache.Stats == nil {
		return Config{}, errors.New("server: what controls the cache is required")
	}
	if (cfg.Registerer == nil) != (cfg.Gatherer == nil) {
		return Config{}, errors.New("server: set both Registerer and Gatherer, or neither")
	}
	if cfg.Registerer == nil {
		registry := prometheus.NewRegistry()
		cfg.Registerer, cfg.Gatherer = registry, registry
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	cfg.Build.Version = orDefault(cfg.Build.Version, "unknown")
	cfg.Build.Commit = orDefault(cfg.Build.Commit, "unknown")
	cfg.setLimits()
	return cfg, cfg.checkLimits()
}

func (cfg *Config) setLimits() {
	cfg.MaxBodyBytes = orDefault(cfg.MaxBodyBytes, 8<<20)
	cfg.MaxHeaderBytes = orDefault(cfg.MaxHeaderBytes, 64<<10)
	cfg.MaxInFlight = orDefault(cfg.MaxInFlight, 256)
	cfg.RequestTimeout = orDefault(cfg.RequestTimeout, 30*time.Second)
	cfg.ReadinessTimeout = orDefault(cfg.ReadinessTimeout, time.Second)
	cfg.ReadHeaderTimeout = orDefault(cfg.ReadHeaderTimeout, 5*time.Second)
	cfg.ReadTimeout = orDefault(cfg.ReadTimeout, 30*time.Second)
	cfg.WriteTimeout = orDefault(cfg.WriteTimeout, cfg.ReadTimeout+cfg.RequestTimeout+15*time.Second)
	cfg.IdleTimeout = orDefault(cfg.IdleTimeout, 2*time.Minute)
	cfg.ShutdownGrace = orDefault(cfg.ShutdownGrace, 20*time.Second)
}

func (cfg *Config) checkLimits() error {
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"MaxBodyBytes", cfg.MaxBodyBytes},
		{"MaxHeaderBytes", int64(cfg.MaxHeaderBytes)},
		{"MaxInFlight", int64(cfg.MaxInFlight)},
		{"RequestTimeout", int64(cfg.RequestTimeout)},
		{"ReadinessTimeout", int64(cfg.ReadinessTimeout)},
		{"ReadHeaderTimeout", int64(cfg.ReadHeaderTimeout)},
		{"ReadTimeout", int64(cfg.ReadTimeout)},
		{"WriteTimeout", int64(cfg.WriteTimeout)},
		{"IdleTimeout", int64(cfg.IdleTimeout)},
		{"DrainDelay", int64(cfg.DrainDelay)},
		{"ShutdownGrace", int64(cfg.ShutdownGrace)},
	} {
		if limit.value < 0 {
			return fmt.Errorf("server: %s must not be negative", limit.name)
		}
	}
	return nil
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
