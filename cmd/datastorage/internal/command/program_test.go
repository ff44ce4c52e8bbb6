package command_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/command"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

// killServer ends the process that a pid file names, without a chance to clean up.
func killServer(t *testing.T, pidFile string) {
	t.Helper()
	content, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"nonsense", "search", "search a b", "search x -o xml", "import", "import x --concurrency 0", "serve x", "version --nonsense"} {
		got := runCommand(t, "", strings.Fields(args)...)
		require.Equal(t, exitcode.Usage, got.code, args)
		require.Contains(t, got.err, "--help", args)
		require.Empty(t, got.out, args)
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "serve", "dev", "migrate", "migrate up", "migrate down", "migrate status", "migrate indexes", "import", "search", "version"} {
		got := runCommand(t, "", append(strings.Fields(args), "--help")...)
		require.Zero(t, got.code)
		require.Contains(t, got.out, "Examples:\n", args)
		require.Empty(t, got.err)
	}
	root := runCommand(t, "")
	require.Contains(t, root.out, "Exit codes:\n  0  ")
}

func TestVersion(t *testing.T) {
	t.Parallel()
	require.Regexp(t, `^datastorage v9\.9\.9, commit c0ffee, go1\.\S+, API \d+\.\d+\.\d+\n$`, runCommand(t, "", "version").out)
	var v apiclient.ServiceVersion
	require.NoError(t, json.Unmarshal([]byte(runCommand(t, "", "version", "-o", "json").out), &v))
	require.Equal(t, "c0ffee", v.Commit)

	require.Equal(t, "v1.2.3", command.BuildOf("v1.2.3", "abc").Version, "what the build was told wins")
	require.Equal(t, "abc", command.BuildOf("v1.2.3", "abc").Commit)
}

// The password of a database never shows, wherever the settings come from.
func TestHelpShowsNoSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := command.Program{In: strings.NewReader(""), Out: &out, Err: &out, Environ: []string{"DATASTORAGE_DATABASE_URL=postgres://u:secret@h/x"}}
	require.Zero(t, p.Run(t.Context(), []string{"serve", "--help"}))
	require.NotContains(t, out.String(), "secret")
}
