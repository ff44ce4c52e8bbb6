package server

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// ListAuditEvents gives one page of events.
func (a *api) ListAuditEvents(ctx context.Context, req apiserver.ListAuditEventsRequestObject) (apiserver.ListAuditEventsResponseObject, error) {
	q, err := auditQuery(&req.Params, time.Now())
	if err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	page, err := a.audit.Reader.List(ctx, q)
	if err != nil {
		return nil, err
	}
	pagination := apiserver.AuditPagination{
		Limit: int32Must(q.Limit), HasMore: page.HasMore, NextCursor: optional(page.NextCursor), Total: page.Total,
	}
	if q.Cursor == "" && q.Order == audit.OrderNewest {
		pagination.Offset = pointerTo(int32Must(q.Offset))
	}
	return apiserver.ListAuditEvents200JSONResponse{AuditEventsJSONResponse: auditAnswer(page.Events, pagination)}, nil
}

// GetAuditEvent gives one event.
func (a *api) GetAuditEvent(ctx context.Context, req apiserver.GetAuditEventRequestObject) (apiserver.GetAuditEventResponseObject, error) {
	event, err := a.audit.Reader.Event(ctx, asked(ctx, req.EventId))
	if err != nil {
		return nil, err
	}
	return apiserver.GetAuditEvent200JSONResponse{Body: eventOut(&event)}, nil
}

// ListAuditEventChildren gives the events that one event caused.
func (a *api) ListAuditEventChildren(ctx context.Context, req apiserver.ListAuditEventChildrenRequestObject) (apiserver.ListAuditEventChildrenResponseObject, error) {
	limit := auditLimit(req.Params.Limit)
	events, more, err := a.audit.Reader.Children(ctx, asked(ctx, req.EventId), limit)
	if err != nil {
		return nil, err
	}
	return apiserver.ListAuditEventChildren200JSONResponse{AuditEventsJSONResponse: auditAnswer(events, apiserver.AuditPagination{
		Limit: int32Must(limit), HasMore: more,
	})}, nil
}

// ListAuditEventAncestors gives the chain of parents of one event. That its last has a parent says that the chain was
// not followed to the root.
func (a *api) ListAuditEventAncestors(ctx context.Context, req apiserver.ListAuditEventAncestorsRequestObject) (apiserver.ListAuditEventAncestorsResponseObject, error) {
	events, err := a.audit.Reader.Ancestors(ctx, asked(ctx, req.EventId))
	if err != nil {
		return nil, err
	}
	return apiserver.ListAuditEventAncestors200JSONResponse{AuditEventsJSONResponse: auditAnswer(events, apiserver.AuditPagination{
		Limit: audit.MaxLimit, HasMore: len(events) > 0 && events[len(events)-1].ParentID != nil,
	})}, nil
}

// GetAuditEventTree gives all events that go back to the same root.
func (a *api) GetAuditEventTree(ctx context.Context, req apiserver.GetAuditEventTreeRequestObject) (apiserver.GetAuditEventTreeResponseObject, error) {
	limit := auditLimit(req.Params.Limit)
	events, more, err := a.audit.Reader.Tree(ctx, asked(ctx, req.EventId), limit)
	if err != nil {
		return nil, err
	}
	return apiserver.GetAuditEventTree200JSONResponse{AuditEventsJSONResponse: auditAnswer(events, apiserver.AuditPagination{
		Limit: int32Must(limit), HasMore: more,
	})}, nil
}

func auditAnswer(events []audit.Recorded, pagination apiserver.AuditPagination) apiserver.AuditEventsJSONResponse {
	return apiserver.AuditEventsJSONResponse{Body: apiserver.AuditEventList{Data: eventsOut(events), Pagination: pagination}}
}

// asked notes which event the request is about.
func asked(ctx context.Context, id uuid.UUID) uuid.UUID {
	callFrom(ctx).item = id.String()
	return id
}

func auditLimit(limit *int32) int {
	if limit == nil {
		return audit.DefaultLimit
	}
	return int(*limit)
}

func int32Must(n int) int32 { return int32(n) } //nolint:gosec // the contract bounds it
