package testdb

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// thaw lets the processes whose ids it has read go on once its input ends. That
// is when we say so, or when this binary dies: a stopped server would outlive
// it, as it cannot take the signal that ends it.
const thaw = `all=; while read -r pid; do all="$all $pid"; done
for pid in $all; do kill -CONT "$pid" 2>/dev/null; done; exit 0`

// freezer stops processes and lets them go on together.
type freezer struct {
	guard *exec.Cmd
	input io.WriteCloser
}

func newFreezer() (*freezer, error) {
	guard := exec.Command("/bin/sh", "-c", thaw)            //nolint:noctx // ends with its input
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C must not end it
	input, err := guard.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := guard.Start(); err != nil {
		return nil, err
	}
	return &freezer{guard: guard, input: input}, nil
}

// freeze stops a process; one that has just ended needs no stopping.
func (f *freezer) freeze(pid int) error {
	if _, err := fmt.Fprintln(f.input, pid); err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop process %d: %w", pid, err)
	}
	return nil
}

// release lets all of them go on.
func (f *freezer) release() error {
	return errors.Join(f.input.Close(), f.guard.Wait())
}
