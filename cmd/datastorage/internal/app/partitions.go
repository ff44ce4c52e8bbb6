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

// makePartitions makes the partitions of the audit trail that are missing, and says after which time to look again.
func (s *Service) makePartitions(ctx context.Context) time.Duration {
	if err := s.store.Ready(ctx); err != nil {
		return partitionRetry // readiness says what is wrong
	}
	made, err := s.store.Trail().EnsurePartitions(ctx, time.Now())
	for _, month := range made {
		s.logger.InfoContext(ctx, "made a partition of the audit trail", "month", month.Format("2006-01"))
	}
	if err == nil {
		s.checkAuditKey(ctx)
		return partitionInterval
	}
	if ctx.Err() == nil && !errors.Is(err, audit.ErrUnavailable) {
		s.logger.ErrorContext(ctx, "cannot make partitions of the audit trail", "error", err)
	}
	return partitionRetry
}

// checkAuditKey says when the chains that this process makes do not have the key that others have. They are kept all the
// same: what is not recorded is lost.
func (s *Service) checkAuditKey(ctx context.Context) {
	err := s.store.Trail().CheckKey(ctx)
	if errors.Is(err, audit.ErrKeyRequired) || errors.Is(err, audit.ErrKeyMismatch) {
		s.logger.ErrorContext(ctx, "the key of the audit chains is not that of the chains before; all processes need the same", "error", err)
	}
}
