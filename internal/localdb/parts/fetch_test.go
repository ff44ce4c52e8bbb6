package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is a part whose archive lies in a folder instead of a registry.
type source struct {
	part    Part
	archive string
	fetched atomic.Int64
}

func newSource(t *testing.T) *source {
	t.Helper()
	s := &source{archive: filepath.Join(t.TempDir(), "part-1.0.whl")}
	writeZip(t, s.archive, member{"bin/tool", "run", 0o755}, member{"README", "text", 0o644})
	text, err := os.ReadFile(s.archive)
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	s.part = Part{Name: "part", Version: "1.0", Client: "pip", Keep: []string{"bin/*"}, SHA256: hex.EncodeToString(sum[:])}
	return s
}

func (s *source) get(_ context.Context, _ Part, dir string) (string, error) {
	s.fetched.Add(1)
	text, err := os.ReadFile(s.archive)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.Base(s.archive))
	return path, os.WriteFile(path, text, 0o600)
}

func TestFetchUnpacksOnceAndIsSilentAfterwards(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), filepath.Join(t.TempDir(), "runtime")
	var out bytes.Buffer
	require.ErrorIs(t, s.part.Check(dir), ErrMissing)
	require.NoError(t, fetch(t.Context(), dir, []Part{s.part}, s.get, &out))
	require.NoError(t, s.part.Check(dir))
	require.FileExists(t, filepath.Join(s.part.Dir(dir), "bin/tool"))
	require.Contains(t, out.String(), "fetching part 1.0 with pip")

	out.Reset()
	require.NoError(t, Fetch(t.Context(), dir, []Part{s.part}, &out))
	require.Empty(t, out.String())
	require.EqualValues(t, 1, s.fetched.Load())
}

func TestFetchRefusesAnotherArchive(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), t.TempDir()
	actual := s.part.SHA256
	s.part.SHA256 = "00" + actual[2:]
	err := fetch(t.Context(), dir, []Part{s.part}, s.get, &bytes.Buffer{})
	require.ErrorIs(t, err, ErrHashMismatch)
	require.ErrorContains(t, err, "part-1.0.whl")
	require.ErrorContains(t, err, "expected "+s.part.SHA256+", got "+actual)
	require.Equal(t, []string{".lock"}, namesIn(t, dir), "nothing may be unpacked or left")
}

func TestFetchReplacesAPartOfAnotherArchive(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), t.TempDir()
	old := filepath.Join(s.part.Dir(dir), "old")
	require.NoError(t, os.MkdirAll(filepath.Dir(old), 0o700))
	require.NoError(t, os.WriteFile(old, nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.part.Dir(dir), marker), []byte("abc\n"), 0o600))
	require.ErrorIs(t, s.part.Check(dir), ErrMissing)

	require.NoError(t, fetch(t.Context(), dir, []Part{s.part}, s.get, &bytes.Buffer{}))
	require.NoError(t, s.part.Check(dir))
	require.NoFileExists(t, old)
}

func TestFetchClearsWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, stagingPrefix+"part-1", "unpacked"), 0o700))
	require.NoError(t, fetch(t.Context(), dir, []Part{s.part}, s.get, &bytes.Buffer{}))
	require.Equal(t, []string{".lock", "part-1.0"}, namesIn(t, dir))
}

func TestFetchesAtOnceFetchOnce(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), t.TempDir()
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = fetch(t.Context(), dir, []Part{s.part}, s.get, &bytes.Buffer{}) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, s.fetched.Load())
}

func TestFetchWaitingForAnotherEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s, dir := newSource(t), t.TempDir()
	unlock, err := lockFolder(t.Context(), dir)
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, fetch(ctx, dir, []Part{s.part}, s.get, &bytes.Buffer{}), context.Canceled)
	require.Zero(t, s.fetched.Load())
}

// The umask belongs to the process, so this test is not parallel.
func TestFetchedPartsAreReadableByOthers(t *testing.T) {
	s, dir := newSource(t), filepath.Join(t.TempDir(), "runtime")
	old := syscall.Umask(0o077)
	err := fetch(t.Context(), dir, []Part{s.part}, s.get, &bytes.Buffer{})
	syscall.Umask(old)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o755), modeOf(t, dir))
	require.Equal(t, fs.FileMode(0o755), modeOf(t, s.part.Dir(dir)))
	require.Equal(t, fs.FileMode(0o755), modeOf(t, filepath.Join(s.part.Dir(dir), "bin")))
	require.Equal(t, fs.FileMode(0o755), modeOf(t, filepath.Join(s.part.Dir(dir), "bin/tool")))
	require.Equal(t, fs.FileMode(0o644), modeOf(t, filepath.Join(s.part.Dir(dir), marker)))
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
