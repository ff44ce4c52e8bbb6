package examples

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

var (
	idForm      = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	versionForm = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9a-z.]+)?$`)
)

func TestThirtyPlaybooksSeveralWithVersions(t *testing.T) {
	t.Parallel()
	groups := byID(t)
	require.Len(t, groups, 30)
	several := 0
	for _, versions := range groups {
		if len(versions) > 1 {
			several++
		}
	}
	require.Equal(t, 10, several)
}

func TestPathNamesIDAndVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		require.Equal(t, fmt.Sprintf("playbooks/%s/%s.yaml", m.PlaybookID, m.Version), m.path)
		require.Regexp(t, idForm, m.PlaybookID)
		require.Regexp(t, versionForm, m.Version)
	})
}

func TestFieldsAreFilledWithinTheirBounds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		require.Equal(t, "1.0", m.SchemaVersion)
		require.NotEmpty(t, m.Title)
		require.LessOrEqual(t, len(m.PlaybookID), 255)
		require.LessOrEqual(t, len(m.Title), 255)
		require.NotEmpty(t, m.Description)
		require.LessOrEqual(t, len(m.Content), 1<<20)
		require.NotEmpty(t, m.Owner)
		require.Regexp(t, `^[a-z.-]+@example\.com$`, m.Maintainer)
		require.NotEmpty(t, m.VersionNotes)
		require.Equal(t, m.ApprovedBy == "", m.ApprovedAt == nil, "approved_by and approved_at go together")
		require.NotNil(t, m.ExpectedSuccessRate)
		require.True(t, *m.ExpectedSuccessRate > 0 && *m.ExpectedSuccessRate <= 1)
		require.NotNil(t, m.ExpectedDurationSeconds)
		require.Positive(t, *m.ExpectedDurationSeconds)
	})
}

// Two playbooks of one title could not be told apart in a list of results.
func TestTitleBelongsToOnePlaybook(t *testing.T) {
	t.Parallel()
	owner := map[string]string{}
	for _, m := range load(t) {
		if id, taken := owner[m.Title]; taken {
			require.Equal(t, id, m.PlaybookID, "title %q", m.Title)
		}
		owner[m.Title] = m.PlaybookID
	}
}

// steps is the form of content in YAML and JSON, which is a subset of YAML.
type steps struct {
	Preconditions []string `json:"preconditions"`
	Diagnosis     []step   `json:"diagnosis"`
	Action        []step   `json:"action"`
	Verification  []step   `json:"verification"`
	Rollback      []step   `json:"rollback"`
	EscalateWhen  []string `json:"escalate_when"`
}

type step struct {
	Name   string `json:"name"`
	When   string `json:"when"`
	Run    string `json:"run"`
	Expect string `json:"expect"`
}

func TestContentHasTheFiveParts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		switch m.ContentType {
		case "text/markdown":
			for _, part := range []string{"Preconditions", "Diagnosis", "Action", "Verification", "Rollback"} {
				require.Contains(t, m.Content, "\n## "+part+"\n\n")
			}
		case "application/json":
			require.Equal(t, byte('{'), m.Content[0])
			requireSteps(t, m.Content)
		case "application/yaml":
			requireSteps(t, m.Content)
		default:
			require.Fail(t, "unknown content type", m.ContentType)
		}
	})
}

func requireSteps(t *testing.T, content string) {
	t.Helper()
	var s steps
	require.NoError(t, yaml.UnmarshalStrict([]byte(content), &s))
	require.NotEmpty(t, s.Preconditions)
	for _, part := range [][]step{s.Diagnosis, s.Action, s.Verification, s.Rollback} {
		require.NotEmpty(t, part)
		for _, step := range part {
			require.NotEmpty(t, step.Name)
			require.NotEmpty(t, step.Run, step.Name)
		}
	}
}

// A step that needs a parameter which may be missing says that it applies only
// when that parameter, or the one it depends on, is given.
func TestStepsThatNeedAnOptionalValueSaySo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m manifest) {
		if m.ContentType == "text/markdown" {
			return // prose has no steps
		}
		var s steps
		require.NoError(t, yaml.UnmarshalStrict([]byte(m.Content), &s))
		for _, p := range m.Parameters {
			if p.Required || p.Default != nil {
				continue
			}
			for _, step := range slices.Concat(s.Diagnosis, s.Action, s.Verification, s.Rollback) {
				if slices.Contains(placeholders(step.Run), p.Name) {
					require.True(t, mentions(step.When, append([]string{p.Name}, p.DependsOn...)),
						"step %q needs %s", step.Name, p.Name)
				}
			}
		}
	})
}

func mentions(text string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) })
}

func TestEveryContentTypeIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, m := range load(t) {
		used[m.ContentType] = true
	}
	require.Equal(t, map[string]bool{"application/yaml": true, "application/json": true, "text/markdown": true}, used)
}

// Within a major version a caller who knew an earlier one can still call: no
// parameter disappears, and none that was optional or absent becomes required.
func TestMajorVersionKeepsItsParameters(t *testing.T) {
	t.Parallel()
	for id, versions := range byID(t) {
		slices.SortFunc(versions, func(a, b manifest) int {
			return slices.Compare(numbers(t, a.Version), numbers(t, b.Version))
		})
		for i := 1; i < len(versions); i++ {
			earlier, later := versions[i-1], versions[i]
			if numbers(t, earlier.Version)[0] == numbers(t, later.Version)[0] {
				requireCompatible(t, earlier, later)
			} else {
				require.False(t, compatible(earlier, later), "%s: %s breaks nothing, so it is no major version", id, later.Version)
			}
		}
	}
}

func requireCompatible(t *testing.T, earlier, later manifest) {
	t.Helper()
	require.True(t, compatible(earlier, later), "%s: %s breaks callers of %s", later.PlaybookID, later.Version, earlier.Version)
	sameCore := numbers(t, earlier.Version)[1] == numbers(t, later.Version)[1]
	require.Equal(t, sameCore, len(earlier.Parameters) == len(later.Parameters),
		"%s: %s, a new optional parameter and nothing else is a minor version", later.PlaybookID, later.Version)
}

func compatible(earlier, later manifest) bool {
	known := map[string]bool{}
	for _, p := range earlier.Parameters {
		known[p.Name] = p.Required
	}
	for _, p := range later.Parameters {
		if p.Required && !known[p.Name] {
			return false
		}
		delete(known, p.Name)
	}
	return len(known) == 0
}

// numbers returns major, minor and patch.
func numbers(t *testing.T, version string) []int {
	t.Helper()
	n := make([]int, 3)
	_, err := fmt.Sscanf(version, "v%d.%d.%d", &n[0], &n[1], &n[2])
	require.NoError(t, err)
	return n
}
