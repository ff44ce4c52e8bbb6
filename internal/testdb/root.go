package testdb

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const (
	rootPrefix = "datastorage-test-"
	ownerFile  = "owner"
)

// makeRoot makes the folder of all data of this binary. Its owner file is locked
// as long as the binary lives, so that a later one can tell, and remove, what a
// killed one left.
func (h *harness) makeRoot() (string, error) {
	removeAbandoned()
	root, err := os.MkdirTemp(TempDir(), rootPrefix)
	if err != nil {
		return "", err
	}
	h.onClose(func() error { return os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil { //nolint:gosec // the servers' user passes through
		return "", err
	}
	// A sweep that runs just now ignores the folder until the file is there, and locked.
	pending := filepath.Join(root, ownerFile+".new")
	owner, err := os.Create(pending) //nolint:gosec // in our own folder
	if err != nil {
		return "", err
	}
	h.onClose(owner.Close)
	if err := syscall.Flock(int(owner.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return "", fmt.Errorf("lock %s: %w", owner.Name(), err)
	}
	return root, os.Rename(pending, filepath.Join(root, ownerFile))
}

// removeAbandoned removes the folders whose owner is gone, as far as it may.
func removeAbandoned() {
	owners, err := filepath.Glob(filepath.Join(TempDir(), rootPrefix+"*", ownerFile))
	if err != nil {
		return
	}
	for _, path := range owners {
		owner, err := os.Open(path) //nolint:gosec // found by our own pattern
		if err != nil {
			continue
		}
		if syscall.Flock(int(owner.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
		_ = owner.Close()
	}
}
