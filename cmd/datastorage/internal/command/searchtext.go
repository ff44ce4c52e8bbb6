package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

// searchText shows the answer to a search for people.
func (p *Program) searchText(result *apiclient.SearchResult) string {
	var text strings.Builder
	switch {
	case len(result.Items) == 0:
		text.WriteString("Nothing matches.\n")
	case result.Items[0].Explanation != nil:
		p.writeExplained(&text, result)
	default:
		writeHits(&text, result)
	}
	if more := result.Total > int64(len(result.Items)); more && result.TotalRelation == apiclient.Gte {
		fmt.Fprintf(&text, "%d of at least %d that match.\n", len(result.Items), result.Total)
	} else if more {
		fmt.Fprintf(&text, "%d of %d that match.\n", len(result.Items), result.Total)
	}
	if result.WhyNot != nil {
		p.writeWhyNot(&text, result.WhyNot)
	}
	for i := range result.Items {
		if hit := &result.Items[i]; hit.Content != nil {
			fmt.Fprintf(&text, "\n--- %s %s\n%s\n", hit.PlaybookId, hit.Version, strings.TrimRight(harmless(*hit.Content), "\n"))
		}
	}
	return text.String()
}

func writeHits(text *strings.Builder, result *apiclient.SearchResult) {
	rows := [][]string{{"RANK", "SCORE", "PLAYBOOK", "VERSION", "TITLE"}}
	for i := range result.Items {
		hit := &result.Items[i]
		rows = append(rows, []string{
			strconv.Itoa(int(hit.Rank)), fmt.Sprintf("%.3f", hit.FinalScore), hit.PlaybookId, hit.Version, oneLine(hit.Title),
		})
	}
	text.WriteString(columns(0, rows))
}

// writeExplained shows each hit with the parts of its score, on one scale for all of them.
func (p *Program) writeExplained(text *strings.Builder, result *apiclient.SearchResult) {
	all := make([][]bar, len(result.Items))
	for i := range result.Items {
		all[i] = barsOf(result.Items[i].Explanation, result.Items[i].FinalScore)
	}
	chart := p.chartFor(all...)
	for i := range result.Items {
		hit := &result.Items[i]
		provisional := ""
		if hit.Provisional {
			provisional = "  (ranked by an earlier version)"
		}
		fmt.Fprintf(text, "%d. %s %s  %s%s\n", hit.Rank, hit.PlaybookId, hit.Version, oneLine(hit.Title), provisional)
		chart.write(text, all[i])
		text.WriteString("\n")
	}
}

// writeWhyNot says why a playbook is not in the answer; with its explanation when it is ranked elsewhere.
func (p *Program) writeWhyNot(text *strings.Builder, why *apiclient.WhyNot) {
	name := why.PlaybookId
	if why.Version != nil {
		name += " " + *why.Version
	}
	fmt.Fprintf(text, "%s (%s): %s\n", name, why.Reason, oneLine(why.Detail))
	if why.Explanation != nil && why.FinalScore != nil && why.Reason != apiclient.WhyInAnswer {
		bars := barsOf(why.Explanation, *why.FinalScore)
		p.chartFor(bars).write(text, bars)
	}
}

// chartFor fits bars into the width of the terminal.
func (p *Program) chartFor(all ...[]bar) *chart {
	width, err := strconv.Atoi(p.variable("COLUMNS"))
	if err != nil || width <= 0 {
		width = app.TerminalWidth(p.Out)
	}
	return newChart(width, p.colours(), all...)
}
