package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func TestLabelSchemasAreAnsweredWithTheirWeights(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{schemas: func(context.Context) ([]catalog.LabelSchema, error) {
		return []catalog.LabelSchema{catalogtest.LabelSchema(), catalogtest.NextLabelSchema()}, nil
	}})
	var list apiserver.LabelSchemaList
	f.get(t, "/api/v1/label-schemas").decode(t, &list)
	require.Len(t, list.Items, 2)
	labels := map[string]apiserver.LabelRule{}
	for _, label := range list.Items[1].Labels {
		labels[label.Name] = label
	}
	for _, preference := range catalog.Preferences() {
		require.InDelta(t, preference.Weight.Score(), *labels[preference.Label].Weight, 0, preference.Label)
	}
	require.Equal(t, apiserver.LabelRule{
		Name: "region", Role: apiserver.RoleFilter, Values: []string{"EU", "US"}, Description: "Where the cluster is.",
	}, labels["region"], "a filter has no weight")
	require.InDelta(t, 0, *labels["tier"].Weight, 0, "a preference that the table does not know moves nothing")
	require.Nil(t, labels["tier"].Values)
	require.Equal(t, apiserver.CustomLabelRule{
		MaxKeys: 10, MaxKeyLength: 63, MaxValues: 5, MaxValueLength: 100, Weight: 0.05, MaxWeight: 0.15,
	}, list.Items[0].CustomLabels)
}

func TestLabelSchemasAreNotSentTwice(t *testing.T) {
	t.Parallel()
	added := []catalog.LabelSchema{catalogtest.LabelSchema()}
	f := newFixture(t, &fakeCatalog{
		schemas: func(context.Context) ([]catalog.LabelSchema, error) { return added, nil },
	})
	for _, path := range []string{"/api/v1/label-schemas", "/api/v1/label-schemas/1.0"} {
		first := f.get(t, path)
		require.Equal(t, http.StatusOK, first.status)
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("If-None-Match", first.header.Get("ETag"))
		again := f.do(t, req)
		require.Equal(t, http.StatusNotModified, again.status)
		require.Empty(t, again.body)
		require.Equal(t, first.header.Get("ETag"), again.header.Get("ETag"))
	}
	before := f.get(t, "/api/v1/label-schemas").header.Get("ETag")
	added = append(added, catalogtest.NextLabelSchema())
	require.NotEqual(t, before, f.get(t, "/api/v1/label-schemas").header.Get("ETag"))
}

func TestUnknownLabelSchemaNamesThoseThatThereAre(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	problem := f.get(t, "/api/v1/label-schemas/1.1").requireProblem(t, http.StatusNotFound, "label-schema-not-found")
	require.Equal(t, "no such label schema; known are 1.0", *problem.Detail)
}

// Labels that the contract does not list come through in both directions, in every place that has labels.
func TestLabelsOfLaterSchemasComeThrough(t *testing.T) {
	t.Parallel()
	var published catalog.PublishRequest
	var searched []catalog.SearchRequest
	var listed catalog.ListQuery
	f := newFixture(t, &fakeCatalog{
		publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
			published = req
			v := storedVersion()
			v.Labels = req.Draft.Labels
			return catalog.Published{Version: v}, nil
		},
		search: func(_ context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error) {
			searched = append(searched, req)
			return foundOne(), nil
		},
		list: func(_ context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
			listed = q
			return catalog.VersionPage{}, nil
		},
	})
	const labels = `{"custom_labels":{"team":["payments"]},"region":"EU","severity":"low","signal_type":"S","tier":"*"}`
	got := f.post(t, "/api/v1/playbooks", `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c",
		"schema_version":"1.1","labels":`+labels+`}`)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	require.Equal(t, map[string]string{"region": "EU", "tier": "*", "severity": "low", "signal_type": "S"}, published.Draft.Labels.Values)
	var answer struct {
		Labels json.RawMessage `json:"labels"`
	}
	got.decode(t, &answer)
	require.JSONEq(t, labels, string(answer.Labels))

	want := map[string]string{"region": "EU:1", "severity": "low"}
	require.Equal(t, http.StatusOK, f.get(t, "/api/v1/playbooks/search?query=x&severity=low&schema_label=region:EU:1").status)
	require.Equal(t, http.StatusOK, f.post(t, "/api/v1/playbooks/search", `{"query":"x","labels":{"region":"EU:1","severity":"low"}}`).status)
	require.Equal(t, http.StatusOK, f.get(t, "/api/v1/playbooks?severity=low&schema_label=region:EU:1").status)
	require.Equal(t, want, searched[0].Labels.Values)
	require.Equal(t, want, searched[1].Labels.Values)
	require.Equal(t, want, listed.Labels.Values)
}

func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t, emptyCatalog(t))
	var many strings.Builder
	for i := range 65 {
		fmt.Fprintf(&many, `,"label%d":"x"`, i)
	}
	for _, labels := range []string{
		`{"severity":"low","signal_type":"s"` + many.String() + `}`,
		`{"severity":"low","signal_type":"s","` + strings.Repeat("n", 100_000) + `":"x"}`,
	} {
		for target, body := range map[string]string{
			"/api/v1/playbooks":        `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c","labels":` + labels + `}`,
			"/api/v1/playbooks/search": `{"query":"x","labels":` + labels + `}`,
		} {
			got := f.post(t, target, body)
			got.requireProblem(t, http.StatusBadRequest, "invalid-request")
			require.Less(t, len(got.body), 1000, "what was sent is not repeated")
		}
	}
}
