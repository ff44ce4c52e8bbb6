package server

import (
	"context"
	"slices"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// SearchPlaybooks answers the form of a search whose question is in the query.
func (a *api) SearchPlaybooks(ctx context.Context, req apiserver.SearchPlaybooksRequestObject) (apiserver.SearchPlaybooksResponseObject, error) {
	asked, err := searchParameters(&req.Params)
	if err != nil {
		return nil, err
	}
	answer, err := a.search(ctx, nil, asked)
	if err != nil {
		return nil, err
	}
	return apiserver.SearchPlaybooks200JSONResponse{SearchAnswerJSONResponse: answer}, nil
}

// SearchPlaybooksByBody answers the form of a search whose question is in the body.
func (a *api) SearchPlaybooksByBody(ctx context.Context, req apiserver.SearchPlaybooksByBodyRequestObject) (apiserver.SearchPlaybooksByBodyResponseObject, error) {
	asked, err := searchBody(req.Body)
	if err != nil {
		return nil, err
	}
	answer, err := a.search(ctx, req.Body.Actor, asked)
	if err != nil {
		return nil, err
	}
	return apiserver.SearchPlaybooksByBody200JSONResponse{SearchAnswerJSONResponse: answer}, nil
}

func (a *api) search(ctx context.Context, actor *string, req catalog.SearchRequest) (apiserver.SearchAnswerJSONResponse, error) {
	req.Actor = callFrom(ctx).actingAs(actor)
	answer, err := a.catalog.Search(ctx, req)
	if err != nil {
		return apiserver.SearchAnswerJSONResponse{}, err
	}
	took := time.Since(callFrom(ctx).start)
	result := searchOut(&answer, float64(took.Microseconds())/1000)
	result.Query, result.WhyNot = req.Query, whyNotOut(answer.WhyNot, &req, answer.Exact)
	return apiserver.SearchAnswerJSONResponse{Body: result}, nil
}

// searchParameters is searchBody for the other form.
func searchParameters(p *apiserver.SearchPlaybooksParams) (catalog.SearchRequest, error) {
	in := searchIn(&apiserver.SearchRequest{
		Query: p.Query, TopK: p.TopK, MinSimilarity: p.MinSimilarity, Mode: p.Mode, Rank: p.Rank, Include: p.Include,
		Exact: p.Exact, Explain: p.Explain, WhyNot: p.WhyNot, CorrelationId: p.CorrelationId,
	})
	in.Labels = labelFilter(map[string]*string{
		catalog.LabelSignalType: p.SignalType, catalog.LabelSeverity: p.Severity, catalog.LabelComponent: p.Component,
		catalog.LabelEnvironment: p.Environment, catalog.LabelPriority: p.Priority,
		catalog.LabelRiskTolerance: p.RiskTolerance, catalog.LabelBusinessCategory: p.BusinessCategory,
		catalog.LabelResourceManagement: p.ResourceManagement, catalog.LabelGitOpsTool: p.GitopsTool,
	}, p.Label)
	return in, addSchemaLabels(&in.Labels, p.SchemaLabel)
}

func searchBody(r *apiserver.SearchRequest) (in catalog.SearchRequest, err error) {
	in = searchIn(r)
	in.Labels, err = labelsIn(value(r.Labels))
	return in, err
}

// searchIn fills in the defaults that the contract names, which are those of the catalog. Both forms have labels in a way
// of their own.
func searchIn(r *apiserver.SearchRequest) catalog.SearchRequest {
	return catalog.SearchRequest{
		Query:          value(r.Query),
		TopK:           int(valueOr(r.TopK, catalog.DefaultTopK)),
		MinSimilarity:  valueOr(r.MinSimilarity, catalog.DefaultMinSimilarity),
		Mode:           catalog.Mode(valueOr(r.Mode, apiserver.SearchModeHybrid)),
		Rank:           catalog.Rank(valueOr(r.Rank, apiserver.RankSimilarity)),
		IncludeContent: slices.Contains(r.Include, apiserver.Content),
		Exact:          value(r.Exact),
		Explain:        value(r.Explain),
		WhyNot:         value(r.WhyNot),
		CorrelationID:  value(r.CorrelationId),
	}
}

func searchOut(answer *catalog.SearchAnswer, tookMS float64) apiserver.SearchResult {
	items := make([]apiserver.SearchHit, len(answer.Hits))
	for i := range answer.Hits {
		items[i] = searchHit(&answer.Hits[i], i+1)
	}
	warnings := answer.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	return apiserver.SearchResult{
		Items:          items,
		Total:          answer.Total,
		TotalRelation:  totalRelation(answer.TotalAtLeast),
		Exact:          answer.Exact,
		Mode:           apiserver.SearchMode(answer.Mode),
		Rank:           apiserver.SearchRank(answer.Rank),
		Degraded:       answer.Degraded,
		EmbeddingModel: answer.Model,
		TookMs:         tookMS,
		Warnings:       warnings,
	}
}

func searchHit(hit *catalog.Hit, rank int) apiserver.SearchHit {
	out := apiserver.SearchHit{
		Rank:                int32(rank), //nolint:gosec // at most catalog.MaxTopK
		PlaybookId:          hit.PlaybookID,
		Version:             hit.Version,
		Title:               hit.Title,
		Description:         hit.Description,
		Labels:              labelsOut(hit.Labels),
		Owner:               optional(hit.Owner),
		ExpectedSuccessRate: hit.ExpectedSuccessRate,
		Similarity:          hit.Similarity,
		LabelBoost:          hit.Score.Boost.Score(),
		LabelPenalty:        hit.Score.Penalty.Score(),
		FinalScore:          hit.Score.Final,
		Provisional:         hit.Provisional,
		Explanation:         explanationOut(hit.Explanation, hit.Similarity, hit.Text),
		Content:             optional(hit.Content),
	}
	if hit.Text != nil {
		out.TextScore, out.Relevance = &hit.Text.Score, &hit.Text.Relevance
	}
	return out
}

func totalRelation(atLeast bool) apiserver.TotalRelation {
	if atLeast {
		return apiserver.Gte
	}
	return apiserver.Eq
}
