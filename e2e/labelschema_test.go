package e2e

import (
	"database/sql"
	"net/http"
	"testing"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// nextSchema is all that the next label schema takes: data. It allows one value more for environment, and has two labels
// that no code knows, a filter and a preference.
const nextSchema = `INSERT INTO label_schemas (version, description, labels)
	SELECT '1.1', 'With region and tier.', (
		SELECT jsonb_agg(CASE l ->> 'name' WHEN 'environment' THEN jsonb_set(l, '{values}', l -> 'values' || '"canary"') ELSE l END ORDER BY n)
		FROM jsonb_array_elements(labels) WITH ORDINALITY AS e (l, n)
	) || '[
		{"name": "region", "role": "filter", "required": true, "wildcard": false, "values": ["EU", "US"], "description": "Where the cluster is."},
		{"name": "tier", "role": "preference", "required": false, "wildcard": true, "values": null, "description": "What depends on it."}
	]' FROM label_schemas WHERE version = '1.0'`

// TestLabelSchemaIsAddedWhileServicesRun adds a label schema to the database of two running services, and uses it in
// every call that has labels.
func TestLabelSchemaIsAddedWhileServicesRun(t *testing.T) {
	t.Parallel()
	m := startModel(t)
	url := testdb.StartPostgres(t).URL()
	service := startServe(t, url, m)
	first, second := newClient(t, service), newClient(t, startServe(t, url, m))

	inRegion := func(id, version, region string) apiclient.PublishRequest {
		d := draft(id, version)
		d.SchemaVersion, d.Labels.Environment = new("1.1"), new("Canary")
		d.Labels.AdditionalProperties = map[string]string{"region": region, "tier": "gold"}
		return d
	}
	for id, c := range map[string]*apiclient.ClientWithResponses{"anywhere": first, "nowhere": second} {
		require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.0.0")).StatusCode())
		refused := publish(t, c, inRegion("in-europe", "v1.1.0", "eu"))
		require.Equal(t, http.StatusBadRequest, refused.StatusCode())
		require.Equal(t, "/schema_version", refused.ApplicationproblemJSON400.Errors[0].Pointer)
		require.Contains(t, refused.ApplicationproblemJSON400.Errors[0].Detail, "known are 1.0")
		unknown, err := c.GetLabelSchemaWithResponse(t.Context(), "1.1", nil)
		require.NoError(t, err)
		require.Equal(t, "/problems/label-schema-not-found", unknown.ApplicationproblemJSON404.Type)
	}
	require.Equal(t, http.StatusCreated, publish(t, first, draft("in-europe", "v1.0.0")).StatusCode())

	addSchema(t, url)
	// The first service has seen the schema asked for in vain, the second one likewise: neither needs a restart.
	published := publish(t, first, inRegion("in-europe", "v1.1.0", "eu"))
	require.Equal(t, http.StatusCreated, published.StatusCode(), "%s", published.Body)
	require.Equal(t, map[string]string{"region": "EU", "tier": "gold"}, published.JSON201.Labels.AdditionalProperties)
	require.Equal(t, "canary", *published.JSON201.Labels.Environment)
	require.Equal(t, http.StatusCreated, publish(t, second, inRegion("in-america", "v1.0.0", "US")).StatusCode())

	missing := inRegion("in-asia", "v1.0.0", "EU")
	delete(missing.Labels.AdditionalProperties, "region")
	for _, d := range []apiclient.PublishRequest{inRegion("in-asia", "v1.0.0", "asia"), missing} {
		refused := publish(t, second, d)
		require.Equal(t, http.StatusBadRequest, refused.StatusCode())
		require.Equal(t, "/labels/region", refused.ApplicationproblemJSON400.Errors[0].Pointer)
	}
	requireFoundByRegion(t, second)
	requireDiffOfSchemas(t, first)

	schemas, err := second.ListLabelSchemasWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, schemas.JSON200.Items, 2)
	got := runCommand(t, nil, "label-schema", "list", "--server", service.url)
	require.Zero(t, got.code, got.stderr)
	require.Regexp(t, `(?m)^1\.1 +11 +With region and tier\.$`, got.stdout)
	got = runCommand(t, nil, "search", "what to do", "--min-similarity", "0", "--schema-label", "region:us", "--server", service.url)
	require.Contains(t, got.stdout, "in-america")
	require.NotContains(t, got.stdout, "in-europe")
	got = runCommand(t, nil, "label-schema", "get", "1.1", "--server", service.url)
	require.Regexp(t, `(?m)^region +filter +yes +- +EU, US +Where the cluster is\.$`, got.stdout)
}

func addSchema(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), nextSchema)
	require.NoError(t, err)
}

// requireFoundByRegion asks for a label that only the later schema has, in both forms of the search and in the list.
func requireFoundByRegion(t *testing.T, c *apiclient.ClientWithResponses) {
	t.Helper()
	none := 0.0
	all := search(t, c, apiclient.SearchPlaybooksParams{Query: new("what to do"), MinSimilarity: &none})
	require.EqualValues(t, 4, all.Total)
	byQuery := search(t, c, apiclient.SearchPlaybooksParams{
		Query: new("what to do"), MinSimilarity: &none, SchemaLabel: []string{"region:eu", "tier:silver"},
	})
	require.EqualValues(t, 1, byQuery.Total, "a filter leaves out")
	require.Equal(t, "in-europe", byQuery.Items[0].PlaybookId)
	require.Zero(t, byQuery.Items[0].LabelPenalty, "a preference without a weight is neutral")
	byBody, err := c.SearchPlaybooksByBodyWithResponse(t.Context(), nil, apiclient.SearchRequest{
		Query: new("what to do"), MinSimilarity: &none, Labels: &apiclient.SearchLabels{
			AdditionalProperties: map[string]string{"region": "eu", "tier": "silver"},
		},
	})
	require.NoError(t, err)
	require.Equal(t, byQuery.Items, byBody.JSON200.Items)
	whyNot := search(t, c, apiclient.SearchPlaybooksParams{
		Query: new("what to do"), SchemaLabel: []string{"region:eu"}, WhyNot: new("in-america"),
	}).WhyNot
	require.Equal(t, []apiclient.FilterMiss{{Label: "region", Asked: "eu", Found: "US"}}, whyNot.Filters)
	listed, err := c.ListPlaybooksWithResponse(t.Context(), &apiclient.ListPlaybooksParams{SchemaLabel: []string{"region:us"}})
	require.NoError(t, err)
	require.Len(t, listed.JSON200.Items, 1)
	require.Equal(t, "in-america", listed.JSON200.Items[0].PlaybookId)
	refused, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{
		Query: new("x"), SchemaLabel: []string{"region:mars"},
	})
	require.NoError(t, err)
	require.Equal(t, "/schema_label", refused.ApplicationproblemJSON400.Errors[0].Pointer)
	require.Equal(t, "region: must be one of EU, US", refused.ApplicationproblemJSON400.Errors[0].Detail)
}

// requireDiffOfSchemas compares versions of two schemas.
func requireDiffOfSchemas(t *testing.T, c *apiclient.ClientWithResponses) {
	t.Helper()
	diff, err := c.DiffPlaybookVersionsWithResponse(t.Context(), "in-europe", "v1.0.0", "v1.1.0", nil)
	require.NoError(t, err)
	kinds := map[string]apiclient.DiffChangeKind{}
	for _, change := range *diff.JSON200.Changes {
		kinds[change.Path] = change.Kind
	}
	require.Equal(t, apiclient.Added, kinds["/labels/region"])
	require.Equal(t, apiclient.Added, kinds["/labels/tier"])
	require.Equal(t, apiclient.Changed, kinds["/schema_version"])
}
