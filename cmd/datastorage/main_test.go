package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test binary be the program, so that signals reach a process of their own.
const asProgram = "DATASTORAGE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func program(t *testing.T, args ...string) (cmd *exec.Cmd, stderr *strings.Builder) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	stderr = &strings.Builder{}
	cmd.Stderr = stderr
	return cmd, stderr
}

// The service never answers: the first signal lets the request in work end in its own time, the second one does not.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		_, _ = io.Copy(io.Discard, r.Body) // the server notices only then that the caller left
		<-r.Context().Done()
	}))
	t.Cleanup(service.Close)
	cmd, stderr := program(t, "import", "-", "--server", service.URL)
	cmd.Stdin = strings.NewReader(`{"playbook_id": "a", "version": "v1.0.0"}`)
	require.NoError(t, cmd.Start())
	<-arrived
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait()
	}()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-ticker.C:
			_ = cmd.Process.Signal(os.Interrupt)
		}
	}
	require.Equal(t, 128+int(syscall.SIGINT), cmd.ProcessState.ExitCode(), stderr.String())
}

// A wait for input that never comes ends with the first signal.
func TestFirstSignalEndsInOrder(t *testing.T) {
	t.Parallel()
	cmd, stderr := program(t, "import", "-")
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(input, strings.Repeat("\n", 1<<20)) // more than a pipe holds: the program has begun to read
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	_ = cmd.Wait()
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), stderr.String())
	require.Contains(t, stderr.String(), "interrupted before anything was sent")
}
