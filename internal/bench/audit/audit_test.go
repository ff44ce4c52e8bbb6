package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every measurement still works, and finds its way into both forms of the report.
func TestOneShortRound(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	file := t.TempDir() + "/figures.json"
	args := []string{"-rounds", "1", "-time", "1s", "-callers", "4", "-store=false", "-out", file, "-cpuprofile", t.TempDir() + "/cpu", "-dir", testDir(t)}
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	for _, text := range []string{"fsync: on\n", "synchronous_commit: on\n", singlePosts + " ÷ " + pgbenchRuns + "\n", batchPosts + " ÷ " + copiedRows + "\n"} {
		require.Contains(t, out.String(), text)
	}
	var r report
	require.NoError(t, json.Unmarshal(read(t, file), &r))
	require.Len(t, r.Figures, 5)
	for _, f := range r.Figures {
		require.Positive(t, f.Median, f.Name)
		require.Positive(t, f.P50, f.Name)
		require.GreaterOrEqual(t, f.P99, f.P50, f.Name)
	}
	require.Len(t, r.Ratios, 3)
}

func TestOnly(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	args := []string{"-rounds", "2", "-time", "1s", "-only", "^empty", "-store=false", "-o", "json", "-dir", testDir(t)}
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	var r report
	require.NoError(t, json.Unmarshal([]byte(out.String()), &r))
	require.Len(t, r.Figures, 1)
	require.Empty(t, r.Ratios)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-rounds", "0"}, {"-callers", "0"}, {"-time", "1500ms"}, {"-time", "0s"}, {"-o", "xml"}, {"-only", "("}, {"more"}, {"-unknown"},
	} {
		_, err := parse(args, io.Discard)
		require.Error(t, err, args)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	var r report
	for i, line := range strings.Split(`goos: linux
BenchmarkPage/depth=0-2         	      74	   2000000 ns/op
BenchmarkPage/depth=0-2         	      74	   4000000 ns/op
BenchmarkPage/depth=0-2         	      74	   3000000 ns/op
BenchmarkPage/depth=1000-2      	      69	   4912632 ns/op
BenchmarkPage/depth=200000-2    	     135	   3000000 ns/op
BenchmarkPage/depth=200000-2    	     135	   3600000 ns/op
BenchmarkPage/depth=200000-2    	     135	   4500000 ns/op
BenchmarkVerify-2         	       4	 264496944 ns/op	     37808 events/s
PASS`, "\n") {
		require.NoError(t, r.readBenchmark(line), i)
	}
	require.Error(t, r.readBenchmark("BenchmarkVerify-2 4 x ns/op"))
	r.add(singlePosts, eventsPerSecond, sample{rate: 900, p50: time.Millisecond, p99: 2500 * time.Microsecond, cpu: usage{service: 200 * time.Microsecond}})
	r.add(emptyPosts, eventsPerSecond, sample{rate: 1000})
	r.compare()
	require.Equal(t, []figure{
		{Name: firstPage, Unit: milliseconds, Median: 3, Least: 2, Greatest: 4},
		{Name: deepPage, Unit: milliseconds, Median: 3.6, Least: 3, Greatest: 4.5},
		{Name: verified, Unit: eventsPerSecond, Median: 37808, Least: 37808, Greatest: 37808},
		{Name: singlePosts, Unit: eventsPerSecond, Median: 900, Least: 900, Greatest: 900, P50: 1, P99: 2.5, ServiceCPU: 200},
		{Name: emptyPosts, Unit: eventsPerSecond, Median: 1000, Least: 1000, Greatest: 1000},
	}, r.Figures)
	yes, no := true, false
	require.Equal(t, []ratio{
		{Name: singlePosts + " ÷ " + emptyPosts, Median: 0.9, Least: 0.9, Greatest: 0.9, Goal: "≥ 0.8", Reached: &yes},
		{Name: deepPage + " ÷ " + firstPage, Median: 1.5, Least: 0.9, Greatest: 1.5, Goal: "≤ 1.2", Reached: &no},
	}, r.Ratios)
	require.Contains(t, r.table(), "goal ≤ 1.2 missed")
}
