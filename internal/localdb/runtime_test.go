package localdb_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

func TestRuntimeFindsItsFiles(t *testing.T) {
	t.Parallel()
	rt, err := localdb.OpenRuntime("")
	require.NoError(t, err)
	psql, err := rt.PostgresBin("psql")
	require.NoError(t, err)
	valkey, err := rt.Valkey()
	require.NoError(t, err)
	library, err := rt.ONNXRuntimeLibrary()
	require.NoError(t, err)
	model, err := rt.Model()
	require.NoError(t, err)
	tokenizer, err := rt.Tokenizer()
	require.NoError(t, err)
	for _, path := range []string{psql, valkey, library, model, tokenizer} {
		require.True(t, filepath.IsAbs(path), path)
		require.FileExists(t, path)
	}
	require.Equal(t, "18", rt.PostgresMajor())
	_, err = rt.PostgresBin("absent")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "make setup")
}

func TestAbsentRuntimeSaysWhatToRun(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run[time]*")
	_, err := localdb.OpenRuntime(dir)
	require.ErrorIs(t, err, parts.ErrMissing)
	require.ErrorContains(t, err, "make setup")
	require.ErrorContains(t, err, dir)
}

func TestRuntimeOfSomePartsHasNoOthers(t *testing.T) {
	t.Parallel()
	rt, err := localdb.OpenRuntime("", parts.Model)
	require.NoError(t, err)
	_, err = rt.Model()
	require.NoError(t, err)
	_, err = rt.Valkey()
	require.ErrorContains(t, err, "was not asked for")
}

func TestRuntimeFolderMayBeNamedLikeAPattern(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run[time]*")
	require.NoError(t, os.Symlink(parts.DefaultDir(), dir))
	rt, err := localdb.OpenRuntime(dir, parts.Valkey)
	require.NoError(t, err)
	path, err := rt.Valkey()
	require.NoError(t, err)
	require.FileExists(t, path)
}
