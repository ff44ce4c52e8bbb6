package command_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func TestCacheCommands(t *testing.T) {
	t.Parallel()
	_, url := startCommand(t, []string{
		"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t), "DATASTORAGE_MIGRATE=true", "DATASTORAGE_REDIS_URL=" + testdb.Redis(t),
	}, "serve", "--listen", "127.0.0.1:0")
	service := []string{"DATASTORAGE_SERVER=" + url}
	imported := runWith(t, service, record("oom", "v1.0.0", "Container killed", "high"), "import", "-")
	require.Zero(t, imported.code, imported.err)
	for range 2 {
		require.Zero(t, runWith(t, service, "", "search", "killed").code)
	}

	warm := runWith(t, service, "", "cache", "warm", "--wait")
	require.Zero(t, warm.code, warm.err)
	require.Regexp(t, `^done: 1 of 1 playbooks, \d of \d questions\n$`, warm.out)

	stats := runWith(t, service, "", "cache", "stats")
	require.Zero(t, stats.code, stats.err)
	require.Regexp(t, `(?m)^KIND +HITS +MISSES +HIT RATE`, stats.out)
	require.Regexp(t, `(?m)^result +1 +1 +50 %`, stats.out)
	asJSON := runWith(t, service, "", "cache", "stats", "-o", "json")
	var decoded apiclient.CacheStats
	require.NoError(t, json.Unmarshal([]byte(asJSON.out), &decoded))
	require.True(t, decoded.Answering)

	one := runWith(t, service, "", "cache", "invalidate", "oom")
	require.Zero(t, one.code, one.err)
	require.Regexp(t, `^Removed [12] entries\.\n$`, one.out)
	all := runWith(t, service, "", "cache", "invalidate", "--all")
	require.Equal(t, "Removed 0 entries.\n", all.out)
	for _, args := range [][]string{{"cache", "invalidate"}, {"cache", "invalidate", "a", "--all"}, {"cache", "invalidate", "Not An Id"}} {
		require.Equal(t, exitcode.Usage, runWith(t, service, "", args...).code, args)
	}
}
