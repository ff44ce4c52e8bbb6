package versioning_test

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

// ascending is in strictly ascending precedence. It holds the example of
// section 11 of the Semantic Versioning specification and the places where
// order by text, or a careless key, goes wrong.
var ascending = []string{
	"v0.0.0-0",
	"v0.0.0",
	"v0.0.9",
	"v0.0.10",
	"v0.9.0",
	"v0.10.0",
	"v1.0.0-0",
	"v1.0.0-0.0",
	"v1.0.0-0.a",
	"v1.0.0-2",
	"v1.0.0-11",
	"v1.0.0-99999999999999999999",
	"v1.0.0-100000000000000000000",
	"v1.0.0--",
	"v1.0.0--1",
	"v1.0.0-1-",
	"v1.0.0-11a",
	"v1.0.0-1a",
	"v1.0.0-Alpha",
	"v1.0.0-alpha",
	"v1.0.0-alpha.1",
	"v1.0.0-alpha.beta",
	"v1.0.0-alpha-",
	"v1.0.0-alpha0",
	"v1.0.0-alphabet",
	"v1.0.0-beta",
	"v1.0.0-beta.2",
	"v1.0.0-beta.11",
	"v1.0.0-rc.1",
	"v1.0.0-rc10",
	"v1.0.0-rc2",
	"v1.0.0",
	"v1.0.1-alpha",
	"v2.0.0",
	"v10.0.0-alpha",
	"v10.0.0",
	"v18446744073709551616.0.0",
}

func TestCompareVersionsOrder(t *testing.T) {
	t.Parallel()
	for i, a := range ascending {
		for j, b := range ascending {
			got, err := versioning.CompareVersions(a, b)
			require.NoError(t, err)
			require.Equal(t, cmp.Compare(i, j), got, "%s and %s", a, b)
		}
	}
}

func TestCompareVersionsRefusesInvalid(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, a, b string }{
		{"first", "v1.0", "v1.0.0"},
		{"second", "v1.0.0", "v1.0.0+build"},
		{"both", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := versioning.CompareVersions(tc.a, tc.b)
			require.ErrorIs(t, err, versioning.ErrInvalidFormat)
		})
	}
}

func TestSelectLatest(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		versions []string
		want     string
	}{
		{"none", nil, ""},
		{"one", []string{"v0.1.0"}, "v0.1.0"},
		{"greatest by number, not by text", []string{"v1.9.0", "v1.10.0", "v1.2.0"}, "v1.10.0"},
		{"stable before a greater pre-release", []string{"v2.0.0-rc.1", "v1.0.0", "v0.9.0"}, "v1.0.0"},
		{"only pre-releases", []string{"v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0-beta"}, "v1.0.0-rc.10"},
		{"invalid text is passed over", []string{"v9", "v8.0.0+build", "v1.0.0", ""}, "v1.0.0"},
		{"nothing but invalid text", []string{"v9", "abc"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, versioning.SelectLatest(tc.versions))
		})
	}
}
