package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kubernaut/datastorage/internal/evaluation"
)

// questionWidth is how much of a question a table shows, in characters.
const questionWidth = 100

// text shows an evaluation for people.
func (e *evaluated) text() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d questions, %d of them unanswerable\n\n", e.Questions, e.Unanswerable)
	text.WriteString(e.scoreTable())
	if e.AnsweredEmpty > 0 {
		fmt.Fprintf(&text, "%d of %d answerable questions had an empty answer.\n", e.AnsweredEmpty, e.Answerable)
	}
	fmt.Fprintf(&text, "Latency p50 %.1f ms, p99 %.1f ms; in the service p50 %.1f ms, p99 %.1f ms\n",
		e.Latency.P50, e.Latency.P99, e.Latency.ServiceP50, e.Latency.ServiceP99)
	text.WriteString(e.tradeOffTable())
	if len(e.Misses) > 0 {
		text.WriteString("\nWorst answers:\n")
	}
	for i := range e.Misses {
		writeMiss(&text, &e.Misses[i])
	}
	return text.String()
}

func (e *evaluated) scoreTable() string {
	rows := [][]string{scoreHeading("QUESTIONS", "KIND")}
	for i := range e.Kinds {
		kind := &e.Kinds[i]
		rows = append(rows, scoreRow(&kind.Scores, strconv.Itoa(kind.Questions), oneLine(kind.Name)))
	}
	return columns(0, append(rows, scoreRow(&e.Scores, strconv.Itoa(e.Questions), "all")))
}

func (e *evaluated) tradeOffTable() string {
	if len(e.TradeOff) == 0 {
		return ""
	}
	rows := [][]string{scoreHeading("MIN_SIMILARITY", "ANSWERED EMPTY")}
	for i := range e.TradeOff {
		point := &e.TradeOff[i]
		rows = append(rows, scoreRow(&point.Scores, fmt.Sprintf("%g", point.MinSimilarity), strconv.Itoa(point.AnsweredEmpty)))
	}
	return "\n" + columns(0, rows)
}

func scoreHeading(first ...string) []string {
	for _, name := range evaluation.Measures() {
		first = append(first, strings.ToUpper(name))
	}
	return first
}

func scoreRow(scores *evaluation.Scores, first ...string) []string {
	for _, name := range evaluation.Measures() {
		cell := "-"
		if value := scores.Value(name); value != nil {
			cell = fmt.Sprintf("%.3f", *value)
		}
		first = append(first, cell)
	}
	return first
}

func writeMiss(text *strings.Builder, miss *evaluation.Miss) {
	fmt.Fprintf(text, "  line %d: %s\n", miss.Line, cut(oneLine(miss.Query), questionWidth))
	switch {
	case len(miss.Relevant) == 0:
		text.WriteString("    right: nothing\n")
	case miss.Rank == 0:
		fmt.Fprintf(text, "    right: %s, not found\n", oneLine(strings.Join(miss.Relevant, ", ")))
	default:
		fmt.Fprintf(text, "    right: %s, found at rank %d\n", oneLine(strings.Join(miss.Relevant, ", ")), miss.Rank)
	}
	if miss.Why != "" {
		fmt.Fprintf(text, "    why:   %s\n", oneLine(miss.Why))
	}
	found := make([]string, len(miss.Found))
	for i, f := range miss.Found {
		found[i] = fmt.Sprintf("%s %.3f", oneLine(f.PlaybookID), f.FinalScore)
	}
	if len(found) > 0 {
		fmt.Fprintf(text, "    found: %s\n", strings.Join(found, ", "))
	}
}
