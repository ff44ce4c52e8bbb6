package catalog_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// The page on searching says of weights and bounds what the code says, and has every reason and outcome.
func TestSearchPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/search.md")
	require.NoError(t, err)
	text := string(page)

	var rows, want [][]string
	for _, row := range regexp.MustCompile(`(?m)^\| (.+) \| (0\.\d\d) \|$`).FindAllStringSubmatch(text, -1) {
		rows = append(rows, row[1:])
	}
	row := func(name string, points catalog.Points) {
		want = append(want, []string{name, fmt.Sprintf("%.2f", points.Score())})
	}
	for _, p := range catalog.Preferences() {
		row("`"+p.Label+"`", p.Weight)
	}
	row("custom labels, per value in common", catalog.CustomValueWeight)
	row("custom labels, together at most", catalog.MaxCustomBoost)
	require.Equal(t, want, rows)

	for _, sentence := range []string{
		fmt.Sprintf("given: %d, at most %d.", catalog.DefaultTopK, catalog.MaxTopK),
		fmt.Sprintf("`min_similarity`, %g, is left out", catalog.DefaultMinSimilarity),
		fmt.Sprintf("| %g for every playbook |", catalog.LabelModeBase),
		fmt.Sprintf("more than %d characters", catalog.MaxQueryLength),
	} {
		require.Contains(t, text, sentence)
	}
	for _, mode := range []catalog.Mode{catalog.ModeHybrid, catalog.ModeSemantic, catalog.ModeLabels} {
		require.Regexp(t, "(?m)^\\| `"+string(mode)+"`", text)
	}
	for _, reason := range catalog.WhyNotReasons {
		require.Contains(t, text, "\n| `"+string(reason)+"` | ")
	}
	for _, outcome := range []catalog.Outcome{
		catalog.OutcomeMatch, catalog.OutcomeHalf, catalog.OutcomeMismatch, catalog.OutcomeAbsent,
	} {
		require.Contains(t, text, "`"+string(outcome)+"`")
	}
}
