package localdb_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// plainUser is the user of these tests when they run a second time, not as root.
const plainUser = 65534

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("concerns root; the rest of this package has just been tested as a plain user")
	}
}

// TestAsPlainUser runs this package's tests once more as an unprivileged user
// when they run as root, so that one run covers both.
func TestAsPlainUser(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := openDir(t)
	binary := filepath.Join(dir, "localdb.test")
	text, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(binary, text, 0o755))
	temp := filepath.Join(dir, "tmp")
	require.NoError(t, os.Mkdir(temp, 0o700))
	require.NoError(t, os.Chown(temp, plainUser, plainUser))

	cmd := exec.Command(binary, "-test.run", "^Test(ServersAnswer|ServersDie|Data|Killed|StartEnds|OneServer)", "-test.v")
	cmd.Dir = temp
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, parts.DirVariable+"="+copyRuntime(t, dir))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: plainUser, Gid: plainUser}}
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Contains(t, string(output), "--- PASS: TestServersAnswerOnPrivateSocketsOnly")
	require.NotContains(t, string(output), "--- SKIP")
}

// openDir is a temporary folder that every user may pass.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localdb-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// copyRuntime copies the servers' parts below a folder.
func copyRuntime(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(dir, ".runtime")
	require.NoError(t, os.Mkdir(to, 0o755))
	locked, err := parts.Locked(parts.Platform(), parts.PostgreSQL, parts.Valkey)
	require.NoError(t, err)
	for _, p := range locked {
		output, err := exec.Command("cp", "-R", p.Dir(parts.DefaultDir()), to).CombinedOutput()
		require.NoError(t, err, string(output))
	}
	return to
}

func effectiveCapabilities(t *testing.T, pid int) string {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	return string(regexp.MustCompile(`CapEff:\s*0*([0-9a-f]+)`).FindSubmatch(status)[1])
}

func TestRootRunsTheServersAsAnotherUserWithoutPrivileges(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := openDir(t)
	rt, err := localdb.OpenRuntime(copyRuntime(t, dir), parts.PostgreSQL, parts.Valkey)
	require.NoError(t, err)
	s := start(t, localdb.Config{DataDir: filepath.Join(dir, "data"), Runtime: rt})
	for _, pid := range []int{s.PostgresPID(), s.ValkeyPID()} {
		info, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
		require.NoError(t, err)
		require.NotZero(t, info.Sys().(*syscall.Stat_t).Uid)
		require.Equal(t, "0", effectiveCapabilities(t, pid))
	}
}

func TestRootReachesThroughFoldersThatAreClosedToOthers(t *testing.T) {
	t.Parallel()
	needRoot(t)
	closed := t.TempDir()
	require.NoError(t, os.Chmod(closed, 0o700))
	rt, err := localdb.OpenRuntime(copyRuntime(t, closed), parts.PostgreSQL, parts.Valkey)
	require.NoError(t, err)
	data := filepath.Join(closed, "below", "data")
	s := start(t, localdb.Config{DataDir: data, Runtime: rt})
	execute(t, s, `CREATE EXTENSION vector; CREATE TABLE kept AS SELECT 'yes' AS answer`)
	require.Equal(t, "0", configOf(t, s, "port"))
	const dacReadSearch = "4" // 1 << 2, and nothing else
	for _, pid := range []int{s.PostgresPID(), s.ValkeyPID()} {
		require.Equal(t, dacReadSearch, effectiveCapabilities(t, pid))
	}
	require.NoError(t, s.Stop(t.Context()))
	again := start(t, localdb.Config{DataDir: data, Runtime: rt})
	require.Equal(t, "yes", query(t, again, `SELECT answer FROM kept`))
}

func TestRootKeepsTheUserOfAnExistingCluster(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := openDir(t)
	s := start(t, localdb.Config{DataDir: dir, SkipValkey: true})
	require.NoError(t, s.Stop(t.Context()))
	const uid = 1 // daemon
	output, err := exec.Command("chown", "-R", fmt.Sprint(uid), filepath.Join(dir, "postgresql"), filepath.Join(dir, "run")).CombinedOutput()
	require.NoError(t, err, string(output))
	again := start(t, localdb.Config{DataDir: dir, SkipValkey: true})
	info, err := os.Stat(fmt.Sprintf("/proc/%d", again.PostgresPID()))
	require.NoError(t, err)
	require.EqualValues(t, uid, info.Sys().(*syscall.Stat_t).Uid)
}

// asOwner runs a process that starts servers without some capabilities, and
// returns its output.
func asOwner(t *testing.T, dir string, without ...uintptr) string {
	t.Helper()
	programs := copyRuntime(t, openDir(t))
	var output bytes.Buffer
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir, stopVariable+"=1", parts.DirVariable+"="+programs)
	cmd.Stdout, cmd.Stderr = &output, &output
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // not unlocked: the thread lacks capabilities
		for _, capability := range without {
			if err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0); err != nil {
				ended <- err
				return
			}
		}
		ended <- cmd.Run()
	}()
	require.NoError(t, <-ended, output.String())
	return output.String()
}

func TestRootWithFewerCapabilities(t *testing.T) {
	t.Parallel()
	needRoot(t)
	t.Run("DAC_OVERRIDE alone is enough", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, asOwner(t, closedDir(t), unix.CAP_DAC_READ_SEARCH), "ready")
	})
	t.Run("open folders need none", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, asOwner(t, openDir(t), unix.CAP_DAC_READ_SEARCH, unix.CAP_SETPCAP), "ready")
	})
	t.Run("closed folders need one", func(t *testing.T) {
		t.Parallel()
		dir := closedDir(t)
		output := asOwner(t, dir, unix.CAP_DAC_READ_SEARCH, unix.CAP_SETPCAP)
		require.Contains(t, output, "failed "+localdb.ErrNotReachable.Error())
		require.Contains(t, output, "cannot get to "+dir)
		require.Contains(t, output, "chmod o+x")
	})
}

func closedDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o700))
	return filepath.Join(dir, "data")
}
