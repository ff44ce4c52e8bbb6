package server

import (
	"context"
	"time"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// defaultParked is how many parked groups are shown to who asks for no number.
const defaultParked = 20

// GetAuditQueue says what the dead-letter queue holds.
func (a *api) GetAuditQueue(ctx context.Context, req apiserver.GetAuditQueueRequestObject) (apiserver.GetAuditQueueResponseObject, error) {
	body := apiserver.AuditQueue{Parked: []apiserver.ParkedAuditGroup{}}
	if a.audit.Queue == nil {
		return apiserver.GetAuditQueue200JSONResponse{Body: body}, nil
	}
	stats, err := a.audit.Queue.Stats(ctx)
	if err != nil {
		return nil, err
	}
	limit := defaultParked
	if req.Params.Limit != nil {
		limit = int(*req.Params.Limit)
	}
	entries, err := a.audit.Queue.Parked(ctx, limit)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		body.Parked = append(body.Parked, parkedOut(&entries[i]))
	}
	body.Configured, body.Durable = true, stats.Durable
	body.Depth, body.OldestAgeSeconds, body.ParkedTotal = stats.Depth, stats.OldestAge.Seconds(), stats.Parked
	return apiserver.GetAuditQueue200JSONResponse{Body: body}, nil
}

func parkedOut(entry *audit.ParkedEntry) apiserver.ParkedAuditGroup {
	events := make([]apiserver.ParkedAuditEvent, len(entry.Group))
	for i := range entry.Group {
		e := &entry.Group[i]
		events[i] = apiserver.ParkedAuditEvent{
			EventId: e.ID, EventTimestamp: e.Timestamp.UTC(), EventType: e.Type, CorrelationId: e.CorrelationID,
		}
	}
	return apiserver.ParkedAuditGroup{
		Id: entry.ID, Reason: entry.Reason, ParkedAt: entry.ParkedAt.UTC().Truncate(time.Millisecond),
		Attempts: entry.Attempts, Events: events,
	}
}

// RetryAuditQueueEntry puts a parked group back into the queue.
func (a *api) RetryAuditQueueEntry(ctx context.Context, req apiserver.RetryAuditQueueEntryRequestObject) (apiserver.RetryAuditQueueEntryResponseObject, error) {
	if err := a.changeParked(ctx, req.EntryId, AuditQueue.Retry); err != nil {
		return nil, err
	}
	return apiserver.RetryAuditQueueEntry200JSONResponse{Body: apiserver.AuditQueueChange{
		Id: req.EntryId, Message: "the group waits in the queue again",
	}}, nil
}

// RemoveAuditQueueEntry drops a parked group.
func (a *api) RemoveAuditQueueEntry(ctx context.Context, req apiserver.RemoveAuditQueueEntryRequestObject) (apiserver.RemoveAuditQueueEntryResponseObject, error) {
	if err := a.changeParked(ctx, req.EntryId, AuditQueue.Remove); err != nil {
		return nil, err
	}
	return apiserver.RemoveAuditQueueEntry200JSONResponse{Body: apiserver.AuditQueueChange{
		Id: req.EntryId, Message: "the group is removed",
	}}, nil
}

func (a *api) changeParked(ctx context.Context, id string, change func(AuditQueue, context.Context, string) error) error {
	callFrom(ctx).item = id
	if a.audit.Queue == nil {
		return audit.ErrQueueEntryNotFound
	}
	return change(a.audit.Queue, ctx, id)
}
