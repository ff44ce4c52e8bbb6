package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// ruleTest is a change of a draft and the rules that it has to meet, with the suggestion that follows.
type ruleTest struct {
	prepare, change func(*catalog.Draft)
	bump            catalog.Bump
	rules           []string // of all changes, in their order
}

func label(name, value string) func(*catalog.Draft) {
	return func(d *catalog.Draft) { d.Labels.Values[name] = value }
}

func custom(values ...string) func(*catalog.Draft) {
	return func(d *catalog.Draft) { d.Labels.Custom = map[string][]string{"team": values} }
}

func content(contentType catalog.ContentType, text string) func(*catalog.Draft) {
	return func(d *catalog.Draft) { d.ContentType, d.Content = contentType, text }
}

func parameters(parameters ...catalog.Parameter) func(*catalog.Draft) {
	return func(d *catalog.Draft) { d.Parameters = parameters }
}

func raws(values ...string) []json.RawMessage {
	raw := make([]json.RawMessage, len(values))
	for i, value := range values {
		raw[i] = json.RawMessage(value)
	}
	return raw
}

func draftRuleTests() map[string]ruleTest {
	return map[string]ruleTest{
		"nothing":      {nil, func(*catalog.Draft) {}, catalog.BumpNone, nil},
		"playbook":     {nil, func(d *catalog.Draft) { d.PlaybookID = "other" }, catalog.BumpMajor, []string{"other_playbook"}},
		"content type": {content(catalog.ContentJSON, "{}"), content(catalog.ContentYAML, "{}"), catalog.BumpMajor, []string{"content_type_changed"}},
		"signal type":  {nil, label("signal_type", "Evicted"), catalog.BumpMajor, []string{"signal_type_changed"}},
		"severity":     {nil, label("severity", "low"), catalog.BumpMajor, []string{"severity_changed"}},
		"case of the signal type": {
			nil, label("signal_type", "oomkilled"), catalog.BumpPatch, []string{"order_or_spelling_changed"},
		},
		"label added":   {nil, label("component", "pod"), catalog.BumpMinor, []string{"label_changed"}},
		"label changed": {label("component", "pod"), label("component", "node"), catalog.BumpMinor, []string{"label_changed"}},
		"label removed": {
			label("component", "pod"), func(d *catalog.Draft) { delete(d.Labels.Values, "component") },
			catalog.BumpMinor, []string{"label_changed"},
		},
		"case of a label":        {label("component", "pod"), label("component", "Pod"), catalog.BumpPatch, []string{"order_or_spelling_changed"}},
		"custom label added":     {nil, custom("a"), catalog.BumpMinor, []string{"label_changed"}},
		"custom label changed":   {custom("a"), custom("b"), catalog.BumpMinor, []string{"label_changed"}},
		"custom value added":     {custom("a"), custom("a", "b"), catalog.BumpMinor, []string{"label_changed"}},
		"custom label reordered": {custom("a", "b"), custom("b", "a"), catalog.BumpPatch, []string{"order_or_spelling_changed"}},
		"case of a custom label": {custom("a", "b"), custom("B", "A"), catalog.BumpPatch, []string{"order_or_spelling_changed"}},
		"steps": {
			content(catalog.ContentYAML, "run: a"), content(catalog.ContentYAML, "run: b"),
			catalog.BumpMinor, []string{"steps_changed"},
		},
		"command": {
			content(catalog.ContentMarkdown, "```\na\n```"), content(catalog.ContentMarkdown, "```\nb\n```"),
			catalog.BumpMinor, []string{"steps_changed"},
		},
		"text of the content": {nil, func(d *catalog.Draft) { d.Content += "!" }, catalog.BumpPatch, []string{"text_changed"}},
		"title":               {nil, func(d *catalog.Draft) { d.Title += "!" }, catalog.BumpPatch, []string{"text_changed"}},
		"description":         {nil, func(d *catalog.Draft) { d.Description += "!" }, catalog.BumpPatch, []string{"text_changed"}},
		"notes":               {nil, func(d *catalog.Draft) { d.VersionNotes = "!" }, catalog.BumpPatch, []string{"text_changed"}},
		"owner":               {nil, func(d *catalog.Draft) { d.Owner = "sre" }, catalog.BumpPatch, []string{"metadata_changed"}},
		"approval":            {nil, func(d *catalog.Draft) { d.ApprovedBy = "boss" }, catalog.BumpPatch, []string{"metadata_changed"}},
		"the greatest decides": {
			nil, func(d *catalog.Draft) {
				d.Title = "!"
				d.Labels.Values["component"] = "pod"
				d.Labels.Values["severity"] = "low"
			}, catalog.BumpMajor, []string{"text_changed", "label_changed", "severity_changed"},
		},
	}
}

func parameterRuleTests() map[string]ruleTest {
	number := func(n float64) *float64 { return &n }
	text := catalog.Parameter{Name: "P", Type: catalog.ParameterString}
	integer := catalog.Parameter{Name: "P", Type: catalog.ParameterInteger}
	other := catalog.Parameter{Name: "Q", Type: catalog.ParameterString}
	with := func(p catalog.Parameter, change func(*catalog.Parameter)) catalog.Parameter {
		change(&p)
		return p
	}
	required := with(text, func(p *catalog.Parameter) { p.Required = true })
	withDefault := with(text, func(p *catalog.Parameter) { p.Default = json.RawMessage(`"a"`) })
	requiredWithDefault := with(withDefault, func(p *catalog.Parameter) { p.Required = true })
	enum := func(values ...string) catalog.Parameter {
		return with(text, func(p *catalog.Parameter) { p.Enum = raws(values...) })
	}
	between := func(minimum, maximum *float64) catalog.Parameter {
		return with(integer, func(p *catalog.Parameter) { p.Minimum, p.Maximum = minimum, maximum })
	}
	pattern := func(s string) catalog.Parameter { return with(text, func(p *catalog.Parameter) { p.Pattern = s }) }
	depends := func(names ...string) func(*catalog.Draft) {
		return parameters(with(text, func(p *catalog.Parameter) { p.DependsOn = names }), other,
			catalog.Parameter{Name: "R", Type: catalog.ParameterString})
	}
	one := func(from, to catalog.Parameter, bump catalog.Bump, rules ...string) ruleTest {
		return ruleTest{parameters(from), parameters(to), bump, rules}
	}
	return map[string]ruleTest{
		"removed":                     {parameters(text), parameters(), catalog.BumpMajor, []string{"parameter_removed"}},
		"renamed":                     {parameters(text), parameters(other), catalog.BumpMajor, []string{"parameter_removed", "parameter_added"}},
		"added":                       {nil, parameters(text), catalog.BumpMinor, []string{"parameter_added"}},
		"added required":              {nil, parameters(required), catalog.BumpMajor, []string{"parameter_now_required"}},
		"added required with default": {nil, parameters(requiredWithDefault), catalog.BumpMinor, []string{"parameter_added"}},
		"reordered":                   {parameters(text, other), parameters(other, text), catalog.BumpPatch, []string{"order_or_spelling_changed"}},

		"now required":                one(text, required, catalog.BumpMajor, "parameter_now_required"),
		"now required with default":   one(withDefault, requiredWithDefault, catalog.BumpMinor, "parameter_relaxed"),
		"default of required removed": one(requiredWithDefault, required, catalog.BumpMajor, "parameter_now_required"),
		"default of required set":     one(required, requiredWithDefault, catalog.BumpMinor, "parameter_default_changed"),
		"required for its default":    one(withDefault, required, catalog.BumpMajor, "parameter_now_required", "parameter_now_required"),
		"not required any more":       one(required, text, catalog.BumpMinor, "parameter_relaxed"),
		"default set":                 one(text, withDefault, catalog.BumpMinor, "parameter_default_changed"),
		"default removed":             one(withDefault, text, catalog.BumpMinor, "parameter_default_changed"),
		"default changed": one(withDefault, with(text, func(p *catalog.Parameter) { p.Default = json.RawMessage(`"b"`) }),
			catalog.BumpMinor, "parameter_default_changed"),
		"type":          one(text, integer, catalog.BumpMajor, "parameter_type_changed"),
		"enum set":      one(text, enum(`"a"`), catalog.BumpMajor, "parameter_enum_narrowed"),
		"enum narrower": one(enum(`"a"`, `"b"`), enum(`"b"`), catalog.BumpMajor, "parameter_enum_narrowed"),
		"enum other":    one(enum(`"a"`, `"b"`), enum(`"b"`, `"c"`), catalog.BumpMajor, "parameter_enum_narrowed"),
		"enum wider":    one(enum(`"a"`), enum(`"b"`, `"a"`), catalog.BumpMinor, "parameter_relaxed"),
		"enum removed":  one(enum(`"a"`), text, catalog.BumpMinor, "parameter_relaxed"),
		"enum order":    one(enum(`"a"`, `"b"`), enum(`"b"`, `"a"`), catalog.BumpPatch, "order_or_spelling_changed"),

		"pattern set":     one(text, pattern("a"), catalog.BumpMajor, "parameter_pattern_changed"),
		"pattern changed": one(pattern("a"), pattern("a|b"), catalog.BumpMajor, "parameter_pattern_changed"),
		"pattern removed": one(pattern("a"), text, catalog.BumpMinor, "parameter_relaxed"),

		"minimum set":     one(integer, between(number(1), nil), catalog.BumpMajor, "parameter_range_narrowed"),
		"minimum greater": one(between(number(1), nil), between(number(2), nil), catalog.BumpMajor, "parameter_range_narrowed"),
		"minimum less":    one(between(number(2), nil), between(number(1), nil), catalog.BumpMinor, "parameter_relaxed"),
		"minimum removed": one(between(number(2), nil), integer, catalog.BumpMinor, "parameter_relaxed"),
		"maximum set":     one(integer, between(nil, number(1)), catalog.BumpMajor, "parameter_range_narrowed"),
		"maximum less":    one(between(nil, number(2)), between(nil, number(1)), catalog.BumpMajor, "parameter_range_narrowed"),
		"maximum greater": one(between(nil, number(1)), between(nil, number(2)), catalog.BumpMinor, "parameter_relaxed"),
		"maximum removed": one(between(nil, number(1)), integer, catalog.BumpMinor, "parameter_relaxed"),

		"dependency added":   {depends("Q"), depends("Q", "R"), catalog.BumpMajor, []string{"parameter_dependency_added"}},
		"dependency changed": {depends("Q"), depends("R"), catalog.BumpMajor, []string{"parameter_dependency_added"}},
		"dependency removed": {depends("Q", "R"), depends("R"), catalog.BumpMinor, []string{"parameter_relaxed"}},
		"dependency order":   {depends("Q", "R"), depends("R", "Q"), catalog.BumpPatch, []string{"order_or_spelling_changed"}},
		"description": one(text, with(text, func(p *catalog.Parameter) { p.Description = "!" }),
			catalog.BumpPatch, "text_changed"),
	}
}

func TestBumpRules(t *testing.T) {
	t.Parallel()
	for group, tests := range map[string]map[string]ruleTest{
		"draft": draftRuleTests(), "parameter": parameterRuleTests(),
	} {
		for name, test := range tests {
			t.Run(group+"/"+name, func(t *testing.T) {
				t.Parallel()
				from, to := changed(t, test.prepare, test.change)
				requireRules(t, catalog.Compare(from, to), test.bump, test.rules)
			})
		}
	}
}

// A schema version other than the built-in one cannot be published without its schema, but can be stored.
func TestBumpRulesOfSchemaVersions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		bump catalog.Bump
		rule string
	}{
		"2.0":  {catalog.BumpMajor, "schema_major_changed"},
		"10.0": {catalog.BumpMajor, "schema_major_changed"},
		"1.1":  {catalog.BumpMinor, "schema_changed"},
	}
	for schema, test := range tests {
		from, to := version(t, validDraft()), version(t, validDraft())
		to.SchemaVersion = schema
		requireRules(t, catalog.Compare(from, to), test.bump, []string{test.rule})
	}
}

func requireRules(t *testing.T, diff catalog.Diff, bump catalog.Bump, rules []string) {
	t.Helper()
	require.Equal(t, bump, diff.SuggestedBump)
	require.Len(t, diff.Changes, len(rules), "%v", describe(diff.Changes))
	byID := rulesByID()
	var deciding []catalog.BumpReason
	for i, change := range diff.Changes {
		rule, ok := byID[rules[i]]
		require.True(t, ok, "no rule %s", rules[i])
		require.Equal(t, rule.Bump, change.Bump, change.Path)
		if rule.Bump == bump {
			deciding = append(deciding, catalog.BumpReason{Bump: bump, Rule: rule.ID, Path: change.Path, Detail: rule.When})
		}
	}
	require.Equal(t, deciding, diff.Reasons)
}

func rulesByID() map[string]catalog.BumpRule {
	byID := map[string]catalog.BumpRule{}
	for _, rule := range catalog.BumpRules() {
		byID[rule.ID] = rule
	}
	return byID
}

func TestEveryBumpRuleIsTestedAndExplained(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{"schema_major_changed": true, "schema_changed": true}
	for _, tests := range []map[string]ruleTest{draftRuleTests(), parameterRuleTests()} {
		for _, test := range tests {
			for _, rule := range test.rules {
				tested[rule] = true
			}
		}
	}
	rules := catalog.BumpRules()
	require.Len(t, rulesByID(), len(rules), "an ID is there twice")
	for _, rule := range rules {
		require.True(t, tested[rule.ID], rule.ID)
		require.NotEmpty(t, rule.When)
		require.NotEmpty(t, rule.Why)
	}
}

func TestActualBump(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		bump     catalog.Bump
	}{
		{"v1.2.3", "v1.2.4", catalog.BumpPatch},
		{"v1.2.3", "v1.3.0", catalog.BumpMinor},
		{"v1.2.3", "v2.0.0", catalog.BumpMajor},
		{"v1.2.3", "v2.2.3", catalog.BumpMajor},
		{"v1.2.3", "v2.0.0-rc.1", catalog.BumpMajor},
		{"v1.2.3", "v1.2.4-rc.1", catalog.BumpPatch},
		{"v2.0.0-rc.1", "v2.0.0-rc.2", catalog.BumpNone},
		{"v2.0.0-rc.1", "v2.0.0", catalog.BumpNone},
		{"v2.0.0-rc.1", "v2.0.1", catalog.BumpPatch},
		{"v0.1.0", "v1.0.0", catalog.BumpMajor},
		{"v9.0.0", "v10.0.0", catalog.BumpMajor},
		{"v1.0.99999999999999999998", "v1.0.99999999999999999999", catalog.BumpPatch},
		{"v1.2.3", "v1.2.3", catalog.BumpNone},
		{"v2.0.0", "v1.0.0", catalog.BumpNone},
		{"v1", "v2.0.0", catalog.BumpNone},
		{"v1.0.0", "", catalog.BumpNone},
	}
	for _, test := range tests {
		require.Equal(t, test.bump, catalog.ActualBump(test.from, test.to), "%s to %s", test.from, test.to)
	}
}

func TestBumpWarning(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from, to  string
		suggested catalog.Bump
		warns     bool
	}{
		"too small":                    {"v1.0.0", "v1.0.1", catalog.BumpMinor, true},
		"much too small":               {"v1.0.0", "v1.0.1", catalog.BumpMajor, true},
		"minor for major":              {"v1.0.0", "v1.1.0", catalog.BumpMajor, true},
		"as suggested":                 {"v1.0.0", "v1.1.0", catalog.BumpMinor, false},
		"greater":                      {"v1.0.0", "v2.0.0", catalog.BumpPatch, false},
		"no change":                    {"v1.0.0", "v1.0.1", catalog.BumpNone, false},
		"pre-release of a small bump":  {"v1.0.0", "v1.0.1-rc.1", catalog.BumpMajor, true},
		"pre-release of a great bump":  {"v1.0.0", "v2.0.0-rc.1", catalog.BumpMajor, false},
		"after a pre-release":          {"v1.0.0-rc.1", "v1.0.0-rc.2", catalog.BumpMajor, false},
		"release after a pre-release":  {"v1.0.0-rc.1", "v1.0.0", catalog.BumpMajor, false},
		"initial development":          {"v0.1.0", "v0.1.1", catalog.BumpMajor, false},
		"end of initial development":   {"v0.1.0", "v1.0.0", catalog.BumpMajor, false},
		"the other way":                {"v1.0.1", "v1.0.0", catalog.BumpMajor, false},
		"no version":                   {"v1", "v1.0.0", catalog.BumpMajor, false},
		"ten is not major version one": {"v10.0.0", "v10.0.1", catalog.BumpMajor, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := catalog.Diff{From: test.from, To: test.to, SuggestedBump: test.suggested}
			diff.Reasons = []catalog.BumpReason{{Path: "/a", Detail: "it changed"}, {Path: "/b"}, {Path: "/c"}}
			text, warns := catalog.BumpWarning(diff)
			require.Equal(t, test.warns, warns)
			require.Equal(t, test.warns, text != "")
			if warns {
				for _, part := range []string{test.from, test.to, string(test.suggested), "/a: it changed (and 2 more)"} {
					require.True(t, strings.Contains(text, part), "%q lacks %q", text, part)
				}
			}
		})
	}
}

func TestBumpsAreOrdered(t *testing.T) {
	t.Parallel()
	bumps := []catalog.Bump{catalog.BumpNone, catalog.BumpPatch, catalog.BumpMinor, catalog.BumpMajor}
	for i, a := range bumps {
		for j, b := range bumps {
			require.Equal(t, i < j, a.Less(b))
		}
	}
}
