package store

import (
	"cmp"
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

var _ catalog.InvalidationStore = (*Store)(nil)

// RecordInvalidation implements catalog.InvalidationStore. The generation and the event in the audit trail are committed
// together.
func (s *Store) RecordInvalidation(ctx context.Context, i catalog.Invalidation) error {
	return s.trail.inTx(ctx, "invalidate the cache", func(ctx context.Context, tx *sqlx.Tx, a *appending) error {
		event := invalidatedEvent(&i, time.Now())
		prepared, err := event.prepare()
		if err != nil {
			return err
		}
		if err := bumpGeneration(ctx, tx, []string{i.PlaybookID}); err != nil {
			return err
		}
		return a.append(ctx, tx, prepared)
	})
}

// allPlaybooks is the resource of an event that is of all playbooks; no playbook can have that id.
const allPlaybooks = "*"

func invalidatedEvent(i *catalog.Invalidation, at time.Time) catalogEvent {
	return catalogEvent{
		kind: kindPlaybook, id: cmp.Or(i.PlaybookID, allPlaybooks), action: "cache_invalidated", actor: i.Actor, requestID: i.RequestID, at: at,
		data: struct {
			All bool `json:"all"`
		}{i.PlaybookID == ""},
	}
}
