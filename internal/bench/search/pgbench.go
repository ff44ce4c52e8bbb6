package main

import (
	"bytes"
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

var placeholder = regexp.MustCompile(`\$([0-9]+)`)

// pgbench runs the statements of questions, each prepared once per client, with the settings of the service's sessions.
func (s *servers) pgbench(ctx context.Context, database string, queries []catalog.SearchQuery, near bool, clients int, d time.Duration) (sample, error) {
	program, err := s.runtime.PostgresBin("pgbench")
	if err != nil {
		return sample{}, err
	}
	dir, err := os.MkdirTemp(s.dir, "pgbench-")
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	args := []string{
		"--no-vacuum", "--protocol=prepared", "--client=" + strconv.Itoa(clients), "--jobs=" + strconv.Itoa(min(clients, 2)),
		"--time=" + strconv.Itoa(int(d.Seconds())), "--log", "--log-prefix=" + filepath.Join(dir, "log"),
	}
	for i, q := range queries {
		text, values := store.SearchStatement(q, near)
		script := placeholder.ReplaceAllString(strings.ReplaceAll(text, "::", " :: "), fmt.Sprintf(":q%d_$1", i))
		script = strings.ReplaceAll(strings.Join(strings.Fields(script), " "), " :: ", "::") + ";\n"
		path := filepath.Join(dir, fmt.Sprintf("%d.sql", i))
		if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
			return sample{}, err
		}
		args = append(args, "--file="+path)
		for n, value := range values {
			if v, ok := value.(driver.Valuer); ok {
				if value, err = v.Value(); err != nil {
					return sample{}, err
				}
			}
			args = append(args, fmt.Sprintf("--define=q%d_%d=%v", i, n+1, value))
		}
	}
	cmd := exec.CommandContext(ctx, program, append(args, database)...) //nolint:gosec // of our own runtime
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c plan_cache_mode=force_custom_plan -c jit=off -c hnsw.ef_search=200 -c hnsw.iterative_scan=relaxed_order")
	var failure bytes.Buffer
	cmd.Stderr = &failure
	if _, err := cmd.Output(); err != nil {
		return sample{}, fmt.Errorf("pgbench: %w: %s", err, failure.String())
	}
	took, err := latencies(filepath.Join(dir, "log.*"))
	return newSample(took, d), err
}

// latencies reads the logs of pgbench, of which the third column is the time in microseconds.
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
