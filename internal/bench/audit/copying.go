package main

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

const (
	copyKeys   = `COPY audit_event_keys (event_id, event_date, content_hash) FROM STDIN`
	copyEvents = `COPY audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category,
		event_action, event_outcome, actor_type, actor_id, resource_type, resource_id, correlation_id, namespace, event_data,
		severity, retention_days, is_sensitive, recorded_at, chain_id, chain_seq, hash) FROM STDIN`
)

// copying has connections COPY the rows of a batch and their keys, one commit per batch.
type copying struct {
	db          *sql.DB
	connections int
	events      int
	seq         atomic.Int64
}

func (c *copying) run(ctx context.Context, d time.Duration) (sample, error) {
	took := make([][]time.Duration, c.connections)
	errs := make([]error, c.connections)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range c.connections {
		chain := uuid.New()
		wg.Go(func() {
			for errs[i] == nil && time.Since(begin) < d {
				start := time.Now()
				errs[i] = c.copy(ctx, chain)
				took[i] = append(took[i], time.Since(start))
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(begin)
	var all []time.Duration
	for _, some := range took {
		all = append(all, some...)
	}
	return newSample(len(all)*c.events, elapsed, all), errors.Join(errs...)
}

func (c *copying) copy(ctx context.Context, chain uuid.UUID) error {
	ids := make([]string, c.events)
	for i := range ids {
		ids[i] = uuid.Must(uuid.NewV7()).String()
	}
	now := time.Now().UTC()
	day := now.Format(time.DateOnly)
	hash := make([]byte, 32)
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	err = copyRows(ctx, tx, copyKeys, ids,
		func(id string) []any { return []any{id, day, hash} })
	if err != nil {
		return err
	}
	err = copyRows(ctx, tx, copyEvents, ids,
		func(id string) []any {
			seq := c.seq.Add(1)
			return []any{
				id, "1.0", now, day, "gateway.signal.received", "signal", "received", "success", "service", "gateway",
				"Pod", "pod-" + strconv.FormatInt(seq%500, 10), "rr-2026-" + strconv.FormatInt(seq%1000, 10), "payments",
				data, "critical", 2555, false, now, chain.String(), seq, hash,
			}
		})
	if err != nil {
		return err
	}
	return tx.Commit()
}

func copyRows(ctx context.Context, tx *sql.Tx, query string, ids []string, row func(id string) []any) error {
	statement, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = statement.Close() }() // which ends a COPY that failed
	for _, id := range ids {
		if _, err := statement.ExecContext(ctx, row(id)...); err != nil {
			return err
		}
	}
	_, err = statement.ExecContext(ctx)
	return err
}
