package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Wildcard is the label value that stands for any value, where the schema allows it.
const Wildcard = "*"

// MaxLabelLength is how many characters the value of a label may have.
const MaxLabelLength = 100

// DefaultSchemaVersion is the label schema of a draft that names none.
const DefaultSchemaVersion = "1.0"

// LabelRole says what a label of a question does in a search.
type LabelRole string

// The roles of labels. A label has one role, in whatever schema it is.
const (
	RoleFilter     LabelRole = "filter"     // leaves out playbooks with another value or without the label
	RolePreference LabelRole = "preference" // moves playbooks by the weight of the label
)

// LabelRule says what one label may hold.
type LabelRule struct {
	Name        string
	Role        LabelRole
	Required    bool
	Wildcard    bool     // may be `*`
	Values      []string // the closed set in its canonical spelling; nil for free text
	Description string
}

// LabelSchema is one version of the set of labels. It never changes.
type LabelSchema struct {
	Version     string
	Description string
	Rules       []LabelRule
}

// Weight is what the label moves a score by. A preference that is not in the table of weights has none: it moves nothing.
func (r *LabelRule) Weight() Points {
	i := slices.IndexFunc(preferences, func(p Preference) bool { return p.Label == r.Name })
	if i < 0 {
		return 0
	}
	return preferences[i].Weight
}

// canonical gives a value in the spelling of the rule. It reports false when the rule does not allow the value.
func (r *LabelRule) canonical(value string) (string, bool) {
	if value == Wildcard {
		return value, r.Wildcard
	}
	if r.Values == nil {
		return value, true
	}
	i := slices.IndexFunc(r.Values, func(allowed string) bool { return Fold(allowed) == Fold(value) })
	if i < 0 {
		return value, false
	}
	return r.Values[i], true
}

func (r *LabelRule) expectation() string {
	if r.Values == nil {
		return "a value, not the wildcard " + Wildcard
	}
	values := r.Values
	if r.Wildcard {
		values = append(slices.Clone(values), Wildcard)
	}
	return "one of " + strings.Join(values, ", ")
}

// normalise checks labels against the schema and gives them in its spelling.
func (s *LabelSchema) normalise(v *validation.Violations, labels Labels) Labels {
	normal := Labels{Values: make(map[string]string, len(labels.Values))}
	for _, rule := range s.Rules {
		value, present := labels.Values[rule.Name]
		pointer := "/labels/" + rule.Name
		switch {
		case !present && rule.Required:
			v.Add(pointer, "is required by label schema %s", s.Version)
		case !present:
		case strings.TrimSpace(value) != value || value == "":
			v.Add(pointer, "must not be empty or begin or end with white space")
		default:
			v.Line(pointer, value, MaxLabelLength)
			canonical, ok := rule.canonical(value)
			if !ok {
				v.Add(pointer, "must be %s", rule.expectation())
			}
			normal.Values[rule.Name] = canonical
		}
	}
	s.refuseUnknown(v, labels)
	normal.Custom = normaliseCustom(v, labels.Custom)
	return normal
}

func (s *LabelSchema) refuseUnknown(v *validation.Violations, labels Labels) {
	for _, name := range slices.Sorted(maps.Keys(labels.Values)) {
		if !slices.ContainsFunc(s.Rules, func(r LabelRule) bool { return r.Name == name }) {
			v.Add("/labels/"+validation.Escape(name), "label schema %s has no such label; use custom_labels", s.Version)
		}
	}
}
