// Package pgbench runs the program of that name, which comes with PostgreSQL, as a baseline of benchmarks. It does not know
// what is measured.
package pgbench

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Run is one run of scripts, each statement prepared once per client.
type Run struct {
	Program  string // path of pgbench
	Database string // its URL
	Clients  int
	Time     time.Duration     // in whole seconds, as pgbench counts
	Settings map[string]string // of the sessions, beside those of the server
	Args     []string          // further arguments: scripts and what they read
}

// Result is what a run gave.
type Result struct {
	Rate float64         // transactions per second, without the time to connect
	Took []time.Duration // by each transaction, in no order
}

// Do runs pgbench.
func (r Run) Do(ctx context.Context) (Result, error) {
	dir, err := os.MkdirTemp("", "pgbench-")
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	args := append([]string{
		"--no-vacuum", "--protocol=prepared", "--client=" + strconv.Itoa(r.Clients), "--jobs=" + strconv.Itoa(min(r.Clients, 2)),
		"--time=" + strconv.Itoa(int(r.Time.Seconds())), "--log", "--log-prefix=" + filepath.Join(dir, "log"),
	}, r.Args...)
	cmd := exec.CommandContext(ctx, r.Program, append(args, r.Database)...) //nolint:gosec // of our own runtime
	cmd.Env = append(os.Environ(), "PGOPTIONS="+r.options())
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		return Result{}, fmt.Errorf("pgbench: %w: %s", err, failure.String())
	}
	var result Result
	if result.Rate, err = rate(string(out)); err == nil {
		result.Took, err = latencies(filepath.Join(dir, "log.*"))
	}
	return result, err
}

func (r Run) options() string {
	options := make([]string, 0, len(r.Settings))
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		options = append(options, "-c "+name+"="+r.Settings[name])
	}
	return strings.Join(options, " ")
}

// rate reads what pgbench says at the end, without the time to connect.
func rate(out string) (float64, error) {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "tps = "); ok {
			number, _, _ := strings.Cut(rest, " ")
			return strconv.ParseFloat(number, 64)
		}
	}
	return 0, fmt.Errorf("pgbench did not say how many transactions it made: %s", out)
}

// latencies reads the logs of a run, of which the third column is the time in microseconds.
func latencies(pattern string) ([]time.Duration, error) {
	logs, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, path := range logs {
		text, err := os.ReadFile(path) //nolint:gosec // in our own folder
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			columns := strings.Fields(line)
			if len(columns) < 3 {
				return nil, fmt.Errorf("pgbench logged %q", line)
			}
			micros, err := strconv.ParseInt(columns[2], 10, 64)
			if err != nil {
				return nil, err
			}
			took = append(took, time.Duration(micros)*time.Microsecond)
		}
	}
	return took, nil
}
