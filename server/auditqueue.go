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
	callFrom(ctx).item = req.EntryId
	if a.audit.Queue == nil {
		return nil, audit.ErrQueueEntryNotFound
	}
	if err := a.audit.Queue.Retry(ctx, req.EntryId); err != nil {
		return nil, err
	}
	return apiserver.RetryAuditQueueEntry200JSONResponse{Body: apiserver.AuditQueueChange{
		Id: req.EntryId, Message: "the group waits in the queue again",
	}}, nil
}

// RemoveAuditQueueEntry drops a parked group.
func (a *api) RemoveAuditQueueEntry(ctx context.Context, req apiserver.RemoveAuditQueueEntryRequestObject) (apiserver.RemoveAuditQueueEntryResponseObject, error) {
	callFrom(ctx).item = req.EntryId
	if a.audit.Queue == nil {
		return nil, audit.ErrQueueEntryNotFound
	}
	removed, err := a.audit.Queue.Remove(ctx, req.EntryId)
	if err != nil {
		return nil, err
	}
	a.logRemoved(ctx, &removed)
	return apiserver.RemoveAuditQueueEntry200JSONResponse{Body: apiserver.AuditQueueChange{
		Id: req.EntryId, Message: "the group is removed",
	}}, nil
}

// maxLoggedIDs bounds the ids of events in one line of the log.
const maxLoggedIDs = 20

// logRemoved says what will never be recorded, and who decided that: the trail itself cannot.
func (a *api) logRemoved(ctx context.Context, entry *audit.ParkedEntry) {
	ids := make([]string, 0, maxLoggedIDs)
	for i := range entry.Group[:min(len(entry.Group), maxLoggedIDs)] {
		ids = append(ids, entry.Group[i].ID.String())
	}
	made := callFrom(ctx)
	a.logger.WarnContext(ctx, "parked audit events were removed and will not be recorded", "entry", entry.ID,
		"reason", entry.Reason, "parked_at", entry.ParkedAt, "events", len(entry.Group), "event_ids", ids,
		"actor", made.actor.Name, "request_id", made.requestID)
}
