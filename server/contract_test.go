package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/openapi"
)

func TestContractIsValidAndSoAreItsExamples(t *testing.T) {
	t.Parallel()
	require.NoError(t, document().Validate(context.Background(), openapi3.EnableExamplesValidation()))
}

func TestRoutesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	var want []string
	for template, item := range document().Paths.Map() {
		for method := range item.Operations() {
			path := strings.NewReplacer("{", ":", "}", "").Replace(template)
			want = append(want, method+" "+path)
			if method == http.MethodGet {
				want = append(want, http.MethodHead+" "+path)
			}
		}
	}
	want = append(want, "GET /docs/:asset", "HEAD /docs/:asset")
	var got []string
	e, ok := newFixture(t, &fakeCatalog{}).Handler().(*echo.Echo)
	require.True(t, ok)
	for _, route := range e.Routes() {
		got = append(got, route.Method+" "+route.Path)
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got)
}

// What the middleware may answer has to be declared where it may answer it.
func TestOperationsDeclareWhatMiddlewareAnswers(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		require.True(t, s.declares(http.StatusInternalServerError), s.op.OperationID)
		if s.ofCatalog() {
			require.True(t, s.declares(http.StatusBadRequest), s.op.OperationID)
			require.True(t, s.declares(http.StatusServiceUnavailable), s.op.OperationID)
		}
		if s.body != nil {
			require.True(t, s.declares(http.StatusRequestEntityTooLarge), s.op.OperationID)
			require.True(t, s.declares(http.StatusUnsupportedMediaType), s.op.OperationID)
			require.True(t, s.ofCatalog(), s.op.OperationID)
		}
		if len(s.op.Parameters) > 0 {
			require.True(t, s.declares(http.StatusBadRequest), "%s takes input and cannot refuse it", s.op.OperationID)
		}
	}
}

func TestExamplesOfTheContractAreAnswered(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	for _, s := range samples(t) {
		got := f.do(t, s.request())
		require.Less(t, got.status, 300, "%s: %s", s.op.OperationID, got.body)
	}
}

func TestExamplesOfOptionalParametersAreTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	for _, s := range samples(t) {
		for _, parameter := range s.op.Parameters {
			if parameter.Value.In != openapi3.ParameterInQuery || parameter.Value.Example == nil {
				continue
			}
			text, err := json.Marshal(parameter.Value.Example)
			require.NoError(t, err)
			s.query.Set(parameter.Value.Name, strings.Trim(string(text), `"[]`))
		}
		got := f.do(t, s.request())
		require.Less(t, got.status, 300, "%s: %s", s.url(), got.body)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(newFixture(t, &fakeCatalog{}).Handler())
	defer web.Close()
	for _, s := range samples(t) {
		if s.method != http.MethodGet {
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, web.URL+s.url(), nil)
		require.NoError(t, err)
		answer, err := web.Client().Do(req)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode, s.url())
		require.NotEmpty(t, answer.Header.Get("X-Request-Id"))
		require.NotEmpty(t, answer.Header.Get("Content-Type"))
	}
}

func TestDefaultsOfTheContractAreThoseOfTheCatalog(t *testing.T) {
	t.Parallel()
	schemas := document().Components.Schemas
	require.EqualValues(t, catalog.DefaultTopK, schemas["TopK"].Value.Default)
	require.EqualValues(t, catalog.MaxTopK, *schemas["TopK"].Value.Max)
	require.InDelta(t, catalog.DefaultMinSimilarity, schemas["MinSimilarity"].Value.Default, 0)
	require.EqualValues(t, catalog.ModeHybrid, schemas["SearchMode"].Value.Default)
	require.EqualValues(t, catalog.MaxQueryLength, *schemas["QueryText"].Value.MaxLength)
	require.EqualValues(t, catalog.IfExistsFail, schemas["IfExists"].Value.Default)
	require.EqualValues(t, catalog.ContentMarkdown, schemas["ContentType"].Value.Default)
	publish := schemas["PublishRequest"].Value.Properties
	require.EqualValues(t, catalog.DefaultSchemaVersion, publish["schema_version"].Value.Default)
	require.EqualValues(t, catalog.MaxContentBytes, *publish["content"].Value.MaxLength)
	limit := document().Components.Parameters["Limit"].Value.Schema.Value
	require.EqualValues(t, catalog.MaxPageSize, *limit.Max)

	var asked catalog.ListQuery
	var searched catalog.SearchRequest
	var published catalog.PublishRequest
	f := newFixture(t, &fakeCatalog{
		publish: func(_ context.Context, req catalog.PublishRequest) (catalog.Published, error) {
			published = req
			return catalog.Published{Version: storedVersion()}, nil
		},
		list: func(_ context.Context, q catalog.ListQuery) (catalog.VersionPage, error) {
			asked = q
			return catalog.VersionPage{}, nil
		},
		search: func(_ context.Context, req catalog.SearchRequest) (catalog.SearchAnswer, error) {
			searched = req
			return foundOne(), nil
		},
	})
	f.get(t, "/api/v1/playbooks")
	require.EqualValues(t, limit.Default, asked.Limit)
	f.get(t, "/api/v1/playbooks/search?query=x")
	require.Equal(t, catalog.SearchRequest{
		Query: "x", TopK: catalog.DefaultTopK, MinSimilarity: catalog.DefaultMinSimilarity, Mode: catalog.ModeHybrid,
		Rank: catalog.RankSimilarity, Labels: catalog.Labels{Values: map[string]string{}}, Actor: catalog.Anonymous,
	}, searched)
	f.post(t, "/api/v1/playbooks", `{"playbook_id":"a","version":"v1.0.0","title":"t","description":"d","content":"c",`+
		`"labels":{"signal_type":"s","severity":"low"}}`)
	require.Empty(t, published.IfExists, "defaults of a publish are left to the catalog")
	require.Empty(t, published.Draft.ContentType)
	require.Empty(t, published.Draft.SchemaVersion)
}

func TestContractIsServed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &fakeCatalog{})
	text := f.get(t, "/openapi.yaml")
	require.Equal(t, string(openapi.YAML), text.body)
	var want, got any
	require.NoError(t, yaml.Unmarshal(openapi.YAML, &want))
	f.get(t, "/openapi.json").decode(t, &got)
	require.Equal(t, want, got)
}
