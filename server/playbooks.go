package server

import (
	"context"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// defaultPageSize is the page of a list that asks for no limit.
const defaultPageSize = 50

// GetPlaybook gives the version that is used, and names a greater one that is not.
func (a *api) GetPlaybook(ctx context.Context, req apiserver.GetPlaybookRequestObject) (apiserver.GetPlaybookResponseObject, error) {
	latest, err := a.catalog.Latest(ctx, req.PlaybookId)
	if err != nil {
		return nil, err
	}
	body := playbookVersion(&latest.Version)
	body.NewerVersion = newerVersion(latest.Newer)
	return apiserver.GetPlaybook200JSONResponse{Body: body}, nil
}

// GetPlaybookVersion gives one version, or nothing when the caller holds it already.
func (a *api) GetPlaybookVersion(ctx context.Context, req apiserver.GetPlaybookVersionRequestObject) (apiserver.GetPlaybookVersionResponseObject, error) {
	version, err := a.catalog.Version(ctx, req.PlaybookId, req.Version)
	if err != nil {
		return nil, err
	}
	tag := entityTag(&version)
	if matchesTag(value(req.Params.IfNoneMatch), tag) {
		return apiserver.GetPlaybookVersion304Response{Headers: apiserver.GetPlaybookVersion304ResponseHeaders{ETag: &tag}}, nil
	}
	return apiserver.GetPlaybookVersion200JSONResponse{
		Body:    playbookVersion(&version),
		Headers: apiserver.GetPlaybookVersion200ResponseHeaders{ETag: &tag},
	}, nil
}

// ListPlaybookVersions gives one page of the versions of a playbook.
func (a *api) ListPlaybookVersions(ctx context.Context, req apiserver.ListPlaybookVersionsRequestObject) (apiserver.ListPlaybookVersionsResponseObject, error) {
	page, err := a.catalog.Versions(ctx, req.PlaybookId, pageOf(req.Params.Cursor, req.Params.Limit))
	if err != nil {
		return nil, err
	}
	return apiserver.ListPlaybookVersions200JSONResponse{Body: versionList(page)}, nil
}

// ListPlaybooks gives one page of playbooks.
func (a *api) ListPlaybooks(ctx context.Context, req apiserver.ListPlaybooksRequestObject) (apiserver.ListPlaybooksResponseObject, error) {
	params := req.Params
	labels := labelFilter(map[string]*string{
		catalog.LabelSignalType:  params.SignalType,
		catalog.LabelSeverity:    params.Severity,
		catalog.LabelComponent:   params.Component,
		catalog.LabelEnvironment: params.Environment,
	}, params.Label)
	if err := addSchemaLabels(&labels, params.SchemaLabel); err != nil {
		return nil, err
	}
	page, err := a.catalog.List(ctx, catalog.ListQuery{
		Page:         pageOf(params.Cursor, params.Limit),
		Status:       catalog.Status(value(params.Status)),
		Labels:       labels,
		Owner:        value(params.Owner),
		UpdatedSince: params.UpdatedSince,
		Text:         value(params.Q),
	})
	if err != nil {
		return nil, err
	}
	return apiserver.ListPlaybooks200JSONResponse{Body: versionList(page)}, nil
}

func pageOf(cursor *string, limit *int32) catalog.Page {
	page := catalog.Page{Cursor: value(cursor), Limit: defaultPageSize}
	if limit != nil {
		page.Limit = int(*limit)
	}
	return page
}
