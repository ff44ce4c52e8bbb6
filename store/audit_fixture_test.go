package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/store"
)

// setupTrail gives the trail of a store on a database of its own, and the address of that.
func setupTrail(t testing.TB) (*store.Trail, *store.Store) {
	t.Helper()
	s, _ := setup(t)
	return s.Trail(), s
}

func newID(t testing.TB) uuid.UUID {
	t.Helper()
	id, err := uuid.NewV7()
	require.NoError(t, err)
	return id
}

// event gives one of now that a trail takes.
func event(t testing.TB) audit.Event {
	t.Helper()
	return audit.Event{
		ID: newID(t), Version: "1.0", Timestamp: time.Now(), Type: "gateway.signal.received", Category: "signal",
		Action: "received", Outcome: audit.OutcomeSuccess, ActorType: "service", ActorID: "gateway",
		ResourceType: "Pod", ResourceID: "payment-api-7d9f", CorrelationID: "rr-2026-001", Namespace: "payments",
		Data: json.RawMessage(`{"fingerprint": "a1b2", "count": 3, "ratio": 1e21, "labels": {"z": [1.5, null, "ü"], "a": true}}`),
	}
}

// events gives n different ones, changed by change.
func events(t testing.TB, n int, change func(int, *audit.Event)) []audit.Event {
	t.Helper()
	list := make([]audit.Event, n)
	for i := range list {
		list[i] = event(t)
		if change != nil {
			change(i, &list[i])
		}
	}
	return list
}

func group(t testing.TB, events ...audit.Event) audit.Group {
	t.Helper()
	prepared, err := audit.Prepare(events, time.Now(), audit.Window{Past: 20000 * time.Hour, Future: 20000 * time.Hour})
	require.NoError(t, err)
	return prepared
}

// record records events in one group and expects that to succeed.
func record(t testing.TB, trail *store.Trail, events ...audit.Event) audit.Group {
	t.Helper()
	g := group(t, events...)
	errs, err := trail.Record(t.Context(), []audit.Group{g})
	require.NoError(t, err)
	require.NoError(t, errs[0])
	return g
}

// recordGroups records groups in one call.
func recordGroups(t testing.TB, trail *store.Trail, groups ...audit.Group) []error {
	t.Helper()
	errs, err := trail.Record(t.Context(), groups)
	require.NoError(t, err)
	require.Len(t, errs, len(groups))
	return errs
}

func child(t testing.TB, parent audit.Event) audit.Event {
	t.Helper()
	e := event(t)
	e.ParentID = &parent.ID
	return e
}

func monthName(at time.Time) string {
	return fmt.Sprintf("audit_events_%s", at.UTC().Format("2006_01"))
}

func countEvents(t testing.TB, s *store.Store) int {
	t.Helper()
	page, err := s.Trail().List(t.Context(), audit.Query{Order: audit.OrderNewest, Limit: 1, WithTotal: true})
	require.NoError(t, err)
	return int(*page.Total)
}
