package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what was measured.
type report struct{ figures []figure }

// figure is one kind of search on one catalog, a sample per round.
type figure struct {
	size     int
	filtered bool
	callers  int
	exact    bool

	pgbench, store, http []sample
}

func median(list []sample, of func(sample) float64) float64 {
	values := make([]float64, len(list))
	for i, s := range list {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func rate(s sample) float64         { return s.rate }
func p50(s sample) float64          { return ms(s.p50) }
func p99(s sample) float64          { return ms(s.p99) }
func ms(d time.Duration) float64    { return float64(d.Microseconds()) / 1000 }
func (f *figure) ratio() float64    { return median(f.http, rate) / median(f.pgbench, rate) }
func (f *figure) is(of figure) bool { return f.filtered == of.filtered && f.callers == of.callers }

func (r *report) text() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "playbooks\tfilters\tcallers\texact\tpgbench p50 ms\tstore p50\tHTTP p50\tHTTP p99\tHTTP/s\tHTTP ÷ pgbench\tgrowth of HTTP p50")
	for i := range r.figures {
		f := &r.figures[i]
		growth := ""
		for k := range r.figures[:i] {
			if r.figures[k].is(*f) {
				growth = fmt.Sprintf("%.1f × that of %d", median(f.http, p50)/median(r.figures[k].http, p50), r.figures[k].size)
				break
			}
		}
		_, _ = fmt.Fprintf(w, "%d\t%v\t%d\t%v\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t%.2f\t%s\n", f.size, f.filtered, f.callers, f.exact,
			median(f.pgbench, p50), median(f.store, p50), median(f.http, p50), median(f.http, p99), median(f.http, rate), f.ratio(), growth)
	}
	_ = w.Flush()
	return out.String()
}

// plot draws the median latency of a whole call by one caller over the size of the catalog, both on logarithmic scales.
func (r *report) plot() string {
	const width, height, left, bottom = 720, 420, 70, 370
	x := func(size int) float64 { return left + (math.Log10(float64(size))-2)*150 }
	y := func(millis float64) float64 { return bottom - (math.Log10(max(millis, 0.1))+1)*100 }
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="white"/>
<text x="%d" y="20">Search over HTTP, one caller: p50 in ms over playbooks</text>
`, width, height, left)
	for _, millis := range []float64{0.1, 1, 10, 100} {
		fmt.Fprintf(&out, `<line x1="%d" x2="%d" y1="%.0f" y2="%.0f" stroke="#ddd"/><text x="25" y="%.0f">%g</text>`+"\n", left, width-20, y(millis), y(millis), y(millis)+4, millis)
	}
	for n, line := range []struct {
		filtered bool
		color    string
		name     string
	}{{false, "#c33", "without filters"}, {true, "#36c", "signal type and severity"}} {
		var points []string
		for i := range r.figures {
			f := &r.figures[i]
			if f.filtered == line.filtered && f.callers == 1 {
				points = append(points, fmt.Sprintf("%.0f,%.0f", x(f.size), y(median(f.http, p50))))
				fmt.Fprintf(&out, `<text x="%.0f" y="%d" text-anchor="middle">%d</text>`+"\n", x(f.size), bottom+20, f.size)
				fmt.Fprintf(&out, `<text x="%.0f" y="%.0f" fill="%s">%.1f</text>`+"\n", x(f.size)+6, y(median(f.http, p50))-6, line.color, median(f.http, p50))
			}
		}
		fmt.Fprintf(&out, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%d" y="%d" fill="%s">%s</text>`+"\n",
			strings.Join(points, " "), line.color, left+20, 45+16*n, line.color, line.name)
	}
	out.WriteString("</svg>\n")
	return out.String()
}
