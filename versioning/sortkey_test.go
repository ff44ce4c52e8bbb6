package versioning_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

// maxKeyLength is the bound that the documentation of SortKey gives.
const maxKeyLength = 156

func sortKey(t require.TestingT, v string) string {
	key, err := versioning.SortKey(v)
	require.NoError(t, err)
	return key
}

// Keys are stored. A change of their form needs a migration, so it must show.
func TestSortKeyForm(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{
		"v0.0.0":                  "010.010.010~",
		"v1.10.0":                 "011.0210.010~",
		"v1234567890.0.0":         "101234567890.010.010~",
		"v1.10.0-rc.2":            "011.0210.010-rc,#012",
		"v2.0.0-alpha-1.0.10.x-y": "012.010.010-alpha-1,#010,#0210,x-y",
		"v2.0.0--.1a":             "012.010.010--,1a",
	} {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, sortKey(t, v))
		})
	}
}

func TestSortKeyOrder(t *testing.T) {
	t.Parallel()
	for i, a := range ascending {
		for j, b := range ascending {
			require.Equal(t, cmp.Compare(i, j), cmp.Compare(sortKey(t, a), sortKey(t, b)), "%s and %s", a, b)
		}
	}
}

func TestSortKeyLength(t *testing.T) {
	t.Parallel()
	// Single digits between dots are what a key lengthens most.
	v := "v0.0.0-" + strings.Repeat("0.", 28) + "0"
	require.Len(t, v, versioning.MaxLength)
	require.Len(t, sortKey(t, v), maxKeyLength)
}

func TestSortKeyRefusesInvalid(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"", "1.0.0", "v1.0", "v1.0.0+build", longest + "a"} {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			key, err := versioning.SortKey(v)
			require.ErrorIs(t, err, versioning.ErrInvalidFormat)
			require.Empty(t, key)
		})
	}
}

func TestParseSortKeyInverts(t *testing.T) {
	t.Parallel()
	for _, v := range append([]string{longest}, ascending...) {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			got, err := versioning.ParseSortKey(sortKey(t, v))
			require.NoError(t, err)
			require.Equal(t, v, got)
		})
	}
}

func TestParseSortKeyRefuses(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"empty":                        "",
		"a version":                    "v1.0.0",
		"no end mark":                  "011.010.010",
		"two end marks":                "011.010.010~~",
		"end mark and pre-release":     "011.010.010~-rc",
		"two numbers":                  "011.010~",
		"length too small":             "011.0110.010~",
		"length too great":             "011.0310.010~",
		"leading zero":                 "011.0201.010~",
		"number without length":        "1.0.0~",
		"empty pre-release":            "011.010.010-",
		"numeric without mark":         "011.010.010-rc,2",
		"numeric without length":       "011.010.010-rc,#2",
		"letters as a number":          "011.010.010-#01a",
		"dot instead of the separator": "011.010.010-rc.#012",
		"longer than any key":          strings.Repeat("0", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := versioning.ParseSortKey(key)
			require.ErrorIs(t, err, versioning.ErrInvalidSortKey)
			require.Empty(t, v)
			require.Less(t, len(err.Error()), 200)
		})
	}
}
