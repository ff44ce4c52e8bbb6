package server_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

// fullDraft is a publish body with every member, and the draft that the catalog must get.
const fullDraft = `{
	"playbook_id":"example-oom-killed","version":"v1.0.0","schema_version":"1.0","title":"Container killed",
	"description":"Raise the limit.","content":"# Raise <the> limit","content_type":"text/markdown",
	"content_hash":"6df4fa2f13a1f1a3df5a9d8e1b9e9f0b2b5f8a3c5a7c1de6f4d8b0c2a4e6f810",
	"labels":{"signal_type":"OOMKilled","severity":"critical","component":"deployment","environment":"production",
		"priority":"P1","risk_tolerance":"low","business_category":"shop","resource_management":"gitops","gitops_tool":"argocd",
		"custom_labels":{"team":["payments","shop"]}},
	"parameters":[{"name":"LIMIT","type":"string","required":true,"description":"New limit","pattern":"^[0-9]+Mi$",
		"default":"512Mi","depends_on":["NAMESPACE"]},
		{"name":"REPLICAS","type":"integer","minimum":1,"maximum":9,"enum":[1,3]}],
	"owner":"platform","maintainer":"platform@example.com","version_notes":"notes","change_summary":"summary",
	"approved_by":"bob","approved_at":"2026-11-24T06:00:00+01:00","expected_success_rate":0.92,"expected_duration_seconds":120,
	"actor":"alice"}`

func TestPublishHandsOverEveryMember(t *testing.T) {
	t.Parallel()
	var got catalog.PublishRequest
	f := newFixture(t, &fakeCatalog{publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
		got = req
		return catalog.Published{Version: storedVersion()}, nil
	}})
	answer := f.post(t, "/api/v1/playbooks?if_exists=return_identical", fullDraft)
	require.Equal(t, http.StatusCreated, answer.status, answer.body)
	require.Equal(t, "/api/v1/playbooks/example-oom-killed/versions/v1.0.0", answer.header.Get("Location"))
	require.Equal(t, `"6df4fa2f13a1f1a3-3"`, answer.header.Get("ETag"))

	require.Equal(t, catalog.Actor{Name: "alice", Source: catalog.ActorAsserted}, got.Actor)
	require.Equal(t, catalog.IfExistsReturnIdentical, got.IfExists)
	require.False(t, got.DryRun)
	want := storedVersion().Draft
	require.True(t, want.ApprovedAt.Equal(*got.Draft.ApprovedAt))
	got.Draft.ApprovedAt = want.ApprovedAt
	require.Equal(t, want, got.Draft)
}

// What is published and what is read is the same document, whichever way it is read.
func TestOneDocumentForAVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	var published, latest, single map[string]any
	var page, versions struct{ Items []map[string]any }
	f.post(t, "/api/v1/playbooks", fullDraft).decode(t, &published)
	f.get(t, "/api/v1/playbooks/example-oom-killed").decode(t, &latest)
	f.get(t, "/api/v1/playbooks/example-oom-killed/versions/v1.0.0").decode(t, &single)
	f.get(t, "/api/v1/playbooks").decode(t, &page)
	f.get(t, "/api/v1/playbooks/example-oom-killed/versions").decode(t, &versions)
	for _, document := range []map[string]any{latest, single, page.Items[0], versions.Items[0]} {
		require.Equal(t, published, document)
	}
	for name := range document().Components.Schemas["PlaybookVersion"].Value.Properties {
		if name != "newer_version" && name != "warnings" {
			require.Contains(t, published, name)
		}
	}
	for name := range document().Components.Schemas["Labels"].Value.Properties {
		require.Contains(t, published["labels"], name)
	}
	parameters, ok := published["parameters"].([]any)
	require.True(t, ok)
	require.Equal(t, map[string]any{
		"name": "LIMIT", "type": "string", "required": true, "description": "New limit", "pattern": "^[0-9]+Mi$",
		"default": "512Mi", "depends_on": []any{"NAMESPACE"},
	}, parameters[0])
	require.Equal(t, map[string]any{
		"name": "REPLICAS", "type": "integer", "required": false, "minimum": 1.0, "maximum": 9.0, "enum": []any{1.0, 3.0},
	}, parameters[1])
}

func TestAbsentStaysAbsent(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{version: func(context.Context, string, string) (catalog.Version, error) {
		return catalog.Version{
			Draft: catalog.Draft{
				PlaybookID: "a", Version: "v1.0.0", ContentType: catalog.ContentYAML,
				Labels: catalog.Labels{Values: map[string]string{"signal_type": "s", "severity": "low"}},
			},
			Status: catalog.StatusActive, EmbeddingStatus: catalog.EmbeddingPending, ActorSource: catalog.ActorNone,
		}, nil
	}})
	var got map[string]any
	f.get(t, "/api/v1/playbooks/a/versions/v1.0.0").decode(t, &got)
	required := document().Components.Schemas["PlaybookVersion"].Value.Required
	require.Len(t, got, len(required))
	require.Equal(t, []any{}, got["parameters"])
	require.Equal(t, map[string]any{"signal_type": "s", "severity": "low"}, got["labels"])
}

func TestActor(t *testing.T) {
	t.Parallel()
	const body = `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c","labels":{"signal_type":"s","severity":"low"}`
	for _, test := range []struct {
		header, member string
		want           catalog.Actor
	}{
		{"", "", catalog.Anonymous},
		{"alice", "", catalog.Actor{Name: "alice", Source: catalog.ActorAsserted}},
		{"", "bob", catalog.Actor{Name: "bob", Source: catalog.ActorAsserted}},
		{"alice", "bob", catalog.Actor{Name: "bob", Source: catalog.ActorAsserted}},
		{"Zoë", "", catalog.Actor{Name: "Zoë", Source: catalog.ActorAsserted}},
	} {
		var got catalog.Actor
		f := newFixture(t, &fakeCatalog{publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
			got = req.Actor
			return catalog.Published{Version: storedVersion()}, nil
		}})
		text := body + "}"
		if test.member != "" {
			text = body + `,"actor":"` + test.member + `"}`
		}
		req := httptest.NewRequest(http.MethodPost, "/api/v1/playbooks", strings.NewReader(text))
		req.Header.Set("Content-Type", "application/json")
		if test.header != "" {
			req.Header.Set("X-Actor", test.header)
		}
		require.Equal(t, http.StatusCreated, f.do(t, req).status)
		require.Equal(t, test.want, got)
		require.Equal(t, test.want.Name, f.logs.lines(t, "request")[0]["actor"])
	}
}

func TestPublishOutcomes(t *testing.T) {
	t.Parallel()
	pending := storedVersion()
	pending.EmbeddingStatus = catalog.EmbeddingPending
	violation := &validation.Error{Violations: []validation.Violation{{Pointer: "/labels/severity", Detail: "must be one of low"}}}
	for _, test := range []struct {
		name, query string
		published   catalog.Published
		err         error
		would       apiserver.PublishDecision
		problem     string
		warnings    int
	}{
		{"dry run", "dry_run=true", catalog.Published{Version: storedVersion()}, nil, apiserver.Create, "", 0},
		{"dry run without model", "dry_run=true", catalog.Published{Version: pending}, nil, apiserver.Create, "", 1},
		{"dry run of what is there", "dry_run=true&if_exists=return_identical", catalog.Published{Version: pending, Identical: true}, nil, apiserver.Identical, "", 0},
		{"identical", "if_exists=return_identical", catalog.Published{Version: storedVersion(), Identical: true}, nil, apiserver.Identical, "", 0},
		{"exists", "dry_run=true", catalog.Published{}, versioning.ErrVersionAlreadyExists, apiserver.Refuse, "version-exists", 0},
		{"not incremented", "dry_run=true", catalog.Published{}, &versioning.NotIncrementedError{Next: "v1.0.0", Greatest: "v2.0.0"}, apiserver.Refuse, "version-not-incremented", 0},
		{"not a version", "dry_run=true", catalog.Published{}, versioning.ErrInvalidFormat, apiserver.Refuse, "invalid-version", 0},
		{"broken rule", "dry_run=true", catalog.Published{}, violation, apiserver.Refuse, "invalid-request", 0},
	} {
		f := newFixture(t, &fakeCatalog{publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
			require.Equal(t, strings.Contains(test.query, "dry_run"), req.DryRun, test.name)
			return test.published, test.err
		}})
		got := f.post(t, "/api/v1/playbooks?"+test.query, fullDraft)
		require.Equal(t, http.StatusOK, got.status, test.name)
		var outcome apiserver.PublishOutcome
		got.decode(t, &outcome)
		require.Equal(t, test.would, outcome.Would, test.name)
		require.Len(t, outcome.Warnings, test.warnings, test.name)
		require.Equal(t, test.problem == "", outcome.Problem == nil, test.name)
		require.Equal(t, test.problem == "", outcome.Version != nil, test.name)
		if test.problem != "" {
			require.Equal(t, "/problems/"+test.problem, outcome.Problem.Type)
			require.Equal(t, got.header.Get("X-Request-Id"), outcome.Problem.RequestId)
		}
	}
}

// That the service could not find out what would happen is no answer to a dry run.
func TestDryRunFailsWhereTheServiceFails(t *testing.T) {
	t.Parallel()
	for err, slug := range map[error]string{
		catalog.ErrUnavailable: "database-unavailable", errors.New("odd"): "internal-error",
	} {
		got := newFixture(t, failing(err)).post(t, "/api/v1/playbooks?dry_run=true", fullDraft)
		require.GreaterOrEqual(t, got.status, 500)
		require.Equal(t, "/problems/"+slug, got.problem(t).Type)
	}
}

func TestWarningsOfAPublish(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{publish: func(context.Context, catalog.PublishRequest) (catalog.Published, error) {
		return catalog.Published{Version: storedVersion(), Warnings: []string{"careful"}}, nil
	}})
	sent := sampleOf(t, "publishPlaybook")
	var stored apiserver.PlaybookVersion
	f.do(t, sent.request()).decode(t, &stored)
	require.Equal(t, []string{"careful"}, stored.Warnings)
	var outcome apiserver.PublishOutcome
	f.post(t, "/api/v1/playbooks?dry_run=true", string(sent.body)).decode(t, &outcome)
	require.Equal(t, []string{"careful"}, outcome.Warnings)
	require.Empty(t, outcome.Version.Warnings)
}
