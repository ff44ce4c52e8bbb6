package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Wildcard is the label value that stands for any value, where the schema allows it.
const Wildcard = "*"

// Bounds of labels, the same in every schema.
const (
	maxLabelLength     = 100 // characters of a value
	maxCustomKeys      = 10
	maxCustomValues    = 5  // of one key
	maxCustomKeyLength = 63 // characters
)

// LabelRule says what one label may hold.
type LabelRule struct {
	Name     string
	Required bool
	Wildcard bool     // may be `*`
	Values   []string // the closed set in its canonical spelling; nil for free text
}

// LabelSchema is one version of the set of labels.
type LabelSchema struct {
	Version string
	Rules   []LabelRule
}

// LabelSchemas are all label schemas by version.
type LabelSchemas map[string]LabelSchema

// DefaultSchemaVersion is the label schema of a draft that names none.
const DefaultSchemaVersion = "1.0"

// BuiltinLabelSchemas gives the schemas that every installation has.
func BuiltinLabelSchemas() LabelSchemas {
	return LabelSchemas{DefaultSchemaVersion: {
		Version: DefaultSchemaVersion,
		Rules: []LabelRule{
			{Name: LabelSignalType, Required: true},
			{Name: LabelSeverity, Required: true, Values: []string{"critical", "high", "medium", "low"}},
			{Name: LabelComponent},
			{Name: LabelEnvironment, Wildcard: true, Values: []string{"production", "staging", "development", "test"}},
			{Name: LabelPriority, Wildcard: true, Values: []string{"P0", "P1", "P2", "P3"}},
			{Name: LabelRiskTolerance, Values: []string{"low", "medium", "high"}},
			{Name: LabelBusinessCategory, Wildcard: true},
			{Name: LabelResourceManagement, Values: []string{"gitops", "manual", "automated"}},
			{Name: LabelGitOpsTool, Values: []string{"argocd", "flux"}},
		},
	}}
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

func (r *LabelRule) allowed() string {
	values := r.Values
	if r.Wildcard {
		values = append(slices.Clone(values), Wildcard)
	}
	return strings.Join(values, ", ")
}

// checkAsked refuses labels of a search that no playbook could have: the name, or the value of a closed set, must be in
// one of the schemas.
func (s LabelSchemas) checkAsked(v *validation.Violations, asked Labels) {
	for _, name := range slices.Sorted(maps.Keys(asked.Values)) {
		pointer, value := "/labels/"+validation.Escape(name), asked.Values[name]
		before := len(*v)
		v.Line(pointer, value, maxLabelLength)
		if len(*v) == before && value != "" {
			s.checkValue(v, pointer, name, value)
		}
	}
	normaliseCustom(v, asked.Custom)
}

func (s LabelSchemas) checkValue(v *validation.Violations, pointer, name, value string) {
	var known *LabelRule
	for _, version := range slices.Sorted(maps.Keys(s)) {
		schema := s[version]
		i := slices.IndexFunc(schema.Rules, func(r LabelRule) bool { return r.Name == name })
		if i < 0 {
			continue
		}
		known = &schema.Rules[i]
		if _, ok := known.canonical(value); ok {
			return
		}
	}
	if known == nil {
		v.Add(pointer, "no label schema has such a label; use custom_labels")
		return
	}
	v.Add(pointer, "must be %s", known.expectation())
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
			v.Line(pointer, value, maxLabelLength)
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

func (r *LabelRule) expectation() string {
	if r.Values == nil {
		return "a value, not the wildcard " + Wildcard
	}
	return "one of " + r.allowed()
}

func (s *LabelSchema) refuseUnknown(v *validation.Violations, labels Labels) {
	for _, name := range slices.Sorted(maps.Keys(labels.Values)) {
		if !slices.ContainsFunc(s.Rules, func(r LabelRule) bool { return r.Name == name }) {
			v.Add("/labels/"+validation.Escape(name), "label schema %s has no such label; use custom_labels", s.Version)
		}
	}
}

func normaliseCustom(v *validation.Violations, custom map[string][]string) map[string][]string {
	if len(custom) == 0 {
		return nil
	}
	const root = "/labels/" + customLabels
	if len(custom) > maxCustomKeys {
		v.Add(root, "must have at most %d keys", maxCustomKeys)
		return nil
	}
	seen := make(map[string]string, len(custom))
	for _, key := range slices.Sorted(maps.Keys(custom)) {
		pointer := root + "/" + validation.Escape(key)
		checkCustomKey(v, pointer, key)
		if twin, dup := seen[Fold(key)]; dup {
			v.Add(pointer, "differs from %q in case only", twin)
		}
		seen[Fold(key)] = key
		checkCustomValues(v, pointer, custom[key])
	}
	return custom
}

func checkCustomKey(v *validation.Violations, pointer, key string) {
	if strings.TrimSpace(key) != key || key == "" {
		v.Add(pointer, "a key must not be empty or begin or end with white space")
	}
	if strings.Contains(key, ":") {
		v.Add(pointer, "a key must not contain a colon, which separates key and value in filters")
	}
	v.Line(pointer, key, maxCustomKeyLength)
}

func checkCustomValues(v *validation.Violations, pointer string, values []string) {
	if len(values) == 0 || len(values) > maxCustomValues {
		v.Add(pointer, "must have 1 to %d values", maxCustomValues)
		return
	}
	seen := make(map[string]bool, len(values))
	for _, value := range values {
		if strings.TrimSpace(value) != value || value == "" {
			v.Add(pointer, "a value must not be empty or begin or end with white space")
		}
		if seen[Fold(value)] {
			v.Add(pointer, "has the value %q twice", validation.Clip(value))
		}
		seen[Fold(value)] = true
		v.Line(pointer, value, maxLabelLength)
	}
}
