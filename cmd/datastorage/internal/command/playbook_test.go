package command_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
)

func TestPlaybookCommands(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	playbook := func(args ...string) ended {
		t.Helper()
		return runWith(t, service, "", append([]string{"playbook"}, args...)...)
	}
	done := func(args ...string) string {
		t.Helper()
		got := playbook(args...)
		require.Zero(t, got.code, got.err)
		require.Empty(t, got.err)
		return got.out
	}
	require.Zero(t, runWith(t, service, record("oom", "v1.0.0", "Container killed", "high")+
		record("oom", "v1.1.0", "Container killed for lack of memory", "high")+record("dns", "v1.0.0", "No names", "low"), "import", "-").code)

	require.Regexp(t, `(?m)^oom +v1\.1\.0 +active +true +20\S+Z +Container killed`, done("list"))
	require.NotContains(t, done("list", "--text", "names"), "oom")
	require.Regexp(t, `(?s)oom +v1\.1\.0 .*oom +v1\.0\.0 +active +false`, done("versions", "oom"))

	require.Regexp(t, `oom +v1\.1\.0 +disabled +false`, done("disable", "oom", "v1.1.0", "--reason", "kills\x1b[2J too much", "--actor", "carol"))
	again := playbook("disable", "oom", "v1.1.0", "--reason", "x")
	require.Equal(t, exitcode.Conflict, again.code)
	require.Contains(t, again.err, "by carol: kills [2J too much")
	require.NotContains(t, again.err, "\x1b", "what others wrote does nothing to a terminal")
	got := done("get", "oom")
	require.Contains(t, got, "oom v1.0.0\n")
	require.Regexp(t, `NEWER +v1\.1\.0 was disabled by carol on \S+: kills \[2J too much`, got)
	require.Contains(t, got, "\n# content of oom\n")
	require.Regexp(t, `BECAUSE +kills \[2J too much`, done("get", "oom", "v1.1.0"))
	done("enable", "oom", "v1.1.0")

	require.Contains(t, done("disable", "oom", "--reason", "all of it"), "v1.0.0")
	require.Equal(t, "Nothing to change.\n", done("disable", "oom", "--reason", "all of it"))
	require.Equal(t, exitcode.NotFound, playbook("get", "oom").code)
	var enabled apiclient.PlaybookVersionList
	require.NoError(t, json.Unmarshal([]byte(done("enable", "oom", "-o", "json")), &enabled))
	require.Len(t, enabled.Items, 2)
	require.Contains(t, done("deprecate", "oom", "v1.0.0", "--reason", "old", "--notice", "use v1.1.0", "--superseded-by", "oom"), "deprecated")
	require.Regexp(t, `NOTICE +use v1\.1\.0\nSUPERSEDED BY +oom\n`, done("get", "oom", "v1.0.0"))
	require.Contains(t, done("archive", "oom", "v1.0.0", "--reason", "gone"), "archived")
	require.Equal(t, exitcode.Usage, playbook("archive", "oom", "v1.1.0").code, "a reason is required")

	history := done("history", "oom")
	require.Regexp(t, `(?m)^20\S+Z +v1\.1\.0 +disable +disabled +carol +kills \[2J too much$`, history)
	require.Regexp(t, `(?m)^20\S+Z +v1\.0\.0 +archive +archived +anonymous +gone$`, history)
	var entries apiclient.History
	require.NoError(t, json.Unmarshal([]byte(done("history", "oom", "-o", "json")), &entries))
	require.Len(t, entries.Items, 10)
}

// The exit code says whether two versions differ, as that of diff does.
func TestPlaybookDiff(t *testing.T) {
	t.Parallel()
	service := []string{"DATASTORAGE_SERVER=" + startService(t)}
	require.Zero(t, runWith(t, service, record("oom", "v1.0.0", "Container killed", "high")+
		record("oom", "v1.1.0", "Killed", "low"), "import", "-").code)
	differ := runWith(t, service, "", "playbook", "diff", "oom", "v1.0.0", "v1.1.0")
	require.Equal(t, exitcode.Failure, differ.code)
	require.Empty(t, differ.err)
	require.Contains(t, differ.out, "-labels/severity: \"high\"\n+labels/severity: \"low\"\n")
	require.Contains(t, differ.out, "Suggested bump: major\n  /labels/severity: ")

	asJSON := runWith(t, service, "", "playbook", "diff", "oom", "v1.0.0", "v1.1.0", "-o", "json")
	require.Equal(t, exitcode.Failure, asJSON.code)
	var diff apiclient.PlaybookDiff
	require.NoError(t, json.Unmarshal([]byte(asJSON.out), &diff))
	require.NotEmpty(t, *diff.Changes)

	same := runWith(t, service, "", "playbook", "diff", "oom", "v1.0.0", "v1.0.0")
	require.Zero(t, same.code)
	require.Empty(t, same.out)
	require.Equal(t, exitcode.NotFound, runWith(t, service, "", "playbook", "diff", "oom", "v1.0.0", "v3.0.0").code)
}
