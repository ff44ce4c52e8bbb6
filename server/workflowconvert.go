package server

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// workflowOut is the one conversion that every answer with a workflow uses.
func workflowOut(v *catalog.Version) apiserver.Workflow {
	return apiserver.Workflow{
		WorkflowId:              v.PlaybookID,
		Version:                 v.Version,
		SchemaVersion:           v.SchemaVersion,
		Name:                    v.Title,
		Description:             v.Description,
		Content:                 optional(v.Content),
		ContentType:             apiserver.ContentType(v.ContentType),
		ContentHash:             v.ContentHash,
		Labels:                  workflowLabelsOut(v.Labels),
		Parameters:              parametersOut(v.Parameters),
		Owner:                   optional(v.Owner),
		Maintainer:              optional(v.Maintainer),
		VersionNotes:            optional(v.VersionNotes),
		ChangeSummary:           optional(v.ChangeSummary),
		ApprovedBy:              optional(v.ApprovedBy),
		ApprovedAt:              utc(v.ApprovedAt),
		ExpectedSuccessRate:     v.ExpectedSuccessRate,
		ExpectedDurationSeconds: int32Of(v.ExpectedDurationSeconds),
		ActualSuccessRate:       v.ActualSuccessRate,
		TotalExecutions:         v.TotalExecutions,
		SuccessfulExecutions:    v.SuccessfulExecutions,
		Status:                  apiserver.Status(v.Status),
		DisabledAt:              utc(v.DisabledAt),
		DisabledBy:              optional(v.DisabledBy),
		DisabledReason:          optional(v.DisabledReason),
		DeprecationNotice:       optional(v.DeprecationNotice),
		SupersededBy:            optional(v.SupersededBy),
		IsLatestVersion:         v.IsLatest,
		PreviousVersion:         optional(v.PreviousVersion),
		CreatedAt:               v.CreatedAt.UTC(),
		CreatedBy:               v.CreatedBy,
		UpdatedAt:               v.UpdatedAt.UTC(),
		UpdatedBy:               v.UpdatedBy,
	}
}

func workflowList(versions []catalog.Version) apiserver.WorkflowList {
	list := apiserver.WorkflowList{Workflows: make([]apiserver.Workflow, len(versions))}
	for i := range versions {
		list.Workflows[i] = workflowOut(&versions[i])
	}
	return list
}

// workflowDraft gives what a publisher wrote under the V1.0 names.
func (made *call) workflowDraft(body *apiserver.WorkflowRequest) (catalog.Draft, error) {
	labels, err := made.workflowLabels("/labels", body.Labels)
	return catalog.Draft{
		PlaybookID:              body.WorkflowId,
		Version:                 body.Version,
		SchemaVersion:           value(body.SchemaVersion),
		Title:                   body.Name,
		Description:             body.Description,
		Content:                 body.Content,
		ContentType:             catalog.ContentType(value(body.ContentType)),
		ContentHash:             value(body.ContentHash),
		Labels:                  labels,
		Parameters:              parametersIn(body.Parameters),
		Owner:                   value(body.Owner),
		Maintainer:              value(body.Maintainer),
		VersionNotes:            value(body.VersionNotes),
		ChangeSummary:           value(body.ChangeSummary),
		ApprovedBy:              value(body.ApprovedBy),
		ApprovedAt:              body.ApprovedAt,
		ExpectedSuccessRate:     body.ExpectedSuccessRate,
		ExpectedDurationSeconds: intOf(body.ExpectedDurationSeconds),
	}, err
}

// updateAsRequest gives the body of an update as that of a first publish, which differs in the id alone.
func updateAsRequest(id string, u *apiserver.WorkflowUpdate) *apiserver.WorkflowRequest {
	return &apiserver.WorkflowRequest{
		WorkflowId: id, Version: u.Version, SchemaVersion: u.SchemaVersion, Name: u.Name, Description: u.Description,
		Content: u.Content, ContentType: u.ContentType, ContentHash: u.ContentHash, Labels: u.Labels, Parameters: u.Parameters,
		Owner: u.Owner, Maintainer: u.Maintainer, VersionNotes: u.VersionNotes, ChangeSummary: u.ChangeSummary,
		ApprovedBy: u.ApprovedBy, ApprovedAt: u.ApprovedAt, ExpectedSuccessRate: u.ExpectedSuccessRate,
		ExpectedDurationSeconds: u.ExpectedDurationSeconds, CreatedBy: u.CreatedBy,
	}
}

func workflowSearchOut(req *catalog.SearchRequest, answer *catalog.SearchAnswer) apiserver.WorkflowSearchResult {
	hits := make([]apiserver.WorkflowHit, len(answer.Hits))
	for i := range answer.Hits {
		hits[i] = workflowHit(&answer.Hits[i], i+1)
	}
	return apiserver.WorkflowSearchResult{
		Workflows: hits, TotalResults: answer.Total, Query: req.Query, Filters: workflowLabelsOut(req.Labels),
		Degraded: answer.Degraded, Warnings: append([]string{}, answer.Warnings...),
	}
}

func workflowHit(hit *catalog.Hit, rank int) apiserver.WorkflowHit {
	return apiserver.WorkflowHit{
		Workflow:        workflowOut(hit.Record),
		BaseSimilarity:  valueOr(hit.Similarity, catalog.LabelModeBase),
		LabelBoost:      hit.Score.Boost.Score(),
		LabelPenalty:    hit.Score.Penalty.Score(),
		FinalScore:      hit.Score.Final,
		SimilarityScore: hit.Score.Final,
		Rank:            int32(rank), //nolint:gosec // at most catalog.MaxTopK
	}
}

// workflowLabels gives a label object of the V1.0 form, in which names have hyphens or underscores. root is its place in
// the body.
func (made *call) workflowLabels(root string, object json.RawMessage) (catalog.Labels, error) {
	sent, err := labelsIn(object)
	if err != nil {
		return catalog.Labels{}, err
	}
	labels := catalog.Labels{Values: map[string]string{}, Custom: sent.Custom}
	made.labelRoot, made.labelNames = root, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sent.Values)) {
		known := strings.ReplaceAll(name, "-", "_")
		if other, twice := made.labelNames[known]; twice {
			return catalog.Labels{}, refuseFields([]apiserver.ProblemError{{
				In: apiserver.Body, Pointer: root + "/" + escapePointer(name), Detail: "is the label " + other + " again",
			}})
		}
		made.labelNames[known], labels.Values[known] = escapePointer(name), sent.Values[name]
	}
	return labels, nil
}

// workflowLabelsOut writes labels with hyphens in their names.
func workflowLabelsOut(labels catalog.Labels) json.RawMessage {
	hyphens := catalog.Labels{Values: make(map[string]string, len(labels.Values)), Custom: labels.Custom}
	for name, text := range labels.Values {
		hyphens.Values[strings.ReplaceAll(name, "_", "-")] = text
	}
	return labelsOut(hyphens)
}
