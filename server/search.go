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
	answer, err := a.search(ctx, &apiserver.SearchRequest{
		Query:         req.Params.Query,
		Labels:        &apiserver.SearchLabels{SignalType: req.Params.SignalType, Severity: req.Params.Severity},
		TopK:          req.Params.TopK,
		MinSimilarity: req.Params.MinSimilarity,
		Mode:          req.Params.Mode,
		Include:       req.Params.Include,
	})
	if err != nil {
		return nil, err
	}
	return apiserver.SearchPlaybooks200JSONResponse{SearchAnswerJSONResponse: answer}, nil
}

// SearchPlaybooksByBody answers the form of a search whose question is in the body.
func (a *api) SearchPlaybooksByBody(ctx context.Context, req apiserver.SearchPlaybooksByBodyRequestObject) (apiserver.SearchPlaybooksByBodyResponseObject, error) {
	answer, err := a.search(ctx, req.Body)
	if err != nil {
		return nil, err
	}
	return apiserver.SearchPlaybooksByBody200JSONResponse{SearchAnswerJSONResponse: answer}, nil
}

func (a *api) search(ctx context.Context, req *apiserver.SearchRequest) (apiserver.SearchAnswerJSONResponse, error) {
	answer, err := a.catalog.Search(ctx, searchIn(req))
	if err != nil {
		return apiserver.SearchAnswerJSONResponse{}, err
	}
	took := time.Since(callFrom(ctx).start)
	result := searchOut(&answer, float64(took.Microseconds())/1000)
	result.Query = req.Query
	return apiserver.SearchAnswerJSONResponse{Body: result}, nil
}

// searchIn fills in the defaults that the contract names, which are those of the catalog.
func searchIn(req *apiserver.SearchRequest) catalog.SearchRequest {
	in := catalog.SearchRequest{
		Query:          req.Query,
		TopK:           catalog.DefaultTopK,
		MinSimilarity:  catalog.DefaultMinSimilarity,
		Mode:           catalog.ModeSemantic,
		IncludeContent: slices.Contains(req.Include, apiserver.Content),
	}
	if req.Labels != nil {
		in.SignalType, in.Severity = value(req.Labels.SignalType), value(req.Labels.Severity)
	}
	if req.TopK != nil {
		in.TopK = int(*req.TopK)
	}
	if req.MinSimilarity != nil {
		in.MinSimilarity = *req.MinSimilarity
	}
	if req.Mode != nil {
		in.Mode = catalog.Mode(*req.Mode)
	}
	return in
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
		TotalRelation:  apiserver.Eq,
		Exact:          answer.Exact,
		Mode:           apiserver.SearchMode(answer.Mode),
		Degraded:       answer.Degraded,
		EmbeddingModel: answer.Model,
		TookMs:         tookMS,
		Warnings:       warnings,
	}
}

func searchHit(hit *catalog.Hit, rank int) apiserver.SearchHit {
	return apiserver.SearchHit{
		Rank:                int32(rank), //nolint:gosec // at most catalog.MaxTopK
		PlaybookId:          hit.PlaybookID,
		Version:             hit.Version,
		Title:               hit.Title,
		Description:         hit.Description,
		Labels:              labelsOut(hit.Labels),
		Owner:               optional(hit.Owner),
		ExpectedSuccessRate: hit.ExpectedSuccessRate,
		Similarity:          hit.Similarity,
		FinalScore:          hit.FinalScore(),
		Provisional:         hit.Provisional,
		Content:             optional(hit.Content),
	}
}
