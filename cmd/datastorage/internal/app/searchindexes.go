package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/store"
)

// How often the indexes of searches are looked after. Until a catalog that has grown has its index, searches are exact, and
// only slower.
const (
	searchIndexInterval = 10 * time.Minute
	searchIndexRetry    = time.Minute
)

// searchIndexes looks after the indexes that searches of a large catalog need.
type searchIndexes struct {
	cfg    config.Config
	logger *slog.Logger
}

// run makes what is missing, and says after which time to look again.
func (x *searchIndexes) run(ctx context.Context) time.Duration {
	made, err := EnsureSearchIndexes(ctx, x.cfg)
	for _, model := range made {
		x.logger.InfoContext(ctx, "made the index of searches", "model", model)
	}
	switch {
	case err == nil:
		return searchIndexInterval
	case errors.Is(err, store.ErrNotOwner):
		x.logger.WarnContext(ctx, "the catalog is large, and searches are slow until its owner has run `datastorage migrate indexes`")
		return searchIndexInterval
	case ctx.Err() != nil, errors.Is(err, ErrDatabaseUnreachable), errors.Is(err, migrations.ErrSchemaOlder),
		errors.Is(err, migrations.ErrSchemaNewer): // readiness says so
	default:
		x.logger.ErrorContext(ctx, "cannot make the indexes of searches", "error", err)
	}
	return searchIndexRetry
}

// EnsureSearchIndexes makes what is missing, as the owner of the tables. It gives the models whose index it made. Errors:
// ErrDatabaseUnreachable, migrations.ErrSchemaOlder, migrations.ErrSchemaNewer, store.ErrNotOwner.
func EnsureSearchIndexes(ctx context.Context, cfg config.Config) (made []string, err error) {
	owners, err := cfg.OwnersDatabase()
	if err != nil {
		return nil, err
	}
	s, err := store.New(storeConfig(owners, cfg.Search, store.TrailConfig{}))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err = s.Ready(ctx); err == nil {
		made, err = s.EnsureSearchIndexes(ctx)
	}
	if errors.Is(err, catalog.ErrUnavailable) {
		err = errors.Join(ErrDatabaseUnreachable, err)
	}
	return made, err
}
