package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func search(t *testing.T, c *apiclient.ClientWithResponses, params apiclient.SearchPlaybooksParams) *apiclient.SearchResult {
	t.Helper()
	resp, err := c.SearchPlaybooksWithResponse(t.Context(), &params)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode(), "%s", resp.Body)
	return resp.JSON200
}

func TestSearchFindsTheRightSample(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	for query, want := range map[string]string{
		"Container was OOMKilled, its memory limit is too low":        "oom-killed-raise-memory-limit",
		"CoreDNS is failing, names cannot be resolved in the cluster": "coredns-failures",
	} {
		result := search(t, c, apiclient.SearchPlaybooksParams{Query: new(query)})
		require.NotEmpty(t, result.Items, query)
		require.Equal(t, want, result.Items[0].PlaybookId, query)
		require.True(t, result.Exact)
		for i, item := range result.Items {
			require.EqualValues(t, i+1, item.Rank)
			require.InDelta(t, *item.Similarity, item.FinalScore, 1e-9)
		}
	}
}

func TestSearchFilters(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	severity, none := "CRITICAL", 0.0
	result := search(t, c, apiclient.SearchPlaybooksParams{
		Query: new("node is not ready"), Severity: &severity, MinSimilarity: &none, TopK: new(int32(2)),
	})
	require.Len(t, result.Items, 2)
	require.Greater(t, result.Total, int64(2), "the total is the number of matches, not the page length")
	for _, item := range result.Items {
		require.Equal(t, "critical", item.Labels.Severity)
		require.Nil(t, item.Content)
	}

	signal := "NoSuchSignal"
	empty := search(t, c, apiclient.SearchPlaybooksParams{Query: new("node is not ready"), SignalType: &signal})
	require.Empty(t, empty.Items)
	require.Zero(t, empty.Total)
}

func TestSearchByBodyAnswersAlike(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	severity := "high"
	byQuery := search(t, c, apiclient.SearchPlaybooksParams{
		Query: new("image cannot be pulled"), Severity: &severity, Include: []apiclient.SearchInclude{"content"},
	})
	byBody, err := c.SearchPlaybooksByBodyWithResponse(t.Context(), nil, apiclient.SearchRequest{
		Query: new("image cannot be pulled"), Labels: &apiclient.SearchLabels{Severity: &severity},
		Include: []apiclient.SearchInclude{"content"},
	})
	require.NoError(t, err)
	require.Equal(t, byQuery.Items, byBody.JSON200.Items)
	require.NotEmpty(t, *byQuery.Items[0].Content)
}

func TestSearchServesTheNewVersionAtOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	d := draft("quantum-flux-capacitor", "v1.0.0")
	d.Title, d.Description = "Flux capacitor overheats", "The flux capacitor of the time machine overheats above 88 mph."
	for _, version := range []string{"v1.0.0", "v1.0.1", "v2.0.0"} {
		d.Version = version
		require.Equal(t, http.StatusCreated, publish(t, c, d).StatusCode())
		result := search(t, c, apiclient.SearchPlaybooksParams{Query: new("flux capacitor overheats")})
		require.Equal(t, version, result.Items[0].Version)
		require.False(t, result.Items[0].Provisional)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	var ids []string
	var cursor *string
	for {
		page, err := c.ListPlaybooksWithResponse(t.Context(), &apiclient.ListPlaybooksParams{Limit: new(int32(7)), Cursor: cursor})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, page.StatusCode(), "%s", page.Body)
		for _, item := range page.JSON200.Items {
			if len(ids) > 0 {
				require.Less(t, ids[len(ids)-1], item.PlaybookId)
			}
			ids = append(ids, item.PlaybookId)
		}
		if cursor = page.JSON200.NextCursor; cursor == nil {
			break
		}
	}
	require.GreaterOrEqual(t, len(ids), 30)

	first, err := c.ListPlaybooksWithResponse(t.Context(), &apiclient.ListPlaybooksParams{Limit: new(int32(1))})
	require.NoError(t, err)
	severity := "low"
	other, err := c.ListPlaybooksWithResponse(t.Context(),
		&apiclient.ListPlaybooksParams{Cursor: first.JSON200.NextCursor, Severity: &severity})
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, other.StatusCode())
	require.Equal(t, "/problems/invalid-cursor", other.ApplicationproblemJSON400.Type)
}

func TestSearchCommand(t *testing.T) {
	t.Parallel()
	got := runCommand(t, nil, "search", "CoreDNS fails, names cannot be resolved", "--server", shared.url)
	require.Zero(t, got.code, got.stderr)
	require.Contains(t, got.stdout, "coredns-failures")

	asJSON := runCommand(t, nil, "search", "CoreDNS fails, names cannot be resolved", "--server", shared.url, "-o", "json")
	require.Contains(t, asJSON.stdout, `"playbook_id"`)

	bad := runCommand(t, nil, "search", "x", "--severity", "urgent", "--server", shared.url)
	require.NotZero(t, bad.code)
	require.Contains(t, bad.stderr, "severity")

	away := runCommand(t, nil, "search", "x", "--server", "http://127.0.0.1:1")
	require.Equal(t, 6, away.code, away.stderr)
}

func TestServiceEndpoints(t *testing.T) {
	t.Parallel()
	client := newHTTPClient(t, shared)
	for _, path := range []string{
		"/health/live", "/health/ready", "/metrics", "/version", "/openapi.yaml", "/openapi.json", "/docs", "/problems",
		"/problems/version-exists", "/api/v1/playbooks?q=" + url.QueryEscape("memory"),
	} {
		resp, err := client.Get(shared.url + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode, path)
	}
}
