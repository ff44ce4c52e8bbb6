package versioning

import "golang.org/x/mod/semver"

// CompareVersions returns -1, 0 or +1 as a is lower than, equal to or greater
// than b by semver precedence; 0 means that they are the same text. If either
// is not a valid version the error wraps [ErrInvalidFormat].
func CompareVersions(a, b string) (int, error) {
	for _, v := range [...]string{a, b} {
		if err := ValidateVersionFormat(v); err != nil {
			return 0, err
		}
	}
	return semver.Compare(a, b), nil
}

// SelectLatest returns the greatest stable version or, if there is none, the
// greatest pre-release. The order of versions does not matter, and text that
// is not a valid version is never selected. It returns "" if nothing is left
// to select. Which versions are candidates, such as the active ones, is the
// caller's decision.
func SelectLatest(versions []string) string {
	var stable, prerelease string
	for _, v := range versions {
		if !isValid(v) {
			continue
		}
		if semver.Prerelease(v) == "" {
			stable = greater(stable, v)
		} else {
			prerelease = greater(prerelease, v)
		}
	}
	if stable != "" {
		return stable
	}
	return prerelease
}

// greater returns the greater of two versions, of which "" stands for none:
// the library orders it below every valid version.
func greater(a, b string) string {
	if semver.Compare(a, b) < 0 {
		return b
	}
	return a
}
