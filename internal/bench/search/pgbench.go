package main

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/bench/pgbench"
	"github.com/kubernaut/datastorage/store"
)

var placeholder = regexp.MustCompile(`\$([0-9]+)`)

// pgbench runs the statements of questions, with the settings of the service's sessions.
func (s *servers) pgbench(ctx context.Context, database string, queries []catalog.SearchQuery, near bool, clients int, d time.Duration) (sample, error) {
	program, err := s.runtime.PostgresBin("pgbench")
	if err != nil {
		return sample{}, err
	}
	dir, err := os.MkdirTemp(s.dir, "scripts-")
	if err != nil {
		return sample{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	run := pgbench.Run{Program: program, Database: database, Clients: clients, Time: d, Settings: store.SearchSettings()}
	for i, q := range queries {
		args, err := scriptOf(dir, i, q, near)
		if err != nil {
			return sample{}, err
		}
		run.Args = append(run.Args, args...)
	}
	result, err := run.Do(ctx)
	return newSample(result.Took, d), err
}

// scriptOf writes the statement of a question, and gives the arguments that run it with its values.
func scriptOf(dir string, i int, q catalog.SearchQuery, near bool) ([]string, error) {
	text, values := store.SearchStatement(q, near)
	script := placeholder.ReplaceAllString(strings.ReplaceAll(text, "::", " :: "), fmt.Sprintf(":q%d_$1", i))
	script = strings.ReplaceAll(strings.Join(strings.Fields(script), " "), " :: ", "::") + ";\n"
	path := filepath.Join(dir, fmt.Sprintf("%d.sql", i))
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		return nil, err
	}
	args := []string{"--file=" + path}
	for n, value := range values {
		if v, ok := value.(driver.Valuer); ok {
			var err error
			if value, err = v.Value(); err != nil {
				return nil, err
			}
		}
		args = append(args, fmt.Sprintf("--define=q%d_%d=%v", i, n+1, value))
	}
	return args, nil
}
