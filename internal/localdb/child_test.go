package localdb

import (
	"context"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func present() account { return account{uid: syscall.Geteuid(), gid: syscall.Getegid()} }

// stubborn is a process that ignores polite signals and says when it does.
func stubborn(t *testing.T) *child {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", `trap "" INT TERM; echo deaf; while :; do sleep 60; done`)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	c, err := startChild("stubborn", cmd, present(), syscall.SIGKILL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Kill(-c.pid(), syscall.SIGKILL) })
	_, err = output.Read(make([]byte, 5))
	require.NoError(t, err)
	return c
}

func TestStopEscalates(t *testing.T) {
	t.Parallel()
	c := stubborn(t)
	err := c.stop([]step{{syscall.SIGINT, 20 * time.Millisecond}, {syscall.SIGKILL, time.Minute}})
	require.EqualError(t, err, "stubborn did not stop in time and was ended by killed")
	require.False(t, alive(c.pid()))
}

func TestEndOfAStrangerEscalates(t *testing.T) {
	t.Parallel()
	c := stubborn(t)
	require.NoError(t, endStranger(c.pid(), []step{{syscall.SIGTERM, 20 * time.Millisecond}, {syscall.SIGKILL, time.Minute}}))
	<-c.done
}

func TestStepsOfAStopFitIntoFiveSeconds(t *testing.T) {
	t.Parallel()
	for _, steps := range [][]step{postgresSteps, valkeySteps} {
		var total time.Duration
		for _, s := range steps {
			total += s.wait
		}
		require.LessOrEqual(t, total, 5*time.Second)
		require.Equal(t, syscall.SIGKILL, steps[len(steps)-1].signal)
	}
}

func TestAwaitKillsTheWholeGroup(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("/bin/sh", "-c", `sleep 600 & echo $!; wait`)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	c, err := startChild("sh", cmd, present(), syscall.SIGKILL)
	require.NoError(t, err)
	text := make([]byte, 16)
	n, err := output.Read(text)
	require.NoError(t, err)
	var grandchild int
	for _, digit := range text[:n-1] {
		grandchild = grandchild*10 + int(digit-'0')
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.await(ctx), context.Canceled)
	require.Eventually(t, func() bool { return !alive(grandchild) }, time.Minute, pollInterval)
}
