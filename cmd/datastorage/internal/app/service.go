package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/evidence"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// Service is the assembled service.
type Service struct {
	logger      *slog.Logger
	store       *store.Store
	models      Embedders
	catalog     *catalog.Catalog
	cache       *cache.Embeddings // nil when none is configured
	results     *results.Store    // likewise
	asked       *catalog.Asked    // nil when the texts of searches are not kept
	warmer      *catalog.Warmer
	warmAtStart bool
	queue       *cache.Queue // likewise
	recorder    *audit.Recorder
	witness     *evidence.Witness
	server      *server.Server
	grace       time.Duration // for what was accepted to be finished

	retention *retention // nil when it is off
	indexes   searchIndexes
}

// New puts a service together. It connects to nothing; the parts may come later. The embedders, at least one, belong to
// the service from then on, also when New fails.
func New(cfg config.Config, embedders Embedders, build server.Build, logger *slog.Logger) (*Service, error) {
	registry, observed, observedAudit := newRegistry()
	guard := guardConfig(cfg.Embedding)
	guard.Observe = observed.embedded
	s := &Service{logger: logger, grace: cfg.HTTP.ShutdownGrace}
	for _, e := range embedders {
		s.models = append(s.models, embedding.NewGuarded(e, guard))
	}
	s.indexes = searchIndexes{cfg, logger}

	err := s.openStore(cfg, build, observedAudit)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = registry.Register(newPool(s.store.Stats)); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = s.connectRedis(cfg, registry, observed); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = s.openRecorder(cfg.Audit, observedAudit); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = s.openWitness(cfg.Audit, registry); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = s.openCatalog(cfg.Cache, observed); err != nil {
		return nil, errors.Join(err, s.close())
	}
	sc := serverConfig(cfg.HTTP)
	sc.Cache = s.cacheControl()
	sc.Catalog, sc.Audit, sc.Parts, sc.Build, sc.Logger = s.catalog, s.auditTrail(observedAudit), s.parts(), build, logger
	sc.Registerer, sc.Gatherer = registry, registry
	if s.server, err = server.New(sc); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// openStore makes what uses PostgreSQL.
func (s *Service) openStore(cfg config.Config, build server.Build, observer *auditMetrics) error {
	trail, err := trailConfig(cfg.Audit, build)
	if err != nil {
		return err
	}
	sc := storeConfig(cfg.Database, cfg.Search, trail)
	sc.Logger = s.logger
	if s.store, err = store.New(sc); err != nil || !cfg.Audit.Retention {
		return err
	}
	s.retention = &retention{metrics: observer, logger: s.logger}
	s.retention.store, err = OpenTrail(cfg, build, s.logger)
	return err
}

// connectRedis makes what uses Redis, as far as it is configured. It ends with the service.
//
//nolint:contextcheck // said above
func (s *Service) connectRedis(cfg config.Config, registry *prometheus.Registry, observer *metrics) (err error) {
	if cfg.Redis.URL != "" {
		if err = s.openCache(cfg, registry, observer); err != nil {
			return err
		}
	}
	qc := queueConfig(cfg)
	if qc.URL == "" {
		return nil
	}
	qc.Logger = s.logger
	s.queue, err = cache.NewQueue(qc)
	return err
}

// openRecorder starts what records events. One request's end is not the end of the events that it handed over.
//
//nolint:contextcheck // said above
func (s *Service) openRecorder(cfg config.Audit, observer audit.Observer) (err error) {
	rc := audit.RecorderConfig{
		Writer: s.store.Trail(), Window: auditWindow(cfg), Observer: observer, Logger: s.logger,
	}
	if s.queue != nil { // a nil *cache.Queue would be a queue
		rc.Queue = s.queue
	}
	s.recorder, err = audit.NewRecorder(rc)
	return err
}

func (s *Service) auditTrail(observer *auditMetrics) server.Audit {
	trail := server.Audit{
		Recorder: s.recorder, Reader: s.store.Trail(),
		Verifier: newVerifier(s.store.Trail(), observer.verified, s.logger),
	}
	if s.queue != nil {
		trail.Queue = s.queue
	}
	return trail
}

// parts is what readiness shows. Only PostgreSQL decides.
func (s *Service) parts() []server.Part {
	redis, queue := server.Part{Name: "redis"}, server.Part{Name: "audit_queue"}
	if s.cache != nil {
		redis.Check = s.cache.Ping
	}
	if s.queue != nil {
		queue.Check, queue.Detail = s.queue.Check, s.queue.Durability
	}
	return []server.Part{
		{Name: "postgresql", Required: true, Check: s.store.Ready},
		{Name: "embedder", Check: s.catalog.CheckEmbedder, Detail: s.catalog.EmbedderDetail},
		redis, queue,
	}
}

// Serve answers the connections of a listener until the context ends, then ends everything: first the requests, then what
// they handed over, then the work in the background, last the parts that all use.
func (s *Service) Serve(ctx context.Context, listener net.Listener) error {
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	var working sync.WaitGroup
	working.Go(func() { s.catalog.RunFiller(background) })
	working.Go(func() { s.recorder.RunDrain(background) })
	working.Go(func() { repeat(background, s.makePartitions) })
	if s.retention != nil {
		working.Go(func() { repeat(background, s.retention.run) })
	}
	s.keepCache(background, &working)
	working.Go(func() { repeat(background, s.indexes.run) })

	err := s.server.Serve(ctx, listener)
	err = errors.Join(err, s.closeWitness(ctx), s.closeRecorder(ctx)) // in this order: the one hands over to the other
	stopBackground()
	working.Wait()
	s.closeTrail(ctx)
	err = errors.Join(err, s.close())
	s.logger.InfoContext(ctx, "stopped")
	return err
}

// closeRecorder waits for the events that requests handed over and whose callers have left.
func (s *Service) closeRecorder(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
	defer cancel()
	return s.recorder.Close(ctx)
}

// closeTrail ends the hash chain of this process. A chain that is left open is no fault: it only cannot be told from one
// whose process was killed.
func (s *Service) closeTrail(ctx context.Context) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := s.store.Trail().Close(ctx); err != nil {
		s.logger.WarnContext(ctx, "the audit chain of this process stays open", "error", err)
	}
}

// close ends the parts that there are, each within a time of its own.
//
//nolint:contextcheck // it ends what also those contexts began that have ended
func (s *Service) close() error {
	if s.cache != nil {
		s.closeCache()
	}
	errs := []error{s.models.Close()}
	if s.witness != nil {
		errs = append(errs, s.closeWitness(context.Background()))
	}
	if s.recorder != nil {
		errs = append(errs, s.closeRecorder(context.Background()))
	}
	if s.queue != nil {
		s.queue.Close()
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.retention != nil && s.retention.store != nil {
		errs = append(errs, s.retention.store.Close())
	}
	return errors.Join(errs...)
}
