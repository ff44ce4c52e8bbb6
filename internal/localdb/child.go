package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// child is a running process of ours.
type child struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	err  error         // how it ended; valid once done is closed
}

// startChild starts a process that ends with this one. It belongs to a process
// group of its own, so that a Ctrl-C on the terminal reaches it only through us.
// onDeath is the signal that it gets when this process dies (Linux).
//
// The kernel delivers that signal when the *thread* that started the process
// ends, and the reach of the account is a property of a thread too: so each
// child has a thread that waits for it and is not used for anything else.
func startChild(name string, cmd *exec.Cmd, who account, onDeath syscall.Signal) (*child, error) {
	c := &child{name: name, cmd: cmd, done: make(chan struct{})}
	cmd.SysProcAttr = childAttributes(who, onDeath)
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		err := who.reach.enter()
		if err == nil {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			c.err = cmd.Wait()
		}
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return c, nil
}

// runChild runs a short-lived process to its end.
func runChild(cmd *exec.Cmd, who account) error {
	c, err := startChild(cmd.Path, cmd, who, syscall.SIGKILL)
	if err != nil {
		return err
	}
	<-c.done
	return c.err
}

// await waits for the end of a short-lived process and kills it, with all that
// it started, when the context ends first.
func (c *child) await(ctx context.Context) error {
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		_ = syscall.Kill(-c.pid(), syscall.SIGKILL)
		<-c.done
		return context.Cause(ctx)
	}
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// step is one escalation of ending a process.
type step struct {
	signal syscall.Signal
	wait   time.Duration
}

// stop ends the process. It returns an error when the first step was not enough.
func (c *child) stop(steps []step) error {
	for i, s := range steps {
		_ = c.cmd.Process.Signal(s.signal)
		_ = c.cmd.Process.Signal(syscall.SIGCONT) // a stopped process takes no signal but a kill
		select {
		case <-c.done:
			if i > 0 {
				return fmt.Errorf("%s did not stop in time and was ended by %s", c.name, s.signal)
			}
			return nil
		case <-time.After(s.wait):
		}
	}
	return fmt.Errorf("%s (process %d) cannot be ended", c.name, c.pid())
}

// endStranger ends a process that is not a child of ours.
func endStranger(pid int, steps []step) error {
	for _, s := range steps {
		if err := syscall.Kill(pid, s.signal); errors.Is(err, syscall.EPERM) {
			return fmt.Errorf("end left-over process %d: %w", pid, err)
		}
		_ = syscall.Kill(pid, syscall.SIGCONT)
		for end := time.Now().Add(s.wait); time.Now().Before(end); time.Sleep(pollInterval) {
			if !alive(pid) {
				return nil
			}
		}
	}
	return fmt.Errorf("left-over process %d cannot be ended", pid)
}

// pollInterval is how often a condition outside of this process is looked at.
const pollInterval = 10 * time.Millisecond

// childEnvironment is all that a server sees of our environment, so that a
// user's PG* and locale variables change nothing.
func childEnvironment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}
