package catalog

import (
	"slices"
	"strings"
)

// Bump is the part of a semantic version that grows from one version to the next.
type Bump string

// The bumps, from the smallest.
const (
	BumpNone  Bump = "none"
	BumpPatch Bump = "patch"
	BumpMinor Bump = "minor"
	BumpMajor Bump = "major"
)

// Less reports whether a bump promises less change than another.
func (b Bump) Less(other Bump) bool { return b.rank() < other.rank() }

func (b Bump) rank() int { return slices.Index([]Bump{BumpNone, BumpPatch, BumpMinor, BumpMajor}, b) }

// BumpReason is a change that asks for the suggested bump.
type BumpReason struct {
	Bump   Bump
	Rule   string // ID of the rule
	Path   string // of the change
	Detail string // what the rule says happened
}

// BumpRule says which bump a kind of change asks for.
type BumpRule struct {
	ID   string // stable, for programs
	Bump Bump
	When string // what happened
	Why  string

	matches func(f *finding) bool
}

// BumpRules gives the rules in their order. The first one that matches a change decides on it, and the greatest bump of
// all changes is the one that is suggested. The last rule matches everything.
//
// What the callers of a playbook rely on is its parameters, and that the searches that found it go on finding it: major
// is what breaks them, minor what adds to it or changes what is run, patch what only people read.
func BumpRules() []BumpRule { return slices.Clone(bumpRules) }

// judgeChange gives the first rule that matches.
func judgeChange(f *finding) *BumpRule {
	i := slices.IndexFunc(bumpRules, func(rule BumpRule) bool { return rule.matches(f) })
	return &bumpRules[i]
}

// judge puts the findings into the diff as changes, and the suggestion that follows from them.
func (d *Diff) judge(findings []finding) {
	d.SuggestedBump = BumpNone
	for i := range findings {
		f := &findings[i]
		rule := judgeChange(f)
		f.Bump = rule.Bump
		d.Changes = append(d.Changes, f.Change)
		if d.SuggestedBump.Less(rule.Bump) {
			d.SuggestedBump, d.Reasons = rule.Bump, nil
		}
		if rule.Bump == d.SuggestedBump {
			d.Reasons = append(d.Reasons, BumpReason{Bump: rule.Bump, Rule: rule.ID, Path: f.Path, Detail: rule.When})
		}
	}
}

var bumpRules = []BumpRule{
	{"other_playbook", BumpMajor, "the versions belong to different playbooks",
		"one does not replace the other", atPath("/playbook_id")},
	{"content_type_changed", BumpMajor, "the content type changed",
		"what reads the content has to read another format", atPath("/content_type")},
	{"schema_major_changed", BumpMajor, "the major part of the label schema's version changed",
		"labels may mean something else", schemaMajorChanged},
	{"signal_type_changed", BumpMajor, "the signal type changed",
		"searches for the old signal no longer find the playbook", labelNamed(LabelSignalType)},
	{"severity_changed", BumpMajor, "the severity changed",
		"severity is a strict filter: searches for the old one no longer find the playbook", labelNamed(LabelSeverity)},
	{"parameter_removed", BumpMajor, "a parameter was removed",
		"callers that give it are refused", parameterRemoved},
	{"parameter_now_required", BumpMajor, "a parameter must be given that did not have to be",
		"callers that do not give it are refused; a required parameter with a default need not be given", parameterNowRequired},
	{"parameter_type_changed", BumpMajor, "the type of a parameter changed",
		"values of the old type are refused, or mean something else", attributeNamed(attributeType)},
	{"parameter_enum_narrowed", BumpMajor, "a parameter no longer allows a value of its enum, or has an enum that it did not have",
		"values that were allowed are refused", enumNarrowed},
	{"parameter_pattern_changed", BumpMajor, "the pattern of a parameter was set or changed",
		"whether the new pattern allows all that the old one did cannot be told from the two", patternSet},
	{"parameter_range_narrowed", BumpMajor, "the minimum of a parameter grew or its maximum fell, or one was set",
		"values that were allowed are refused", rangeNarrowed},
	{"parameter_dependency_added", BumpMajor, "a parameter depends on another that it did not depend on",
		"callers that give one without the other are refused", dependencyAdded},

	{"schema_changed", BumpMinor, "the label schema changed",
		"a schema of the same major version adds labels or values", atPath("/schema_version")},
	{"label_changed", BumpMinor, "a label was added, removed or changed",
		"labels that are no strict filters move the playbook up or down in a search", labelMatters},
	{"parameter_added", BumpMinor, "a parameter was added that need not be given",
		"callers may go on without it", parameterAdded},
	{"parameter_default_changed", BumpMinor, "the default of a parameter was set, changed or removed",
		"callers that do not give it get another value", attributeNamed(attributeDefault)},
	{"parameter_relaxed", BumpMinor, "a parameter allows more than it did, or need not be given any more",
		"callers may go on as before", parameterRelaxed},
	{"steps_changed", BumpMinor, "steps or commands in the content changed",
		"something else is run", func(f *finding) bool { return f.Class == ClassSteps }},

	{"text_changed", BumpPatch, "a text changed",
		"it is for people to read", textChanged},
	{"order_or_spelling_changed", BumpPatch, "only order or spelling changed",
		"labels are compared without regard to case, and lists without regard to order", orderOrSpelling},
	{"metadata_changed", BumpPatch, "metadata changed",
		"what the playbook takes and does is the same", func(*finding) bool { return true }},
}

func atPath(path string) func(*finding) bool { return func(f *finding) bool { return f.Path == path } }

func labelNamed(name string) func(*finding) bool {
	return func(f *finding) bool { return f.Path == labelsPath+name && !f.spelling }
}

func attributeNamed(name string) func(*finding) bool {
	return func(f *finding) bool { return f.attribute == name }
}

func schemaMajorChanged(f *finding) bool {
	before, _, _ := strings.Cut(plainText(f.Old), ".")
	after, _, _ := strings.Cut(plainText(f.New), ".")
	return f.Path == "/schema_version" && before != after
}

func labelMatters(f *finding) bool { return f.Class == ClassLabels && !f.spelling }

func textChanged(f *finding) bool {
	return f.Class == ClassText || f.attribute == attributeDescription
}

func orderOrSpelling(f *finding) bool { return f.Kind == ChangeReordered || f.spelling }
