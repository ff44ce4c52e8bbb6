package command_test

import (
	"database/sql"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/synthetic"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func ready(t *testing.T, url string) bool {
	t.Helper()
	c, err := apiclient.NewClientWithResponses(url)
	require.NoError(t, err)
	res, err := c.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	return res.StatusCode() == http.StatusOK
}

func TestServeMigratesWhenAsked(t *testing.T) {
	t.Parallel()
	environ := []string{"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t), "DATASTORAGE_LOG_FORMAT=json"}
	without, url := startCommand(t, environ, "serve", "--listen", "127.0.0.1:0")
	require.False(t, ready(t, url), "the schema is not there")
	require.Equal(t, exitcode.OK, without.stop())

	with, url := startCommand(t, append(environ, "DATASTORAGE_MIGRATE=true"), "serve", "--listen", "127.0.0.1:0")
	require.True(t, ready(t, url))
	require.Equal(t, exitcode.OK, with.stop())
	require.Contains(t, with.err.String(), `"http.max_in_flight":256`, "the settings in force are logged")
	require.Empty(t, with.out.String())
}

func TestServeRefusesToStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	const database = "DATASTORAGE_DATABASE_URL=postgres://u:secret@127.0.0.1:1/x?sslmode=disable"
	for _, test := range []struct {
		name    string
		environ []string
		args    []string
		code    exitcode.Code
		says    string
	}{
		{"no database", nil, nil, exitcode.Usage, "database.url"},
		{"unknown variable", []string{database, "DATASTORAGE_LISTN=x"}, nil, exitcode.Usage, "DATASTORAGE_LISTN"},
		{"unknown key", []string{database}, []string{"--config", writeFile(t, "c.yaml", "listn: x")}, exitcode.Usage, "listn"},
		{"unknown flag", []string{database}, []string{"--listn", "x"}, exitcode.Usage, "--listn"},
		{"impossible value", []string{database}, []string{"--http-max-in-flight", "0"}, exitcode.Usage, "http.max_in_flight = 0"},
		{"port taken", []string{database}, []string{"--listen", taken.Addr().String()}, exitcode.Failure, taken.Addr().String()},
		{"nothing to migrate", []string{database}, []string{"--migrate", "--listen", "127.0.0.1:0"}, exitcode.Unavailable, "cannot be reached"},
		{"no runtime", []string{database}, []string{"--runtime-dir", t.TempDir(), "--listen", "127.0.0.1:0"}, exitcode.Failure, "make setup"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := runWith(t, test.environ, "", append([]string{"serve"}, test.args...)...)
			require.Equal(t, test.code, got.code, got.err)
			require.Contains(t, got.err, test.says)
			require.NotContains(t, got.err, "secret")
		})
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	environ := []string{"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t)}
	before := runWith(t, environ, "", "migrate", "status")
	require.Zero(t, before.code, before.err)
	require.Contains(t, before.out, "pending")

	up := runWith(t, environ, "", "migrate", "up")
	require.Zero(t, up.code, up.err)
	require.Contains(t, up.out, "applied 1 ")
	require.Contains(t, runWith(t, environ, "", "migrate", "up").out, "nothing to do")

	type migration struct {
		Version   int64      `json:"version"`
		AppliedAt *time.Time `json:"applied_at"`
	}
	status := func() (list []migration) {
		got := runWith(t, environ, "", "migrate", "status", "-o", "json")
		require.NoError(t, json.Unmarshal([]byte(got.out), &list), got.err)
		return list
	}
	all := status()
	require.NotEmpty(t, all)
	for _, m := range all {
		require.NotNil(t, m.AppliedAt)
	}

	refused := runWith(t, environ, "", "migrate", "down")
	require.Equal(t, exitcode.Usage, refused.code)
	require.Contains(t, refused.err, "--yes")
	for left := len(all) - 1; left >= 0; left-- {
		down := runWith(t, environ, "", "migrate", "down", "--yes")
		require.Zero(t, down.code, down.err)
		require.Equal(t, "taken back ", down.out[:11])
		applied := 0
		for _, m := range status() {
			if m.AppliedAt != nil {
				applied++
			}
		}
		require.Equal(t, left, applied, "one step at a time")
	}
	require.Contains(t, runWith(t, environ, "", "migrate", "down", "--yes").out, "nothing to do")

	unreachable := runCommand(t, "", "migrate", "up", "--database-url", "postgres://u:secret@127.0.0.1:1/x?sslmode=disable")
	require.Equal(t, exitcode.Unavailable, unreachable.code)
	require.NotContains(t, unreachable.err, "secret")
	require.Equal(t, exitcode.Usage, runCommand(t, "", "migrate").code)
}

func TestDev(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	args := []string{"dev", "--listen", "127.0.0.1:0", "--data-dir", dir}
	first, url := startCommand(t, nil, args...)
	require.True(t, ready(t, url))
	for _, want := range []string{url + "/docs", "psql", "valkey.sock", "queue.sock", "curl -sS --get " + url, "44 of them new", "Ctrl-C"} {
		require.Contains(t, first.out.String(), want)
	}
	found := runCommand(t, "", "search", "pod keeps getting OOMKilled", "--server", url)
	require.Contains(t, found.out, "oom-killed-raise-memory-limit")

	second := runCommand(t, "", args...)
	require.Equal(t, exitcode.Failure, second.code)
	require.Contains(t, second.err, dir)
	require.Equal(t, exitcode.OK, first.stop())

	again, url := startCommand(t, nil, args...)
	require.Contains(t, again.out.String(), "0 of them new")
	require.True(t, ready(t, url))
	require.Equal(t, exitcode.OK, again.stop())
}

func TestDevOnDatabasesOfOnesOwn(t *testing.T) {
	t.Parallel()
	redis := testdb.Redis(t)
	environ := []string{"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t), "DATASTORAGE_REDIS_URL=" + redis}
	dir := filepath.Join(t.TempDir(), "data")
	r, url := startCommand(t, environ, "dev", "--listen", "127.0.0.1:0", "--data-dir", dir, "--samples=false")
	require.True(t, ready(t, url))
	require.NoDirExists(t, dir, "nothing is embedded")
	require.Contains(t, r.out.String(), redis)
	require.NotContains(t, r.out.String(), "Samples")
	require.Contains(t, runCommand(t, "", "search", "pod", "--server", url).out, "Nothing matches.")
	require.Equal(t, exitcode.OK, r.stop())
}

// What a database leaves behind when it dies under a running dev is an error, not a service that cannot work.
func TestDevEndsWithItsDatabase(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	r, _ := startCommand(t, nil, "dev", "--listen", "127.0.0.1:0", "--data-dir", dir, "--samples=false")
	killServer(t, filepath.Join(dir, "postgresql", "postmaster.pid"))
	<-r.done
	require.Equal(t, exitcode.Unavailable, r.stop())
	require.Contains(t, r.err.String(), "PostgreSQL ended by itself")
	require.Contains(t, r.err.String(), dir)
}

func TestDevFailsWithoutItsRuntime(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "", "dev", "--listen", "127.0.0.1:0", "--data-dir", t.TempDir(), "--runtime-dir", t.TempDir())
	require.Equal(t, exitcode.Failure, got.code)
	require.Contains(t, got.err, "make setup")
}

// With the URLs of both roles the service's gets its rights, anew each time.
func TestMigrateGrantsTheService(t *testing.T) {
	t.Parallel()
	owners := testdb.Empty(t)
	role, services := testdb.Role(t, owners)
	environ := []string{"DATASTORAGE_ADMIN_DATABASE_URL=" + owners, "DATASTORAGE_DATABASE_URL=" + services}
	first := runWith(t, environ, "", "migrate", "up")
	require.Zero(t, first.code, first.err)
	require.Contains(t, first.out, "applied 1 ")
	require.Contains(t, first.out, "granted "+role+" the rights of the service\n")
	require.Contains(t, runWith(t, environ, "", "migrate", "up").out, "granted "+role)
	_, url := startCommand(t, environ, "serve", "--listen", "127.0.0.1:0")
	require.True(t, ready(t, url))
	alone := runWith(t, environ[1:], "", "migrate", "down", "--yes")
	require.NotZero(t, alone.code, "that role cannot change the schema")
}

func TestMigrateIndexes(t *testing.T) {
	t.Parallel()
	url := testdb.Empty(t)
	environ := []string{"DATASTORAGE_DATABASE_URL=" + url}
	require.Equal(t, exitcode.OK, runWith(t, environ, "", "migrate", "up").code)
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	require.NoError(t, synthetic.New(1, 8).Load(t.Context(), db, "model-a", 0, 50, nil))
	for _, step := range []struct{ rows, says string }{
		{"1000", "nothing to do"}, {"50", "made the index of model model-a"}, {"50", "nothing to do"},
	} {
		got := runWith(t, environ, "", "migrate", "indexes", "--search-exact-rows", step.rows)
		require.Zero(t, got.code, got.err)
		require.Contains(t, got.out, step.says)
	}
	got := runWith(t, []string{"DATASTORAGE_DATABASE_URL=postgres://u@127.0.0.1:1/x?sslmode=disable"}, "", "migrate", "indexes")
	require.Equal(t, exitcode.Unavailable, got.code)
}
