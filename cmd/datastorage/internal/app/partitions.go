package app

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/audit"
)

// How often the partitions of the audit trail are looked after. The months that they are made for lie far enough ahead
// that a day without the database does no harm.
const (
	partitionInterval = 24 * time.Hour
	partitionRetry    = time.Minute
)

// keepPartitions makes the partitions of the audit trail ahead of time, at the start and then daily, until the context
// ends.
func (s *Service) keepPartitions(ctx context.Context) {
	for {
		next := partitionInterval
		made, err := s.store.Trail().EnsurePartitions(ctx, time.Now())
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, audit.ErrUnavailable):
			next = partitionRetry // readiness says that the database is away
		case err != nil:
			next = partitionRetry
			s.logger.ErrorContext(ctx, "cannot make partitions of the audit trail", "error", err)
		}
		for _, month := range made {
			s.logger.InfoContext(ctx, "made a partition of the audit trail", "month", month.Format("2006-01"))
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}
