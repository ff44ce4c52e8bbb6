package parts

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

type member struct {
	name, text string
	mode       fs.FileMode
}

func writeZip(t *testing.T, path string, members ...member) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	zw := zip.NewWriter(f)
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		header.SetMode(m.mode)
		w, err := zw.CreateHeader(header)
		require.NoError(t, err)
		_, err = w.Write([]byte(m.text))
		require.NoError(t, err)
	}
	require.NoError(t, zw.Close())
	require.NoError(t, f.Close())
}

func TestUnpackKeepsWhatIsWantedWithItsMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := filepath.Join(dir, "a.zip")
	writeZip(t, archive,
		member{"bin/tool", "run", 0o700},
		member{"bin/link", "tool", fs.ModeSymlink | 0o777},
		member{"share/a/b/data", "data", 0o600},
		member{"include/header.h", "unwanted", 0o644},
	)
	out := filepath.Join(dir, "out")
	require.NoError(t, unpack(archive, out, []string{"bin/*", "share/**"}))

	require.Equal(t, fs.FileMode(0o755), modeOf(t, filepath.Join(out, "bin/tool")))
	require.Equal(t, fs.FileMode(0o644), modeOf(t, filepath.Join(out, "share/a/b/data")))
	require.Equal(t, fs.FileMode(0o755), modeOf(t, filepath.Join(out, "share/a/b")))
	target, err := os.Readlink(filepath.Join(out, "bin/link"))
	require.NoError(t, err)
	require.Equal(t, "tool", target)
	require.NoDirExists(t, filepath.Join(out, "include"))
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

func TestUnpackRefusesToLeaveItsFolder(t *testing.T) {
	t.Parallel()
	cases := map[string][]member{
		"parent":           {{"../evil", "x", 0o644}},
		"parent inside":    {{"a/../../evil", "x", 0o644}},
		"absolute":         {{"/tmp/evil", "x", 0o644}},
		"link to parent":   {{"link", "../evil", fs.ModeSymlink | 0o777}},
		"absolute link":    {{"link", "/etc/passwd", fs.ModeSymlink | 0o777}},
		"through two":      {{"a", ".", fs.ModeSymlink | 0o777}, {"a/b", "../..", fs.ModeSymlink | 0o777}},
		"device":           {{"device", "", fs.ModeDevice | 0o644}},
		"member twice":     {{"a", "1", 0o644}, {"a", "2", 0o644}},
		"file over a link": {{"a", "b", fs.ModeSymlink | 0o777}, {"a", "2", 0o644}},
	}
	for name, members := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			archive := filepath.Join(dir, "a.zip")
			writeZip(t, archive, members...)
			require.Error(t, unpack(archive, filepath.Join(dir, "x", "out"), []string{"**"}), "parent folder is missing")
			require.NoError(t, os.Mkdir(filepath.Join(dir, "x"), 0o700))
			require.Error(t, unpack(archive, filepath.Join(dir, "x", "out"), []string{"**"}))
			require.NoFileExists(t, filepath.Join(dir, "x", "evil"))
			require.NoFileExists(t, filepath.Join(dir, "evil"))
			require.NoFileExists(t, "/tmp/evil")
		})
	}
}

func TestUnpackOfNothingWantedIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := filepath.Join(dir, "a.zip")
	writeZip(t, archive, member{"a", "x", 0o644})
	require.ErrorContains(t, unpack(archive, filepath.Join(dir, "out"), []string{"b"}), "none of the wanted files")
}
