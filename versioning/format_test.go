package versioning_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

// longest is a version of exactly MaxLength bytes.
var longest = "v1.0.0-" + strings.Repeat("a", versioning.MaxLength-len("v1.0.0-"))

func TestValidateVersionFormatAccepts(t *testing.T) {
	t.Parallel()
	for _, v := range []string{
		"v1.0.0", "v1.2.3", "v2.0.0-alpha",
		"v0.0.0", "v0.0.1", "v10.20.30",
		"v2.0.0-rc.1", "v1.0.0-0", "v1.0.0-0.0.0", "v1.0.0-alpha.1.beta-2",
		"v1.0.0-1a", "v1.0.0-01a", "v1.0.0--", "v1.0.0---.-1", "v1.0.0-A.b",
		"v99999999999999999999.99999999999999999999.9",
		longest,
	} {
		t.Run(v, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, versioning.ValidateVersionFormat(v))
		})
	}
}

func TestValidateVersionFormatRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, v, says string }{
		{"no v, short", "1.0", `"1.0": missing leading "v"`},
		{"no v", "1.0.0", `"1.0.0": missing leading "v"`},
		{"two v", "vv1.0.0", `major number "v1" is not made of digits`},
		{"word", "abc", `"abc": missing leading "v"`},
		{"major only", "v1", "short form, the minor number is missing"},
		{"major and minor only", "v1.2", "short form, the patch number is missing"},
		{"short with pre-release", "v1-rc.1", "short form, the minor number is missing"},
		{"build metadata", "v1.0.0+build", "build metadata (+...) is not allowed"},
		{"build metadata after pre-release", "v1.0.0-rc.1+b", "build metadata (+...) is not allowed"},
		{"leading zero in major", "v01.0.0", `major number "01" has a leading zero`},
		{"leading zero in minor", "v1.00.0", `minor number "00" has a leading zero`},
		{"leading zero in patch", "v1.0.007", `patch number "007" has a leading zero`},
		{"leading zero in pre-release", "v1.0.0-rc.01", `numeric pre-release identifier "01" has a leading zero`},
		{"empty", "", "version is empty"},
		{"only v", "v", "major number is empty"},
		{"10 kB of text", strings.Repeat("x", 10_000), "text of 10000 bytes: too long, at most 64 bytes"},
		{"one byte too long", longest + "a", "text of 65 bytes: too long, at most 64 bytes"},
		{"capital V", "V1.0.0", `missing leading "v"`},
		{"four numbers", "v1.2.3.4", "4 numbers instead of 3"},
		{"empty minor", "v1..0", "minor number is empty"},
		{"negative", "v-1.0.0", "major number is empty"},
		{"wildcard", "v1.2.x", `patch number "x" is not made of digits`},
		{"leading space", " v1.0.0", `missing leading "v"`},
		{"trailing newline", "v1.0.0\n", `patch number "0\n" is not made of digits`},
		{"empty pre-release", "v1.0.0-", "pre-release has an empty identifier"},
		{"empty identifier", "v1.0.0-a..b", "pre-release has an empty identifier"},
		{"underscore", "v1.0.0-a_b", `pre-release identifier "a_b" may hold only ASCII letters`},
		{"letter outside ASCII", "v1.0.0-\u00e4", `may hold only ASCII letters`},
		{"digits outside ASCII", "v\u0661.0.0", `is not made of digits`},
		{"NUL byte", "v1.0.0-a\x00", `"a\x00" may hold only ASCII letters`},
		{"invalid UTF-8", "v1.0.0-\xff", `"\xff" may hold only ASCII letters`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := versioning.ValidateVersionFormat(tc.v)
			require.ErrorIs(t, err, versioning.ErrInvalidFormat)
			require.ErrorContains(t, err, tc.says)
			require.ErrorContains(t, err, "want vMAJOR.MINOR.PATCH[-PRERELEASE]")
			require.Less(t, len(err.Error()), 200)
		})
	}
}

func TestPartsOfAVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		v, core    string
		prerelease bool
	}{
		{"v1.2.3", "v1.2.3", false},
		{"v1.2.3-rc.1", "v1.2.3", true},
		{"v1.2.3-0-1.2", "v1.2.3", true},
		{"v1.2", "", false},
		{"v1.2.3-rc.1+build", "", false},
		{longest + "a", "", false},
		{"", "", false},
	} {
		t.Run(tc.v, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.core, versioning.Core(tc.v))
			require.Equal(t, tc.prerelease, versioning.IsPrerelease(tc.v))
		})
	}
}
