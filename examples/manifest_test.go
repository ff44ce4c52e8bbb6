package examples

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// manifest is the publish body as the samples use it. It is written down here
// a second time on purpose: a field that it does not know fails the test.
type manifest struct {
	PlaybookID              string      `json:"playbook_id"`
	Version                 string      `json:"version"`
	SchemaVersion           string      `json:"schema_version"`
	Title                   string      `json:"title"`
	Description             string      `json:"description"`
	ContentType             string      `json:"content_type"`
	Content                 string      `json:"content"`
	Labels                  labels      `json:"labels"`
	Parameters              []parameter `json:"parameters"`
	Owner                   string      `json:"owner"`
	Maintainer              string      `json:"maintainer"`
	VersionNotes            string      `json:"version_notes"`
	ChangeSummary           string      `json:"change_summary"`
	ApprovedBy              string      `json:"approved_by"`
	ApprovedAt              *time.Time  `json:"approved_at"`
	ExpectedSuccessRate     *float64    `json:"expected_success_rate"`
	ExpectedDurationSeconds *int        `json:"expected_duration_seconds"`

	path string
}

type labels struct {
	SignalType         string              `json:"signal_type"`
	Severity           string              `json:"severity"`
	Component          string              `json:"component"`
	Environment        string              `json:"environment"`
	Priority           string              `json:"priority"`
	RiskTolerance      string              `json:"risk_tolerance"`
	BusinessCategory   string              `json:"business_category"`
	ResourceManagement string              `json:"resource_management"`
	GitopsTool         string              `json:"gitops_tool"`
	CustomLabels       map[string][]string `json:"custom_labels"`
}

type parameter struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`
	Enum        []any    `json:"enum"`
	Pattern     string   `json:"pattern"`
	Minimum     *float64 `json:"minimum"`
	Maximum     *float64 `json:"maximum"`
	Default     any      `json:"default"`
	DependsOn   []string `json:"depends_on"`
}

// readAll reads every embedded manifest, once. It refuses unknown fields,
// duplicate keys and files that are no manifest.
var readAll = sync.OnceValues(func() ([]manifest, error) {
	var all []manifest
	err := fs.WalkDir(Playbooks, "playbooks", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Playbooks, name)
		if err != nil {
			return err
		}
		m := manifest{path: name}
		if err := yaml.UnmarshalStrict(data, &m); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, m)
		return nil
	})
	return all, err
})

func load(t *testing.T) []manifest {
	t.Helper()
	all, err := readAll()
	require.NoError(t, err)
	return all
}

// each runs check once per manifest, as a subtest named after its path.
func each(t *testing.T, check func(t *testing.T, m manifest)) {
	t.Helper()
	for _, m := range load(t) {
		t.Run(strings.TrimPrefix(m.path, "playbooks/"), func(t *testing.T) {
			t.Parallel()
			check(t, m)
		})
	}
}

// byID groups the manifests of a playbook.
func byID(t *testing.T) map[string][]manifest {
	t.Helper()
	groups := map[string][]manifest{}
	for _, m := range load(t) {
		groups[m.PlaybookID] = append(groups[m.PlaybookID], m)
	}
	return groups
}

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// placeholders returns the names between ${ and } in the content.
func placeholders(content string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(content, -1) {
		names = append(names, match[1])
	}
	return names
}
