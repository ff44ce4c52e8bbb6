package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	eventsPerSecond = "events/s"
	milliseconds    = "ms"
)

// report is all that was measured.
type report struct {
	Settings settings `json:"settings"`
	Rounds   int      `json:"rounds"`
	Seconds  float64  `json:"seconds_per_measurement"`
	Callers  int      `json:"callers"`
	Figures  []figure `json:"figures"`
	Ratios   []ratio  `json:"ratios"`

	samples map[string][]sample
}

// figure is what one kind of measurement gave over all rounds.
type figure struct {
	Name       string  `json:"name"`
	Unit       string  `json:"unit"`
	Median     float64 `json:"median"`
	Least      float64 `json:"least"`
	Greatest   float64 `json:"greatest"`
	P50        float64 `json:"p50_ms,omitempty"` // median over the rounds, as what follows
	P99        float64 `json:"p99_ms,omitempty"`
	ServiceCPU float64 `json:"service_cpu_us,omitempty"`  // of service and callers, per event
	ServerCPU  float64 `json:"database_cpu_us,omitempty"` // of PostgreSQL, per event
}

// ratio compares two figures.
type ratio struct {
	Name     string  `json:"name"`
	Median   float64 `json:"median"`
	Least    float64 `json:"least"`
	Greatest float64 `json:"greatest"`
	Goal     string  `json:"goal,omitempty"`
	Reached  *bool   `json:"reached,omitempty"`
}

func (r *report) add(name, unit string, s sample) {
	if r.samples == nil {
		r.samples = map[string][]sample{}
	}
	if len(r.samples[name]) == 0 {
		r.Figures = append(r.Figures, figure{Name: name, Unit: unit})
	}
	r.samples[name] = append(r.samples[name], s)
}

// compare computes what is reported from what was measured.
func (r *report) compare() {
	for i := range r.Figures {
		r.Figures[i].fill(r.samples[r.Figures[i].Name])
	}
	r.divide(singlePosts, pgbenchRuns, atLeast(1))
	r.divide(singlePosts, emptyPosts, atLeast(0.8))
	r.divide(batchPosts, copiedRows, nil)
	r.divide(chainedStore, unchained, nil)
	r.divide(deepPage, firstPage, atMost(1.2))
}

func (f *figure) fill(samples []sample) {
	of := func(value func(sample) float64) []float64 {
		values := make([]float64, len(samples))
		for i, s := range samples {
			values[i] = value(s)
		}
		return values
	}
	f.Median, f.Least, f.Greatest = spread(of(func(s sample) float64 { return s.rate }))
	in := func(unit time.Duration, value func(sample) time.Duration) float64 {
		return median(of(func(s sample) float64 { return float64(value(s)) / float64(unit) }))
	}
	f.P50 = in(time.Millisecond, func(s sample) time.Duration { return s.p50 })
	f.P99 = in(time.Millisecond, func(s sample) time.Duration { return s.p99 })
	f.ServiceCPU = in(time.Microsecond, func(s sample) time.Duration { return s.cpu.service })
	f.ServerCPU = in(time.Microsecond, func(s sample) time.Duration { return s.cpu.database })
}

// goal is what a ratio should be.
type goal struct {
	text  string
	holds func(float64) bool
}

func atLeast(limit float64) *goal {
	return &goal{fmt.Sprintf("≥ %.1f", limit), func(v float64) bool { return v >= limit }}
}

func atMost(limit float64) *goal {
	return &goal{fmt.Sprintf("≤ %.1f", limit), func(v float64) bool { return v <= limit }}
}

// divide compares what was measured in the same rounds.
func (r *report) divide(name, by string, g *goal) {
	above, below := r.samples[name], r.samples[by]
	var values []float64
	for i := range min(len(above), len(below)) {
		values = append(values, above[i].rate/below[i].rate)
	}
	if len(values) == 0 {
		return
	}
	one := ratio{Name: name + " ÷ " + by}
	one.Median, one.Least, one.Greatest = spread(values)
	if g != nil {
		reached := g.holds(one.Median)
		one.Goal, one.Reached = g.text, &reached
	}
	r.Ratios = append(r.Ratios, one)
}

func (r *report) write(w io.Writer, o options) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if o.out != "" {
		if err := os.WriteFile(o.out, text, 0o644); err != nil { //nolint:gosec // for everybody to read
			return err
		}
	}
	if o.format == "table" {
		text = []byte(r.table())
	}
	_, err = w.Write(text)
	return err
}

func (r *report) table() string {
	var text strings.Builder
	say(&text, "\n%s%d rounds of %.0f s each, %d callers of single POSTs, %d of batches\n\n", r.Settings, r.Rounds, r.Seconds, r.Callers, batchCallers)
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "median\tleast\tgreatest\tunit\tp50 ms\tp99 ms\tCPU service\tCPU PostgreSQL\t \n")
	for _, f := range r.Figures {
		digits := 0
		if f.Unit == milliseconds {
			digits = 2
		}
		say(table, "%.*f\t%.*f\t%.*f\t%s\t%s\t%s\t%s\t%s\t  %s\n", digits, f.Median, digits, f.Least, digits, f.Greatest, f.Unit,
			cell(f.P50, 1), cell(f.P99, 1), cell(f.ServiceCPU, 0), cell(f.ServerCPU, 0), f.Name)
	}
	_ = table.Flush() // it writes to memory
	say(&text, "\nCPU is microseconds of processor per event; that of the service includes its callers.\n\n")
	for _, one := range r.Ratios {
		say(table, "%.2f\t%.2f\t%.2f\t%s\t  %s\n", one.Median, one.Least, one.Greatest, one.verdict(), one.Name)
	}
	_ = table.Flush()
	return text.String()
}

func (r ratio) verdict() string {
	switch {
	case r.Reached == nil:
		return ""
	case *r.Reached:
		return "goal " + r.Goal + " reached"
	default:
		return "goal " + r.Goal + " missed"
	}
}

// cell is empty for what was not measured.
func cell(value float64, digits int) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf("%.*f", digits, value)
}

func spread(values []float64) (middle, least, greatest float64) {
	middle = median(values)
	least, greatest = values[0], values[0]
	for _, v := range values {
		least, greatest = min(least, v), max(greatest, v)
	}
	return middle, least, greatest
}

// say writes for people; what cannot be written is no failure of the measurement.
func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}
