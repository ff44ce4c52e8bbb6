package server

import (
	"context"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// DisablePlaybookVersion takes a version out of use.
func (a *api) DisablePlaybookVersion(ctx context.Context, req apiserver.DisablePlaybookVersionRequestObject) (apiserver.DisablePlaybookVersionResponseObject, error) {
	changed, err := a.change(ctx, req.Body.Actor, req.Params.IfMatch, catalog.VersionChange{
		VersionID: versionID(req.PlaybookId, req.Version), Transition: catalog.TransitionDisable, Reason: req.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return apiserver.DisablePlaybookVersion200JSONResponse{
		Body: changedVersion(&changed), Headers: apiserver.DisablePlaybookVersion200ResponseHeaders{ETag: pointerTo(entityTag(&changed.Version))},
	}, nil
}

// EnablePlaybookVersion brings a disabled version back.
func (a *api) EnablePlaybookVersion(ctx context.Context, req apiserver.EnablePlaybookVersionRequestObject) (apiserver.EnablePlaybookVersionResponseObject, error) {
	changed, err := a.change(ctx, req.Body.Actor, req.Params.IfMatch, catalog.VersionChange{
		VersionID: versionID(req.PlaybookId, req.Version), Transition: catalog.TransitionEnable, Reason: value(req.Body.Reason),
	})
	if err != nil {
		return nil, err
	}
	return apiserver.EnablePlaybookVersion200JSONResponse{
		Body: changedVersion(&changed), Headers: apiserver.EnablePlaybookVersion200ResponseHeaders{ETag: pointerTo(entityTag(&changed.Version))},
	}, nil
}

// DeprecatePlaybookVersion says that a version should not be used any more, and what to use instead.
func (a *api) DeprecatePlaybookVersion(ctx context.Context, req apiserver.DeprecatePlaybookVersionRequestObject) (apiserver.DeprecatePlaybookVersionResponseObject, error) {
	changed, err := a.change(ctx, req.Body.Actor, req.Params.IfMatch, catalog.VersionChange{
		VersionID: versionID(req.PlaybookId, req.Version), Transition: catalog.TransitionDeprecate, Reason: req.Body.Reason,
		DeprecationNotice: value(req.Body.DeprecationNotice), SupersededBy: value(req.Body.SupersededBy),
	})
	if err != nil {
		return nil, err
	}
	return apiserver.DeprecatePlaybookVersion200JSONResponse{
		Body: changedVersion(&changed), Headers: apiserver.DeprecatePlaybookVersion200ResponseHeaders{ETag: pointerTo(entityTag(&changed.Version))},
	}, nil
}

// ArchivePlaybookVersion ends the life of a version.
func (a *api) ArchivePlaybookVersion(ctx context.Context, req apiserver.ArchivePlaybookVersionRequestObject) (apiserver.ArchivePlaybookVersionResponseObject, error) {
	changed, err := a.change(ctx, req.Body.Actor, req.Params.IfMatch, catalog.VersionChange{
		VersionID: versionID(req.PlaybookId, req.Version), Transition: catalog.TransitionArchive, Reason: req.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return apiserver.ArchivePlaybookVersion200JSONResponse{
		Body: changedVersion(&changed), Headers: apiserver.ArchivePlaybookVersion200ResponseHeaders{ETag: pointerTo(entityTag(&changed.Version))},
	}, nil
}

// change makes a transition for whoever acts, while the version is one that the caller expects.
func (a *api) change(ctx context.Context, actor, ifMatch *string, change catalog.VersionChange) (catalog.Changed, error) {
	change.Actor = callFrom(ctx).actingAs(actor)
	if ifMatch != nil {
		change.Matches = func(v *catalog.Version) bool { return matchesTagStrongly(*ifMatch, entityTag(v)) }
	}
	return a.catalog.Change(ctx, change)
}

func changedVersion(changed *catalog.Changed) apiserver.PlaybookVersion {
	body := playbookVersion(&changed.Version)
	body.Warnings = changed.Warnings
	return body
}

// actingAs gives who acts: the name in a body wins over the one in a header.
func (made *call) actingAs(name *string) catalog.Actor {
	if name != nil {
		made.actor = catalog.Actor{Name: *name, Source: catalog.ActorAsserted}
	}
	return made.actor
}

func versionID(playbookID, version string) catalog.VersionID {
	return catalog.VersionID{PlaybookID: playbookID, Version: version}
}

// DisablePlaybook disables all active versions.
func (a *api) DisablePlaybook(ctx context.Context, req apiserver.DisablePlaybookRequestObject) (apiserver.DisablePlaybookResponseObject, error) {
	items, err := a.changePlaybook(ctx, req.Body.Actor, req.PlaybookId, catalog.TransitionDisable, req.Body.Reason)
	if err != nil {
		return nil, err
	}
	return apiserver.DisablePlaybook200JSONResponse{Body: items}, nil
}

// EnablePlaybook brings back what DisablePlaybook has disabled.
func (a *api) EnablePlaybook(ctx context.Context, req apiserver.EnablePlaybookRequestObject) (apiserver.EnablePlaybookResponseObject, error) {
	items, err := a.changePlaybook(ctx, req.Body.Actor, req.PlaybookId, catalog.TransitionEnable, value(req.Body.Reason))
	if err != nil {
		return nil, err
	}
	return apiserver.EnablePlaybook200JSONResponse{Body: items}, nil
}

// ChangePlaybookStatus is DisablePlaybook or EnablePlaybook, by the status that is wanted.
func (a *api) ChangePlaybookStatus(ctx context.Context, req apiserver.ChangePlaybookStatusRequestObject) (apiserver.ChangePlaybookStatusResponseObject, error) {
	transition := catalog.TransitionDisable
	if req.Body.Status == apiserver.PlaybookActive {
		transition = catalog.TransitionEnable
	}
	items, err := a.changePlaybook(ctx, req.Body.Actor, req.PlaybookId, transition, value(req.Body.Reason))
	if err != nil {
		return nil, err
	}
	return apiserver.ChangePlaybookStatus200JSONResponse{Body: items}, nil
}

func (a *api) changePlaybook(ctx context.Context, actor *string, id string, transition catalog.Transition, reason string) (apiserver.PlaybookVersionList, error) {
	changed, err := a.catalog.ChangePlaybook(ctx, catalog.PlaybookChange{
		PlaybookID: id, Transition: transition, Reason: reason, Actor: callFrom(ctx).actingAs(actor),
	})
	if err != nil {
		return apiserver.PlaybookVersionList{}, err
	}
	list := versionList(catalog.VersionPage{Items: changed.Versions})
	list.Warnings = changed.Warnings
	return list, nil
}

// RecordPlaybookOutcome counts an execution.
func (a *api) RecordPlaybookOutcome(ctx context.Context, req apiserver.RecordPlaybookOutcomeRequestObject) (apiserver.RecordPlaybookOutcomeResponseObject, error) {
	v, err := a.catalog.RecordExecution(ctx, catalog.Execution{
		VersionID: versionID(req.PlaybookId, req.Version), ExecutionID: req.Body.ExecutionId, Success: req.Body.Success,
		DurationMS: req.Body.DurationMs,
	})
	if err != nil {
		return nil, err
	}
	return apiserver.RecordPlaybookOutcome200JSONResponse{
		Body: playbookVersion(&v), Headers: apiserver.RecordPlaybookOutcome200ResponseHeaders{ETag: pointerTo(entityTag(&v))},
	}, nil
}

// ListPlaybookHistory gives one page of who changed what, when and why.
func (a *api) ListPlaybookHistory(ctx context.Context, req apiserver.ListPlaybookHistoryRequestObject) (apiserver.ListPlaybookHistoryResponseObject, error) {
	page, err := a.catalog.History(ctx, req.PlaybookId, pageOf(req.Params.Cursor, req.Params.Limit))
	if err != nil {
		return nil, err
	}
	items := make([]apiserver.HistoryEntry, len(page.Items))
	for i := range page.Items {
		items[i] = historyEntry(&page.Items[i])
	}
	return apiserver.ListPlaybookHistory200JSONResponse{
		Body: apiserver.History{Items: items, NextCursor: optional(page.NextCursor)},
	}, nil
}

func historyEntry(e *catalog.HistoryEntry) apiserver.HistoryEntry {
	entry := apiserver.HistoryEntry{
		Sequence: e.Sequence, Version: e.Version, Transition: apiserver.Transition(e.Transition),
		ToStatus: apiserver.Status(e.To), WholePlaybook: e.WholePlaybook, Reason: optional(e.Reason), Actor: e.Actor.Name,
		ActorSource: apiserver.ActorSource(e.Actor.Source), RequestId: optional(e.RequestID), At: e.At.UTC(),
	}
	if e.From != "" {
		entry.FromStatus = pointerTo(apiserver.Status(e.From))
	}
	return entry
}
