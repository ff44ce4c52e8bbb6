package e2e

import (
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func devArgs(dir string) []string {
	return []string{"dev", "--listen", "127.0.0.1:0", "--data-dir", dir, "--samples=false"}
}

// waitFor waits for a launched process and gives its exit code and what it printed.
func (s *service) waitFor() (int, string) {
	<-s.done
	return s.cmd.ProcessState.ExitCode(), s.output.String()
}

func TestDevKeepsItsDataAndRefusesASecondInstance(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first := startService(t, nil, devArgs(dir)...)
	c := newClient(t, first)
	require.Equal(t, http.StatusCreated, publish(t, c, draft("kept", "v1.0.0")).StatusCode())

	second, err := launch(nil, devArgs(dir)...)
	require.NoError(t, err)
	code, output := second.waitFor()
	require.NotZero(t, code)
	require.Contains(t, output, dir, "the message names the folder")

	// What a power cut or the kernel's memory killer leaves behind must not keep the next start from working.
	first.kill()
	again := startService(t, nil, devArgs(dir)...)
	got, err := newClient(t, again).GetPlaybookWithResponse(t.Context(), "kept")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, got.StatusCode())

	require.NoError(t, again.cmd.Process.Signal(syscall.SIGINT))
	code, output = again.waitFor()
	require.Zero(t, code, output)
}

// Nobody asked for an address, and whoever has the default one, this test or another process, keeps it.
func TestDevTakesAFreePortBesideAnotherInstance(t *testing.T) {
	t.Parallel()
	const usual = "127.0.0.1:8080"
	if listener, err := net.Listen("tcp", usual); err == nil {
		defer func() { _ = listener.Close() }()
	}
	s := startService(t, nil, "dev", "--data-dir", filepath.Join(t.TempDir(), "data"), "--samples=false")
	require.NotContains(t, s.url, usual)
	ready, err := newClient(t, s).GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, ready.StatusCode())
}

func TestDevSaysThatItsPortIsTaken(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	address := listener.Addr().String()
	s, err := launch(nil, "dev", "--listen", address, "--data-dir", filepath.Join(t.TempDir(), "data"))
	require.NoError(t, err)
	code, output := s.waitFor()
	require.NotZero(t, code)
	require.Contains(t, output, address)
	require.Contains(t, output, "--listen")
}
