package server_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/server"
)

var (
	_ server.AuditRecorder = (*audit.Recorder)(nil)
	_ server.AuditQueue    = audit.Queue(nil)
)

// fakeTrail is an audit trail with one event and one parked group. What a test sets comes in the place of its answers.
type fakeTrail struct {
	record func([]audit.Event) (bool, error) // was it queued
	list   func(audit.Query) (audit.Page, error)
	stored func(id uuid.UUID, limit int) ([]audit.Recorded, bool, error) // children, ancestors and trees
	do     func(context.Context) error                                   // what every method does

	recorded []audit.Event
	changed  []string // what was done to the queue
	refused  atomic.Int64

	verify func(audit.VerifyRequest) (audit.VerifyReport, error)
	heads  func(after int64, limit int) audit.Heads
}

func (f *fakeTrail) does(ctx context.Context) error {
	if f.do == nil {
		return nil
	}
	return f.do(ctx)
}

// doing gives a trail of which every method does the same.
func doing(do func(context.Context) error) func(*server.Config) {
	return func(cfg *server.Config) {
		withTrail(&fakeTrail{do: do})(cfg)
		withCache(&fakeCache{do: do})(cfg)
	}
}

// trail gives all that the server asks for.
func (f *fakeTrail) trail() server.Audit {
	return server.Audit{Recorder: f, Reader: f, Verifier: f, Queue: f}
}

func withTrail(f *fakeTrail) func(*server.Config) {
	return func(cfg *server.Config) { cfg.Audit = f.trail() }
}

var (
	storedEventID = uuid.MustParse("0193a1b2-7c3d-7000-8000-0000000000e1")
	parkedID      = "1795500000000-0"
	anyTime       = audit.Window{Past: 100 * 365 * 24 * time.Hour, Future: 100 * 365 * 24 * time.Hour}
)

func (f *fakeTrail) Record(ctx context.Context, events []audit.Event) (audit.Receipt, error) {
	prepared, err := audit.Prepare(events, storedAt, anyTime)
	if err != nil {
		return audit.Receipt{}, err
	}
	f.recorded = events
	if f.record == nil {
		return audit.Receipt{Events: prepared}, f.does(ctx)
	}
	queued, err := f.record(events)
	return audit.Receipt{Events: prepared, Queued: queued}, err
}

func (f *fakeTrail) Refused(events int, _ time.Duration) { f.refused.Add(int64(events)) }

func (f *fakeTrail) List(ctx context.Context, q audit.Query) (audit.Page, error) {
	if f.list != nil {
		return f.list(q)
	}
	if _, err := q.Resume(); err != nil {
		return audit.Page{}, err
	}
	return audit.Page{Events: []audit.Recorded{storedEvent()}}, f.does(ctx)
}

func (f *fakeTrail) Event(ctx context.Context, id uuid.UUID) (audit.Recorded, error) {
	if id != storedEventID {
		return audit.Recorded{}, audit.ErrEventNotFound
	}
	return storedEvent(), f.does(ctx)
}

func (f *fakeTrail) related(ctx context.Context, id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
	switch {
	case f.stored != nil:
		return f.stored(id, limit)
	case id != storedEventID:
		return nil, false, audit.ErrEventNotFound
	default:
		return nil, false, f.does(ctx)
	}
}

func (f *fakeTrail) Children(ctx context.Context, id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
	return f.related(ctx, id, limit)
}

func (f *fakeTrail) Ancestors(ctx context.Context, id uuid.UUID) ([]audit.Recorded, error) {
	events, _, err := f.related(ctx, id, 0)
	return events, err
}

func (f *fakeTrail) Tree(ctx context.Context, id uuid.UUID, limit int) ([]audit.Recorded, bool, error) {
	return f.related(ctx, id, limit)
}

func (f *fakeTrail) Stats(ctx context.Context) (audit.QueueStats, error) {
	return audit.QueueStats{Depth: 3, OldestAge: 1500 * time.Millisecond, Parked: 2, Durable: true}, f.does(ctx)
}

func (f *fakeTrail) Parked(ctx context.Context, limit int) ([]audit.ParkedEntry, error) {
	return slices.Repeat([]audit.ParkedEntry{parkedEntry()}, min(limit, 2)), f.does(ctx)
}

func (f *fakeTrail) Retry(ctx context.Context, id string) error { return f.change(ctx, "retry", id) }

func (f *fakeTrail) Remove(ctx context.Context, id string) (audit.ParkedEntry, error) {
	return parkedEntry(), f.change(ctx, "remove", id)
}

func parkedEntry() audit.ParkedEntry {
	event := storedEvent()
	return audit.ParkedEntry{
		QueueEntry: audit.QueueEntry{ID: parkedID, Group: audit.Group{{Event: event.Event}}, Attempts: 5},
		Reason:     "no such parent event", ParkedAt: storedAt,
	}
}

func (f *fakeTrail) change(ctx context.Context, what, id string) error {
	if id != parkedID {
		return audit.ErrQueueEntryNotFound
	}
	f.changed = append(f.changed, what)
	return f.does(ctx)
}

func (f *fakeTrail) Verify(ctx context.Context, req audit.VerifyRequest, _ func(audit.VerifyReport)) (audit.VerifyReport, error) {
	if f.verify != nil {
		return f.verify(req)
	}
	return audit.VerifyReport{Valid: true, Chains: 1, Events: 2}, f.does(ctx)
}

func (f *fakeTrail) Heads(ctx context.Context, after int64, limit int) (audit.Heads, error) {
	if f.heads != nil {
		return f.heads(after, limit), nil
	}
	return audit.Heads{ExportedAt: storedAt}, f.does(ctx)
}

// storedEvent has every field set that an event can have.
func storedEvent() audit.Recorded {
	parent, duration := uuid.MustParse("0193a1b2-7c3d-7000-8000-0000000000e0"), int64(17)
	return audit.Recorded{
		Event: audit.Event{
			ID: storedEventID, Version: "1.0", Timestamp: storedAt.Add(123456 * time.Microsecond), Type: "gateway.signal.received",
			Category: "signal", Action: "received", Outcome: audit.OutcomeFailure, ActorType: "service", ActorID: "gateway",
			ActorIP: "10.0.0.1", ResourceType: "Pod", ResourceID: "p-1", ResourceName: "pod", CorrelationID: "rr-1",
			ParentID: &parent, ParentDate: &storedAt, TraceID: "trace", SpanID: "span", Namespace: "ns", ClusterID: "cluster",
			Data: json.RawMessage(`{"a":1.10,"b":123456789012345680000}`), Metadata: json.RawMessage(`{"m":"<x>"}`),
			Severity: "high", DurationMS: &duration, ErrorCode: "E1", ErrorMessage: "broke", RetentionDays: 30, Sensitive: true,
		},
		Place: audit.Place{ChainID: uuid.MustParse("0193a1b2-7c3d-7000-8000-0000000000c1"), Seq: 7, RecordedAt: storedAt.Add(time.Second)},
		Hash:  []byte{0xab, 0xcd},
	}
}
