package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

const workflow = `{"workflow_id":"a","version":"v1.0.0","name":"t","description":"d","content":"c",` +
	`"labels":{"signal-type":"s","severity":"low","risk_tolerance":"high"}}`

func (f *fixture) send(t *testing.T, method, target, body string) *answer {
	t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Actor", "erin")
	return f.do(t, req)
}

// Whatever the answer is, it says that the path is deprecated and what replaces it.
func TestWorkflowsAreDeprecatedOnEveryAnswer(t *testing.T) {
	t.Parallel()
	fine, empty := newFixture(t, &fakeCatalog{}), newFixture(t, emptyCatalog(t))
	broken, away := newFixture(t, failing(context.DeadlineExceeded)), newFixture(t, failing(catalog.ErrUnavailable))
	panics := newFixture(t, calling(func(context.Context) error { panic("broken") }))
	for _, test := range []struct {
		f                    *fixture
		method, target, body string
		status               int
		successor            string
	}{
		{fine, "POST", "/api/v1/workflows", workflow, 201, "/api/v1/playbooks"},
		{fine, "GET", "/api/v1/workflows", "", 200, "/api/v1/playbooks"},
		{fine, "HEAD", "/api/v1/workflows/a", "", 200, "/api/v1/playbooks/a"},
		{fine, "GET", "/api/v1/workflows/search?query=x", "", 200, "/api/v1/playbooks/search"},
		{fine, "POST", "/api/v1/workflows/search", `{"query":"x"}`, 200, "/api/v1/playbooks/search"},
		{fine, "GET", "/api/v1/workflows/a", "", 200, "/api/v1/playbooks/a"},
		{fine, "PUT", "/api/v1/workflows/a", workflow, 200, "/api/v1/playbooks"},
		{fine, "DELETE", "/api/v1/workflows/a?reason=r", "", 200, "/api/v1/playbooks/a/disable"},
		{fine, "GET", "/api/v1/workflows/search", "", 400, "/api/v1/playbooks/search"},
		{fine, "GET", "/api/v1/workflows/%3E", "", 400, "/api/v1/playbooks/%3E"},
		{empty, "GET", "/api/v1/workflows/a", "", 404, "/api/v1/playbooks/a"},
		{empty, "GET", "/api/v1/workflows/a/nothing", "", 404, "/api/v1/playbooks"},
		{empty, "PATCH", "/api/v1/workflows/a", "{}", 405, "/api/v1/playbooks"},
		{empty, "DELETE", "/api/v1/workflows/search", "", 405, "/api/v1/playbooks"},
		{fine, "POST", "/api/v1/workflows", "", 415, "/api/v1/playbooks"},
		{broken, "GET", "/api/v1/workflows/a", "", 500, "/api/v1/playbooks/a"},
		{panics, "GET", "/api/v1/workflows/a", "", 500, "/api/v1/playbooks/a"},
		{away, "GET", "/api/v1/workflows/a", "", 503, "/api/v1/playbooks/a"},
		{fine, "GET", "/api/v1/workflowsearch", "", 404, ""},
		{fine, "GET", "/api/v1/playbooks/workflows", "", 200, ""},
	} {
		got := test.f.send(t, test.method, test.target, test.body)
		require.Equal(t, test.status, got.status, "%s %s: %s", test.method, test.target, got.body)
		if test.successor == "" {
			require.NotContains(t, got.header, "Deprecation")
			require.NotContains(t, got.header, "Link")
			continue
		}
		require.Equal(t, "@1763769600", got.header.Get("Deprecation"), test.target)
		require.Equal(t, "<"+test.successor+`>; rel="successor-version"`, got.header.Get("Link"), "%s %s", test.method, test.target)
	}
}

// Everything that a publisher may write goes through, and comes back under the V1.0 names.
func TestWorkflowIsAPlaybook(t *testing.T) {
	t.Parallel()
	var published []catalog.PublishRequest
	f := newFixture(t, &fakeCatalog{publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
		published = append(published, req)
		v := storedVersion()
		v.Draft = req.Draft
		return catalog.Published{Version: v, Warnings: []string{"careful"}}, nil
	}})
	stored := storedVersion()
	var sent map[string]any
	f.get(t, "/api/v1/workflows/example-oom-killed").decode(t, &sent)
	want := map[string]any{
		"signal-type": "OOMKilled", "severity": "critical", "component": "deployment", "environment": "production",
		"priority": "P1", "risk-tolerance": "low", "business-category": "shop", "resource-management": "gitops",
		"gitops-tool": "argocd", "custom_labels": map[string]any{"team": []any{"payments", "shop"}},
	}
	require.Equal(t, want, sent["labels"])
	require.Equal(t, "Container killed", sent["name"])
	require.Equal(t, true, sent["is_latest_version"])
	require.Equal(t, stored.ContentHash, sent["content_hash"])
	require.Equal(t, "disabled", sent["status"])

	for _, kept := range []string{
		"status", "disabled_at", "disabled_by", "disabled_reason", "deprecation_notice", "superseded_by", "actual_success_rate",
		"total_executions", "successful_executions", "is_latest_version", "previous_version", "created_at", "updated_at", "updated_by",
	} {
		require.Contains(t, sent, kept)
		delete(sent, kept)
	}
	sent["content_hash"], sent["created_by"] = stored.ContentHash, "frank"
	body, err := json.Marshal(sent)
	require.NoError(t, err)
	created := f.send(t, "POST", "/api/v1/workflows", string(body))
	require.Equal(t, http.StatusCreated, created.status, created.body)
	require.Equal(t, "/api/v1/workflows/example-oom-killed", created.header.Get("Location"))
	require.Equal(t, http.StatusOK, f.send(t, "PUT", "/api/v1/workflows/example-oom-killed", string(body)).status)
	for i, nextOnly := range []bool{false, true} {
		require.Equal(t, catalog.PublishRequest{
			Draft: stored.Draft, Actor: catalog.Actor{Name: "frank", Source: catalog.ActorAsserted}, NextOnly: nextOnly,
		}, published[i], "what is shown can be published")
	}
	var record apiserver.Workflow
	created.decode(t, &record)
	require.Equal(t, []string{"careful"}, record.Warnings)
}

func TestWorkflowErrorsSayWhereInTheV1Names(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	create := func(change string) string {
		from, to, _ := strings.Cut(change, "=>")
		require.Contains(t, workflow, from)
		return strings.Replace(workflow, from, to, 1)
	}
	const noVectors = "vectors are not taken: the service computes them itself, from the texts"
	for _, test := range []struct {
		method, target, body string
		want                 apiserver.ProblemError
	}{
		{"POST", "/api/v1/workflows", create(`"low"=>"huge"`), at("body", "/labels/severity", "must be one of critical, high, medium, low")},
		{"POST", "/api/v1/workflows", create(`"high"=>"huge"`), at("body", "/labels/risk_tolerance", "must be one of low, medium, high")},
		{"POST", "/api/v1/workflows", create(`"risk_tolerance":"high"=>"risk-tolerance":"huge"`), at("body", "/labels/risk-tolerance", "must be one of low, medium, high")},
		{"POST", "/api/v1/workflows", create(`"high"=>"high","risk-tolerance":"low"`), at("body", "/labels/risk_tolerance", "is the label risk-tolerance again")},
		{"POST", "/api/v1/workflows", create(`"signal-type":"s",=>`), at("body", "/labels/signal-type", "is required by label schema 1.0")},
		{"POST", "/api/v1/workflows", create(`"high"=>"high","cost-centre":"7"`), at("body", "/labels/cost-centre", "label schema 1.0 has no such label; use custom_labels")},
		{"POST", "/api/v1/workflows", create(`"high"=>"high","custom_labels":{"a:b":["c"]}`), at("body", "/labels/custom_labels/a:b", "a key must not contain a colon, which separates key and value in filters")},
		{"POST", "/api/v1/workflows", create(`"name":"t"=>"name":" "`), at("body", "/name", "must not be empty")},
		{"POST", "/api/v1/workflows", create(`"name":"t"=>"name":"t","title":"t"`), at("body", "/title", "is not known here; known are approved_at, approved_by, change_summary, content, content_hash, content_type, created_by, description, expected_duration_seconds, expected_success_rate, labels, maintainer, name, owner, parameters, schema_version, version, version_notes, workflow_id")},
		{"POST", "/api/v1/workflows", create(`"a"=>"search"`), at("body", "/workflow_id", `"search" is a word of the API and cannot be an id`)},
		{"POST", "/api/v1/workflows", create(`"content":"c"=>"content":"c","embedding":[0.1]`), at("body", "/embedding", noVectors)},
		{"PUT", "/api/v1/workflows/a", create(`"content":"c"=>"content":"c","embedding":[0.1]`), at("body", "/embedding", noVectors)},
		{"POST", "/api/v1/workflows/search", `{"query":"x","embedding":[0.1]}`, at("body", "/embedding", noVectors)},
		{"GET", "/api/v1/workflows/search?query=x&embedding=1", "", at("query", "/embedding", noVectors)},
		{"PUT", "/api/v1/workflows/other", workflow, at("body", "/workflow_id", "must be other, as in the path, or be left out")},
		{"PUT", "/api/v1/workflows/versions", create(`"workflow_id":"a",=>`), at("path", "/workflow_id", `"versions" is a word of the API and cannot be an id`)},
		{"GET", "/api/v1/workflows/versions", "", at("path", "/workflow_id", `"versions" is a word of the API and cannot be an id`)},
		{"GET", "/api/v1/workflows?label.severity=huge", "", at("query", "/label.severity", "must be one of critical, high, medium, low")},
		{"GET", "/api/v1/workflows/search?query=x&label.risk-tolerance=huge", "", at("query", "/label.risk-tolerance", "must be one of low, medium, high")},
		{"GET", "/api/v1/workflows/search?query=x&label.risk_tolerance=huge", "", at("query", "/label.risk-tolerance", "must be one of low, medium, high")},
		{"GET", "/api/v1/workflows/search?query=x&label.risk_tolerance=low&label.risk-tolerance=low", "", at("query", "/label.risk-tolerance", "must be given once")},
		{"GET", "/api/v1/workflows/search?query=%20", "", at("query", "/query", "must not be empty")},
		{"GET", "/api/v1/workflows/search?query=x&max_results=0", "", at("query", "/max_results", "must be at least 1")},
		{"GET", "/api/v1/workflows/search?query=x&remediation_id=%20", "", at("query", "/remediation_id", "must not be empty")},
		{"POST", "/api/v1/workflows/search", `{"query":"x","filters":{"gitops-tool":"helm"}}`, at("body", "/filters/gitops-tool", "must be one of argocd, flux")},
		{"POST", "/api/v1/workflows/search", `{"query":"x","filters":{"gitops-tool":"flux","gitops_tool":"flux"}}`, at("body", "/filters/gitops_tool", "is the label gitops-tool again")},
		{"POST", "/api/v1/workflows/search", `{"query":"x","top_k":0}`, at("body", "/top_k", "must be at least 1")},
		{"POST", "/api/v1/workflows/search", `{"query":"x","remediation_id":" "}`, at("body", "/remediation_id", "must not be empty")},
		{"DELETE", "/api/v1/workflows/a", "", at("query", "/reason", "is required")},
		{"DELETE", "/api/v1/workflows/a?reason=%20", "", at("query", "/reason", "must not be empty")},
	} {
		got := f.send(t, test.method, test.target, test.body)
		problem := got.requireProblem(t, http.StatusBadRequest, "invalid-request")
		require.Equal(t, []apiserver.ProblemError{test.want}, problem.Errors, "%s %s %s", test.method, test.target, test.body)
	}
	f.send(t, "POST", "/api/v1/workflows", create(`v1.0.0=>1.0`)).requireProblem(t, http.StatusBadRequest, "invalid-version")
	f.send(t, "PUT", "/api/v1/workflows/a", workflow).requireProblem(t, http.StatusNotFound, "playbook-not-found")
}

func TestWorkflowSearchFormsAreOne(t *testing.T) {
	t.Parallel()
	var got []catalog.SearchRequest
	f := newFixture(t, &fakeCatalog{search: func(_ context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error) {
		got = append(got, req)
		return foundOne(), nil
	}})
	answers := []*answer{
		f.send(t, "GET", "/api/v1/workflows/search?query=a%20b&label.signal-type=OOMKilled&label.risk_tolerance=low&max_results=3&min_confidence=0&include_disabled=true&remediation_id=rr-1", ""),
		f.send(t, "POST", "/api/v1/workflows/search", `{"query":"a b","filters":{"signal_type":"OOMKilled","risk-tolerance":"low"},"top_k":3,"min_similarity":0,"include_disabled":true,"remediation_id":"rr-1"}`),
	}
	require.Equal(t, catalog.SearchRequest{
		Query: "a b", Labels: catalog.Labels{Values: map[string]string{"signal_type": "OOMKilled", "risk_tolerance": "low"}},
		TopK: 3, Mode: catalog.ModeHybrid, IncludeRecords: true, IncludeDisabled: true, CorrelationID: "rr-1",
		Actor: catalog.Actor{Name: "erin", Source: catalog.ActorAsserted},
	}, got[0])
	require.Equal(t, got[0], got[1])
	for _, answer := range answers {
		var result struct {
			Workflows []struct {
				Workflow        map[string]any `json:"workflow"`
				BaseSimilarity  float64        `json:"base_similarity"`
				LabelBoost      float64        `json:"label_boost"`
				LabelPenalty    float64        `json:"label_penalty"`
				FinalScore      float64        `json:"final_score"`
				SimilarityScore float64        `json:"similarity_score"`
				Rank            int            `json:"rank"`
			} `json:"workflows"`
			TotalResults int               `json:"total_results"`
			Query        string            `json:"query"`
			Filters      map[string]string `json:"filters"`
			Degraded     bool              `json:"degraded"`
			Warnings     []string          `json:"warnings"`
		}
		answer.decode(t, &result)
		require.Equal(t, 7, result.TotalResults)
		require.Equal(t, "a b", result.Query)
		require.Equal(t, map[string]string{"signal-type": "OOMKilled", "risk-tolerance": "low"}, result.Filters)
		require.Equal(t, []string{"careful"}, result.Warnings)
		require.Len(t, result.Workflows, 1)
		hit := result.Workflows[0]
		require.Equal(t, "example-oom-killed", hit.Workflow["workflow_id"])
		require.Equal(t, "# Raise <the> limit", hit.Workflow["content"], "the whole record")
		require.Equal(t, "disabled", hit.Workflow["status"])
		require.Equal(t, 1, hit.Rank)
		require.InDelta(t, 1.0000001, hit.BaseSimilarity, 0)
		require.InDelta(t, 0.1, hit.LabelBoost, 0)
		require.InDelta(t, 0.05, hit.LabelPenalty, 0)
		require.InDelta(t, 1, hit.FinalScore, 0)
		require.InDelta(t, 1, hit.SimilarityScore, 0)
	}
}

func TestWorkflowSearchWithoutTheModel(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{search: func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error) {
		found := foundOne()
		found.Hits[0].Similarity, found.Degraded = nil, true
		return found, nil
	}})
	var result apiserver.WorkflowSearchResult
	f.get(t, "/api/v1/workflows/search?query=x").decode(t, &result)
	require.True(t, result.Degraded)
	require.InDelta(t, catalog.LabelModeBase, result.Workflows[0].BaseSimilarity, 0)
}

func TestWorkflowsAreListedAndDisabled(t *testing.T) {
	t.Parallel()
	var listed catalog.ListQuery
	var changed catalog.PlaybookChange
	f := newFixture(t, &fakeCatalog{
		list: func(_ context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
			listed = q
			return catalog.VersionPage{Items: []catalog.Version{storedVersion()}, NextCursor: "next"}, nil
		},
		whole: func(_ context.Context, change catalog.PlaybookChange) (catalog.ChangedPlaybook, error) {
			changed = change
			return catalog.ChangedPlaybook{Versions: []catalog.Version{storedVersion()}, Warnings: []string{"w"}}, nil
		},
	})
	var list apiserver.WorkflowList
	f.get(t, "/api/v1/workflows?status=disabled&label.gitops_tool=flux&limit=7&cursor=abc").decode(t, &list)
	require.Equal(t, catalog.ListQuery{
		Page: catalog.Page{Cursor: "abc", Limit: 7}, Status: catalog.StatusDisabled,
		Labels: catalog.Labels{Values: map[string]string{"gitops_tool": "flux"}},
	}, listed)
	require.Len(t, list.Workflows, 1)
	require.Equal(t, "next", *list.NextCursor)

	var disabled apiserver.WorkflowList
	f.send(t, "DELETE", "/api/v1/workflows/some-id?reason=it%20broke", "").decode(t, &disabled)
	require.Equal(t, catalog.PlaybookChange{
		PlaybookID: "some-id", Transition: catalog.TransitionDisable, Reason: "it broke",
		Actor: catalog.Actor{Name: "erin", Source: catalog.ActorAsserted},
	}, changed)
	require.Len(t, disabled.Workflows, 1)
	require.Equal(t, []string{"w"}, disabled.Warnings)
}
