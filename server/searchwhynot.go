package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// whyNotOut says why a playbook is not in an answer, nil when nobody asked.
func whyNotOut(why *catalog.WhyNot, asked *catalog.SearchRequest, exact bool) *apiserver.WhyNot {
	if why == nil {
		return nil
	}
	s := &why.Standing
	out := &apiserver.WhyNot{
		PlaybookId: why.PlaybookID, Reason: apiserver.WhyNotReason(why.Reason), Detail: whyNotDetail(why, asked, exact),
		Version: optional(s.Version), Similarity: s.Similarity, Filters: filterMisses(why.Filters),
	}
	if s.Newest != nil {
		out.Version, out.PresentState = &s.Newest.Version, presentState(s.Newest)
	}
	if why.Reason == catalog.ReasonBelowMinimum {
		out.MinSimilarity = &asked.MinSimilarity
	}
	if s.Similarity != nil {
		out.Provisional = &s.Provisional
	}
	if s.Text != nil {
		out.TextScore, out.Relevance = &s.Text.Score, &s.Text.Relevance
	}
	if s.Rank > 0 {
		out.Rank, out.FinalScore = &s.Rank, &s.Score.Final
		out.LabelBoost, out.LabelPenalty = pointerTo(s.Score.Boost.Score()), pointerTo(s.Score.Penalty.Score())
		out.Explanation = explanationOut(why.Explanation, s.Similarity, s.Text)
	}
	return out
}

func filterMisses(misses []catalog.FilterMiss) []apiserver.FilterMiss {
	var out []apiserver.FilterMiss
	for _, miss := range misses {
		out = append(out, apiserver.FilterMiss{Label: miss.Label, Asked: miss.Asked, Found: miss.Found})
	}
	return out
}

// whyNotDetail words the reason.
func whyNotDetail(why *catalog.WhyNot, asked *catalog.SearchRequest, exact bool) string {
	s := &why.Standing
	switch why.Reason {
	case catalog.ReasonInAnswer:
		return fmt.Sprintf("it is number %d of the answer", s.Rank)
	case catalog.ReasonNoPlaybook:
		return "no version of it was ever published; look at the spelling of the id"
	case catalog.ReasonNoActiveVersion:
		return noActiveDetail(s.Newest)
	case catalog.ReasonFiltered:
		return filteredDetail(why.Filters)
	case catalog.ReasonNoVector:
		return "the embedding of " + s.Version + " is not computed yet, so that it can be found with mode=labels only"
	case catalog.ReasonBelowMinimum:
		if s.Text != nil {
			return fmt.Sprintf("its relevance %.3f is below min_similarity %g", s.Text.Relevance, asked.MinSimilarity)
		}
		return fmt.Sprintf("its similarity %.3f is below min_similarity %g", *s.Similarity, asked.MinSimilarity)
	case catalog.ReasonBelowTopK:
		return fmt.Sprintf("it matches, but is number %d, and top_k is %d", s.Rank, asked.TopK)
	case catalog.ReasonMissed:
		return missedDetail(s.Rank, exact)
	}
	return string(why.Reason)
}

func noActiveDetail(newest *catalog.HistoryEntry) string {
	text := fmt.Sprintf("none of its versions may be used; the newest, %s, is %s since %s by %s",
		newest.Version, newest.To, newest.At.UTC().Format(time.RFC3339), newest.Actor.Name)
	if newest.Reason != "" {
		text += ": " + newest.Reason
	}
	return text
}

func filteredDetail(misses []catalog.FilterMiss) string {
	parts := make([]string, len(misses))
	for i, miss := range misses {
		parts[i] = fmt.Sprintf("its %s is %s, asked was %s", miss.Label, miss.Found, miss.Asked)
	}
	return strings.Join(parts, "; ")
}

func missedDetail(rank int64, exact bool) string {
	if exact {
		return fmt.Sprintf("it is number %d now: the catalog has changed since the search; ask again", rank)
	}
	return fmt.Sprintf("it is number %d, and the search, which was not exact, has missed it; ask with exact=true", rank)
}
