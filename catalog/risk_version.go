package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kubernaut/datastorage/versioning"
)

// ActualBump gives the bump from one version to the next: the greatest part of MAJOR.MINOR.PATCH that differs. It is
// BumpNone when the second version is not greater, when one of the two is no version, and between versions that differ
// in their pre-release part only.
func ActualBump(from, to string) Bump {
	if order, err := versioning.CompareVersions(from, to); err != nil || order >= 0 {
		return BumpNone
	}
	before, after := coreNumbers(from), coreNumbers(to)
	for i, bump := range []Bump{BumpMajor, BumpMinor, BumpPatch} {
		if before[i] != after[i] {
			return bump
		}
	}
	return BumpNone
}

// coreNumbers gives the three numbers of a valid version as texts, since they may be greater than any integer type.
func coreNumbers(version string) []string {
	return strings.Split(strings.TrimPrefix(versioning.Core(version), "v"), ".")
}

// BumpWarning says that the later version of a diff promises less change than there is. It reports false when there is
// nothing to warn of, and also, by the Semantic Versioning specification 2.0.0, when the earlier version is
//
//   - of major version zero, where anything may change at any time (item 4);
//   - a pre-release, which promises nothing to those that come after it (item 9). A publisher's version has to be
//     compared with the greatest stable version before it, not with a pre-release between the two.
//
// A pre-release as the later version stands for the version that it announces: v2.0.0-rc.1 is a major bump.
func BumpWarning(diff Diff) (string, bool) {
	order, err := versioning.CompareVersions(diff.From, diff.To)
	if err != nil || order >= 0 || versioning.IsPrerelease(diff.From) || coreNumbers(diff.From)[0] == "0" {
		return "", false
	}
	actual := ActualBump(diff.From, diff.To)
	if !actual.Less(diff.SuggestedBump) {
		return "", false
	}
	reason := diff.Reasons[0]
	more := ""
	if n := len(diff.Reasons) - 1; n > 0 {
		more = " (and " + strconv.Itoa(n) + " more)"
	}
	return fmt.Sprintf("from %s to %s is a %s bump, but the changes ask for a %s one: %s: %s%s",
		diff.From, diff.To, actual, diff.SuggestedBump, reason.Path, reason.Detail, more), true
}
