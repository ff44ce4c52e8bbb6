package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// Service is the assembled service.
type Service struct {
	logger   *slog.Logger
	store    *store.Store
	embedder embedding.Embedder
	catalog  *catalog.Catalog
	cache    *cache.Client // nil when none is configured
	server   *server.Server
}

// New puts a service together. It connects to nothing; the parts may come later. The embedder belongs to the service from
// then on, also when New fails.
func New(cfg config.Config, embedder embedding.Embedder, build server.Build, logger *slog.Logger) (*Service, error) {
	registry, observed := newRegistry()
	guard := guardConfig(cfg.Embedding)
	guard.Observe = observed.embedded
	s := &Service{logger: logger, embedder: embedding.NewGuarded(embedder, guard)}

	var err error
	if s.store, err = store.New(storeConfig(cfg.Database)); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err = registry.Register(newPool(s.store.Stats)); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.catalog, err = catalog.New(catalog.Config{Store: s.store, Embedder: s.embedder, Observer: observed, Logger: logger}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if cfg.Redis.URL != "" {
		if s.cache, err = cache.Connect(cacheConfig(cfg.Redis)); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	sc := serverConfig(cfg.HTTP)
	sc.Catalog, sc.Parts, sc.Build, sc.Logger = s.catalog, s.parts(), build, logger
	sc.Registerer, sc.Gatherer = registry, registry
	if s.server, err = server.New(sc); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// parts is what readiness shows. Only PostgreSQL decides.
func (s *Service) parts() []server.Part {
	redis := server.Part{Name: "redis"}
	if s.cache != nil {
		redis.Check = s.cache.Ping
	}
	return []server.Part{
		{Name: "postgresql", Required: true, Check: s.store.Ready},
		{Name: "embedder", Check: s.embedder.Health},
		redis,
	}
}

// Serve answers the connections of a listener until the context ends, then ends everything: first the requests, then the
// filler, then the parts that both use.
func (s *Service) Serve(ctx context.Context, listener net.Listener) error {
	background, stopFiller := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFiller()
	var filler sync.WaitGroup
	filler.Go(func() { s.catalog.RunFiller(background) })

	err := s.server.Serve(ctx, listener)
	stopFiller()
	filler.Wait()
	err = errors.Join(err, s.close())
	s.logger.InfoContext(ctx, "stopped")
	return err
}

// close ends the parts that there are.
func (s *Service) close() error {
	errs := []error{s.embedder.Close()}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.cache != nil {
		s.cache.Close()
	}
	return errors.Join(errs...)
}
