package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// LabelSchemas are the label schemas that there are. The zero value has none.
type LabelSchemas struct {
	all   []LabelSchema        // oldest first
	asked map[string]LabelRule // by name, what a question may ask for: anything that one of the schemas allows
}

// NewLabelSchemas makes a set of schemas of different versions, in any order.
func NewLabelSchemas(schemas ...LabelSchema) *LabelSchemas {
	s := &LabelSchemas{all: slices.Clone(schemas), asked: map[string]LabelRule{}}
	slices.SortFunc(s.all, func(a, b LabelSchema) int { return compareSchemaVersions(a.Version, b.Version) })
	for _, schema := range slices.Backward(s.all) {
		for _, rule := range schema.Rules {
			if newer, known := s.asked[rule.Name]; known {
				rule = newer.or(rule)
			}
			s.asked[rule.Name] = rule
		}
	}
	return s
}

// compareSchemaVersions compares by numbers: 1.10 comes after 1.9.
func compareSchemaVersions(a, b string) int {
	numbers := func(version string) []int {
		var list []int
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part) // what is no number comes first
			list = append(list, n)
		}
		return list
	}
	return cmp.Or(slices.Compare(numbers(a), numbers(b)), strings.Compare(a, b))
}

// or gives the rule that allows what either of two allows.
func (r *LabelRule) or(older LabelRule) LabelRule {
	either := *r
	either.Wildcard = r.Wildcard || older.Wildcard
	if r.Values == nil || older.Values == nil {
		either.Values = nil
		return either
	}
	either.Values = slices.Clone(r.Values)
	for _, value := range older.Values {
		if _, known := r.canonical(value); !known {
			either.Values = append(either.Values, value)
		}
	}
	return either
}

// All gives the schemas, oldest first.
func (s *LabelSchemas) All() []LabelSchema { return slices.Clone(s.all) }

// Find gives the schema of a version.
func (s *LabelSchemas) Find(version string) (LabelSchema, bool) {
	i := slices.IndexFunc(s.all, func(schema LabelSchema) bool { return schema.Version == version })
	if i < 0 {
		return LabelSchema{}, false
	}
	return s.all[i], true
}

func (s *LabelSchemas) versions() string {
	list := make([]string, len(s.all))
	for i := range s.all {
		list[i] = s.all[i].Version
	}
	return strings.Join(list, ", ")
}

// allow reports whether every label of a question is one that a schema has, with a value that it allows.
func (s *LabelSchemas) allow(asked Labels) bool {
	for name, value := range asked.Values {
		rule, known := s.asked[name]
		if !known {
			return false
		}
		if _, ok := rule.canonical(value); !ok {
			return false
		}
	}
	return true
}

// checkAsked refuses labels of a question that no playbook could have: the name, or the value of a closed set, must be in
// one of the schemas.
func (s *LabelSchemas) checkAsked(v *validation.Violations, asked Labels) {
	for _, name := range slices.Sorted(maps.Keys(asked.Values)) {
		pointer, value := "/labels/"+validation.Escape(name), asked.Values[name]
		before := len(*v)
		v.Line(pointer, value, MaxLabelLength)
		if len(*v) > before || value == "" {
			continue
		}
		rule, known := s.asked[name]
		if !known {
			v.Add(pointer, "no label schema has such a label; use custom_labels")
		} else if _, ok := rule.canonical(value); !ok {
			v.Add(pointer, "must be %s", rule.expectation())
		}
	}
	normaliseCustom(v, asked.Custom)
}

// furtherFilters gives the labels of a question that leave playbooks out, folded, without signal type and severity,
// which are filters of every schema. It gives nil for none.
func (s *LabelSchemas) furtherFilters(asked Labels) map[string]string {
	var filters map[string]string
	for name, value := range asked.Values {
		if name == LabelSignalType || name == LabelSeverity || value == "" || s.asked[name].Role != RoleFilter {
			continue
		}
		if filters == nil {
			filters = map[string]string{}
		}
		filters[name] = Fold(value)
	}
	return filters
}
