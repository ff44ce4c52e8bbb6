package testdb

import (
	"os"
	"syscall"
)

const (
	memory     = "/dev/shm"
	memoryRoom = 2 << 30 // bytes; a server with clones takes a few hundred megabytes
)

// TempDir is the folder that the servers' data go below: what TMPDIR says, else
// memory where the system has enough of it for files, else the temporary
// folder. A database is made and dropped several times as fast in memory.
func TempDir() string {
	if os.Getenv("TMPDIR") != "" {
		return os.TempDir()
	}
	var stat syscall.Statfs_t
	if err := syscall.Statfs(memory, &stat); err == nil && stat.Bavail*uint64(stat.Bsize) >= memoryRoom { //nolint:gosec // not negative
		return memory
	}
	return os.TempDir()
}
