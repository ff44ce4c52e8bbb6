package app

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/cache/results"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
)

// openCache makes the cache of vectors.
func (s *Service) openCache(cfg config.Config, registry *prometheus.Registry, observer *metrics) (err error) {
	ec := embeddingsConfig(cfg)
	ec.Playbooks, ec.Observer, ec.Logger = s.store, newCacheMetrics(registry, observer.cacheRequests), s.logger
	if s.cache, err = cache.NewEmbeddings(ec); err == nil {
		registry.MustRegister(cacheState(s.cache)...)
	}
	return err
}

// openCatalog puts what is cached before what is not, for all models of this process. Vectors of versions are cached, and
// warmed up, for the first model alone: their keys have no model, so that those of two would take each other's place.
func (s *Service) openCatalog(cfg config.Cache, observer *metrics) error {
	found, err := s.searchStore(cfg, observer)
	if err != nil {
		return err
	}
	vectors, queries := catalog.NewVectorSource(s.store, s.models[0]), s.models[0]
	cc := catalog.Config{Store: found, Observer: observer, Witness: s.witness, Logger: s.logger}
	if s.cache != nil { // a nil *cache.Embeddings would be a cache
		queries, vectors, cc.Cache = s.cache.Queries(queries), s.cache.Playbooks(vectors), s.cache
	}
	if cfg.RememberQueries {
		s.asked = catalog.NewAsked(s.store, s.logger)
	}
	s.warmer, err = catalog.NewWarmer(catalog.WarmerConfig{
		Store: s.store, Vectors: vectors, Queries: queries, Owner: processName(), Logger: s.logger,
	})
	if err != nil {
		return err
	}
	s.warmAtStart = cfg.Warm
	cc.Embedder, cc.Vectors, cc.Asked = queries, vectors, s.asked
	for _, m := range s.models[1:] {
		more := catalog.LocalModel{Embedder: m, Vectors: catalog.NewVectorSource(s.store, m)}
		if s.cache != nil {
			more.Embedder = s.cache.Queries(m)
		}
		cc.MoreModels = append(cc.MoreModels, more)
	}
	s.catalog, err = catalog.New(cc)
	return err
}

// searchStore puts the result cache before the store, unless it may keep nothing.
func (s *Service) searchStore(cfg config.Cache, observer *metrics) (catalog.Store, error) {
	if cfg.ResultBytes == 0 {
		return s.store, nil
	}
	rc := resultsConfig(cfg)
	rc.Store, rc.Requested = s.store, observer.resultRequested
	var err error
	s.results, err = results.New(rc)
	return s.results, err
}

// processName tells this process from all others, those of other machines and its own predecessors included.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return host + "/" + uuid.NewString()
}

// cacheControl is the cache as the server uses it, as far as there is one.
func (s *Service) cacheControl() server.Cache {
	control := &catalog.CacheControl{Store: s.store}
	if s.cache != nil {
		control.Vectors = s.cache
	}
	if s.results != nil {
		control.Results = s.results
	}
	return server.Cache{Control: control, Warmer: s.warmer, Stats: s.cacheStats}
}

// keepCache does what keeps the cache useful, until the context ends. Without a cache there is nothing to warm up.
func (s *Service) keepCache(ctx context.Context, working *sync.WaitGroup) {
	if s.asked != nil {
		working.Go(func() { s.asked.Run(ctx) })
	}
	if s.cache == nil {
		return
	}
	working.Go(func() { s.cache.Run(ctx) })
	working.Go(func() { s.warmer.Run(ctx) })
	if s.warmAtStart {
		working.Go(func() { repeat(ctx, s.warmUp) })
	}
}

// warmUpRetry is the time between two looks whether a warm-up can be asked for.
const warmUpRetry = 5 * time.Second

// warmUp asks for a warm-up once the database and the cache answer, unless the cache still holds what it would load: it
// outlives a restart of the service.
func (s *Service) warmUp(ctx context.Context) time.Duration {
	playbooks, err := s.store.CountSearchable(ctx)
	if err != nil {
		return warmUpRetry
	}
	stats := s.cache.Stats(ctx)
	if stats.Server == nil {
		return warmUpRetry
	}
	if stats.Kinds[cache.KindPlaybook].Keys >= int64(playbooks) {
		return done
	}
	if _, err = s.warmer.Ask(ctx); err != nil {
		return warmUpRetry
	}
	return done
}

// closeCache ends what is being loaded into the cache, which nobody waits for any more.
func (s *Service) closeCache() {
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.cache.Close(ctx)
}
