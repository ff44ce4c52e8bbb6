package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Explanation says how a score came about: Base and the points of all parts give Sum, which is kept within 0 to 1.
type Explanation struct {
	Base  float64 // the similarity, or LabelModeBase
	Parts []Part  // one for each label asked for, in the order of the table of weights, then one for each custom value
	Score Score
}

// Sum is the score before it is kept within 0 to 1.
func (e *Explanation) Sum() float64 { return e.Base + (e.Score.Boost - e.Score.Penalty).Score() }

// Explain does what Rate does, and tells the part of each label. The points of the parts add up to boost minus penalty.
func Explain(base float64, asked, found Labels) Explanation {
	e := Explanation{Base: base, Parts: []Part{}}
	for _, p := range preferences {
		if part, wanted := comparePreference(p, asked, found); wanted {
			e.Parts = append(e.Parts, part)
		}
	}
	e.Parts = append(e.Parts, customParts(asked, found)...)
	for _, part := range e.Parts {
		e.Score.Boost += max(part.Points, 0)
		e.Score.Penalty += max(-part.Points, 0)
	}
	e.Score.Final = FinalScore(base, e.Score.Boost, e.Score.Penalty)
	return e
}

// customParts compares custom labels value by value, in the order of their keys. What goes beyond the most that custom
// labels can give together is taken from the last ones.
func customParts(asked, found Labels) []Part {
	have := make(map[string][]string, len(found.Custom)) // values by folded key
	for _, key := range slices.Sorted(maps.Keys(found.Custom)) {
		have[Fold(key)] = append(have[Fold(key)], found.Custom[key]...)
	}
	var parts []Part
	left, seen := MaxCustomBoost, map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(asked.Custom)) {
		for _, value := range asked.Custom[key] {
			if term := customTerm(key, value); !seen[term] {
				seen[term] = true
				part := compareCustom(key, value, have[Fold(key)], left)
				left -= part.Points
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// compareCustom compares one value with those that a playbook has under the same key.
func compareCustom(key, value string, have []string, left Points) Part {
	part := Part{Label: customLabels + ":" + key, Asked: value, Weight: CustomValueWeight}
	same := slices.IndexFunc(have, func(other string) bool { return Fold(other) == Fold(value) })
	switch {
	case len(have) == 0:
		part.Outcome = OutcomeAbsent
	case same < 0:
		part.Outcome, part.Found = OutcomeMismatch, strings.Join(have, ", ")
	default:
		part.Outcome, part.Found, part.Points = OutcomeMatch, have[same], min(CustomValueWeight, left)
		part.Capped = part.Points < part.Weight
	}
	return part
}
