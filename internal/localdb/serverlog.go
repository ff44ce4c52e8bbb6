package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// startLimit bounds the start of a server, recovery after a crash included.
const startLimit = time.Minute

// waitReady waits until a server is ready, has ended, or takes too long.
func waitReady(ctx context.Context, c *child, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("not ready after %s", startLimit))
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !ready(ctx) {
		select {
		case <-c.done:
			return fmt.Errorf("%s ended while it started (%s)", c.name, ending(c.err))
		case <-ctx.Done():
			return fmt.Errorf("start %s: %w", c.name, context.Cause(ctx))
		case <-tick.C:
		}
	}
	return nil
}

func ending(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// openLog starts a new log file and keeps the one of the run before as path.1.
func openLog(path string) (*os.File, error) {
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) //nolint:gosec // in the data folder
}

// logTail returns the end of a log file for an error message.
func logTail(path string) string {
	text, err := os.ReadFile(path) //nolint:gosec // a log of the present run
	if err != nil {
		return ""
	}
	tail := lastLines(text)
	if tail == "" {
		return ""
	}
	return fmt.Sprintf("; the end of %s:%s", path, tail)
}

// lastLines returns the last lines of an output, each on a line of its own.
func lastLines(text []byte) string {
	const most = 12
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) > most {
		lines = lines[len(lines)-most:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	return "\n\t" + strings.Join(lines, "\n\t")
}
