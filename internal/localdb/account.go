package localdb

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that the servers run as: the present one, or an
// unprivileged one when this process is root, because PostgreSQL refuses root.
type account struct {
	uid, gid int
	// switched says that it is not the present user.
	switched bool
	// reach lets the servers pass folders that are closed to their user.
	reach reach
}

// chooseAccount picks the servers' user. As root that is the owner of an
// existing cluster, so that a folder of a plain user keeps working, and nobody
// otherwise.
func chooseAccount(cluster string) (account, error) {
	me := account{uid: os.Geteuid(), gid: os.Getegid()}
	info, err := os.Stat(cluster)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return me, fmt.Errorf("data folder: %w", err)
	}
	exists := err == nil
	switch {
	case me.uid != 0 && exists && ownerOf(info) != me.uid:
		return me, fmt.Errorf("data folder: %s belongs to user %d and this is user %d: choose another data folder or remove it",
			cluster, ownerOf(info), me.uid)
	case me.uid != 0:
		return me, nil
	case exists && ownerOf(info) != 0:
		return account{uid: ownerOf(info), gid: groupOf(info), switched: true}, nil
	}
	return nobody(), nil
}

func nobody() account {
	const overflow = 65534 // what most systems call nobody
	who := account{uid: overflow, gid: overflow, switched: true}
	entry, err := user.Lookup("nobody")
	if err != nil {
		return who
	}
	uid, uidErr := strconv.ParseUint(entry.Uid, 10, 31)
	gid, gidErr := strconv.ParseUint(entry.Gid, 10, 31)
	if uidErr == nil && gidErr == nil && uid != 0 {
		who.uid, who.gid = int(uid), int(gid)
	}
	return who
}

// own gives a file to the servers' user.
func (a account) own(path string) error {
	if !a.switched {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// credential is nil when the user stays the same.
func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // ids fit, see ParseUint and Stat_t
}

// withReach finds out how the servers' user gets to its folder and to the
// programs: on the plain way, or with a capability when a folder above is
// closed to it, such as a clone below /root.
func (a account) withReach(dir string, programs ...string) (account, error) {
	if !a.switched {
		return a, nil
	}
	var err error
	for _, way := range availableReach() {
		a.reach = way
		if err = a.probe(dir, programs); err == nil {
			return a, nil
		}
	}
	return a, fmt.Errorf("%w: user %d cannot get to %s or to %v: "+
		"let every user pass the folders above (chmod o+x), or place them elsewhere: %w",
		ErrNotReachable, a.uid, dir, programs, err)
}

// probe runs each program once, in the folder, as the servers' user.
func (a account) probe(dir string, programs []string) error {
	for _, program := range programs {
		cmd := exec.Command(program, "--version") //nolint:gosec,noctx // ends at once; a program of the runtime
		cmd.Dir = dir
		cmd.Env = childEnvironment()
		if err := runChild(cmd, a); err != nil {
			return err
		}
	}
	return nil
}

func groupOf(info os.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Gid)
	}
	return -1
}
