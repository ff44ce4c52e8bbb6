package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ErrHashMismatch reports an archive that is not the pinned one.
var ErrHashMismatch = errors.New("SHA-256 differs from the runtime lock file")

// stagingPrefix marks folders of a fetch in progress inside the runtime folder.
const stagingPrefix = ".staging-"

// Fetch makes the runtime folder hold the parts. It returns quickly and without
// output when all are there. Otherwise it downloads the missing ones at the
// same time, writes a line about each to progress, checks each archive's
// SHA-256 before anything of it is unpacked, and moves each part to its place
// in one step. Fetches into one folder exclude each other across processes.
//
// Everything in the folder is readable by every user, because the servers may
// run as another one.
func Fetch(ctx context.Context, runtimeDir string, wanted []Part, progress io.Writer) error {
	if len(missing(runtimeDir, wanted)) == 0 {
		return nil
	}
	return fetch(ctx, runtimeDir, wanted, download, progress)
}

// downloader puts a part's archive into an empty folder and returns its path.
type downloader func(ctx context.Context, p Part, dir string) (string, error)

func fetch(ctx context.Context, runtimeDir string, wanted []Part, get downloader, progress io.Writer) error {
	if err := makeFolder(runtimeDir); err != nil {
		return fmt.Errorf("runtime folder: %w", err)
	}
	unlock, err := lockFolder(ctx, runtimeDir)
	if err != nil {
		return err
	}
	defer unlock()
	removeStaging(runtimeDir)

	todo := missing(runtimeDir, wanted)
	out := &lineWriter{w: progress}
	errs := make([]error, len(todo))
	var wg sync.WaitGroup
	for i, p := range todo {
		wg.Go(func() { errs[i] = fetchOne(ctx, runtimeDir, p, get, out) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// makeFolder creates the runtime folder for all to read, whatever the umask
// says, and leaves an existing one as it is.
func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // another user must be able to read it
		return err
	}
	return os.Chmod(dir, 0o755) //nolint:gosec // likewise
}

func missing(runtimeDir string, wanted []Part) []Part {
	var todo []Part
	for _, p := range wanted {
		if p.Check(runtimeDir) != nil {
			todo = append(todo, p)
		}
	}
	return todo
}

func fetchOne(ctx context.Context, runtimeDir string, p Part, get downloader, out *lineWriter) error {
	begin := time.Now()
	staging, err := os.MkdirTemp(runtimeDir, stagingPrefix+p.Name+"-")
	if err != nil {
		return fmt.Errorf("fetch %s: %w", p, err)
	}
	defer func() { _ = os.RemoveAll(staging) }()

	out.printf("fetching %s with %s (%s)", p, p.Client, p.About)
	archive, err := get(ctx, p, staging)
	if err != nil {
		return fmt.Errorf("fetch %s: %w", p, err)
	}
	if err := verify(archive, p.SHA256); err != nil {
		return fmt.Errorf("fetch %s: %w", p, err)
	}
	if err := install(archive, staging, runtimeDir, p); err != nil {
		return fmt.Errorf("unpack %s: %w", p, err)
	}
	out.printf("%s is ready after %.1f s", p, time.Since(begin).Seconds())
	return nil
}

// install unpacks into the staging folder and swaps the result in.
func install(archive, staging, runtimeDir string, p Part) error {
	unpacked := filepath.Join(staging, "unpacked")
	if err := unpack(archive, unpacked, p.Keep); err != nil {
		return err
	}
	mark := filepath.Join(unpacked, marker)
	if err := os.WriteFile(mark, []byte(p.SHA256+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Chmod(mark, 0o644); err != nil { //nolint:gosec // read by other users
		return err
	}
	place := p.Dir(runtimeDir)
	if err := os.Rename(place, filepath.Join(staging, "replaced")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(unpacked, place)
}

func verify(archive, want string) error {
	f, err := os.Open(archive) //nolint:gosec // a path that the downloader returned
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read %s: %w", archive, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return fmt.Errorf("%s: %w: expected %s, got %s", filepath.Base(archive), ErrHashMismatch, want, got)
	}
	return nil
}

// removeStaging clears what a killed fetch left. The caller holds the lock, so
// no other fetch works there.
func removeStaging(runtimeDir string) {
	entries, err := os.ReadDir(runtimeDir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagingPrefix) {
			_ = os.RemoveAll(filepath.Join(runtimeDir, e.Name()))
		}
	}
}

// lineWriter keeps the lines of parallel downloads whole.
type lineWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lineWriter) printf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.w, "setup: "+format+"\n", args...)
}
