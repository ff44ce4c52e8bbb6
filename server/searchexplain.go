package server

import (
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// explanationOut tells how a score came about, nil when nobody asked.
func explanationOut(e *catalog.Explanation, similarity *float64, text *catalog.TextMatch) *apiserver.ScoreExplanation {
	if e == nil {
		return nil
	}
	parts := make([]apiserver.ScorePart, len(e.Parts))
	for i, part := range e.Parts {
		parts[i] = apiserver.ScorePart{
			Label: part.Label, Asked: part.Asked, Found: optional(part.Found), Weight: part.Weight.Score(),
			Points: part.Points.Score(), Outcome: apiserver.LabelOutcome(part.Outcome),
		}
		if part.Capped {
			parts[i].Capped = pointerTo(true)
		}
	}
	out := &apiserver.ScoreExplanation{
		Base: e.Base, BaseOf: apiserver.BaseLabelsMode, Parts: parts, Sum: e.Sum(), Clamped: e.Sum() != e.Score.Final,
	}
	switch {
	case text != nil:
		out.BaseOf, out.Words = apiserver.BaseRelevance, text.Words
	case similarity != nil:
		out.BaseOf = apiserver.BaseSimilarity
	}
	return out
}
