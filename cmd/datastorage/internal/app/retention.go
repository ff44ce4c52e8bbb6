package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/store"
)

// How often expired months are looked for. After a failure that somebody has to look at, an hour is soon enough.
const (
	retentionInterval = 24 * time.Hour
	retentionRetry    = time.Minute
	retentionPause    = time.Hour
)

// retention removes expired months of the audit trail. Every replica may run it; one works.
type retention struct {
	store   *store.Store // with the rights of the owner
	metrics *auditMetrics
	logger  *slog.Logger
}

// run removes what is expired, and says after which time to look again.
func (r *retention) run(ctx context.Context) time.Duration {
	if err := r.store.Ready(ctx); err != nil {
		return retentionRetry // readiness says what is wrong
	}
	months, err := r.store.Trail().RemoveExpired(ctx, store.RemovalRequest{Now: time.Now()}) // the trail logs each month
	var events int64
	for _, month := range months {
		events += month.Events
	}
	switch {
	case err == nil:
		r.metrics.retained("done", events)
		return retentionInterval
	case errors.Is(err, store.ErrRetentionRuns):
		r.metrics.retained("elsewhere", events)
		return retentionInterval
	case ctx.Err() != nil:
		return retentionRetry
	}
	r.metrics.retained("failed", events)
	if errors.Is(err, audit.ErrUnavailable) {
		r.logger.WarnContext(ctx, "expired months of the audit trail are removed later", "error", err)
		return retentionRetry
	}
	r.logger.ErrorContext(ctx, "cannot remove expired months of the audit trail", "error", err)
	return retentionPause
}
