package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/provider"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// What follows is the only place where settings become the configurations of packages.

func storeConfig(c config.Database, search config.Search, trail store.TrailConfig) store.Config {
	return store.Config{
		Trail: trail, ExactRows: search.ExactRows,
		DatabaseURL: string(c.URL), MaxOpenConns: c.MaxConnections, ConnMaxLifetime: c.MaxLifetime,
		ConnectTimeout: c.ConnectTimeout, StatementTimeout: c.StatementTimeout, LockTimeout: c.LockTimeout,
	}
}

func auditWindow(c config.Audit) audit.Window {
	return audit.Window{Past: c.WindowPast, Future: c.WindowFuture}
}

func trailConfig(c config.Audit, build server.Build) (store.TrailConfig, error) {
	key, err := auditKey(c.KeyFile)
	return store.TrailConfig{Window: auditWindow(c), Release: build.Version, Key: key}, err
}

// minAuditKey is the least length of the key of the hash chains in bytes: that of their hashes.
const minAuditKey = 32

// auditKey reads the key of the hash chains, nil for none.
func auditKey(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	text, err := config.ReadSecret(file)
	if err == nil && len(text) < minAuditKey {
		err = fmt.Errorf("%s has fewer than %d bytes; make a key with: openssl rand -hex 32", file, minAuditKey)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: audit.key_file: %w", config.ErrInvalid, err)
	}
	return []byte(text), nil
}

// OpenTrail opens the audit trail for the work of its owner, which may take long. It does not connect.
func OpenTrail(cfg config.Config, build server.Build, logger *slog.Logger) (*store.Store, error) {
	database, err := cfg.OwnersDatabase()
	if err != nil {
		return nil, err
	}
	trail, err := trailConfig(cfg.Audit, build)
	if err != nil {
		return nil, err
	}
	sc := storeConfig(database, cfg.Search, trail).ForMaintenance()
	sc.Logger = logger
	return store.New(sc)
}

// queueConfig falls back to the server of the cache. Without any, its URL is empty.
func queueConfig(c config.Config) cache.QueueConfig {
	return cache.QueueConfig{URL: string(cmp.Or(c.Queue.RedisURL, c.Redis.URL))}
}

func embeddingsConfig(c config.Config) cache.EmbeddingsConfig {
	return cache.EmbeddingsConfig{
		URL: string(c.Redis.URL), TTL: c.Cache.TTL, LocalBytes: c.Cache.LocalBytes, Timeout: c.Cache.Timeout,
		MaxWait: c.Cache.MaxWait, LockTTL: c.Cache.LockTTL,
	}
}

func resultsConfig(c config.Cache) results.Config {
	return results.Config{MaxBytes: c.ResultBytes, TTL: c.ResultTTL}
}

func guardConfig(c config.Embedding) embedding.GuardConfig {
	return embedding.GuardConfig{FailureThreshold: uint(c.FailureThreshold), CoolDown: c.CoolDown} //nolint:gosec // checked to be positive
}

func providerConfig(c config.EmbeddingModel) provider.Config {
	retries := c.Retries
	if retries == 0 {
		retries = -1 // none; there 0 means a default
	}
	return provider.Config{
		Provider: c.Provider, URL: string(c.URL), Model: c.Model, Dimensions: c.Dimensions, APIKeyFile: c.APIKeyFile,
		Timeout: c.Timeout, Retries: retries, MaxBatch: c.MaxBatch, SendDimensions: c.SendDimensions,
		Concurrency: c.Concurrency, Threads: c.Threads,
	}
}

func serverConfig(c config.HTTP) server.Config {
	return server.Config{
		MaxBodyBytes: int64(c.MaxBodyBytes), MaxHeaderBytes: c.MaxHeaderBytes, MaxInFlight: c.MaxInFlight,
		RequestTimeout: c.RequestTimeout, ReadinessTimeout: c.ReadinessTimeout,
		ReadHeaderTimeout: c.ReadHeaderTimeout, ReadTimeout: c.ReadTimeout, WriteTimeout: c.WriteTimeout,
		IdleTimeout: c.IdleTimeout, DrainDelay: c.DrainDelay, ShutdownGrace: c.ShutdownGrace,
	}
}

// Embedders are those of a process, each of another model.
type Embedders []embedding.Embedder

// Close closes all of them.
func (e Embedders) Close() error {
	errs := make([]error, len(e))
	for i := range e {
		errs[i] = e[i].Close()
	}
	return errors.Join(errs...)
}

// OpenEmbedders opens the providers that the settings name, one or two.
func OpenEmbedders(cfg config.Config) (Embedders, error) {
	first, err := openEmbedder(cfg, cfg.Embedding.EmbeddingModel)
	if err != nil {
		return nil, err
	}
	if cfg.Embedding.Second.Provider == "" {
		return Embedders{first}, nil
	}
	second, err := openEmbedder(cfg, cfg.Embedding.Second)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("second model: %w", err), first.Close())
	}
	if second.Model() == first.Model() {
		return nil, errors.Join(fmt.Errorf("%w: embedding.second is the same model as embedding: %s", config.ErrInvalid, first.Model()),
			first.Close(), second.Close())
	}
	return Embedders{first, second}, nil
}

// OpenEmbedderOf opens the provider of one model among those that the settings name.
func OpenEmbedderOf(cfg config.Config, model string) (embedding.Embedder, error) {
	settings := []config.EmbeddingModel{cfg.Embedding.EmbeddingModel}
	if cfg.Embedding.Second.Provider != "" {
		settings = append(settings, cfg.Embedding.Second)
	}
	var names []string
	var errs []error
	for _, one := range settings {
		embedder, err := openEmbedder(cfg, one)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if embedder.Model() == model {
			return embedder, nil
		}
		names = append(names, embedder.Model())
		errs = append(errs, embedder.Close())
	}
	return nil, errors.Join(append([]error{
		fmt.Errorf("%w: no embedder of %s is configured, only of %q: set embedding.second", config.ErrInvalid, model, names),
	}, errs...)...)
}

// openEmbedder opens one provider; onnx is loaded from the runtime folder.
func openEmbedder(cfg config.Config, model config.EmbeddingModel) (embedding.Embedder, error) {
	pc := providerConfig(model)
	if pc.Provider == provider.ONNX {
		rt, err := localdb.OpenRuntime(cfg.RuntimeDir, parts.ONNXRuntime, parts.Model)
		if err != nil {
			return nil, fmt.Errorf("embedding provider %s: %w", pc.Provider, err)
		}
		var errs [3]error
		pc.Library, errs[0] = rt.ONNXRuntimeLibrary()
		pc.ModelFile, errs[1] = rt.Model()
		pc.TokenizerFile, errs[2] = rt.Tokenizer()
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("embedding provider %s: %w", pc.Provider, err)
		}
	}
	embedder, err := provider.Open(pc)
	if err != nil {
		return nil, fmt.Errorf("embedding provider %s: %w", pc.Provider, err)
	}
	return embedder, nil
}

// ErrAddressInUse says that another process serves on an address.
var ErrAddressInUse = errors.New("in use by another process")

// Listen takes the address that the service is going to serve on. It is the first thing to do: a port that is taken
// shows before anything is started. Error: ErrAddressInUse.
func Listen(ctx context.Context, cfg config.Config) (net.Listener, error) {
	var settings net.ListenConfig
	listener, err := settings.Listen(ctx, "tcp", cfg.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("address %s is %w: stop it, or choose another address with --listen "+
			"(port 0 takes any free one)", cfg.Listen, ErrAddressInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", cfg.Listen, err)
	}
	return listener, nil
}

// BaseURL is where a service that listens on an address can be reached from this machine.
func BaseURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
