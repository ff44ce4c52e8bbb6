package server

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/versioning"
)

// DiffPlaybookVersions says what differs between two versions, in the form that is asked for.
func (a *api) DiffPlaybookVersions(ctx context.Context, req apiserver.DiffPlaybookVersionsRequestObject) (apiserver.DiffPlaybookVersionsResponseObject, error) {
	if err := checkVersions(req.From, req.To); err != nil {
		return nil, err
	}
	from, err := a.versionOf(ctx, req.PlaybookId, req.From)
	if err != nil {
		return nil, err
	}
	to, err := a.versionOf(ctx, req.PlaybookId, req.To)
	if err != nil {
		return nil, err
	}
	diff := catalog.Compare(from, to)
	body := diffEnvelope(req.PlaybookId, &diff)
	if req.Params.Format != nil {
		body.Format = *req.Params.Format
	}
	switch body.Format {
	case apiserver.JsonPatch:
		var patch []apiserver.PatchOperation
		patch, err = jsonPatch(&from, &to)
		body.Patch = &patch
	case apiserver.Unified:
		body.Unified = pointerTo(catalog.Unified(from, to))
	default:
		addChanges(&body, &diff)
	}
	if err != nil {
		return nil, err
	}
	return apiserver.DiffPlaybookVersions200JSONResponse{Body: body}, nil
}

// checkVersions refuses what is no version before either of the two is looked for.
func checkVersions(from, to string) error {
	var fields []apiserver.ProblemError
	for _, part := range []struct{ pointer, version string }{{"/from", from}, {"/to", to}} {
		if err := versioning.ValidateVersionFormat(part.version); err != nil {
			fields = append(fields, apiserver.ProblemError{In: apiserver.Path, Pointer: part.pointer, Detail: err.Error()})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return refuseFields(fields)
}

// versionOf reads one of several versions, and says in a problem which one it is about.
func (a *api) versionOf(ctx context.Context, playbookID, version string) (catalog.Version, error) {
	callFrom(ctx).subject = versionID(playbookID, version)
	return a.catalog.Version(ctx, playbookID, version)
}

func diffEnvelope(playbookID string, diff *catalog.Diff) apiserver.PlaybookDiff {
	body := apiserver.PlaybookDiff{
		Format: apiserver.Fields, PlaybookId: playbookID, From: diff.From, To: diff.To,
		SuggestedBump: apiserver.Bump(diff.SuggestedBump), Reasons: make([]apiserver.BumpReason, len(diff.Reasons)),
	}
	for i, reason := range diff.Reasons {
		body.Reasons[i] = apiserver.BumpReason{
			Bump: apiserver.Bump(reason.Bump), Rule: reason.Rule, Path: reason.Path, Detail: reason.Detail,
		}
	}
	if warning, found := catalog.BumpWarning(*diff); found {
		body.Warning = &warning
	}
	return body
}

func addChanges(body *apiserver.PlaybookDiff, diff *catalog.Diff) {
	body.Changes = pointerTo(diffChanges(diff.Changes))
	if len(diff.ContentChanges) > 0 {
		body.ContentChanges = diffChanges(diff.ContentChanges)
	}
	if diff.ContentChangesOmitted > 0 {
		body.ContentChangesOmitted = int32Of(&diff.ContentChangesOmitted)
	}
	body.ContentNotCompared = optional(diff.ContentNotCompared)
}

func diffChanges(changes []catalog.Change) []apiserver.DiffChange {
	items := make([]apiserver.DiffChange, len(changes))
	for i, change := range changes {
		items[i] = apiserver.DiffChange{
			Path: change.Path, Kind: apiserver.DiffChangeKind(change.Kind), Class: apiserver.DiffChangeClass(change.Class),
			Old: jsonOut(change.Old), New: jsonOut(change.New), Text: optional(change.Text),
		}
		if change.Bump != "" {
			items[i].Bump = pointerTo(apiserver.Bump(change.Bump))
		}
	}
	return items
}

func jsonOut(text json.RawMessage) *apiserver.JsonValue {
	if text == nil {
		return nil
	}
	return &text
}

// jsonPatch gives the operations that turn the document of one version, as its path answers, into that of the other.
func jsonPatch(from, to *catalog.Version) ([]apiserver.PatchOperation, error) {
	before, err := json.Marshal(playbookVersion(from))
	if err != nil {
		return nil, fmt.Errorf("document of %s: %w", from.Version, err)
	}
	after, err := json.Marshal(playbookVersion(to))
	if err != nil {
		return nil, fmt.Errorf("document of %s: %w", to.Version, err)
	}
	patch, err := catalog.JSONPatch(before, after)
	if err != nil {
		return nil, err
	}
	operations := []apiserver.PatchOperation{}
	if err := json.Unmarshal(patch, &operations); err != nil {
		return nil, fmt.Errorf("patch from %s to %s: %w", from.Version, to.Version, err)
	}
	return operations, nil
}
