package command

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// bar is one line of a chart: what moves a score from one value to another.
type bar struct {
	name, value, note string
	from, to          float64
}

// Widths of a chart, in characters.
const (
	leastBars, mostBars = 10, 40
	noteWidth           = 36
)

// barsOf shows the parts of a score as steps: each begins where the one before has ended.
func barsOf(e *apiclient.ScoreExplanation, final float64) []bar {
	base := bar{name: "similarity", value: fmt.Sprintf("%.3f", e.Base), to: e.Base}
	switch e.BaseOf {
	case apiclient.BaseLabelsMode:
		base.name = "base"
	case apiclient.BaseRelevance:
		base.name, base.note = "relevance", oneLine(strings.Join(e.Words, " "))
	}
	bars := []bar{base}
	at := e.Base
	for i := range e.Parts {
		part := &e.Parts[i]
		bars = append(bars, bar{
			name: partName(part.Label), value: signed(part.Points), note: partNote(part), from: at, to: at + part.Points,
		})
		at += part.Points
	}
	last := bar{name: "score", value: fmt.Sprintf("%.3f", final), to: final}
	if e.Clamped {
		last.note = fmt.Sprintf("the sum %.3f, within 0 to 1", e.Sum)
	}
	return append(bars, last)
}

func signed(points float64) string {
	if points == 0 {
		return "0.000"
	}
	return fmt.Sprintf("%+.3f", points)
}

func partName(label string) string {
	if key, custom := strings.CutPrefix(label, "custom_labels:"); custom {
		return "label " + oneLine(key)
	}
	return label
}

func partNote(part *apiclient.ScorePart) string {
	asked, found := oneLine(part.Asked), "none"
	if part.Found != nil {
		found = oneLine(*part.Found)
	}
	switch {
	case part.Capped != nil:
		return found + ", but custom labels give no more"
	case part.Outcome == apiclient.LabelMatch:
		return found
	default:
		return "asked " + asked + ", has " + found
	}
}

// chart draws bars on one scale.
type chart struct {
	name, value, note int     // widths of the columns
	scale             float64 // characters for a score of 1
	colour            bool
}

// newChart makes a chart that all the given bars fit into, as far as the width allows.
func newChart(width int, colour bool, all ...[]bar) *chart {
	c, most := &chart{colour: colour}, 1.0
	for _, bars := range all {
		for i := range bars {
			bars[i].note = cut(bars[i].note, noteWidth)
			c.name = max(c.name, utf8.RuneCountInString(bars[i].name))
			c.value = max(c.value, utf8.RuneCountInString(bars[i].value))
			c.note = max(c.note, utf8.RuneCountInString(bars[i].note))
			most = max(most, bars[i].to)
		}
	}
	const gaps = 3 + 2 + 2 + 2 // before the name, the value, the note and the bar
	room := min(max(width-c.name-c.value-c.note-gaps, leastBars), mostBars)
	c.scale = float64(room) / most
	return c
}

func (c *chart) write(text *strings.Builder, bars []bar) {
	for _, b := range bars {
		line := fmt.Sprintf("   %-*s  %*s  %-*s  %s", c.name, b.name, c.value, b.value, c.note, b.note, c.draw(b))
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// draw gives the step of a bar. One that is not nothing is seen, however small.
func (c *chart) draw(b bar) string {
	from, to := c.at(min(b.from, b.to)), c.at(max(b.from, b.to))
	if b.from != b.to {
		to = max(to, from+1)
	}
	sign, code := "█", "32"
	if b.to < b.from {
		sign, code = "▒", "31"
	}
	step := strings.Repeat(sign, to-from)
	if c.colour && step != "" && b.from != 0 {
		step = "\x1b[" + code + "m" + step + "\x1b[0m"
	}
	return strings.Repeat(" ", from) + step
}

func (c *chart) at(score float64) int { return int(math.Round(max(score, 0) * c.scale)) }

// cut shortens a text to a number of characters.
func cut(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	return string(runes[:width-1]) + "…"
}
