package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// devAddress is where dev serves when nobody said otherwise, if it is free.
const devAddress = "127.0.0.1:8080"

// devDefaults are for one person at one machine: nothing is reachable from outside, the terminal stays quiet, and the end
// comes quickly.
func devDefaults() config.Config {
	cfg := config.Default()
	cfg.Listen = devAddress
	cfg.Migrate = true
	cfg.Log.Level = "warn"
	cfg.HTTP.ShutdownGrace = 2 * time.Second
	return cfg
}

// devSettings are the settings that the help of dev shows; it takes all.
var devSettings = []string{
	"listen", "runtime_dir", "log.format", "log.level", "database.url", "redis.url", "queue.redis_url", "embedding.provider", "embedding.url",
	"embedding.model", "embedding.dimensions", "embedding.api_key_file",
}

type devOptions struct {
	dataDir    string
	samples    bool
	anyAddress bool // nobody asked for one
}

func (p *Program) devCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run everything on this machine, with sample playbooks",
		Long: `Run the service with an embedded PostgreSQL (with pgvector), Valkey and embedding model, publish sample playbooks, and
print where all of it is. Data stay in the data folder. A database or Redis of your own is used when its URL is set.
It takes all settings of serve.`,
		Example: `  datastorage dev
  datastorage dev --listen 127.0.0.1:0 --data-dir /tmp/trial --samples=false`,
		Args: usage(cobra.NoArgs),
	}
	var o devOptions
	load := p.settings(cmd, devDefaults())
	cmd.Flags().StringVar(&o.dataDir, "data-dir", ".data", "folder of the embedded databases")
	cmd.Flags().BoolVar(&o.samples, "samples", true, "publish the sample playbooks")
	for _, key := range config.Keys() {
		if !slices.Contains(devSettings, key.Name) {
			_ = cmd.Flags().MarkHidden(key.Flag) // the flag is there: it was registered above
		}
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := load()
		if err != nil {
			return err
		}
		o.anyAddress = !cmd.Flags().Changed("listen") && p.variable(config.Prefix+"LISTEN") == ""
		return p.dev(cmd.Context(), cfg, o)
	}
	return cmd
}

// dev runs until the context ends, which is a success at any moment.
func (p *Program) dev(ctx context.Context, cfg config.Config, o devOptions) error {
	start := time.Now()
	logger := app.NewLogger(p.Err, cfg.Log)
	logger.InfoContext(ctx, "starting", "version", p.Build.Version, "commit", p.Build.Commit, "config", cfg)
	listener, err := p.devListener(ctx, cfg, o)
	if err != nil {
		return err
	}
	p.note("Starting the databases and the embedding model ...")
	db, embedders, err := startDevParts(ctx, &cfg, o, logger)
	if err != nil {
		err = errors.Join(err, listener.Close())
	} else {
		run := devRun{Program: p, config: cfg, options: o, db: db, logger: logger, start: start}
		err = run.serve(ctx, listener, embedders)
		err = errors.Join(err, stopDatabases(ctx, db))
	}
	if ctx.Err() == nil {
		return err
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		logger.WarnContext(ctx, "not everything ended in order", "error", err)
	}
	return nil
}

// devListener takes any free port when the default one is taken, so that several instances can be tried beside each
// other. An address that was asked for is taken, or nothing is.
func (p *Program) devListener(ctx context.Context, cfg config.Config, o devOptions) (net.Listener, error) {
	listener, err := app.Listen(ctx, cfg)
	if o.anyAddress && cfg.Listen == devAddress && errors.Is(err, app.ErrAddressInUse) {
		p.note("%s is in use by another process, taking a free port.", devAddress)
		cfg.Listen = "127.0.0.1:0"
		return app.Listen(ctx, cfg)
	}
	return listener, err
}

// startDevParts starts what is not there already, all at once, and enters where it is into the settings. When it fails,
// nothing is left running.
func startDevParts(ctx context.Context, cfg *config.Config, o devOptions, logger *slog.Logger) (*localdb.Server, app.Embedders, error) {
	var db *localdb.Server
	var embedders app.Embedders
	var dbErr, embedderErr error
	var starting sync.WaitGroup
	starting.Go(func() { db, dbErr = startDatabases(ctx, *cfg, o, logger) })
	starting.Go(func() { embedders, embedderErr = app.OpenEmbedders(*cfg) })
	starting.Wait()
	if err := errors.Join(dbErr, embedderErr); err != nil {
		return nil, nil, errors.Join(err, embedders.Close(), stopDatabases(ctx, db))
	}
	if db != nil && cfg.Database.URL == "" {
		cfg.Database.URL = config.SecretURL(db.DatabaseURL())
	}
	if db != nil && db.QueueURL() != "" {
		cfg.Queue.RedisURL = config.SecretURL(db.QueueURL())
	}
	if db != nil && cfg.Redis.URL == "" {
		cfg.Redis.URL = config.SecretURL(db.RedisURL())
	}
	return db, embedders, nil
}

// startDatabases starts the servers that no URL is given for; nil when there are URLs for all. A Redis of one's own is
// that of the queue too, unless it has a URL.
func startDatabases(ctx context.Context, cfg config.Config, o devOptions, logger *slog.Logger) (*localdb.Server, error) {
	lc := localdb.Config{
		DataDir: o.dataDir, SkipPostgres: cfg.Database.URL != "", SkipValkey: cfg.Redis.URL != "",
		Queue: cfg.Queue.RedisURL == "" && cfg.Redis.URL == "", Logger: logger,
	}
	var needed []string
	if !lc.SkipPostgres {
		needed = append(needed, parts.PostgreSQL)
	}
	if !lc.SkipValkey || lc.Queue {
		needed = append(needed, parts.Valkey)
	}
	if len(needed) == 0 {
		return nil, nil
	}
	var err error
	if lc.Runtime, err = localdb.OpenRuntime(cfg.RuntimeDir, needed...); err != nil {
		return nil, err
	}
	return localdb.Start(ctx, lc)
}

func stopDatabases(ctx context.Context, db *localdb.Server) error {
	if db == nil {
		return nil
	}
	return db.Stop(ctx)
}

// devRun is the time from the start of the databases to the end.
type devRun struct {
	*Program

	config  config.Config
	options devOptions
	db      *localdb.Server // nil when none is embedded
	logger  *slog.Logger
	start   time.Time
}

func (r devRun) serve(ctx context.Context, listener net.Listener, embedders app.Embedders) error {
	serving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if r.config.Migrate {
		if err := app.Migrate(ctx, r.config, r.logger); err != nil {
			return errors.Join(databaseError(err), embedders.Close(), listener.Close())
		}
	}
	service, err := app.New(r.config, embedders, r.Build, r.logger)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	var ending sync.WaitGroup
	ending.Go(func() { stop(service.Serve(serving, listener)) })
	ending.Go(func() { r.watch(serving, stop) })
	if err := r.welcome(serving, app.BaseURL(listener.Addr().String()), embedders[0].Model()); err != nil {
		stop(err)
	}
	ending.Wait()
	return context.Cause(serving)
}

// watch ends the run when a database has ended by itself.
func (r devRun) watch(serving context.Context, stop context.CancelCauseFunc) {
	if r.db == nil {
		return
	}
	select {
	case <-serving.Done():
	case <-r.db.Done():
		stop(exitcode.With(exitcode.Unavailable, fmt.Errorf("%w; its log is in %s", r.db.Err(), r.options.dataDir)))
	}
}
