package localdb_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// ownerVariable makes the test binary a process that starts the servers of the
// folder it names, prints their process ids and waits to be killed.
const ownerVariable = "LOCALDB_TEST_OWNER_OF"

// stopVariable makes it stop the servers instead of waiting.
const stopVariable = "LOCALDB_TEST_STOP"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerVariable); dir != "" {
		os.Exit(own(dir))
	}
	_ = os.Setenv("TMPDIR", testdb.TempDir())
	os.Exit(m.Run())
}

func own(dir string) int {
	s, err := localdb.Start(context.Background(), localdb.Config{DataDir: dir, Tests: true})
	if err != nil {
		fmt.Println("failed", err)
		return 0
	}
	fmt.Println("ready", s.PostgresPID(), s.ValkeyPID())
	if os.Getenv(stopVariable) != "" {
		if err := s.Stop(context.Background()); err != nil {
			fmt.Println("failed", err)
		}
		return 0
	}
	<-s.Done()
	fmt.Println("ended", s.Err())
	return 1
}

// owner is another process that runs the servers of a folder.
type owner struct {
	cmd              *exec.Cmd
	postgres, valkey int
}

// startOwner starts the process; startedOwner also waits for its servers.
func startOwner(t *testing.T, dir string) (*owner, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	o := &owner{cmd: cmd}
	t.Cleanup(o.kill)
	return o, bufio.NewReader(output)
}

func startedOwner(t *testing.T, dir string) *owner {
	t.Helper()
	o, output := startOwner(t, dir)
	line, err := output.ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscanf(line, "ready %d %d", &o.postgres, &o.valkey)
	require.NoError(t, err, line)
	return o
}

// kill is kill -9.
func (o *owner) kill() {
	_ = o.cmd.Process.Kill()
	_ = o.cmd.Wait()
}

// start starts servers that end with the test.
func start(t *testing.T, config localdb.Config) *localdb.Server {
	t.Helper()
	config.Tests = true
	s, err := localdb.Start(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(t.Context()) })
	return s
}

func query(t *testing.T, s *localdb.Server, statement string) string {
	t.Helper()
	db, err := sql.Open("postgres", s.DatabaseURL())
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var answer string
	require.NoError(t, db.QueryRowContext(t.Context(), statement).Scan(&answer))
	return answer
}

func execute(t *testing.T, s *localdb.Server, statement string) {
	t.Helper()
	db, err := sql.Open("postgres", s.DatabaseURL())
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// configOf asks Valkey for a setting, over the URL as rueidis reads it.
func configOf(t *testing.T, s *localdb.Server, name string) string {
	t.Helper()
	option, err := rueidis.ParseURL(s.RedisURL())
	require.NoError(t, err)
	client, err := rueidis.NewClient(option)
	require.NoError(t, err)
	defer client.Close()
	settings, err := client.Do(t.Context(), client.B().ConfigGet().Parameter(name).Build()).AsStrMap()
	require.NoError(t, err)
	return settings[name]
}

func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

func requireEnd(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		require.Eventually(t, func() bool { return !alive(pid) }, time.Minute, 10*time.Millisecond, "process %d", pid)
	}
}

// bystander is a process that has nothing to do with the servers.
func bystander(t *testing.T, arguments ...string) int {
	t.Helper()
	cmd := exec.Command(arguments[0], arguments[1:]...)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd.Process.Pid
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(text))
	require.NoError(t, err)
	return n
}
