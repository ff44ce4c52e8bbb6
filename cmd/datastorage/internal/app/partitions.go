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
		timer := time.NewTimer(s.makePartitions(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// makePartitions makes what is missing, and says after which time to look again.
func (s *Service) makePartitions(ctx context.Context) time.Duration {
	if err := s.store.Ready(ctx); err != nil {
		return partitionRetry // readiness says what is wrong
	}
	made, err := s.store.Trail().EnsurePartitions(ctx, time.Now())
	for _, month := range made {
		s.logger.InfoContext(ctx, "made a partition of the audit trail", "month", month.Format("2006-01"))
	}
	if err == nil {
		return partitionInterval
	}
	if ctx.Err() == nil && !errors.Is(err, audit.ErrUnavailable) {
		s.logger.ErrorContext(ctx, "cannot make partitions of the audit trail", "error", err)
	}
	return partitionRetry
}
