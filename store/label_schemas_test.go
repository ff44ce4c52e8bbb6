package store_test

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
)

// addNextSchema is a migration that adds label schema 1.1.
const addNextSchema = `INSERT INTO label_schemas (version, description, labels)
	SELECT '1.1', 'With the region and the tier.', (
		SELECT jsonb_agg(CASE l ->> 'name'
			WHEN 'environment' THEN jsonb_set(l, '{values}', l -> 'values' || '"canary"') ELSE l END ORDER BY n)
		FROM jsonb_array_elements(labels) WITH ORDINALITY AS e (l, n)
	) || '[
		{"name": "region", "role": "filter", "required": false, "wildcard": false, "values": ["EU", "US"], "description": "Where the cluster is."},
		{"name": "tier", "role": "preference", "required": false, "wildcard": true, "values": null, "description": "What depends on it."}
	]'
	FROM label_schemas WHERE version = '1.0'`

func TestLabelSchemaIsAddedAsData(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	exec(t, db, addNextSchema)
	exec(t, db, `INSERT INTO label_schemas (version, description, labels) SELECT '1.10', 'Later.', labels FROM label_schemas WHERE version = '1.1'`)
	schemas, err := s.LabelSchemas(t.Context())
	require.NoError(t, err)
	require.Len(t, schemas, 3)
	require.Equal(t, []catalog.LabelSchema{catalogtest.LabelSchema(), catalogtest.NextLabelSchema()}, schemas[:2])
	require.Equal(t, "1.10", schemas[2].Version)
}

// The page on label schemas shows a migration that works.
func TestDocumentedLabelSchemaCanBeAdded(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/label-schemas.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```sql\n")
	require.True(t, found)
	statement, _, _ := strings.Cut(rest, "```")
	s, db := setup(t)
	exec(t, db, statement)
	schemas, err := s.LabelSchemas(t.Context())
	require.NoError(t, err)
	require.Len(t, schemas[1].Rules, len(schemas[0].Rules)+1)
}

func TestLabelSchemasNeverChange(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	requireRefused(t, db, "label_schemas_immutable", `UPDATE label_schemas SET description = description`)
	requireRefused(t, db, "label_schemas_kept", `DELETE FROM label_schemas`)
	requireRefused(t, db, "label_schemas_kept", `TRUNCATE label_schemas CASCADE`)
	requireRefused(t, db, "label_schemas_pkey", `INSERT INTO label_schemas SELECT * FROM label_schemas`)

	unknown := publication(t, "a", "v1.0.0")
	unknown.Draft.SchemaVersion = "1.1"
	_, err := s.Publish(t.Context(), unknown)
	require.ErrorContains(t, err, "playbook_versions_schema_version_fkey", "a version cannot name a schema that is not there")
}

func TestLabelSchemasAreSound(t *testing.T) {
	t.Parallel()
	_, db := setup(t)
	region := func(changes map[string]any) []any {
		l := map[string]any{
			"name": "region", "role": "preference", "required": false, "wildcard": false, "values": nil, "description": "d",
		}
		maps.Copy(l, changes)
		maps.DeleteFunc(l, func(_ string, value any) bool { return value == absent })
		return []any{l}
	}
	// Each label is added to those of 1.0.
	add := func(labels any) (string, string) {
		data, err := json.Marshal(labels)
		require.NoError(t, err)
		return `INSERT INTO label_schemas (version, description, labels)
			SELECT '2.0', 'd', labels || $1::jsonb FROM label_schemas WHERE version = '1.0'`, string(data)
	}
	for name, test := range map[string]struct {
		labels []any
		fault  string
	}{
		"no object":              {[]any{"region"}, "is not an object"},
		"member too few":         {region(map[string]any{"wildcard": absent}), "is not an object of name"},
		"member too many":        {region(map[string]any{"weight": 0.05}), "is not an object of name"},
		"name of no text":        {region(map[string]any{"name": nil}), "are texts"},
		"name in capitals":       {region(map[string]any{"name": "Region"}), "a name has"},
		"name with a hyphen":     {region(map[string]any{"name": "the-region"}), "a name has"},
		"name of custom labels":  {region(map[string]any{"name": "custom_labels"}), "a name has"},
		"unknown role":           {region(map[string]any{"role": "boost"}), "the role is"},
		"required is a text":     {region(map[string]any{"required": "yes"}), "true or false"},
		"filter with a wildcard": {region(map[string]any{"role": "filter", "wildcard": true}), "takes no wildcard"},
		"no description":         {region(map[string]any{"description": ""}), "the description has"},
		"values are a text":      {region(map[string]any{"values": "EU"}), "values is null"},
		"no values":              {region(map[string]any{"values": []string{}}), "values is null"},
		"value of no text":       {region(map[string]any{"values": []any{1}}), "a value has"},
		"value is the wildcard":  {region(map[string]any{"values": []string{"*"}}), "a value has"},
		"value with a space":     {region(map[string]any{"values": []string{"EU "}}), "a value has"},
		"value twice":            {region(map[string]any{"values": []string{"EU", "eu"}}), "a value has"},
		"label twice":            {append(region(nil), region(nil)...), "region: is there twice"},
		"label of 1.0 twice":     {region(map[string]any{"name": "component"}), "component: is there twice"},
		"severity twice":         {region(map[string]any{"name": "severity", "role": "filter", "required": true}), "required filters of every schema"},
	} {
		statement, labels := add(test.labels)
		requireRefused(t, db, "label_schemas_complete", statement, labels)
		_, err := db.ExecContext(t.Context(), statement, labels)
		require.ErrorContains(t, err, test.fault, name)
	}
	const whole = `INSERT INTO label_schemas (version, description, labels) VALUES ($1, 'd', $2)`
	for _, labels := range []string{`{}`, `[]`, `[{"name": "signal_type", "role": "filter", "required": true}]`} {
		requireRefused(t, db, "label_schemas_complete", whole, "2.0", labels)
	}
	for _, version := range []string{"2", "v2.0", "2.0.0", "02.0", "2.00", ""} {
		requireRefused(t, db, "label_schemas_version_format", `INSERT INTO label_schemas (version, description, labels)
			SELECT $1, 'd', labels FROM label_schemas WHERE version = '1.0'`, version)
	}
	statement, labels := add(region(nil))
	exec(t, db, statement, labels)

	const otherRole = `INSERT INTO label_schemas (version, description, labels) SELECT '2.1', 'd',
		(SELECT jsonb_agg(CASE l ->> 'name' WHEN $1 THEN l || '{"role": "filter"}' ELSE l END) FROM jsonb_array_elements(labels) AS l)
		FROM label_schemas WHERE version = '2.0'`
	for _, name := range []string{"component", "region"} {
		requireRefused(t, db, "label_schemas_complete", otherRole, name)
		_, err := db.ExecContext(t.Context(), otherRole, name)
		require.ErrorContains(t, err, name+": has another role")
	}
}

// absent is a member that is left out.
const absent = "(absent)"
