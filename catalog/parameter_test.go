package catalog_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func TestParameterValuesKeepTheirDigits(t *testing.T) {
	t.Parallel()
	d := validDraft()
	d.Parameters = []catalog.Parameter{{
		Name: "BYTES", Type: catalog.ParameterInteger, Default: json.RawMessage(` 9007199254740993 `),
		Enum: []json.RawMessage{json.RawMessage("9007199254740993")},
	}}
	normal := normalise(t, d)
	require.JSONEq(t, "9007199254740993", string(normal.Parameters[0].Default))
	require.Equal(t, "9007199254740993", string(normal.Parameters[0].Default))
}

func TestNormaliseLeavesTheCallersParametersAlone(t *testing.T) {
	t.Parallel()
	d := validDraft()
	d.Parameters = []catalog.Parameter{{Name: "A", Type: "array", Enum: []json.RawMessage{json.RawMessage("[ 1 ]")}}}
	normalise(t, d)
	require.Equal(t, "[ 1 ]", string(d.Parameters[0].Enum[0]))
}

func TestNormaliseRefusesParameters(t *testing.T) {
	t.Parallel()
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	two, one := 2.0, 1.0
	tests := map[string]struct {
		parameter catalog.Parameter
		pointer   string
	}{
		"lower-case name":        {catalog.Parameter{Name: "name", Type: "string"}, "/parameters/0/name"},
		"pattern on a number":    {catalog.Parameter{Name: "A", Type: "number", Pattern: "a"}, "/parameters/0/pattern"},
		"broken pattern":         {catalog.Parameter{Name: "A", Type: "string", Pattern: "("}, "/parameters/0/pattern"},
		"range on a string":      {catalog.Parameter{Name: "A", Type: "string", Minimum: &one}, "/parameters/0"},
		"range upside down":      {catalog.Parameter{Name: "A", Type: "number", Minimum: &two, Maximum: &one}, "/parameters/0/minimum"},
		"default of other type":  {catalog.Parameter{Name: "A", Type: "string", Default: raw("1")}, "/parameters/0/default"},
		"fraction for integer":   {catalog.Parameter{Name: "A", Type: "integer", Default: raw("1.5")}, "/parameters/0/default"},
		"null default":           {catalog.Parameter{Name: "A", Type: "string", Default: raw("null")}, "/parameters/0/default"},
		"default below minimum":  {catalog.Parameter{Name: "A", Type: "number", Minimum: &two, Default: raw("1")}, "/parameters/0/default"},
		"default beyond double":  {catalog.Parameter{Name: "A", Type: "number", Default: raw("1e999")}, "/parameters/0/default"},
		"default not by pattern": {catalog.Parameter{Name: "A", Type: "string", Pattern: "^b", Default: raw(`"a"`)}, "/parameters/0/default"},
		"default not in enum":    {catalog.Parameter{Name: "A", Type: "string", Enum: []json.RawMessage{raw(`"a"`)}, Default: raw(`"b"`)}, "/parameters/0/default"},
		"default with NUL":       {catalog.Parameter{Name: "A", Type: "array", Default: raw(`[{"a":"\u0000"}]`)}, "/parameters/0/default"},
		"enum of other type":     {catalog.Parameter{Name: "A", Type: "boolean", Enum: []json.RawMessage{raw(`true`), raw(`"b"`)}}, "/parameters/0/enum/1"},
		"depends on itself":      {catalog.Parameter{Name: "A", Type: "string", DependsOn: []string{"A"}}, "/parameters/0/depends_on/0"},
		"depends on nothing":     {catalog.Parameter{Name: "A", Type: "string", DependsOn: []string{"B"}}, "/parameters/0/depends_on/0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := validDraft()
			d.Parameters = []catalog.Parameter{test.parameter}
			requireViolation(t, d, test.pointer)
		})
	}
	t.Run("declared twice", func(t *testing.T) {
		t.Parallel()
		d := validDraft()
		d.Parameters = []catalog.Parameter{{Name: "A", Type: "string"}, {Name: "A", Type: "string"}}
		requireViolation(t, d, "/parameters/1/name")
	})
}
