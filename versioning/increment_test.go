package versioning_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

func TestIsValidIncrementAccepts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		existing []string
		next     string
	}{
		{"first, stable", nil, "v0.0.1"},
		{"first, far up", nil, "v7.3.1"},
		{"first, pre-release", nil, "v1.0.0-alpha"},
		{"patch", []string{"v1.0.0"}, "v1.0.1"},
		{"minor, by number", []string{"v1.9.0"}, "v1.10.0"},
		{"major, existing unsorted", []string{"v1.2.0", "v1.0.0", "v1.1.0"}, "v2.0.0"},
		{"gap", []string{"v1.0.0"}, "v5.0.0"},
		{"pre-release of a later major does not block", []string{"v1.3.0", "v2.0.0-rc.1"}, "v1.3.1"},
		{"release of its pre-releases", []string{"v1.0.0", "v2.0.0-rc.1", "v2.0.0-rc.2"}, "v2.0.0"},
		{"next pre-release", []string{"v2.0.0-rc.9"}, "v2.0.0-rc.10"},
		{"pre-release below one of another core", []string{"v1.0.0", "v3.0.0-rc.1"}, "v2.0.0-alpha"},
		{"stable below all pre-releases, no stable yet", []string{"v2.0.0-rc.1"}, "v1.0.0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, versioning.IsValidIncrement(tc.existing, tc.next))
		})
	}
}

func TestIsValidIncrementNamesTheVersionToBeat(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		existing []string
		next     string
		greatest string
	}{
		{"lower stable", []string{"v1.0.0"}, "v0.9.0", "v1.0.0"},
		{"lower patch line", []string{"v1.0.0", "v2.0.0", "v1.5.0"}, "v1.5.1", "v2.0.0"},
		{"not the greater pre-release", []string{"v1.4.0", "v2.0.0-rc.1"}, "v1.3.0", "v1.4.0"},
		{"pre-release below stable", []string{"v2.0.0"}, "v1.9.0-rc.1", "v2.0.0"},
		{"pre-release after its release", []string{"v1.0.0-rc.1", "v1.0.0"}, "v1.0.0-rc.2", "v1.0.0"},
		{"lower pre-release", []string{"v1.0.0", "v2.0.0-rc.10", "v2.0.0-rc.2"}, "v2.0.0-rc.9", "v2.0.0-rc.10"},
		{"number below letters", []string{"v2.0.0-alpha"}, "v2.0.0-7", "v2.0.0-alpha"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := versioning.IsValidIncrement(tc.existing, tc.next)
			require.ErrorIs(t, err, versioning.ErrVersionNotIncremented)
			var refused *versioning.NotIncrementedError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, versioning.NotIncrementedError{Next: tc.next, Greatest: tc.greatest}, *refused)
			require.EqualError(t, err, "version not incremented: "+tc.next+" must be greater than "+tc.greatest)
		})
	}
}

func TestIsValidIncrementRefusesOtherwise(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		existing []string
		next     string
		want     error
	}{
		{"exists as the greatest", []string{"v1.0.0"}, "v1.0.0", versioning.ErrVersionAlreadyExists},
		{"exists below the greatest", []string{"v1.0.0", "v2.0.0"}, "v1.0.0", versioning.ErrVersionAlreadyExists},
		{"exists after the greatest", []string{"v2.0.0", "v1.0.0"}, "v1.0.0", versioning.ErrVersionAlreadyExists},
		{"pre-release exists", []string{"v2.0.0", "v1.0.0-rc.1"}, "v1.0.0-rc.1", versioning.ErrVersionAlreadyExists},
		{"next is invalid", []string{"v1.0.0"}, "v2.0", versioning.ErrInvalidFormat},
		{"existing is invalid", []string{"v1.0"}, "v2.0.0", versioning.ErrInvalidExisting},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, versioning.IsValidIncrement(tc.existing, tc.next), tc.want)
		})
	}
}

func TestCheckIncrement(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, next, stable, prerelease string
		want                           error
	}{
		{"nothing exists", "v1.0.0", "", "", nil},
		{"above both", "v2.0.0-rc.2", "v1.0.0", "v2.0.0-rc.1", nil},
		{"release of a pre-release", "v2.0.0", "v1.0.0", "v2.0.0-rc.1", nil},
		{"below the stable one", "v1.0.0", "v1.0.1", "", versioning.ErrVersionNotIncremented},
		{"below the pre-release", "v2.0.0-rc.1", "v1.0.0", "v2.0.0-rc.2", versioning.ErrVersionNotIncremented},
		{"is the stable one", "v1.0.0", "v1.0.0", "v1.0.0-rc.1", versioning.ErrVersionAlreadyExists},
		{"is the pre-release", "v1.0.0-rc.1", "v1.0.0", "v1.0.0-rc.1", versioning.ErrVersionAlreadyExists},
		{"next is invalid", "1.0.0", "", "", versioning.ErrInvalidFormat},
		{"stable is invalid", "v2.0.0", "v1", "", versioning.ErrInvalidExisting},
		{"stable is a pre-release", "v2.0.0", "v1.0.0-rc.1", "", versioning.ErrInvalidExisting},
		{"pre-release is invalid", "v2.0.0", "", "v2.0.0-", versioning.ErrInvalidExisting},
		{"pre-release is stable", "v2.0.0", "", "v2.0.0", versioning.ErrInvalidExisting},
		{"pre-release of another core", "v1.3.1", "v1.3.0", "v2.0.0-rc.1", versioning.ErrInvalidExisting},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, versioning.CheckIncrement(tc.next, tc.stable, tc.prerelease), tc.want)
		})
	}
}

// Stored data that is broken is not the publisher's mistake, so it must not
// look like one, and its text must not flood the log.
func TestInvalidExistingIsNotAFormatError(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	for _, err := range []error{
		versioning.IsValidIncrement([]string{long}, "v1.0.0"),
		versioning.CheckIncrement("v1.0.0", long, ""),
		versioning.CheckIncrement("v1.0.0", "", long),
	} {
		require.ErrorIs(t, err, versioning.ErrInvalidExisting)
		require.NotErrorIs(t, err, versioning.ErrInvalidFormat)
		require.Less(t, len(err.Error()), 200)
	}
}
