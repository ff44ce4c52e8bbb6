package server

import (
	"context"
	"fmt"
	"net/url"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// CreateWorkflow is PublishPlaybook under the V1.0 names.
func (a *api) CreateWorkflow(ctx context.Context, req apiserver.CreateWorkflowRequestObject) (apiserver.CreateWorkflowResponseObject, error) {
	body, err := a.publishWorkflow(ctx, req.Body, false)
	if err != nil {
		return nil, err
	}
	location := workflowsPath + "/" + url.PathEscape(body.WorkflowId)
	return apiserver.CreateWorkflow201JSONResponse{
		Body: body, Headers: apiserver.CreateWorkflow201ResponseHeaders{Location: &location},
	}, nil
}

// UpdateWorkflow publishes the next version of a playbook that exists.
func (a *api) UpdateWorkflow(ctx context.Context, req apiserver.UpdateWorkflowRequestObject) (apiserver.UpdateWorkflowResponseObject, error) {
	if id := req.Body.WorkflowId; id != nil && *id != req.WorkflowId {
		return nil, refuseFields([]apiserver.ProblemError{{
			In: apiserver.Body, Pointer: "/workflow_id", Detail: fmt.Sprintf("must be %s, as in the path, or be left out", clip(req.WorkflowId)),
		}})
	}
	body, err := a.publishWorkflow(ctx, updateAsRequest(req.WorkflowId, req.Body), true)
	if err != nil {
		return nil, err
	}
	return apiserver.UpdateWorkflow200JSONResponse{Body: body}, nil
}

func (a *api) publishWorkflow(ctx context.Context, body *apiserver.WorkflowRequest, exists bool) (apiserver.Workflow, error) {
	made := callFrom(ctx)
	made.subject = versionID(body.WorkflowId, body.Version)
	draft, err := made.workflowDraft(body)
	if err != nil {
		return apiserver.Workflow{}, err
	}
	published, err := a.catalog.Publish(ctx, catalog.PublishRequest{
		Draft: draft, Actor: made.actingAs(body.CreatedBy), NextOnly: exists,
	})
	if err != nil {
		return apiserver.Workflow{}, err
	}
	out := workflowOut(&published.Version)
	out.Warnings = published.Warnings
	return out, nil
}

// GetWorkflow is GetPlaybook under the V1.0 names.
func (a *api) GetWorkflow(ctx context.Context, req apiserver.GetWorkflowRequestObject) (apiserver.GetWorkflowResponseObject, error) {
	latest, err := a.catalog.Latest(ctx, req.WorkflowId)
	if err != nil {
		return nil, err
	}
	return apiserver.GetWorkflow200JSONResponse{Body: workflowOut(&latest.Version)}, nil
}

// ListWorkflows is ListPlaybooks under the V1.0 names.
func (a *api) ListWorkflows(ctx context.Context, req apiserver.ListWorkflowsRequestObject) (apiserver.ListWorkflowsResponseObject, error) {
	p := req.Params
	page, err := a.catalog.List(ctx, catalog.ListQuery{
		Page: pageOf(p.Cursor, p.Limit), Status: catalog.Status(value(p.Status)),
		Labels: labelFilter(map[string]*string{
			catalog.LabelSignalType: p.LabelSignalType, catalog.LabelSeverity: p.LabelSeverity,
			catalog.LabelComponent: p.LabelComponent, catalog.LabelEnvironment: p.LabelEnvironment,
			catalog.LabelPriority: p.LabelPriority, catalog.LabelRiskTolerance: p.LabelRiskTolerance,
			catalog.LabelBusinessCategory: p.LabelBusinessCategory, catalog.LabelResourceManagement: p.LabelResourceManagement,
			catalog.LabelGitOpsTool: p.LabelGitopsTool,
		}, nil),
	})
	if err != nil {
		return nil, err
	}
	list := workflowList(page.Items)
	list.NextCursor = optional(page.NextCursor)
	return apiserver.ListWorkflows200JSONResponse{Body: list}, nil
}

// DisableWorkflow is DisablePlaybook under the V1.0 names. Nothing is erased.
func (a *api) DisableWorkflow(ctx context.Context, req apiserver.DisableWorkflowRequestObject) (apiserver.DisableWorkflowResponseObject, error) {
	changed, err := a.catalog.ChangePlaybook(ctx, catalog.PlaybookChange{
		PlaybookID: req.WorkflowId, Transition: catalog.TransitionDisable, Reason: req.Params.Reason, Actor: callFrom(ctx).actor,
	})
	if err != nil {
		return nil, err
	}
	list := workflowList(changed.Versions)
	list.Warnings = changed.Warnings
	return apiserver.DisableWorkflow200JSONResponse{Body: list}, nil
}

// SearchWorkflows is SearchPlaybooks under the V1.0 names.
func (a *api) SearchWorkflows(ctx context.Context, req apiserver.SearchWorkflowsRequestObject) (apiserver.SearchWorkflowsResponseObject, error) {
	p := req.Params
	answer, err := a.searchWorkflows(ctx, catalog.SearchRequest{
		Query: p.Query,
		Labels: labelFilter(map[string]*string{
			catalog.LabelSignalType: p.LabelSignalType, catalog.LabelSeverity: p.LabelSeverity,
			catalog.LabelComponent: p.LabelComponent, catalog.LabelEnvironment: p.LabelEnvironment,
			catalog.LabelPriority: p.LabelPriority, catalog.LabelRiskTolerance: p.LabelRiskTolerance,
			catalog.LabelBusinessCategory: p.LabelBusinessCategory, catalog.LabelResourceManagement: p.LabelResourceManagement,
			catalog.LabelGitOpsTool: p.LabelGitopsTool,
		}, nil),
		TopK:            int(valueOr(p.MaxResults, catalog.DefaultTopK)),
		MinSimilarity:   valueOr(p.MinConfidence, catalog.DefaultMinSimilarity),
		IncludeDisabled: value(p.IncludeDisabled),
		CorrelationID:   value(p.RemediationId),
	})
	if err != nil {
		return nil, err
	}
	return apiserver.SearchWorkflows200JSONResponse{WorkflowSearchAnswerJSONResponse: answer}, nil
}

// SearchWorkflowsByBody is SearchPlaybooksByBody under the V1.0 names.
func (a *api) SearchWorkflowsByBody(ctx context.Context, req apiserver.SearchWorkflowsByBodyRequestObject) (apiserver.SearchWorkflowsByBodyResponseObject, error) {
	labels, err := callFrom(ctx).workflowLabels("/filters", value(req.Body.Filters))
	if err != nil {
		return nil, err
	}
	answer, err := a.searchWorkflows(ctx, catalog.SearchRequest{
		Query:           req.Body.Query,
		Labels:          labels,
		TopK:            int(valueOr(req.Body.TopK, catalog.DefaultTopK)),
		MinSimilarity:   valueOr(req.Body.MinSimilarity, catalog.DefaultMinSimilarity),
		IncludeDisabled: value(req.Body.IncludeDisabled),
		CorrelationID:   value(req.Body.RemediationId),
	})
	if err != nil {
		return nil, err
	}
	return apiserver.SearchWorkflowsByBody200JSONResponse{WorkflowSearchAnswerJSONResponse: answer}, nil
}

func (a *api) searchWorkflows(ctx context.Context, req catalog.SearchRequest) (apiserver.WorkflowSearchAnswerJSONResponse, error) {
	req.Mode, req.IncludeRecords, req.Actor = catalog.ModeHybrid, true, callFrom(ctx).actor
	answer, err := a.catalog.Search(ctx, req)
	if err != nil {
		return apiserver.WorkflowSearchAnswerJSONResponse{}, err
	}
	return apiserver.WorkflowSearchAnswerJSONResponse{Body: workflowSearchOut(&req, &answer)}, nil
}
