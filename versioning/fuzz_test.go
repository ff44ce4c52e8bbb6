package versioning_test

import (
	"cmp"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

// grammar is the expression that the Semantic Versioning specification
// suggests, without build metadata and with the leading "v".
var grammar = regexp.MustCompile(`\Av(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)` +
	`(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?\z`)

func FuzzValidate(f *testing.F) {
	for _, v := range append([]string{
		"", "v", "1.0", "1.0.0", "vv1.0.0", "abc", "v1", "v1.2", "v1.0.0+build", "v01.0.0", "v1.0.0-01", "v1.0.0-",
		"v1.0.0-\xff", "v1.0.0\n", longest, longest + "a", strings.Repeat("1", 10_000),
	}, ascending...) {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		err := versioning.ValidateVersionFormat(v)
		if len(v) <= versioning.MaxLength && grammar.MatchString(v) {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, versioning.ErrInvalidFormat)
		require.Less(t, len(err.Error()), 1024)
		require.NotContains(t, err.Error(), ": , want", "refused without a reason")
		require.NotRegexp(t, `[[:cntrl:]]`, err.Error())
	})
}

func FuzzSortKey(f *testing.F) {
	for i, v := range ascending {
		f.Add(v, ascending[len(ascending)-1-i])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		order, err := versioning.CompareVersions(a, b)
		if err != nil {
			t.Skip("not a pair of versions")
		}
		keyA, keyB := sortKey(t, a), sortKey(t, b)
		require.Equal(t, order, cmp.Compare(keyA, keyB))
		require.LessOrEqual(t, len(keyA), maxKeyLength)
		require.Regexp(t, `\A[-0-9A-Za-z.,#~]+\z`, keyA)
		back, err := versioning.ParseSortKey(keyA)
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}

func FuzzParseSortKey(f *testing.F) {
	f.Add("")
	f.Add("011.010.010~-rc")
	for _, v := range ascending {
		f.Add(sortKey(f, v))
	}
	f.Fuzz(func(t *testing.T, key string) {
		v, err := versioning.ParseSortKey(key)
		if err != nil {
			require.ErrorIs(t, err, versioning.ErrInvalidSortKey)
			require.Empty(t, v)
			return
		}
		require.Equal(t, key, sortKey(t, v), "two keys for one version")
	})
}
