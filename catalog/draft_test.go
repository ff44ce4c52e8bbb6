package catalog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

func validDraft() catalog.Draft {
	return catalog.Draft{
		PlaybookID:  "oom-killed",
		Version:     "v1.0.0",
		Title:       "Container killed for lack of memory",
		Description: "Raise the memory limit.",
		Content:     "# Raise the limit",
		Labels: catalog.Labels{Values: map[string]string{
			catalog.LabelSignalType: "OOMKilled", catalog.LabelSeverity: "critical",
		}},
	}
}

func normalise(t *testing.T, d catalog.Draft) catalog.Draft {
	t.Helper()
	normal, err := d.Normalise(catalogtest.LabelSchemas())
	require.NoError(t, err)
	return normal
}

func TestNormaliseFillsInDefaults(t *testing.T) {
	t.Parallel()
	normal := normalise(t, validDraft())
	require.Equal(t, catalog.DefaultSchemaVersion, normal.SchemaVersion)
	require.Equal(t, catalog.ContentMarkdown, normal.ContentType)
	require.Len(t, normal.ContentHash, 64)
	require.Empty(t, normal.Parameters)
}

func TestNormaliseIsIdempotent(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.FixedZone("", 3600))
	d := validDraft()
	d.ApprovedAt = &at
	d.Labels.Values[catalog.LabelPriority] = "p1"
	d.Parameters = []catalog.Parameter{{Name: "LIMIT", Type: catalog.ParameterInteger, Default: []byte(" 5 ")}}
	once := normalise(t, d)
	twice := normalise(t, once)
	require.True(t, once.Equal(&twice))
	require.Equal(t, "P1", once.Labels.Get(catalog.LabelPriority), "closed sets take the spelling of the schema")
	require.Equal(t, time.UTC, once.ApprovedAt.Location())
	require.Equal(t, 123456000, once.ApprovedAt.Nanosecond(), "PostgreSQL keeps microseconds")
}

func TestNormaliseVerifiesTheContentHash(t *testing.T) {
	t.Parallel()
	d := validDraft()
	d.Content = "abc"
	d.ContentHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, appendix B.1
	require.Equal(t, d.ContentHash, normalise(t, d).ContentHash)
	d.Content = "abd"
	requireViolation(t, d, "/content_hash")
}

func requireViolation(t *testing.T, d catalog.Draft, pointer string) {
	t.Helper()
	_, err := d.Normalise(catalogtest.LabelSchemas())
	require.ErrorIs(t, err, validation.ErrInvalid)
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	pointers := make([]string, len(invalid.Violations))
	for i, v := range invalid.Violations {
		pointers[i] = v.Pointer
		require.Less(t, len(v.Detail), 400, "a detail must not echo what was sent")
	}
	require.Contains(t, pointers, pointer, "%v", invalid.Violations)
}

func TestNormaliseRefuses(t *testing.T) {
	t.Parallel()
	number := func(n float64) *float64 { return &n }
	seconds := func(n int) *int { return &n }
	label := func(name, value string) func(*catalog.Draft) {
		return func(d *catalog.Draft) { d.Labels.Values[name] = value }
	}
	custom := func(key string, values ...string) func(*catalog.Draft) {
		return func(d *catalog.Draft) { d.Labels.Custom = map[string][]string{key: values} }
	}
	tests := map[string]struct {
		change  func(*catalog.Draft)
		pointer string
	}{
		"id in upper case":          {func(d *catalog.Draft) { d.PlaybookID = "OOM" }, "/playbook_id"},
		"id with final hyphen":      {func(d *catalog.Draft) { d.PlaybookID = "oom-" }, "/playbook_id"},
		"id with line break":        {func(d *catalog.Draft) { d.PlaybookID = "oom\n" }, "/playbook_id"},
		"empty id":                  {func(d *catalog.Draft) { d.PlaybookID = "" }, "/playbook_id"},
		"long id":                   {func(d *catalog.Draft) { d.PlaybookID = strings.Repeat("a", 256) }, "/playbook_id"},
		"reserved id":               {func(d *catalog.Draft) { d.PlaybookID = "search" }, "/playbook_id"},
		"blank title":               {func(d *catalog.Draft) { d.Title = " \t" }, "/title"},
		"long title":                {func(d *catalog.Draft) { d.Title = strings.Repeat("ä", 256) }, "/title"},
		"title with line break":     {func(d *catalog.Draft) { d.Title = "a\nb" }, "/title"},
		"title with NUL":            {func(d *catalog.Draft) { d.Title = "a\x00b" }, "/title"},
		"empty description":         {func(d *catalog.Draft) { d.Description = "" }, "/description"},
		"description not UTF-8":     {func(d *catalog.Draft) { d.Description = "a\xff" }, "/description"},
		"empty content":             {func(d *catalog.Draft) { d.Content = "" }, "/content"},
		"content too large":         {func(d *catalog.Draft) { d.Content = strings.Repeat("a", catalog.MaxContentBytes+1) }, "/content"},
		"content with NUL":          {func(d *catalog.Draft) { d.Content = "a\x00" }, "/content"},
		"content is no JSON":        {func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentJSON, "{" }, "/content"},
		"content is no YAML":        {func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentYAML, "a: [" }, "/content"},
		"second document no YAML":   {func(d *catalog.Draft) { d.ContentType, d.Content = catalog.ContentYAML, "a: 1\n---\nb: [" }, "/content"},
		"unknown content type":      {func(d *catalog.Draft) { d.ContentType = "text/html" }, "/content"},
		"unknown schema":            {func(d *catalog.Draft) { d.SchemaVersion = "9.9" }, "/schema_version"},
		"notes too long":            {func(d *catalog.Draft) { d.VersionNotes = strings.Repeat("a", 10_001) }, "/version_notes"},
		"no e-mail":                 {func(d *catalog.Draft) { d.Maintainer = "nobody" }, "/maintainer"},
		"e-mail with name":          {func(d *catalog.Draft) { d.Maintainer = "A <a@example.com>" }, "/maintainer"},
		"rate above one":            {func(d *catalog.Draft) { d.ExpectedSuccessRate = number(1.01) }, "/expected_success_rate"},
		"negative duration":         {func(d *catalog.Draft) { d.ExpectedDurationSeconds = seconds(-1) }, "/expected_duration_seconds"},
		"no signal type":            {func(d *catalog.Draft) { delete(d.Labels.Values, catalog.LabelSignalType) }, "/labels/signal_type"},
		"severity out of the set":   {label(catalog.LabelSeverity, "fatal"), "/labels/severity"},
		"wildcard severity":         {label(catalog.LabelSeverity, "*"), "/labels/severity"},
		"wildcard signal type":      {label(catalog.LabelSignalType, "*"), "/labels/signal_type"},
		"label with outer blank":    {label(catalog.LabelComponent, "pod "), "/labels/component"},
		"label too long":            {label(catalog.LabelComponent, strings.Repeat("a", 101)), "/labels/component"},
		"unknown label":             {label("team", "a"), "/labels/team"},
		"unknown label with slash":  {label("a/b", "a"), "/labels/a~1b"},
		"custom key with colon":     {custom("a:b", "c"), "/labels/custom_labels/a:b"},
		"custom key too long":       {custom(strings.Repeat("k", 64), "c"), "/labels/custom_labels/" + strings.Repeat("k", 64)},
		"custom key without values": {custom("team"), "/labels/custom_labels/team"},
		"custom values twice":       {custom("team", "a", "A"), "/labels/custom_labels/team"},
		"six custom values":         {custom("team", "a", "b", "c", "d", "e", "f"), "/labels/custom_labels/team"},
		"custom keys equal but for case": {func(d *catalog.Draft) {
			d.Labels.Custom = map[string][]string{"team": {"a"}, "Team": {"b"}}
		}, "/labels/custom_labels/team"},
		"eleven custom keys": {func(d *catalog.Draft) {
			d.Labels.Custom = map[string][]string{}
			for _, key := range strings.Split("abcdefghijk", "") {
				d.Labels.Custom[key] = []string{"v"}
			}
		}, "/labels/custom_labels"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := validDraft()
			test.change(&d)
			requireViolation(t, d, test.pointer)
		})
	}
}

func TestNormaliseReportsAllViolations(t *testing.T) {
	t.Parallel()
	d := validDraft()
	d.Title, d.Version, d.PlaybookID = "", "1.0", "A"
	_, err := d.Normalise(catalogtest.LabelSchemas())
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Violations, 3)
	require.Equal(t, "/version", invalid.Violations[0].Pointer)
}

func TestNormaliseTellsABadVersionApart(t *testing.T) {
	t.Parallel()
	d := validDraft()
	d.Version = "v1.0"
	_, err := d.Normalise(catalogtest.LabelSchemas())
	require.ErrorIs(t, err, versioning.ErrInvalidFormat)
	require.False(t, errors.Is(err, validation.ErrInvalid))
}

func TestYAMLAliasesAreNotExpanded(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 30; i++ {
		name, before := string(rune('a'+i%26))+strings.Repeat("x", i), string(rune('a'+(i-1)%26))+strings.Repeat("x", i-1)
		if i == 1 {
			before = "a0"
		}
		bomb.WriteString(name + ": &" + name + " [" + strings.Repeat("*"+before+",", 9) + "*" + before + "]\n")
	}
	d := validDraft()
	d.ContentType, d.Content = catalog.ContentYAML, bomb.String()
	normalise(t, d)
}

func TestDraftEqual(t *testing.T) {
	t.Parallel()
	number, seconds, at := 0.5, 10, time.Now()
	changes := map[string]func(*catalog.Draft){
		"id":           func(d *catalog.Draft) { d.PlaybookID = "other" },
		"version":      func(d *catalog.Draft) { d.Version = "v1.0.1" },
		"title":        func(d *catalog.Draft) { d.Title += "." },
		"description":  func(d *catalog.Draft) { d.Description += "." },
		"content":      func(d *catalog.Draft) { d.Content += "." },
		"content type": func(d *catalog.Draft) { d.ContentType = catalog.ContentYAML },
		"label":        func(d *catalog.Draft) { d.Labels.Values[catalog.LabelSeverity] = "low" },
		"custom label": func(d *catalog.Draft) { d.Labels.Custom = map[string][]string{"a": {"b"}} },
		"parameter":    func(d *catalog.Draft) { d.Parameters = []catalog.Parameter{{Name: "A", Type: "string"}} },
		"owner":        func(d *catalog.Draft) { d.Owner = "o" },
		"maintainer":   func(d *catalog.Draft) { d.Maintainer = "a@example.com" },
		"notes":        func(d *catalog.Draft) { d.VersionNotes = "n" },
		"summary":      func(d *catalog.Draft) { d.ChangeSummary = "s" },
		"approved by":  func(d *catalog.Draft) { d.ApprovedBy = "b" },
		"approved at":  func(d *catalog.Draft) { d.ApprovedAt = &at },
		"success rate": func(d *catalog.Draft) { d.ExpectedSuccessRate = &number },
		"duration":     func(d *catalog.Draft) { d.ExpectedDurationSeconds = &seconds },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, changed := validDraft(), validDraft()
			change(&changed)
			a, b := normalise(t, plain), normalise(t, changed)
			require.False(t, a.Equal(&b))
			require.True(t, b.Equal(&b))
		})
	}
}
