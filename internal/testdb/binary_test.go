package testdb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/testdb"
)

// These tests run the test binary itself a second time, as another package's
// tests would run, with other servers or with a violent end.

// Environment variables of such a second run.
const (
	withoutMain   = "TESTDB_TEST_WITHOUT_MAIN"
	violentEnding = "TESTDB_TEST_ENDING"
)

func TestMain(m *testing.M) {
	if os.Getenv(withoutMain) != "" {
		os.Exit(m.Run())
	}
	_ = os.Setenv("TMPDIR", testdb.TempDir())
	os.Exit(testdb.Main(m, migrate))
}

// binary is the command of a second run of one test; the environment's last
// word counts.
func binary(t *testing.T, test string, environment ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^"+test+"$", "-test.v")
	base := append(os.Environ(), "TEST_BACKEND=", "DATASTORAGE_TEST_DATABASE_URL=", "DATASTORAGE_TEST_REDIS_URL=", "DATASTORAGE_TEST_QUEUE_REDIS_URL=")
	cmd.Env = append(base, environment...)
	return cmd
}

func TestServersOfAnAddress(t *testing.T) {
	t.Parallel()
	postgres, valkey := testdb.StartPostgres(t), testdb.StartValkey(t)
	queue := testdb.StartQueue(t)
	for _, test := range []string{
		"TestNewGivesEachTestItsOwnMigratedDatabase", "TestRedisGivesEachTestItsOwnDatabase", "TestQueueRefusesWhatDoesNotFit",
	} {
		output, err := binary(t, test,
			"DATASTORAGE_TEST_DATABASE_URL="+postgres.URL(), "DATASTORAGE_TEST_REDIS_URL="+valkey.URL(),
			"DATASTORAGE_TEST_QUEUE_REDIS_URL="+queue.URL(),
			"DATASTORAGE_RUNTIME_DIR="+t.TempDir(), // nothing else is there to use
		).CombinedOutput()
		require.NoError(t, err, string(output))
		require.Contains(t, string(output), "--- PASS: "+test)
	}
	var names string
	query := `SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database`
	require.NoError(t, open(t, postgres.URL()).QueryRowContext(t.Context(), query).Scan(&names))
	require.Equal(t, "datastorage postgres template0 template1", names, "all databases are dropped, the template, too")
	client := redis(t, valkey.URL())
	keys, err := client.Do(t.Context(), client.B().Dbsize().Build()).AsInt64()
	require.NoError(t, err)
	require.Zero(t, keys, "all leases are given back")
}

func TestNoServerIsAFailureThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ test, environment, says string }{
		"no runtime":       {"TestEmptyIsNotMigrated", "DATASTORAGE_RUNTIME_DIR=/nonexistent", "run `make setup`; or set DATASTORAGE_TEST_DATABASE_URL"},
		"no runtime for 2": {"TestRedisSupportsClientTracking", "DATASTORAGE_RUNTIME_DIR=/nonexistent", "testdb: no Redis: embedded runtime: valkey"},
		"no runtime for 3": {"TestPrivateValkeyStopsAndPauses", "DATASTORAGE_RUNTIME_DIR=/nonexistent", "testdb: no private server: embedded runtime: valkey"},
		"dead address":     {"TestEmptyIsNotMigrated", "DATASTORAGE_TEST_DATABASE_URL=postgres://u:secret@127.0.0.1:1/d?sslmode=disable", "connect to postgres://u:xxxxx@127.0.0.1:1/d"},
		"odd address":      {"TestEmptyIsNotMigrated", "DATASTORAGE_TEST_DATABASE_URL=host=localhost", "not of the form postgres://"},
		"odd backend":      {"TestEmptyIsNotMigrated", "TEST_BACKEND=podman", `TEST_BACKEND is "podman"`},
		"no docker":        {"TestEmptyIsNotMigrated", "TEST_BACKEND=docker", "docker image pgvector/pgvector:pg18: "},
		"no main":          {"TestEmptyIsNotMigrated", withoutMain + "=1", "testdb.Main(m, migrate)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := binary(t, c.test, c.environment, "DOCKER_HOST=unix:///nonexistent/docker.sock").CombinedOutput()
			require.Error(t, err, string(output))
			require.Contains(t, string(output), "--- FAIL: "+c.test)
			require.Contains(t, string(output), c.says)
			require.NotContains(t, string(output), "secret")
		})
	}
}

// TestViolentEnding is what the second run of TestNothingOutlivesTheBinary does.
func TestViolentEnding(t *testing.T) {
	ending := os.Getenv(violentEnding)
	if ending == "" {
		return // in the first run there is nothing to show
	}
	frozen := testdb.StartPostgres(t)
	fmt.Println("databases", testdb.New(t), testdb.Redis(t), frozen.URL())
	frozen.Pause()
	fmt.Println("paused")
	if ending == "panic" {
		panic("a test panics")
	}
	<-context.Background().Done() // until it is killed
}

func TestNothingOutlivesTheBinary(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"panic", "kill"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			temp := t.TempDir()
			cmd := binary(t, "TestViolentEnding", violentEnding+"="+ending, "TMPDIR="+temp)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			output, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			lines := bufio.NewScanner(output)
			for lines.Scan() && lines.Text() != "paused" {
				require.NotContains(t, lines.Text(), "FAIL")
			}
			require.NotEmpty(t, processesOf(t, temp))
			if ending == "kill" {
				require.NoError(t, cmd.Process.Kill())
			}
			require.Error(t, cmd.Wait())
			require.Eventually(t, func() bool { return len(processesOf(t, temp)) == 0 }, time.Minute, 20*time.Millisecond,
				"servers outlive the binary")

			// The data stay until the next run, which sees that their owner is gone.
			left, err := filepath.Glob(filepath.Join(temp, "datastorage-test-*"))
			require.NoError(t, err)
			require.Len(t, left, 1)
			text, err := binary(t, "TestEmptyIsNotMigrated", "TMPDIR="+temp).CombinedOutput()
			require.NoError(t, err, string(text))
			require.NoDirExists(t, left[0])
		})
	}
}

// processesOf lists the processes that run, or stand still, in a folder or name
// it on their command line.
func processesOf(t *testing.T, dir string) []string {
	t.Helper()
	all, err := exec.Command("ps", "-ww", "-A", "-o", "pid=,stat=,args=").Output()
	require.NoError(t, err)
	var found []string
	for line := range strings.Lines(string(all)) {
		pid := strings.Fields(line)[0]
		where, _ := os.Readlink("/proc/" + pid + "/cwd")
		if strings.Contains(line, dir) || strings.HasPrefix(where, dir) {
			found = append(found, line)
		}
	}
	return found
}
