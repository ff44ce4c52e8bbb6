package versioning_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/semver"
	"pgregory.net/rapid"

	"github.com/kubernaut/datastorage/versioning"
)

// validVersion draws from few parts, so that two draws often agree up to a late
// difference, and from the whole grammar. It builds the text by itself; that
// the package accepts it is among the properties.
func validVersion() *rapid.Generator[string] {
	number := rapid.OneOf(
		rapid.SampledFrom([]string{"0", "1", "2", "9", "10", "11", "100"}),
		rapid.StringMatching(`0|[1-9][0-9]{0,16}`),
	)
	identifier := rapid.OneOf(
		rapid.SampledFrom([]string{"0", "1", "9", "10", "a", "a-", "a0", "aa", "A", "-", "--", "1a", "rc"}),
		rapid.StringMatching(`0|[1-9][0-9]{0,5}|[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,4}`),
	)
	return rapid.Custom(func(t *rapid.T) string {
		v := "v" + strings.Join(rapid.SliceOfN(number, 3, 3).Draw(t, "core"), ".")
		if identifiers := rapid.SliceOfN(identifier, 0, 4).Draw(t, "identifiers"); len(identifiers) > 0 {
			v += "-" + strings.Join(identifiers, ".")
		}
		return v
	}).Filter(func(v string) bool { return len(v) <= versioning.MaxLength })
}

// closeVersion draws from so few versions that many share a core or are equal.
func closeVersion() *rapid.Generator[string] {
	return rapid.StringMatching(`v[01]\.[0-2]\.[01](-(a|b|1)(\.[0-2])?)?`)
}

func history() *rapid.Generator[[]string] { return rapid.SliceOfN(closeVersion(), 0, 12) }

func compare(t require.TestingT, a, b string) int {
	order, err := versioning.CompareVersions(a, b)
	require.NoError(t, err)
	return order
}

func TestValidationAgreesWithLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := validVersion().Draw(t, "version")
		require.NoError(t, versioning.ValidateVersionFormat(v))
		require.True(t, semver.IsValid(v))
		require.Equal(t, semver.Prerelease(v) != "", versioning.IsPrerelease(v))
		require.Equal(t, v, versioning.Core(v)+semver.Prerelease(v))
		require.ErrorIs(t, versioning.ValidateVersionFormat(v+"+build"), versioning.ErrInvalidFormat)
	})
}

func TestOrderAgreesWithLibraryAndKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := validVersion().Draw(t, "a"), validVersion().Draw(t, "b")
		order := compare(t, a, b)
		require.Equal(t, semver.Compare(a, b), order)
		require.Equal(t, cmp.Compare(sortKey(t, a), sortKey(t, b)), order)
	})
}

func TestOrderIsTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOfN(validVersion(), 3, 3).Draw(t, "versions")
		a, b, c := vs[0], vs[1], vs[2]
		require.Zero(t, compare(t, a, a))
		require.Equal(t, compare(t, a, b), -compare(t, b, a), "antisymmetry")
		require.Equal(t, a == b, compare(t, a, b) == 0, "equal only if the same text")
		if compare(t, a, b) <= 0 && compare(t, b, c) <= 0 {
			require.LessOrEqual(t, compare(t, a, c), 0, "transitivity")
		}
	})
}

func TestSortKeyRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := validVersion().Draw(t, "version")
		got, err := versioning.ParseSortKey(sortKey(t, v))
		require.NoError(t, err)
		require.Equal(t, v, got)
	})
}

// A store may find the pre-releases of a version by the range of their keys.
func TestSortKeyRangeOfPrereleases(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := validVersion().Draw(t, "a"), validVersion().Draw(t, "b")
		numbers := strings.TrimSuffix(sortKey(t, versioning.Core(a)), "~")
		inRange := sortKey(t, b) >= numbers+"-" && sortKey(t, b) < numbers+"~"
		require.Equal(t, versioning.IsPrerelease(b) && versioning.Core(b) == versioning.Core(a), inRange)
	})
}

func TestSelectLatestIsGreatest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		versions := append(history().Draw(t, "versions"), validVersion().Draw(t, "one more"))
		latest := versioning.SelectLatest(versions)
		require.Contains(t, versions, latest)
		anyStable := slices.ContainsFunc(versions, func(v string) bool { return !versioning.IsPrerelease(v) })
		require.Equal(t, anyStable, !versioning.IsPrerelease(latest))
		for _, v := range versions {
			if versioning.IsPrerelease(v) == versioning.IsPrerelease(latest) {
				require.LessOrEqual(t, compare(t, v, latest), 0)
			}
		}
	})
}

// mustBeat restates the rule: whether next has to be greater than v.
func mustBeat(next, v string) bool {
	if !versioning.IsPrerelease(v) {
		return true
	}
	return versioning.IsPrerelease(next) && versioning.Core(v) == versioning.Core(next)
}

func TestIsValidIncrementFollowsTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		existing := history().Draw(t, "existing")
		next := closeVersion().Draw(t, "next")
		var bar string // the greatest of those that next has to beat
		for _, v := range existing {
			if mustBeat(next, v) && (bar == "" || compare(t, v, bar) > 0) {
				bar = v
			}
		}
		err := versioning.IsValidIncrement(existing, next)
		switch {
		case slices.Contains(existing, next):
			require.ErrorIs(t, err, versioning.ErrVersionAlreadyExists)
		case bar != "" && compare(t, next, bar) < 0:
			require.Equal(t, &versioning.NotIncrementedError{Next: next, Greatest: bar}, err)
		default:
			require.NoError(t, err)
		}
		shuffled := rapid.Permutation(existing).Draw(t, "shuffled")
		require.Equal(t, err, versioning.IsValidIncrement(shuffled, next), "order of existing matters")
	})
}

func TestStoredStableVersionsOnlyGrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var stored []string
		stable := ""
		for _, next := range history().Draw(t, "published") {
			if versioning.IsValidIncrement(stored, next) != nil {
				continue
			}
			stored = append(stored, next)
			if stable != "" {
				require.Positive(t, compare(t, next, stable))
			}
			if !versioning.IsPrerelease(next) {
				stable = next
			}
		}
	})
}
