package parts_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

func TestLockFilePinsEveryPartForEveryPlatform(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/arm64"} {
		found, err := parts.Locked(platform)
		require.NoError(t, err)
		var names []string
		for _, p := range found {
			names = append(names, p.Name)
			sum, err := hex.DecodeString(p.SHA256)
			require.NoError(t, err)
			require.Len(t, sum, 32, p.String())
			require.NotEmpty(t, p.Keep, p.String())
			require.Equal(t, p.Client == "pip", len(p.Tags) > 0, p.String())
		}
		require.Equal(t, []string{parts.PostgreSQL, parts.Valkey, parts.ONNXRuntime, parts.Model}, names)
	}
}

func TestLockedRefusesWhatTheFileDoesNotHave(t *testing.T) {
	t.Parallel()
	_, err := parts.Locked("plan9/386")
	require.ErrorIs(t, err, parts.ErrUnsupportedPlatform)
	require.ErrorContains(t, err, "plan9/386")
	_, err = parts.Locked("linux/amd64", "mysql")
	require.ErrorContains(t, err, `"mysql"`)
	model, err := parts.Locked("linux/amd64", parts.Model)
	require.NoError(t, err)
	require.Len(t, model, 1)
}

func TestCheckSaysWhatToRun(t *testing.T) {
	t.Parallel()
	locked, err := parts.Locked("linux/amd64", parts.Model)
	require.NoError(t, err)
	dir := t.TempDir()
	err = locked[0].Check(dir)
	require.ErrorIs(t, err, parts.ErrMissing)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, "make setup")
}

func TestDefaultDir(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600))
	below := filepath.Join(root, "a", "b")
	require.NoError(t, os.MkdirAll(below, 0o700))
	t.Setenv(parts.DirVariable, "")

	t.Chdir(below)
	require.Equal(t, filepath.Join(root, ".runtime"), parts.DefaultDir())
	t.Setenv(parts.DirVariable, "/elsewhere")
	require.Equal(t, "/elsewhere", parts.DefaultDir())
}
