package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
	"github.com/kubernaut/datastorage/internal/validation"
)

func TestSchemasAreInTheOrderOfTheirNumbers(t *testing.T) {
	t.Parallel()
	var given []catalog.LabelSchema
	for _, version := range []string{"1.10", "2.0", "1.9", "1.2"} {
		given = append(given, catalog.LabelSchema{Version: version})
	}
	var got []string
	for _, schema := range catalog.NewLabelSchemas(given...).All() {
		got = append(got, schema.Version)
	}
	require.Equal(t, []string{"1.2", "1.9", "1.10", "2.0"}, got)
}

func TestDraftFollowsTheSchemaThatItNames(t *testing.T) {
	t.Parallel()
	schemas := catalog.NewLabelSchemas(catalogtest.NextLabelSchema(), catalogtest.LabelSchema())
	for name, test := range map[string]struct {
		schema, label, value string
		stored               string // empty when it is refused
		detail               string
	}{
		"old label":             {"1.1", "severity", "HIGH", "high", ""},
		"new label":             {"1.1", "region", "eu", "EU", ""},
		"new free text":         {"1.1", "tier", "Gold", "Gold", ""},
		"new wildcard":          {"1.1", "tier", "*", "*", ""},
		"new value":             {"1.1", "environment", "Canary", "canary", ""},
		"new label, old schema": {"1.0", "region", "EU", "", "label schema 1.0 has no such label; use custom_labels"},
		"new value, old schema": {"1.0", "environment", "canary", "", "must be one of production, staging, development, test, *"},
		"no schema named":       {"", "region", "EU", "", "label schema 1.0 has no such label; use custom_labels"},
		"value not in the set":  {"1.1", "region", "mars", "", "must be one of EU, US"},
		"wildcard of a filter":  {"1.1", "region", "*", "", "must be one of EU, US"},
		"too long":              {"1.1", "tier", strings.Repeat("x", 101), "", "must have at most 100 characters"},
		"name of no label":      {"1.1", "a/b", "x", "", "label schema 1.1 has no such label; use custom_labels"},
	} {
		d := validDraft()
		d.SchemaVersion, d.Labels.Values[test.label] = test.schema, test.value
		normal, err := d.Normalise(schemas)
		if test.stored != "" {
			require.NoError(t, err, name)
			require.Equal(t, test.stored, normal.Labels.Get(test.label), name)
			continue
		}
		var invalid *validation.Error
		require.ErrorAs(t, err, &invalid, name)
		require.Equal(t, []validation.Violation{{Pointer: "/labels/" + validation.Escape(test.label), Detail: test.detail}}, invalid.Violations, name)
	}
}

func TestUnknownSchemaVersionNamesThoseThatThereAre(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	store.added = []catalog.LabelSchema{catalogtest.NextLabelSchema()}
	d := validDraft()
	d.SchemaVersion = "9.9"
	_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: d})
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, []validation.Violation{
		{Pointer: "/schema_version", Detail: `there is no label schema "9.9"; known are 1.0, 1.1`},
	}, invalid.Violations)
	_, err = c.LabelSchema(t.Context(), "9.9")
	require.ErrorIs(t, err, catalog.ErrLabelSchemaNotFound)
	require.ErrorContains(t, err, "known are 1.0, 1.1")
}

// A question does not name a schema: it may ask for whatever one of them allows.
func TestQuestionsMayAskForWhatAnySchemaAllows(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	store.added = []catalog.LabelSchema{catalogtest.NextLabelSchema()}
	req := searchRequest()
	req.Mode = catalog.ModeLabels
	req.Labels = catalog.Labels{Values: map[string]string{"environment": "canary", "region": "Eu", "tier": "gold", "severity": "low"}}
	_, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	asked := store.queries[0]
	require.Equal(t, map[string]string{"region": "eu"}, asked.Filters, "the role of a label decides")
	require.Equal(t, "low", asked.Severity)
	require.Equal(t, catalog.Score{Penalty: 50, Final: 0.45}, catalog.Rate(catalog.LabelModeBase, asked.Preferred,
		catalog.Labels{Values: map[string]string{"environment": "test", "tier": "gold"}}), "a label without a weight is neutral")

	req.Labels.Values["environment"] = "prod"
	_, err = c.Search(t.Context(), req)
	require.ErrorContains(t, err, "must be one of production, staging, development, test, canary, *")
	req.Labels.Values = map[string]string{"planet": "mars"}
	_, err = c.Search(t.Context(), req)
	require.ErrorContains(t, err, "no label schema has such a label")
}

// What is remembered allows without a look at the store; nothing is refused without one.
func TestSchemasAreReadWhenTheyAreNeeded(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	next := validDraft()
	next.SchemaVersion, next.Labels.Values["region"] = "1.1", "EU"
	question := searchRequest()
	question.Labels.Values["region"] = "EU"
	publish := func(d catalog.Draft) error {
		_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: d})
		return err
	}
	search := func() error { _, err := c.Search(t.Context(), question); return err }

	for range 3 {
		require.NoError(t, publish(validDraft()))
	}
	require.Equal(t, 1, store.schemaReads)
	require.ErrorIs(t, publish(next), validation.ErrInvalid)
	require.ErrorIs(t, search(), validation.ErrInvalid)
	require.Equal(t, 3, store.schemaReads)

	store.added = []catalog.LabelSchema{catalogtest.NextLabelSchema()}
	require.NoError(t, search(), "a schema counts as soon as it is stored")
	require.NoError(t, publish(next))
	require.Equal(t, 4, store.schemaReads)

	store.unavailable = true
	require.NoError(t, search(), "what is remembered needs no database")
	question.Labels.Values["region"] = "mars"
	require.ErrorIs(t, search(), catalog.ErrUnavailable, "a schema that allows it may have been added")
	_, err := c.LabelSchemas(t.Context())
	require.ErrorIs(t, err, catalog.ErrUnavailable)
	schema, err := c.LabelSchema(t.Context(), "1.1")
	require.NoError(t, err)
	require.Equal(t, catalogtest.NextLabelSchema(), schema)
}

func TestWeightsOfLabels(t *testing.T) {
	t.Parallel()
	weights := map[string]catalog.Points{}
	schema := catalogtest.NextLabelSchema()
	for i := range schema.Rules {
		weights[schema.Rules[i].Name] = schema.Rules[i].Weight()
	}
	require.Equal(t, map[string]catalog.Points{
		"signal_type": 0, "severity": 0, "component": 50, "environment": 50, "priority": 50, "risk_tolerance": 50,
		"business_category": 50, "resource_management": 100, "gitops_tool": 50, "region": 0, "tier": 0,
	}, weights)
}
