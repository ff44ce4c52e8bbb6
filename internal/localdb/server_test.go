package localdb_test

import (
	"context"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

func TestServersAnswerOnPrivateSocketsOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, localdb.Config{DataDir: dir})
	execute(t, s, `CREATE EXTENSION vector`)
	require.Equal(t, "[1,2]", query(t, s, `SELECT '[1,2]'::vector::text`))
	require.Equal(t, "datastorage datastorage UTF8", query(t, s,
		`SELECT current_user || ' ' || current_database() || ' ' || current_setting('server_encoding')`))
	require.Empty(t, query(t, s, `SHOW listen_addresses`))
	require.Equal(t, "0", configOf(t, s, "port"))
	require.Equal(t, "allkeys-lru", configOf(t, s, "maxmemory-policy"))

	info, err := os.Stat(filepath.Join(dir, "run"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	output, err := exec.Command("/bin/sh", "-c", s.PsqlCommand()+" -Atc 'SELECT 7'").CombinedOutput()
	require.NoError(t, err, string(output))
	require.Equal(t, 7, number(t, string(output)))
}

func TestDataOutlivesARestartAndStopFreesTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, localdb.Config{DataDir: dir})
	execute(t, s, `CREATE TABLE kept AS SELECT 'yes' AS answer`)
	postgres, valkey := s.PostgresPID(), s.ValkeyPID()
	require.NoError(t, s.Stop(t.Context()))
	require.NoError(t, s.Stop(t.Context()), "a second stop is harmless")
	require.False(t, alive(postgres) || alive(valkey))
	require.NoError(t, s.Err())

	again := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, s.DatabaseURL(), again.DatabaseURL())
	require.Equal(t, s.RedisURL(), again.RedisURL())
	require.Equal(t, "yes", query(t, again, `SELECT answer FROM kept`))
}

func TestDurabilityIsGivenUpForTestsOnly(t *testing.T) {
	t.Parallel()
	for name, tests := range map[string]bool{"on": false, "off": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := localdb.Start(t.Context(), localdb.Config{DataDir: t.TempDir(), Tests: tests, SkipValkey: true})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Stop(context.WithoutCancel(t.Context()))) })
			for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
				require.Equal(t, name, query(t, s, `SHOW `+setting), setting)
			}
		})
	}
}

func TestOneServerAlone(t *testing.T) {
	t.Parallel()
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		rt, err := localdb.OpenRuntime("", parts.PostgreSQL)
		require.NoError(t, err)
		s := start(t, localdb.Config{DataDir: t.TempDir(), Runtime: rt, SkipValkey: true})
		require.Equal(t, "1", query(t, s, `SELECT 1`))
		require.Empty(t, s.RedisURL())
		require.Zero(t, s.ValkeyPID())
	})
	t.Run("Valkey", func(t *testing.T) {
		t.Parallel()
		rt, err := localdb.OpenRuntime("", parts.Valkey)
		require.NoError(t, err)
		dir := t.TempDir()
		s := start(t, localdb.Config{DataDir: dir, Runtime: rt, SkipPostgres: true})
		require.Equal(t, "0", configOf(t, s, "port"))
		require.Empty(t, s.DatabaseURL())
		require.NoDirExists(t, filepath.Join(dir, "postgresql"))
	})
}

func TestSecondInstanceIsToldWhoHoldsTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startedOwner(t, dir)
	_, err := localdb.Start(t.Context(), localdb.Config{DataDir: dir, Tests: true})
	require.ErrorIs(t, err, localdb.ErrInUse)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, "process "+pidText(first.cmd.Process.Pid)+" ")
	require.True(t, alive(first.postgres) && alive(first.valkey))
}

func TestEndOfAServerIsReported(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*localdb.Server) int{
		"PostgreSQL": (*localdb.Server).PostgresPID,
		"Valkey":     (*localdb.Server).ValkeyPID,
	}
	for name, pid := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := start(t, localdb.Config{DataDir: dir})
			require.NoError(t, syscall.Kill(pid(s), syscall.SIGKILL))
			<-s.Done()
			require.ErrorContains(t, s.Err(), name+" ended by itself (signal: killed)")
			require.NoError(t, s.Stop(t.Context()))

			again := start(t, localdb.Config{DataDir: dir})
			require.Equal(t, "1", query(t, again, `SELECT 1`), "recovered from the crash")
		})
	}
}

func TestFailedStartSaysWhyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, localdb.Config{DataDir: dir})
	require.NoError(t, s.Stop(t.Context()))
	settings := filepath.Join(dir, "postgresql", "postgresql.auto.conf")
	good, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(settings, []byte("what = is = this\n"), 0o600))

	_, err = localdb.Start(t.Context(), localdb.Config{DataDir: dir, Tests: true})
	require.ErrorContains(t, err, "PostgreSQL ended while it started")
	require.ErrorContains(t, err, "syntax error in file", "the end of the server's log")
	require.NoFileExists(t, filepath.Join(dir, "run", "valkey.pid"), "Valkey was ended, too")

	require.NoError(t, os.WriteFile(settings, good, 0o600))
	start(t, localdb.Config{DataDir: dir})
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	_, err := localdb.Start(ctx, localdb.Config{DataDir: dir, Tests: true})
	require.ErrorIs(t, err, context.Canceled)
	require.NoDirExists(t, filepath.Join(dir, "postgresql"))
	start(t, localdb.Config{DataDir: dir})
}

func TestAnotherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, localdb.Config{DataDir: dir})
	require.NoError(t, s.Stop(t.Context()))
	version := filepath.Join(dir, "postgresql", "PG_VERSION")
	require.NoError(t, os.WriteFile(version, []byte("15\n"), 0o600))
	_, err := localdb.Start(t.Context(), localdb.Config{DataDir: dir, Tests: true})
	require.ErrorIs(t, err, localdb.ErrWrongVersion)
	require.ErrorContains(t, err, "made by PostgreSQL 15 and the runtime is 18")
}

func TestLongPathMovesTheSocketsToAPrivateFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	s := start(t, localdb.Config{DataDir: dir})
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	u, err := url.Parse(s.DatabaseURL())
	require.NoError(t, err)
	run := u.Query().Get("host")
	require.Equal(t, filepath.Clean(os.TempDir()), filepath.Dir(run))
	require.NoError(t, s.Stop(t.Context()))
	require.NoDirExists(t, run)

	// Somebody else was faster: whatever stands there is not used.
	require.NoError(t, os.Symlink(t.TempDir(), run))
	t.Cleanup(func() { _ = os.Remove(run) })
	_, err = localdb.Start(t.Context(), localdb.Config{DataDir: dir, Tests: true})
	require.ErrorContains(t, err, "is not a folder of user")
}

// The death signal of a child is bound to the thread that started it.
func TestServersOutliveTheThreadThatStartedThem(t *testing.T) {
	t.Parallel()
	started := make(chan *localdb.Server, 1)
	go func() {
		runtime.LockOSThread() // not unlocked: the thread ends here
		s, err := localdb.Start(t.Context(), localdb.Config{DataDir: t.TempDir(), Tests: true})
		if err != nil {
			t.Error(err)
		}
		started <- s
	}()
	s := <-started
	require.NotNil(t, s)
	require.Equal(t, "1", query(t, s, `SELECT 1`))
	require.Equal(t, "0", configOf(t, s, "port"))
	require.NoError(t, s.Stop(t.Context()))
}

func TestServersAreNotInOurProcessGroup(t *testing.T) {
	t.Parallel()
	s := start(t, localdb.Config{DataDir: t.TempDir()})
	for _, pid := range []int{s.PostgresPID(), s.ValkeyPID()} {
		group, err := syscall.Getpgid(pid)
		require.NoError(t, err)
		require.NotEqual(t, syscall.Getpgrp(), group, "a Ctrl-C would reach the server")
	}
}

func TestStopEndsAFrozenServer(t *testing.T) {
	t.Parallel()
	s := start(t, localdb.Config{DataDir: t.TempDir()})
	for _, pid := range []int{s.PostgresPID(), s.ValkeyPID()} {
		require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	}
	begin := time.Now()
	require.NoError(t, s.Stop(t.Context()))
	require.False(t, alive(s.PostgresPID()) || alive(s.ValkeyPID()))
	t.Logf("stopped after %s", time.Since(begin))
}
