package localdb

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// maxSocketPath is the longest path of a unix socket, in bytes.
const maxSocketPath = 103

// reach has no other way here than open folders.
type reach struct{}

func availableReach() []reach { return []reach{{}} }

func (reach) enter() error { return nil }

// childAttributes cannot ask for a signal at the death of this process here:
// the next start ends what is left.
func childAttributes(who account, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: who.credential()}
}

// alive reports whether a process runs.
func alive(pid int) bool {
	if pid < 1 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// commandLine returns a process's arguments, a blank after each; empty when it
// has ended.
func commandLine(pid int) string {
	text, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text)) + " "
}
