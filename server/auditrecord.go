package server

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
)

const (
	auditEventsPath = "/api/v1/audit/events/"

	messageRecorded = "the event is recorded"
	messageQueued   = "the event is queued durably and will be recorded when the database takes it"
)

// RecordAuditEvent records one event.
func (a *api) RecordAuditEvent(ctx context.Context, req apiserver.RecordAuditEventRequestObject) (apiserver.RecordAuditEventResponseObject, error) {
	receipt, err := a.record(ctx, []apiserver.AuditEventInput{*req.Body})
	if err != nil {
		return nil, unindexed(err)
	}
	event := &receipt.Events[0]
	body := apiserver.AuditReceipt{EventId: event.ID, EventTimestamp: event.Timestamp, Message: messageRecorded}
	if receipt.Queued {
		body.Message = messageQueued
		return apiserver.RecordAuditEvent202JSONResponse{Body: body}, nil
	}
	location := auditEventsPath + event.ID.String()
	return apiserver.RecordAuditEvent201JSONResponse{
		Body: body, Headers: apiserver.RecordAuditEvent201ResponseHeaders{Location: &location},
	}, nil
}

// RecordAuditEvents records a batch, all of it or nothing.
func (a *api) RecordAuditEvents(ctx context.Context, req apiserver.RecordAuditEventsRequestObject) (apiserver.RecordAuditEventsResponseObject, error) {
	callFrom(ctx).batch = true
	receipt, err := a.record(ctx, *req.Body)
	if err != nil {
		return nil, err
	}
	body := apiserver.AuditBatchReceipt{EventIds: idsInOrder(*req.Body, receipt)}
	if receipt.Queued {
		return apiserver.RecordAuditEvents202JSONResponse{Body: body}, nil
	}
	return apiserver.RecordAuditEvents201JSONResponse{Body: body}, nil
}

// record hands events over, and keeps them for the explanation of a refusal.
func (a *api) record(ctx context.Context, input []apiserver.AuditEventInput) (audit.Receipt, error) {
	events, err := eventsIn(input)
	if err != nil {
		return audit.Receipt{}, err
	}
	callFrom(ctx).events = events
	return a.audit.Recorder.Record(ctx, events)
}

// idsInOrder gives an id for each item of a batch. The receipt has an event once that the batch has twice.
func idsInOrder(input []apiserver.AuditEventInput, receipt audit.Receipt) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(input))
	seen := make(map[uuid.UUID]bool, len(input))
	next := receipt.IDs()
	for i := range input {
		if given := input[i].EventId; given != nil && seen[*given] {
			ids = append(ids, *given)
			continue
		}
		ids, next = append(ids, next[0]), next[1:]
		seen[ids[i]] = true
	}
	return ids
}

// unindexed takes the index of the only event from the pointers of a refusal.
func unindexed(err error) error {
	var invalid *validation.Error
	if !errors.As(err, &invalid) {
		return err
	}
	violations := make([]validation.Violation, len(invalid.Violations))
	for i, violation := range invalid.Violations {
		violation.Pointer = strings.TrimPrefix(violation.Pointer, "/0")
		violations[i] = violation
	}
	return &validation.Error{Violations: violations}
}
