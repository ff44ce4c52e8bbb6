package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
)

// Every store has label schema 1.0.
func testLabelSchemas(t *testing.T, s catalog.Store) {
	schemas, err := s.LabelSchemas(t.Context())
	require.NoError(t, err)
	require.Equal(t, []catalog.LabelSchema{catalogtest.LabelSchema()}, schemas)
}

// Labels that no column knows filter like those that have one, in the latest version only.
func testSearchFurtherFilters(t *testing.T, s catalog.Store) {
	further := func(values map[string]string) func(*catalog.Draft) {
		return func(d *catalog.Draft) {
			for name, value := range values {
				d.Labels.Values[name] = value
			}
		}
	}
	put := func(id, version string, values map[string]string) {
		t.Helper()
		d := draft(t, id, version)
		further(values)(&d) // after it was normalised: the schema that has them is not what this is about
		publish(t, s, withVector(publication(d), axis(0)))
	}
	put("eu", "v1.0.0", map[string]string{"region": "EU", "tier": "gold"})
	put("us", "v1.0.0", map[string]string{"region": "US", "tier": "gold"})
	put("none", "v1.0.0", nil)
	put("moved", "v1.0.0", map[string]string{"region": "EU"})
	put("moved", "v2.0.0", map[string]string{"region": "US"})
	custom := draft(t, "custom", "v1.0.0")
	custom.Labels.Custom = map[string][]string{"region": {"eu"}}
	publish(t, s, withVector(publication(custom), axis(0)))

	for name, test := range map[string]struct {
		filters map[string]string
		hits    []string
	}{
		"none":            {nil, []string{"custom", "eu", "moved", "none", "us"}},
		"one":             {map[string]string{"region": "eu"}, []string{"eu"}},
		"the other":       {map[string]string{"region": "us"}, []string{"moved", "us"}},
		"both":            {map[string]string{"region": "us", "tier": "gold"}, []string{"us"}},
		"no match":        {map[string]string{"region": "apac"}, []string{}},
		"beginning of it": {map[string]string{"region": "e"}, []string{}},
		"label of no one": {map[string]string{"zone": "eu"}, []string{}},
	} {
		for _, vector := range [][]float32{axis(0), nil} {
			q := query(vector)
			q.Filters = test.filters
			matches := search(t, s, q)
			require.Equal(t, test.hits, hitIDs(matches.Hits), name)
			require.EqualValues(t, len(test.hits), matches.Total, name)
		}
	}
	q := query(axis(0))
	q.Filters, q.Severity = map[string]string{"region": "eu"}, "low"
	require.Empty(t, search(t, s, q).Hits, "all filters count together")
}
