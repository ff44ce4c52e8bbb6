package command

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func explanation() *apiclient.ScoreExplanation {
	return &apiclient.ScoreExplanation{
		Base: 0.8, BaseOf: apiclient.BaseSimilarity, Sum: 1.1, Clamped: true, Parts: []apiclient.ScorePart{
			{Label: "resource_management", Asked: "gitops", Found: new("GitOps"), Weight: 0.1, Points: 0.1, Outcome: apiclient.LabelMatch},
			{Label: "environment", Asked: "production", Found: new("test"), Weight: 0.05, Points: -0.05, Outcome: apiclient.LabelMismatch},
			{Label: "priority", Asked: "P1", Found: new("*"), Weight: 0.05, Points: 0.025, Outcome: apiclient.LabelHalf},
			{Label: "component", Asked: "pod", Weight: 0.05, Outcome: apiclient.LabelAbsent},
			{Label: "custom_labels:team", Asked: "a", Found: new("A"), Weight: 0.05, Points: 0.025, Outcome: apiclient.LabelMatch, Capped: new(true)},
			{Label: "custom_labels:té\x1bam", Asked: "b", Found: new("x\ny"), Weight: 0.05, Points: 0.2, Outcome: apiclient.LabelMatch},
		},
	}
}

// Each step begins where the one before has ended.
func TestChart(t *testing.T) {
	t.Parallel()
	bars := barsOf(explanation(), 1)
	var text strings.Builder
	newChart(120, false, bars).write(&text, bars)
	require.Equal(t, `
   similarity            0.800                                     █████████████████████████████
   resource_management  +0.100  GitOps                                                          ████
   environment          -0.050  asked production, has test                                        ▒▒
   priority             +0.025  asked P1, has *                                                   █
   component             0.000  asked pod, has none
   label team           +0.025  A, but custom labels give no more                                  █
   label té am          +0.200  x y                                                                 ███████
   score                 1.000  the sum 1.100, within 0 to 1       ████████████████████████████████████
`, "\n"+text.String())
}

func TestChartOfWords(t *testing.T) {
	t.Parallel()
	e := &apiclient.ScoreExplanation{Base: 0.5, BaseOf: apiclient.BaseRelevance, Words: []string{"oom\x1b", "kill"}}
	bars := barsOf(e, 0.5)
	require.Equal(t, bar{name: "relevance", value: "0.500", note: "oom kill", to: 0.5}, bars[0])
	e.BaseOf = apiclient.BaseLabelsMode
	require.Equal(t, "base", barsOf(e, 0.5)[0].name)
}

func TestChartFitsTheWidth(t *testing.T) {
	t.Parallel()
	e := explanation()
	e.Parts[1].Found = new(strings.Repeat("long ", 40))
	bars := barsOf(e, 1)
	for _, width := range []int{100, 120, 400} {
		var text strings.Builder
		newChart(width, false, bars).write(&text, bars)
		for line := range strings.Lines(text.String()) {
			require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), width)
		}
	}
	require.InDelta(t, leastBars, newChart(1, false, bars).scale*1.1, 0.01, "a narrow terminal wraps lines, but shows them")
	p := &Program{Out: &bytes.Buffer{}, Environ: []string{"COLUMNS=100"}}
	require.Less(t, p.chartFor(bars).scale, (&Program{Out: &bytes.Buffer{}, Environ: []string{"COLUMNS=110"}}).chartFor(bars).scale)
}

func TestChartColoursWhatLabelsDo(t *testing.T) {
	t.Parallel()
	bars := barsOf(explanation(), 1)
	var text strings.Builder
	newChart(120, true, bars).write(&text, bars)
	require.Equal(t, 4, strings.Count(text.String(), "\x1b[32m█"))
	require.Equal(t, 1, strings.Count(text.String(), "\x1b[31m▒"))
	require.NotContains(t, text.String(), "té\x1b", "what others wrote does nothing to a terminal")
}

func TestChartOfLabelsAlone(t *testing.T) {
	t.Parallel()
	bars := barsOf(&apiclient.ScoreExplanation{Base: 0.5, BaseOf: apiclient.BaseLabelsMode, Sum: 0.5}, 0.5)
	require.Equal(t, []string{"base", "score"}, []string{bars[0].name, bars[1].name})
	require.Empty(t, bars[1].note)
}
