package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// testDir is a folder that the user of the servers can pass through, unlike those of the testing package.
func testDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "datastorage-bench-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left, "a benchmark leaves nothing behind")
		require.NoError(t, os.Remove(dir))
	})
	return dir
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}
