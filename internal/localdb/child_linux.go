package localdb

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxSocketPath is the longest path of a unix socket, in bytes.
const maxSocketPath = 107

// reach is the capability that lets the servers' user pass closed folders;
// the zero value is none.
type reach struct{ capability uintptr }

// availableReach lists the ways to try, the least powerful first.
func availableReach() []reach {
	ways := []reach{{}}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return ways
	}
	for _, capability := range []uintptr{unix.CAP_DAC_READ_SEARCH, unix.CAP_DAC_OVERRIDE} {
		if data[0].Permitted&(1<<capability) != 0 {
			ways = append(ways, reach{capability})
		}
	}
	return ways
}

// enter prepares the calling thread, which must be locked and never used again,
// to start a process with this reach.
//
// Without SECBIT_NO_SETUID_FIXUP the kernel takes the effective capabilities
// away when the user changes, so that the program itself could not be found,
// and ignores them in access(2), which PostgreSQL asks about its own program.
// Only the ambient capability outlives the exec.
func (r reach) enter() error {
	if r.capability == 0 {
		return nil
	}
	const noSetuidFixup = 1 << 2
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, noSetuidFixup, 0, 0, 0); err != nil {
		return fmt.Errorf("keep a capability for the servers' user: %w", err)
	}
	return nil
}

func childAttributes(who account, onDeath syscall.Signal) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{
		Setpgid:    true,
		Pdeathsig:  onDeath,
		Credential: who.credential(),
	}
	if who.reach.capability != 0 {
		attributes.AmbientCaps = []uintptr{who.reach.capability}
	}
	return attributes
}

// alive reports whether a process runs. One that has ended and waits for its
// parent to notice does not.
func alive(pid int) bool {
	if pid < 1 {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil
	}
	// pid (name) state …; the name may hold anything, so search from the end.
	rest := stat[bytes.LastIndexByte(stat, ')')+1:]
	state := strings.Fields(string(rest))
	return len(state) > 0 && !slices.Contains([]string{"Z", "X"}, state[0])
}

// commandLine returns a process's arguments, a blank after each; empty when it
// has ended.
func commandLine(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(text), "\x00", " ")
}
