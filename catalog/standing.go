package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// Standing is where one playbook stands among all that a search can find.
type Standing struct {
	Version     string        // that searches find; empty when none is active
	Newest      *HistoryEntry // how the greatest version came into its status; nil when a version is active
	Labels      Labels
	Similarity  *float64   // nil when labels alone decide, and for a playbook without a vector of the model
	Text        *TextMatch // only in RankFusion, with a similarity
	Provisional bool       // the similarity is that of an earlier version
	Score       Score      // of a playbook that matches
	Rank        int64      // among all that match, 1 for the best; 0 for a playbook that does not match
}

// WhyNotReason says why a playbook is not in an answer.
type WhyNotReason string

// The reasons.
const (
	ReasonInAnswer        WhyNotReason = "in_answer"            // it is in the answer
	ReasonNoPlaybook      WhyNotReason = "no_such_playbook"     // nothing was ever published under this id
	ReasonNoActiveVersion WhyNotReason = "no_active_version"    // none of its versions may be used
	ReasonFiltered        WhyNotReason = "filtered"             // its signal type, severity or another strict label is another one
	ReasonNoVector        WhyNotReason = "no_vector"            // it has no vector yet that could be compared
	ReasonBelowMinimum    WhyNotReason = "below_min_similarity" // it is not similar enough
	ReasonBelowTopK       WhyNotReason = "below_top_k"          // it matches, but others match better
	ReasonMissed          WhyNotReason = "missed"               // it belongs into the answer, see WhyNot
)

// WhyNotReasons are all reasons, in the order in which they are looked for.
var WhyNotReasons = []WhyNotReason{
	ReasonInAnswer, ReasonNoPlaybook, ReasonNoActiveVersion, ReasonFiltered, ReasonNoVector, ReasonBelowMinimum, ReasonBelowTopK,
	ReasonMissed,
}

// WhyNot says why a playbook is not in an answer. It is found out after the search, from what is stored by then, with
// every searchable playbook compared: what a search missed that is not exact, or what has changed since, shows as
// ReasonMissed.
type WhyNot struct {
	PlaybookID  string
	Reason      WhyNotReason
	Standing    Standing // empty with ReasonNoPlaybook
	Filters     []FilterMiss
	Explanation *Explanation // of a playbook that matches
}

// FilterMiss is a strict filter that a playbook does not pass.
type FilterMiss struct{ Label, Asked, Found string }

// whyNot finds out why a playbook is not among the hits. Errors: those of Store.Standing but ErrPlaybookNotFound.
func (c *Catalog) whyNot(ctx context.Context, id string, asked Labels, q SearchQuery, hits []Hit) (*WhyNot, error) {
	why := &WhyNot{PlaybookID: id}
	if i := slices.IndexFunc(hits, func(h Hit) bool { return h.PlaybookID == id }); i >= 0 {
		why.Reason, why.Standing = ReasonInAnswer, standingOf(&hits[i], i+1)
	} else {
		standing, err := c.store.Standing(ctx, q, id)
		if errors.Is(err, ErrPlaybookNotFound) {
			why.Reason = ReasonNoPlaybook
			return why, nil
		}
		if err != nil {
			return nil, err
		}
		why.Standing, why.Filters = standing, filterMisses(asked, standing.Labels, q.Filters)
		why.Reason = why.reason(q.TopK)
	}
	if why.Standing.Rank > 0 {
		explanation := Explain(baseOf(why.Standing.Similarity, why.Standing.Text), q.Preferred, why.Standing.Labels)
		why.Explanation = &explanation
	}
	return why, nil
}

func standingOf(hit *Hit, rank int) Standing {
	return Standing{
		Version: hit.Version, Labels: hit.Labels, Similarity: hit.Similarity, Text: hit.Text, Provisional: hit.Provisional, Score: hit.Score,
		Rank: int64(rank),
	}
}

func (w *WhyNot) reason(topK int) WhyNotReason {
	switch {
	case w.Standing.Version == "":
		return ReasonNoActiveVersion
	case w.Standing.Rank > int64(topK):
		return ReasonBelowTopK
	case w.Standing.Rank > 0:
		return ReasonMissed
	case len(w.Filters) > 0:
		return ReasonFiltered
	case w.Standing.Similarity == nil:
		return ReasonNoVector
	default:
		return ReasonBelowMinimum
	}
}

// filterMisses compares the labels that are strict filters, which are further ones beside signal type and severity.
func filterMisses(asked, found Labels, further map[string]string) []FilterMiss {
	var misses []FilterMiss
	for _, name := range append([]string{LabelSignalType, LabelSeverity}, slices.Sorted(maps.Keys(further))...) {
		want, has := asked.Get(name), found.Get(name)
		if want != "" && Fold(want) != Fold(has) {
			misses = append(misses, FilterMiss{Label: name, Asked: want, Found: has})
		}
	}
	return misses
}

// baseOf is what labels add to and take from.
func baseOf(similarity *float64, text *TextMatch) float64 {
	switch {
	case similarity == nil:
		return LabelModeBase
	case text != nil:
		return text.Relevance
	default:
		return *similarity
	}
}
