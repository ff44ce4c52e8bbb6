package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// operatorStatementTimeout is the least time for a statement of an operator's command: it may count a large catalog.
const operatorStatementTimeout = time.Minute

// OpenStore opens the catalog for a command of an operator, with as many connections at most. The database has to be
// there, with the schema of this release. Error: ErrDatabaseUnreachable.
func OpenStore(ctx context.Context, cfg config.Config, build server.Build, connections int) (*store.Store, error) {
	trail, err := trailConfig(cfg.Audit, build)
	if err != nil {
		return nil, err
	}
	sc := storeConfig(cfg.Database, cfg.Search, trail)
	sc.ApplicationName = "datastorage-operator"
	sc.StatementTimeout = max(sc.StatementTimeout, operatorStatementTimeout)
	sc.MaxOpenConns = connections
	s, err := store.New(sc)
	if err != nil {
		return nil, err
	}
	err = s.Ready(ctx)
	if errors.Is(err, catalog.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", ErrDatabaseUnreachable, err)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// CloseStore ends what a command has opened, and its chain of audit events in order.
func CloseStore(ctx context.Context, s *store.Store) error {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return errors.Join(s.Trail().Close(ctx), s.Close())
}
