package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func (f *fixture) patch(t testing.TB, path, body string, headers ...string) *answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodPatch, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	return f.do(t, req)
}

func TestTransitionsAreHandedOver(t *testing.T) {
	t.Parallel()
	var got catalog.VersionChange
	f := newFixture(t, &fakeCatalog{change: func(ctx context.Context, change catalog.VersionChange) (catalog.Changed, error) {
		require.NotEmpty(t, catalog.RequestID(ctx))
		got = change
		return catalog.Changed{Version: storedVersion(), Warnings: []string{"careful"}}, nil
	}})
	const target = "/api/v1/playbooks/some/v1.0.0-rc.1/"
	id := catalog.VersionID{PlaybookID: "some", Version: "v1.0.0-rc.1"}
	dora := catalog.Actor{Name: "dora", Source: catalog.ActorAsserted}
	for _, test := range []struct {
		call, body string
		want       catalog.VersionChange
	}{
		{"disable", `{"reason":"why"}`, catalog.VersionChange{Transition: "disable", Reason: "why", Actor: catalog.Anonymous}},
		{"disable", `{"reason":"why","actor":"dora"}`, catalog.VersionChange{Transition: "disable", Reason: "why", Actor: dora}},
		{"enable", `{}`, catalog.VersionChange{Transition: "enable", Actor: catalog.Anonymous}},
		{"enable", `{"reason":"why","actor":"dora"}`, catalog.VersionChange{Transition: "enable", Reason: "why", Actor: dora}},
		{"archive", `{"reason":"why","actor":"dora"}`, catalog.VersionChange{Transition: "archive", Reason: "why", Actor: dora}},
		{
			"deprecate", `{"reason":"why","deprecation_notice":"a\nb","superseded_by":"other"}`,
			catalog.VersionChange{
				Transition: "deprecate", Reason: "why", DeprecationNotice: "a\nb", SupersededBy: "other", Actor: catalog.Anonymous,
			},
		},
	} {
		test.want.VersionID = id
		answer := f.patch(t, target+test.call, test.body)
		require.Equal(t, http.StatusOK, answer.status)
		require.Equal(t, test.want, got)
		require.Equal(t, `"6df4fa2f13a1f1a3-3"`, answer.header.Get("ETag"))
		var body apiserver.PlaybookVersion
		answer.decode(t, &body)
		require.Equal(t, "broke things", *body.DisabledReason)
		require.Equal(t, []string{"careful"}, body.Warnings)
	}
	f.patch(t, target+"disable", `{"reason":"why"}`, "X-Actor", "erin")
	require.Equal(t, catalog.Actor{Name: "erin", Source: catalog.ActorAsserted}, got.Actor)
	for _, body := range []string{`{}`, `{"reason":""}`, `{"reason":"` + strings.Repeat("x", 2001) + `"}`, `{"reason":"x","actor":"a\nb"}`} {
		f.patch(t, target+"disable", body).requireProblem(t, http.StatusBadRequest, "invalid-request")
	}
}

// If-Match compares strongly: a weak tag says nothing about what may be changed.
func TestIfMatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{change: func(_ context.Context, change catalog.VersionChange) (catalog.Changed, error) {
		stored := storedVersion()
		if change.Matches != nil && !change.Matches(&stored) {
			return catalog.Changed{}, catalog.ErrPreconditionFailed
		}
		return catalog.Changed{Version: stored}, nil
	}})
	const tag = `"6df4fa2f13a1f1a3-3"`
	for sent, status := range map[string]int{
		tag: 200, "*": 200, `"x", ` + tag: 200, `W/"x",` + tag: 200,
		`W/` + tag: 412, `"6df4fa2f13a1f1a3-2"`: 412, `"x"`: 412, `nonsense`: 412,
	} {
		got := f.patch(t, "/api/v1/playbooks/some/v1.0.0/disable", `{"reason":"why"}`, "If-Match", sent)
		require.Equal(t, status, got.status, sent)
		if status == http.StatusPreconditionFailed {
			require.Equal(t, "some v1.0.0 is not in the state that If-Match names", *got.requireProblem(t, status, "precondition-failed").Detail)
		}
	}
}

func TestTransitionNotAllowedNamesThePresentState(t *testing.T) {
	t.Parallel()
	f := newFixture(t, failing(&catalog.TransitionNotAllowedError{Transition: catalog.TransitionDisable, Last: disabledEntry()}))
	problem := f.patch(t, "/api/v1/playbooks/some/v1.0.0/disable", `{"reason":"why"}`).
		requireProblem(t, http.StatusConflict, "transition-not-allowed")
	require.Equal(t, "cannot disable some v1.0.0: it is disabled since 2026-11-24T06:00:00Z by carol: broke things", *problem.Detail)
	require.Equal(t, &apiserver.PresentState{
		Status: "disabled", Transition: "disable", By: "carol", At: storedAt, Reason: ptr("broke things"),
	}, problem.PresentState)
}

func TestWholePlaybookIsHandedOver(t *testing.T) {
	t.Parallel()
	var got catalog.PlaybookChange
	f := newFixture(t, &fakeCatalog{whole: func(_ context.Context, change catalog.PlaybookChange) (catalog.ChangedPlaybook, error) {
		got = change
		return catalog.ChangedPlaybook{Warnings: []string{"careful"}}, nil
	}})
	want := func(transition catalog.Transition, reason string) catalog.PlaybookChange {
		return catalog.PlaybookChange{
			PlaybookID: "some", Transition: transition, Reason: reason, Actor: catalog.Actor{Name: "dora", Source: catalog.ActorAsserted},
		}
	}
	for _, test := range []struct {
		target, body string
		want         catalog.PlaybookChange
	}{
		{"/disable", `{"reason":"why","actor":"dora"}`, want("disable", "why")},
		{"/enable", `{"actor":"dora"}`, want("enable", "")},
		{"", `{"status":"disabled","reason":"why","actor":"dora"}`, want("disable", "why")},
		{"", `{"status":"active","reason":"why","actor":"dora"}`, want("enable", "why")},
	} {
		answer := f.patch(t, "/api/v1/playbooks/some"+test.target, test.body)
		require.JSONEq(t, `{"items":[],"warnings":["careful"]}`, answer.body)
		require.Equal(t, test.want, got)
	}
	f.patch(t, "/api/v1/playbooks/some", `{"status":"archived","reason":"why"}`).requireProblem(t, http.StatusBadRequest, "invalid-request")
}

func TestHistoryAndOutcomeAreHandedOver(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{
		history: func(_ context.Context, id string, page catalog.Page) (catalog.HistoryPage, error) {
			require.Equal(t, "some", id)
			require.Equal(t, catalog.Page{Cursor: "abc", Limit: 7}, page)
			first := disabledEntry()
			first.From, first.Reason, first.RequestID = "", "", ""
			return catalog.HistoryPage{Items: []catalog.HistoryEntry{first, disabledEntry()}, NextCursor: "more"}, nil
		},
		execute: func(_ context.Context, execution catalog.Execution) (catalog.Version, error) {
			require.Equal(t, catalog.Execution{
				VersionID: catalog.VersionID{PlaybookID: "some", Version: "v1.0.0"}, ExecutionID: "run-1", Success: true, DurationMS: 12,
			}, execution)
			return storedVersion(), nil
		},
	})
	require.JSONEq(t, `{"items":[
		{"sequence":7,"version":"v1.0.0","transition":"disable","to_status":"disabled","whole_playbook":true,"actor":"carol",
			"actor_source":"asserted","at":"2026-11-24T06:00:00Z"},
		{"sequence":7,"version":"v1.0.0","transition":"disable","from_status":"active","to_status":"disabled","whole_playbook":true,
			"reason":"broke things","actor":"carol","actor_source":"asserted","request_id":"request-1","at":"2026-11-24T06:00:00Z"}
	],"next_cursor":"more"}`, f.get(t, "/api/v1/playbooks/some/history?limit=7&cursor=abc").body)
	got := f.patch(t, "/api/v1/playbooks/some/v1.0.0/outcome", `{"execution_id":"run-1","success":true,"duration_ms":12}`)
	require.Equal(t, http.StatusOK, got.status)
	require.NotEmpty(t, got.header.Get("ETag"))
}

// later gives a version that differs from storedVersion in several ways.
func later() catalog.Version {
	v := storedVersion()
	v.Version, v.PreviousVersion, v.Content = "v1.0.1", "v1.0.0", "# Raise <the> limit\n\nkubectl get pods"
	v.Parameters = v.Parameters[:1]
	v.Labels = catalog.Labels{Values: map[string]string{"signal_type": "OOMKilled", "severity": "critical"}}
	v.Owner, v.CreatedAt, v.Revision = "", v.CreatedAt.Add(time.Hour), 1
	return v
}

func twoVersions(t testing.TB) *fixture {
	t.Helper()
	return newFixture(t, &fakeCatalog{version: func(_ context.Context, id, version string) (catalog.Version, error) {
		require.Equal(t, "some", id)
		switch version {
		case "v1.0.0":
			return storedVersion(), nil
		case "v1.0.1":
			return later(), nil
		}
		return catalog.Version{}, catalog.ErrVersionNotFound
	}})
}

func TestDiffFields(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	for _, target := range []string{"v1.0.0/diff/v1.0.1", "v1.0.0/diff/v1.0.1?format=fields"} {
		var diff apiserver.PlaybookDiff
		f.get(t, "/api/v1/playbooks/some/versions/"+target).decode(t, &diff)
		require.Equal(t, apiserver.Fields, diff.Format)
		require.Equal(t, apiserver.Bump("major"), diff.SuggestedBump)
		require.Contains(t, *diff.Warning, "from v1.0.0 to v1.0.1 is a patch bump, but the changes ask for a major one")
		require.Equal(t, "parameter_removed", diff.Reasons[0].Rule)
		paths := map[string]apiserver.DiffChange{}
		for _, change := range *diff.Changes {
			paths[change.Path] = change
		}
		require.JSONEq(t, `"platform"`, string(*paths["/owner"].Old))
		require.Nil(t, paths["/owner"].New)
		require.Equal(t, apiserver.DiffChangeKind("removed"), paths["/parameters/REPLICAS"].Kind)
		require.Contains(t, *paths["/content"].Text, "+kubectl get pods")
		require.Nil(t, diff.Patch)
		require.Nil(t, diff.Unified)
	}
}

// The patch turns the one document into the other, in either direction.
func TestDiffPatchTurnsOneDocumentIntoTheOther(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	const versions = "/api/v1/playbooks/some/versions/"
	for _, pair := range [][2]string{{"v1.0.0", "v1.0.1"}, {"v1.0.1", "v1.0.0"}, {"v1.0.0", "v1.0.0"}} {
		var diff apiserver.PlaybookDiff
		f.get(t, versions+pair[0]+"/diff/"+pair[1]+"?format=json-patch").decode(t, &diff)
		require.Equal(t, pair[0] == pair[1], len(*diff.Patch) == 0)
		text, err := json.Marshal(diff.Patch)
		require.NoError(t, err)
		patch, err := jsonpatch.DecodePatch(text)
		require.NoError(t, err)
		made, err := patch.Apply([]byte(f.get(t, versions+pair[0]).body))
		require.NoError(t, err)
		require.JSONEq(t, f.get(t, versions+pair[1]).body, string(made))
	}
}

func TestDiffUnifiedAndOfEqualVersions(t *testing.T) {
	t.Parallel()
	f := twoVersions(t)
	const versions = "/api/v1/playbooks/some/versions/"
	var diff apiserver.PlaybookDiff
	f.get(t, versions+"v1.0.0/diff/v1.0.1?format=unified").decode(t, &diff)
	require.Contains(t, *diff.Unified, "\n-owner: \"platform\"\n")
	require.Nil(t, diff.Changes)
	require.JSONEq(t, `{"format":"unified","playbook_id":"some","from":"v1.0.0","to":"v1.0.0","suggested_bump":"none","reasons":[],"unified":""}`,
		f.get(t, versions+"v1.0.0/diff/v1.0.0?format=unified").body)
	require.JSONEq(t, `{"format":"fields","playbook_id":"some","from":"v1.0.0","to":"v1.0.0","suggested_bump":"none","reasons":[],"changes":[]}`,
		f.get(t, versions+"v1.0.0/diff/v1.0.0").body)
	problem := f.get(t, versions+"v1.0.0/diff/v9.0.0").requireProblem(t, http.StatusNotFound, "version-not-found")
	require.Equal(t, "playbook some has no version v9.0.0", *problem.Detail)
	f.get(t, versions+"v1.0.0/diff/v1.0.1?format=html").requireProblem(t, http.StatusBadRequest, "invalid-request")
}
