package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// storePackage has the benchmarks that need what only the store can do, such as to record without a chain.
const storePackage = "github.com/kubernaut/datastorage/store"

// storeBenchmarks are the ones that are run, by what they measure.
var storeBenchmarks = map[string]string{
	"BenchmarkRecord/events=100/chain=true":  chainedStore,
	"BenchmarkRecord/events=100/chain=false": unchained,
	"BenchmarkVerify":                        verified,
	"BenchmarkPage/depth=0":                  firstPage,
	"BenchmarkPage/depth=200000":             deepPage,
}

// measureStore runs benchmarks of package store on the same PostgreSQL.
func measureStore(ctx context.Context, o options, db *database, r *report, progress io.Writer) error {
	for round := range o.rounds {
		say(progress, "round %d of %d: benchmarks of package store\n", round+1, o.rounds)
		if err := runBenchmarks(ctx, db, r, "^Benchmark(Record|Verify)$/^events=100$", 1); err != nil {
			return err
		}
	}
	say(progress, "pages of package store, in a table of 250,000 events\n")
	return runBenchmarks(ctx, db, r, "^BenchmarkPage$", o.rounds)
}

func runBenchmarks(ctx context.Context, db *database, r *report, which string, count int) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", which, "-count", strconv.Itoa(count), storePackage) //nolint:gosec // fixed
	cmd.Env = append(os.Environ(), "DATASTORAGE_TEST_DATABASE_URL="+db.server.DatabaseURL())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test %s: %w: %s", storePackage, err, out)
	}
	for line := range strings.Lines(string(out)) {
		if err := r.readBenchmark(line); err != nil {
			return err
		}
	}
	return nil
}

// readBenchmark takes over a line that go test prints: name, number of runs, and pairs of a number and its unit.
func (r *report) readBenchmark(line string) error {
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return nil
	}
	name, known := storeBenchmarks[fields[0][:max(0, strings.LastIndexByte(fields[0], '-'))]]
	if !known {
		return nil
	}
	values := map[string]float64{}
	for i := 2; i+1 < len(fields); i += 2 {
		value, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return fmt.Errorf("benchmark line %q: %w", line, err)
		}
		values[fields[i+1]] = value
	}
	if rate, ok := values["events/s"]; ok {
		r.add(name, eventsPerSecond, sample{rate: rate})
	} else {
		r.add(name, milliseconds, sample{rate: values["ns/op"] / 1e6})
	}
	return nil
}
