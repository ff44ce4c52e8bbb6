package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// summary is what `import -o json` prints.
type summary struct {
	Created   int            `json:"created"`
	Identical int            `json:"identical"`
	Refused   []refusal      `json:"refused"`
	Ignored   map[string]int `json:"ignored_fields"`
}

type refusal struct {
	PlaybookID string `json:"playbook_id"`
	Version    string `json:"version"`
	Source     string `json:"source"`
	Type       string `json:"type"`
	Reason     string `json:"reason"`
}

// writeCorpus writes versions of playbooks as JSON Lines, in an order that is not that of the versions.
func writeCorpus(t *testing.T, prefix string, playbooks, versions int) string {
	t.Helper()
	var lines []string
	for v := versions - 1; v >= 0; v-- {
		for p := range playbooks {
			record := map[string]any{
				"playbook_id": fmt.Sprintf("%s-%03d", prefix, p), "version": fmt.Sprintf("v1.%d.0", v),
				"title": fmt.Sprintf("Imported playbook %d", p), "description": fmt.Sprintf("Text of playbook %d.", p),
				"content": fmt.Sprintf("# %d.%d", p, v), "source": "somewhere", "license": "Apache-2.0",
				"labels": map[string]any{"signal_type": "Imported", "severity": "low"},
			}
			line, err := json.Marshal(record)
			require.NoError(t, err)
			lines = append(lines, string(line))
		}
	}
	path := filepath.Join(t.TempDir(), prefix+".jsonl")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
	return path
}

func runImport(t *testing.T, s *service, path string) (summary, int) {
	t.Helper()
	got := runCommand(t, nil, "import", path, "--server", s.url, "-o", "json")
	var sum summary
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &sum), "%s\n%s", got.stdout, got.stderr)
	return sum, got.code
}

func TestImportIsCompleteAndRepeatable(t *testing.T) {
	t.Parallel()
	path := writeCorpus(t, "import-twice", 20, 3)
	first, code := runImport(t, shared, path)
	require.Zero(t, code)
	require.Equal(t, 60, first.Created)
	require.Empty(t, first.Refused)
	require.Equal(t, map[string]int{"source": 60, "license": 60}, first.Ignored)

	second, code := runImport(t, shared, path)
	require.Zero(t, code)
	require.Zero(t, second.Created)
	require.Equal(t, 60, second.Identical)
}

func TestImportSaysWhatWasRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "some-bad.jsonl")
	good := `{"playbook_id":"import-bad-%d","version":"%s","title":"t","description":"d","content":"c","labels":{"signal_type":"S","severity":"%s"}}`
	lines := []string{
		fmt.Sprintf(good, 1, "v1.0.0", "low"),
		`{"playbook_id":`,
		fmt.Sprintf(good, 2, "v1.0", "low"),
		fmt.Sprintf(good, 3, "v1.0.0", "urgent"),
		"",
		fmt.Sprintf(good, 1, "v1.1.0", "low"),
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
	sum, code := runImport(t, shared, path)
	require.Equal(t, 1, code)
	require.Equal(t, 2, sum.Created)
	require.Len(t, sum.Refused, 3)
	var sources []string
	for _, r := range sum.Refused {
		require.NotEmpty(t, r.Reason)
		sources = append(sources, filepath.Base(r.Source))
	}
	require.ElementsMatch(t, []string{"some-bad.jsonl:2", "some-bad.jsonl:3", "some-bad.jsonl:4"}, sources)
}

func TestImportKilledInTheMiddleIsCompletedByARepeat(t *testing.T) {
	t.Parallel()
	path := writeCorpus(t, "import-killed", 60, 3)
	c := newClient(t, shared)
	cmd, err := launch(nil, "import", path, "--server", shared.url)
	require.NoError(t, err)
	stored := func() int {
		page, err := c.ListPlaybooksWithResponse(t.Context(),
			&apiclient.ListPlaybooksParams{Q: new("import-killed"), Limit: new(int32(200))})
		require.NoError(t, err)
		return len(page.JSON200.Items)
	}
	require.Eventually(t, func() bool { return stored() > 2 }, startTimeout, tick)
	cmd.kill()
	sum, code := runImport(t, shared, path)
	require.Zero(t, code)
	require.Equal(t, 180, sum.Created+sum.Identical)
	require.Positive(t, sum.Identical)
	require.Equal(t, 60, stored())
}

func TestImportOfManifests(t *testing.T) {
	t.Parallel()
	sum, code := runImport(t, shared, "examples/playbooks")
	require.Zero(t, code)
	require.Zero(t, sum.Created, "the service has published its samples itself")
	require.Greater(t, sum.Identical, 30)
}
