package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// How long a test waits for a process before it gives up. Machines that run tests may be slow.
const (
	startTimeout = 2 * time.Minute
	stopTimeout  = 30 * time.Second
	tick         = 20 * time.Millisecond // between two looks at a condition
)

var (
	addressPattern = regexp.MustCompile(`http://[0-9a-zA-Z.\[\]:-]+:[0-9]+`)
	moduleRoot     = filepath.Dir(mustAbs("."))
)

// service is one running process of the service.
type service struct {
	url    string
	cmd    *exec.Cmd
	output *syncBuffer
	done   chan struct{} // closed when the process has ended
	err    error         // of the process, once done is closed
	killed bool          // by the test, so that its end is no failure
}

// startService starts a process that ends with the test.
func startService(t *testing.T, env []string, args ...string) *service {
	t.Helper()
	s, err := startWith(t.Context(), env, args...)
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("stop the service: %v\n%s", err, s.output)
		}
	})
	return s
}

// start starts a process that has patience with its cache: a machine that is busy must not look like a server that is
// away.
func start(ctx context.Context, args ...string) (*service, error) {
	return startWith(ctx, []string{"DATASTORAGE_CACHE_TIMEOUT=1s", "DATASTORAGE_CACHE_LOCK_TTL=4s"}, args...)
}

// startWith starts the binary and waits until it has printed its address and is ready.
func startWith(ctx context.Context, env []string, args ...string) (*service, error) {
	s, err := launch(env, args...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := s.awaitAddress(ctx); err != nil {
		_ = s.cmd.Process.Kill()
		<-s.done
		return nil, fmt.Errorf("%w; it printed:\n%s", err, s.output)
	}
	return s, nil
}

// launch starts the binary and waits for nothing.
func launch(env []string, args ...string) (*service, error) {
	s := &service{output: &syncBuffer{}, done: make(chan struct{})}
	s.cmd = exec.Command(binary, args...)
	s.cmd.Dir = moduleRoot
	s.cmd.Env = append(os.Environ(), append([]string{"GORACE=halt_on_error=1"}, env...)...)
	s.cmd.Stdout = s.output
	s.cmd.Stderr = s.output
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(s.done)
		s.err = s.cmd.Wait()
	}()
	return s, nil
}

// awaitAddress waits for the line that says where the service listens.
func (s *service) awaitAddress(ctx context.Context) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		if address, ok := s.output.find("Ready", addressPattern); ok {
			s.url = address
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("the service ended: %w", s.err)
		case <-ctx.Done():
			return errors.New("the service printed no address in time")
		case <-ticker.C:
		}
	}
}

// stop ends the process as an operator would, and fails when it does not end well.
func (s *service) stop() error {
	if s.killed {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.done:
		return s.err
	case <-time.After(stopTimeout):
		_ = s.cmd.Process.Kill()
		<-s.done
		return errors.New("the service did not end in time")
	}
}

// kill ends the process without giving it a chance to clean up.
func (s *service) kill() {
	s.killed = true
	_ = s.cmd.Process.Kill()
	<-s.done
}

// syncBuffer collects what a process prints.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// find gives what the pattern matches in or after the first line that has the word.
func (b *syncBuffer) find(word string, pattern *regexp.Regexp) (string, bool) {
	lines := bufio.NewScanner(bytes.NewBufferString(b.String()))
	seen := false
	for lines.Scan() {
		seen = seen || bytes.Contains(lines.Bytes(), []byte(word))
		if match := pattern.FindString(lines.Text()); seen && match != "" {
			return match, true
		}
	}
	return "", false
}

// result is what a finished command left.
type result struct {
	stdout, stderr string
	code           int
}

// runCommand runs the binary to its end.
func runCommand(t *testing.T, stdin io.Reader, args ...string) result {
	t.Helper()
	return runWith(t, nil, stdin, args...)
}

// runWith runs the binary to its end, with more variables.
func runWith(t *testing.T, env []string, stdin io.Reader, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Dir = moduleRoot
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return result{stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode()}
}

func mustAbs(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return abs
}
