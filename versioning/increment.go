package versioning

import (
	"fmt"

	"golang.org/x/mod/semver"
)

// IsValidIncrement returns nil if next may be published after existing, which
// holds every version of the playbook in any order and whatever its status.
//
//   - The first version may be any valid one.
//   - A stable version must be greater than the greatest stable one.
//     Pre-releases do not count: v1.3.1 may follow v2.0.0-rc.1.
//   - A pre-release must be greater than the greatest stable one and than every
//     pre-release of the same MAJOR.MINOR.PATCH.
//
// The error wraps [ErrInvalidFormat] if next is not a version,
// [ErrVersionAlreadyExists] if it is in existing, [ErrVersionNotIncremented] by
// way of a [NotIncrementedError] if the rule refuses it, and
// [ErrInvalidExisting] if existing holds something that is not a version.
// It takes one pass over existing and allocates nothing unless it fails.
func IsValidIncrement(existing []string, next string) error {
	if err := ValidateVersionFormat(next); err != nil {
		return err
	}
	var stable, prerelease string
	core := Core(next)
	for _, v := range existing {
		switch {
		case !isValid(v):
			return fmt.Errorf("%w: %s", ErrInvalidExisting, describe(v))
		case v == next:
			return fmt.Errorf("%w: %s", ErrVersionAlreadyExists, next)
		case semver.Prerelease(v) == "":
			stable = greater(stable, v)
		case Core(v) == core:
			prerelease = greater(prerelease, v)
		}
	}
	return CheckIncrement(next, stable, prerelease)
}

// CheckIncrement is the rule of [IsValidIncrement] for callers that look up
// only the two versions on which it depends: greatestStable among all stable
// versions and greatestPrerelease among the pre-releases with the core of next,
// each "" if there is none.
//
// The errors are those of IsValidIncrement. [ErrVersionAlreadyExists] is
// returned if next equals one of the two; a lower version that exists is
// reported as not incremented, so a caller that must tell these apart looks for
// the version itself first. [ErrInvalidExisting] is returned if greatestStable
// is not a stable version or greatestPrerelease is not a pre-release of
// [Core](next): a mistaken look-up must not decide.
func CheckIncrement(next, greatestStable, greatestPrerelease string) error {
	if err := ValidateVersionFormat(next); err != nil {
		return err
	}
	if err := checkGreatest(next, greatestStable, greatestPrerelease); err != nil {
		return err
	}
	if next == greatestStable || next == greatestPrerelease {
		return fmt.Errorf("%w: %s", ErrVersionAlreadyExists, next)
	}
	// A pre-release of the same core is no bar for a stable version, but that is
	// greater than it anyway, so the greater of the two decides in every case.
	bar := greater(greatestStable, greatestPrerelease)
	if semver.Compare(next, bar) < 0 {
		return &NotIncrementedError{Next: next, Greatest: bar}
	}
	return nil
}

// checkGreatest verifies that the two versions are of the kind that the rule
// needs, either of them being "" if there is none.
func checkGreatest(next, stable, prerelease string) error {
	if stable != "" && (!isValid(stable) || IsPrerelease(stable)) {
		return fmt.Errorf("%w: %.*q is not a stable version", ErrInvalidExisting, MaxLength, stable)
	}
	if prerelease != "" && (!IsPrerelease(prerelease) || Core(prerelease) != Core(next)) {
		return fmt.Errorf("%w: %.*q is not a pre-release of %s", ErrInvalidExisting, MaxLength, prerelease, Core(next))
	}
	return nil
}
