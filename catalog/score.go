package catalog

import (
	"maps"
	"slices"
)

// Points are thousandths of a score. Weights are added as whole numbers, so that the service and the database come to
// the same sum in whatever order they add.
type Points int

// PointsPerUnit is how many Points make a score of 1.
const PointsPerUnit = 1000

// Score gives points as a part of a score.
func (p Points) Score() float64 { return float64(p) / PointsPerUnit }

// Preference is a label that moves a playbook up or down in a search, but never leaves it out.
type Preference struct {
	Label  string
	Weight Points // added for the same value, subtracted for another one, halved for a wildcard on either side
}

// Preferences are the labels that count in a score, greatest weight first. They are the one table that the query, the
// explanation and the documentation read.
func Preferences() []Preference { return slices.Clone(preferences) }

var preferences = []Preference{
	{LabelResourceManagement, 100},
	{LabelGitOpsTool, 50},
	{LabelEnvironment, 50},
	{LabelBusinessCategory, 50},
	{LabelPriority, 50},
	{LabelRiskTolerance, 50},
	{LabelComponent, 50},
}

// Weights of custom labels: per value in common, and all of them together.
const (
	CustomValueWeight Points = 50
	MaxCustomBoost    Points = 150
)

// LabelModeBase stands for the similarity where none is known.
const LabelModeBase = 0.5

// Part says how one label of the question moved the score.
type Part struct {
	Label   string // name in the schema, or custom_labels:key
	Asked   string
	Found   string // empty when the playbook does not have the label; several values of a custom one with commas
	Weight  Points // what the label may give
	Points  Points // what it gave: negative for a penalty, which custom labels never have
	Outcome Outcome
	Capped  bool // it matches, and gave less than its weight because custom labels had given the most they can
}

// Outcome is the result of comparing one label.
type Outcome string

// All outcomes.
const (
	OutcomeMatch    Outcome = "match"
	OutcomeHalf     Outcome = "half" // a wildcard on either side
	OutcomeMismatch Outcome = "mismatch"
	OutcomeAbsent   Outcome = "absent"
)

// Score is what a playbook is ordered by, and how that came about.
type Score struct {
	Boost   Points // of all labels that match, custom ones included, at least 0
	Penalty Points // of all labels that differ, at least 0
	Final   float64
}

// Rate scores a playbook: its base, the similarity or LabelModeBase, plus boosts, minus penalties, within 0 to 1.
// What is asked and what is found are compared without regard to case.
func Rate(base float64, asked, found Labels) Score {
	var s Score
	for _, p := range preferences {
		if part, wanted := comparePreference(p, asked, found); wanted {
			s.Boost += max(part.Points, 0)
			s.Penalty += max(-part.Points, 0)
		}
	}
	s.Boost += customBoost(asked, found)
	s.Final = FinalScore(base, s.Boost, s.Penalty)
	return s
}

// FinalScore adds up the parts of a score.
func FinalScore(base float64, boost, penalty Points) float64 {
	return min(max(base+(boost-penalty).Score(), 0), 1)
}

// Compare the label of a preference; false when it was not asked for.
func comparePreference(p Preference, asked, found Labels) (Part, bool) {
	part := Part{Label: p.Label, Asked: asked.Get(p.Label), Found: found.Get(p.Label), Weight: p.Weight}
	switch {
	case part.Asked == "":
		return Part{}, false
	case part.Found == "":
		part.Outcome = OutcomeAbsent
	case part.Asked == Wildcard || part.Found == Wildcard:
		part.Outcome, part.Points = OutcomeHalf, p.Weight/2
	case Fold(part.Asked) == Fold(part.Found):
		part.Outcome, part.Points = OutcomeMatch, p.Weight
	default:
		part.Outcome, part.Points = OutcomeMismatch, -p.Weight
	}
	return part, true
}

// customBoost counts the custom values in common.
func customBoost(asked, found Labels) Points {
	have := found.CustomTerms()
	var boost Points
	for _, term := range asked.CustomTerms() {
		if _, in := slices.BinarySearch(have, term); in {
			boost += CustomValueWeight
		}
	}
	return min(boost, MaxCustomBoost)
}

// LargestBoost is the most that the labels of a question can give.
func LargestBoost(asked Labels) Points {
	var most Points
	for _, p := range preferences {
		switch asked.Get(p.Label) {
		case "":
		case Wildcard:
			most += p.Weight / 2
		default:
			most += p.Weight
		}
	}
	return most + min(CustomValueWeight*Points(len(asked.CustomTerms())), MaxCustomBoost)
}

// CustomTerms gives the custom labels as folded texts `custom_labels:key:value`, sorted, each once.
func (l Labels) CustomTerms() []string {
	terms := make([]string, 0, len(l.Custom))
	for _, key := range slices.Sorted(maps.Keys(l.Custom)) {
		for _, value := range l.Custom[key] {
			terms = append(terms, customTerm(key, value))
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

func customTerm(key, value string) string { return customLabels + ":" + Fold(key) + ":" + Fold(value) }
