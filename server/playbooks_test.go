package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func TestLatestNamesTheNewerVersion(t *testing.T) {
	t.Parallel()
	at := storedAt
	for _, test := range []struct {
		newer  *catalog.VersionRef
		reason string
	}{
		{nil, ""},
		{&catalog.VersionRef{Version: "v2.0.0-rc.1", Status: catalog.StatusActive}, "is a pre-release, and a stable version is active"},
		{&catalog.VersionRef{Version: "v2.0.0", Status: catalog.StatusDeprecated}, "is deprecated"},
		{&catalog.VersionRef{Version: "v2.0.0", Status: catalog.StatusArchived}, "is archived"},
		{&catalog.VersionRef{Version: "v2.0.0", Status: catalog.StatusDisabled}, "was disabled"},
		{
			&catalog.VersionRef{Version: "v2.0.0", Status: catalog.StatusDisabled, DisabledAt: &at, DisabledBy: "carol", DisabledReason: "broke"},
			"was disabled by carol on 2026-11-24T06:00:00Z: broke",
		},
	} {
		f := newFixture(t, &fakeCatalog{latest: func(_ context.Context, id string) (catalog.Latest, error) {
			require.Equal(t, "some-id", id)
			return catalog.Latest{Version: storedVersion(), Newer: test.newer}, nil
		}})
		var got apiserver.PlaybookVersion
		f.get(t, "/api/v1/playbooks/some-id").decode(t, &got)
		if test.newer == nil {
			require.Nil(t, got.NewerVersion)
			continue
		}
		require.Equal(t, test.reason, got.NewerVersion.Reason)
		require.Equal(t, test.newer.Version, got.NewerVersion.Version)
		require.EqualValues(t, test.newer.Status, got.NewerVersion.Status)
	}
}

func TestVersionByTag(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	const target, tag = "/api/v1/playbooks/a/versions/v1.0.0", `"6df4fa2f13a1f1a3-3"`
	for _, test := range []struct {
		sent   []string
		status int
	}{
		{nil, 200},
		{[]string{tag}, 304},
		{[]string{`W/` + tag}, 304},
		{[]string{"*"}, 304},
		{[]string{`"x", ` + tag}, 304},
		{[]string{`"a,b" ,W/"c",` + tag + `,"d"`}, 304},
		{[]string{`"x"`, tag}, 304},
		{[]string{`"6df4fa2f13a1f1a3-2"`}, 200},
		{[]string{`6df4fa2f13a1f1a3-3`}, 200},
		{[]string{`"6df4fa2f13a1f1a3-3`}, 200},
		{[]string{`,`}, 200},
	} {
		req := httptest.NewRequest(http.MethodGet, target, nil)
		for _, value := range test.sent {
			req.Header.Add("If-None-Match", value)
		}
		got := f.do(t, req)
		require.Equal(t, test.status, got.status, test.sent)
		require.Equal(t, tag, got.header.Get("ETag"))
		if test.status == http.StatusNotModified {
			require.Empty(t, got.body)
		}
	}
}

func TestPathParametersAreUnescaped(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{version: func(_ context.Context, id, version string) (catalog.Version, error) {
		require.Equal(t, "some-id", id)
		require.Equal(t, "v1.0.0-rc.1", version)
		return storedVersion(), nil
	}})
	for _, target := range []string{"/api/v1/playbooks/some-id/versions/v1.0.0-rc.1", "/api/v1/playbooks/some%2Did/versions/v1%2E0.0-rc.1"} {
		require.Equal(t, http.StatusOK, f.get(t, target).status)
	}
}

func TestListHandsOverEveryFilter(t *testing.T) {
	t.Parallel()
	var got catalog.ListQuery
	f := newFixture(t, &fakeCatalog{list: func(_ context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
		got = q
		return catalog.VersionPage{NextCursor: "more"}, nil
	}})
	answer := f.get(t, "/api/v1/playbooks?status=disabled&signal_type=OOMKilled&severity=low&component=pod&environment=test&owner=platform"+
		"&label=team:payments&label=team:shop&label=url:http://x&updated_since=2026-11-01T00:00:00%2B01:00&q=memory&cursor=abc&limit=7")
	require.JSONEq(t, `{"items":[],"next_cursor":"more"}`, answer.body)
	since := time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)
	require.True(t, since.Equal(*got.UpdatedSince))
	got.UpdatedSince = nil
	require.Equal(t, catalog.ListQuery{
		Page:   catalog.Page{Cursor: "abc", Limit: 7},
		Status: catalog.StatusDisabled,
		Labels: catalog.Labels{
			Values: map[string]string{"signal_type": "OOMKilled", "severity": "low", "component": "pod", "environment": "test"},
			Custom: map[string][]string{"team": {"payments", "shop"}, "url": {"http://x"}},
		},
		Owner: "platform", Text: "memory",
	}, got)

	f.get(t, "/api/v1/playbooks")
	require.Equal(t, catalog.ListQuery{Page: catalog.Page{Limit: 50}, Labels: catalog.Labels{Values: map[string]string{}}}, got)
}

func TestVersionsHandsOverThePage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{versions: func(_ context.Context, id string, page catalog.Page) (catalog.VersionPage, error) {
		require.Equal(t, "some-id", id)
		require.Equal(t, catalog.Page{Cursor: "abc", Limit: 7}, page)
		return catalog.VersionPage{}, nil
	}})
	require.JSONEq(t, `{"items":[]}`, f.get(t, "/api/v1/playbooks/some-id/versions?limit=7&cursor=abc").body)
}

func TestSearchFormsAreOne(t *testing.T) {
	t.Parallel()
	var got []catalog.SearchRequest
	f := newFixture(t, &fakeCatalog{search: func(_ context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error) {
		got = append(got, req)
		return foundOne(), nil
	}})
	byQuery := httptest.NewRequest(http.MethodGet, "/api/v1/playbooks/search?query=a%20b&signal_type=OOMKilled&severity=low&top_k=3&min_similarity=0&mode=semantic&include=content&resource_management=gitops&label=team:a&label=team:b&exact=true&explain=true&why_not=a-b&rank=fusion&correlation_id=c-1", nil)
	byQuery.Header.Set("X-Actor", "holmes")
	answers := []*answer{
		f.do(t, byQuery),
		f.post(t, "/api/v1/playbooks/search", `{"query":"a b","labels":{"signal_type":"OOMKilled","severity":"low","resource_management":"gitops","custom_labels":{"team":["a","b"]}},"top_k":3,"min_similarity":0,"mode":"semantic","include":["content"],"exact":true,"explain":true,"why_not":"a-b","rank":"fusion","correlation_id":"c-1","actor":"holmes"}`),
	}
	require.Equal(t, catalog.SearchRequest{
		Query: "a b", Labels: catalog.Labels{Values: map[string]string{
			"signal_type": "OOMKilled", "severity": "low", "resource_management": "gitops"}, Custom: map[string][]string{"team": {"a", "b"}}}, TopK: 3, MinSimilarity: 0, Mode: catalog.ModeSemantic, Rank: catalog.RankFusion, IncludeContent: true, Exact: true, Explain: true, WhyNot: "a-b",
		CorrelationID: "c-1", Actor: catalog.Actor{Name: "holmes", Source: catalog.ActorAsserted},
	}, got[0])
	require.Equal(t, got[0], got[1])
	for _, answer := range answers {
		var result apiserver.SearchResult
		answer.decode(t, &result)
		require.Positive(t, result.TookMs)
		result.TookMs = 0
		labels, err := json.Marshal(foundOne().Hits[0].Labels)
		require.NoError(t, err)
		require.JSONEq(t, string(labels), string(result.Items[0].Labels))
		result.Items[0].Labels = nil
		require.Equal(t, apiserver.SearchResult{
			Items: []apiserver.SearchHit{{
				Rank: 1, PlaybookId: "example-oom-killed", Version: "v1.0.0", Title: "Container killed", Description: "Raise the limit.",
				Owner: ptr("platform"), ExpectedSuccessRate: ptr(0.92), Content: ptr("# Raise"),
				Similarity: ptr(1.0000001), TextScore: ptr(0.25), Relevance: ptr(0.75), LabelBoost: 0.1, LabelPenalty: 0.05, FinalScore: 1, Provisional: true,
			}},
			Total: 7, TotalRelation: apiserver.Eq, Exact: true, Mode: "semantic", Rank: "fusion", Query: "a b", EmbeddingModel: "a-model",
			Warnings: []string{"careful"},
		}, result)
	}
}

func TestNothingFoundIsAnAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{search: func(context.Context, catalog.SearchRequest) (catalog.SearchAnswer, error) {
		return catalog.SearchAnswer{Mode: catalog.ModeSemantic, Rank: catalog.RankSimilarity, Degraded: true}, nil
	}})
	got := f.get(t, "/api/v1/playbooks/search?query=x").body
	require.Contains(t, got, `"items":[]`)
	require.Contains(t, got, `"warnings":[]`)
	require.Contains(t, got, `"degraded":true`)
}
