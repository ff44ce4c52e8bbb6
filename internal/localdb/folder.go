package localdb

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folder is the layout of a data folder.
//
//	lock            flock of the process that runs the servers, with its pid
//	postgresql/     PostgreSQL's cluster, private to the servers' user
//	postgresql.log  of the present run; postgresql.log.1 of the one before
//	queue/          the queue's append-only file, likewise private
//	valkey.log, queue.log  as postgresql.log
//	run/            sockets and pid files, private to the servers' user
type folder struct {
	dir  string
	run  string
	lock *os.File
}

// openFolder creates the data folder if need be and takes its lock.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the servers' user passes through; what it holds is private
		return nil, fmt.Errorf("data folder: %w", err)
	}
	// One spelling for each folder: it is compared with the arguments of processes.
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	return &folder{dir: dir, lock: lock}, nil
}

func (f *folder) path(name string) string    { return filepath.Join(f.dir, name) }
func (f *folder) cluster() string            { return f.path("postgresql") }
func (f *folder) runPath(name string) string { return filepath.Join(f.run, name) }

func takeLock(dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644) //nolint:gosec // others may read the pid
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	if err := flock(lock); err != nil {
		holder := readPID(lock.Name())
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: process %d runs the databases of %s: stop it or choose another data folder",
				ErrInUse, holder, dir)
		}
		return nil, fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	err = errors.Join(lock.Truncate(0), writeAtStart(lock, strconv.Itoa(os.Getpid())+"\n"))
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	return lock, nil
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func writeAtStart(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// close frees the lock. The file stays: removing it would let two processes
// each lock a file of that name.
func (f *folder) close() {
	_ = f.lock.Truncate(0)
	_ = f.lock.Close()
	if filepath.Dir(f.run) != f.dir {
		_ = os.Remove(f.run) // the fallback in the temporary folder, when empty
	}
}

// prepareRun makes the folder of the sockets: run/ in the data folder, or a
// private one in the temporary folder when a socket's path would be too long.
func (f *folder) prepareRun(who account) error {
	f.run = f.path("run")
	if len(f.runPath(postgresSocket)) > maxSocketPath {
		sum := sha256.Sum256([]byte(f.dir))
		f.run = filepath.Join(os.TempDir(), "datastorage-"+hex.EncodeToString(sum[:6]))
	}
	if err := makePrivate(f.run, who); err != nil {
		return fmt.Errorf("folder of the sockets: %w", err)
	}
	return nil
}

// makePrivate creates a folder that only the servers' user may enter, or checks
// that an existing one is: another user could otherwise have prepared it.
func makePrivate(dir string, who account) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		return who.own(dir)
	}
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || ownerOf(info) != who.uid {
		return fmt.Errorf("%s exists and is not a folder of user %d: remove it", dir, who.uid)
	}
	return os.Chmod(dir, 0o700) //nolint:gosec // a folder
}

// readPID reads the number in a pid file's first line, 0 when there is none.
func readPID(path string) int {
	text, err := os.ReadFile(path) //nolint:gosec // a path of ours
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid < 1 {
		return 0
	}
	return pid
}

func ownerOf(info os.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}
