package catalog_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// readCorpus gives the revisions of real runbooks, those of one runbook together and in order.
func readCorpus(t *testing.T) []catalog.Version {
	t.Helper()
	folder := os.Getenv("DATASTORAGE_DATA_DIR")
	if folder == "" {
		t.Skip("DATASTORAGE_DATA_DIR does not name the folder with runbooks/playbooks.jsonl")
	}
	file, err := os.Open(filepath.Join(folder, "runbooks", "playbooks.jsonl"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	var versions []catalog.Version
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 2*catalog.MaxContentBytes)
	for lines.Scan() {
		var row struct {
			PlaybookID  string              `json:"playbook_id"`
			Version     string              `json:"version"`
			Title       string              `json:"title"`
			Description string              `json:"description"`
			ContentType catalog.ContentType `json:"content_type"`
			Content     string              `json:"content"`
			Labels      catalog.Labels      `json:"labels"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		versions = append(versions, catalog.Version{Draft: catalog.Draft{
			PlaybookID: row.PlaybookID, Version: row.Version, Title: row.Title, Description: row.Description,
			ContentType: row.ContentType, Content: row.Content, Labels: row.Labels, SchemaVersion: catalog.DefaultSchemaVersion,
		}})
	}
	require.NoError(t, lines.Err())
	return versions
}

func TestDiffOfRealRunbooks(t *testing.T) {
	t.Parallel()
	var compared, patched []time.Duration
	bumps, reasons := map[catalog.Bump]int{}, map[string]int{}
	warnings := 0
	versions := readCorpus(t)
	for i := 1; i < len(versions); i++ {
		from, to := versions[i-1], versions[i]
		if from.PlaybookID != to.PlaybookID {
			continue
		}
		began := time.Now()
		diff := catalog.Compare(from, to)
		compared = append(compared, time.Since(began))
		requireTrueDiff(t, from, to, diff)

		before, after := document(t, from), document(t, to)
		began = time.Now()
		_, err := catalog.JSONPatch(before, after)
		patched = append(patched, time.Since(began))
		require.NoError(t, err)
		requirePatch(t, before, after)
		requirePatch(t, after, before)

		bumps[diff.SuggestedBump]++
		for _, reason := range diff.Reasons {
			reasons[reason.Rule]++
		}
		if _, warns := catalog.BumpWarning(diff); warns {
			warnings++
		}
		t.Logf("%s %s to %s: %s: %s", from.PlaybookID, from.Version, to.Version, diff.SuggestedBump, catalog.Summary(diff))
	}
	require.NotEmpty(t, compared)
	t.Logf("%d pairs; suggested %v for %v; %d would be warned of", len(compared), bumps, reasons, warnings)
	t.Logf("compare p50 %v p99 %v, JSON patch p50 %v p99 %v",
		percentile(compared, 50), percentile(compared, 99), percentile(patched, 50), percentile(patched, 99))
}

// requireTrueDiff checks that a diff says the whole truth about title, description and content.
func requireTrueDiff(t *testing.T, from, to catalog.Version, diff catalog.Diff) {
	t.Helper()
	texts := map[string][2]string{
		"/title": {from.Title, to.Title}, "/description": {from.Description, to.Description}, "/content": {from.Content, to.Content},
	}
	for _, change := range diff.Changes {
		pair, known := texts[change.Path]
		if known && change.Text != "" {
			require.Equal(t, pair[1], applyText(t, pair[0], change.Text), "%s %s", to.PlaybookID, to.Version)
		}
		if known {
			delete(texts, change.Path)
		}
	}
	for path, pair := range texts {
		require.Equal(t, pair[0], pair[1], "%s of %s %s", path, to.PlaybookID, to.Version)
	}
}

func percentile(durations []time.Duration, percent int) time.Duration {
	slices.Sort(durations)
	return durations[len(durations)*percent/100]
}
