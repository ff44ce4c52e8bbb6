package testdb_test

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/internal/testdb"
)

// templates counts the migrations of the template that tests clone.
var templates atomic.Int64

func migrate(ctx context.Context, url string) error {
	if strings.Contains(url, "_template") {
		templates.Add(1)
	}
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, `CREATE EXTENSION vector; CREATE TABLE note (text TEXT NOT NULL, place vector(3))`)
	return err
}

func open(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB) int {
	t.Helper()
	var n int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM note`).Scan(&n))
	return n
}

func TestNewGivesEachTestItsOwnMigratedDatabase(t *testing.T) {
	t.Parallel()
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			db := open(t, testdb.New(t))
			require.Zero(t, count(t, db))
			_, err := db.ExecContext(t.Context(), `INSERT INTO note VALUES ('here', '[1,2,3]')`)
			require.NoError(t, err)
			require.Equal(t, 1, count(t, db))
			require.EqualValues(t, 1, templates.Load(), "the template is migrated once")
		})
	}
}

func TestNewDropsTheDatabaseDespiteOpenConnections(t *testing.T) {
	t.Parallel()
	var address string
	t.Run("inner", func(t *testing.T) {
		address = testdb.New(t)
		db, err := sql.Open("postgres", address)
		require.NoError(t, err)
		require.NoError(t, db.PingContext(t.Context()))
	})
	db := open(t, address)
	require.ErrorContains(t, db.PingContext(t.Context()), "does not exist")
}

func TestEmptyIsNotMigrated(t *testing.T) {
	t.Parallel()
	var tables int
	db := open(t, testdb.Empty(t))
	query := `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&tables))
	require.Zero(t, tables)
}

func redis(t *testing.T, address string) rueidis.Client {
	t.Helper()
	option, err := rueidis.ParseURL(address)
	require.NoError(t, err)
	client, err := rueidis.NewClient(option)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func TestRedisGivesEachTestItsOwnDatabase(t *testing.T) {
	t.Parallel()
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			client := redis(t, testdb.Redis(t))
			ctx := t.Context()
			require.NoError(t, client.Do(ctx, client.B().Set().Key("k").Value("v").Nx().Build()).Error())
			n, err := client.Do(ctx, client.B().Dbsize().Build()).AsInt64()
			require.NoError(t, err)
			require.EqualValues(t, 1, n)
		})
	}
}

func TestRedisSupportsClientTracking(t *testing.T) {
	t.Parallel()
	client := redis(t, testdb.Redis(t))
	command := client.B().Get().Key("tracked").Cache()
	require.True(t, rueidis.IsRedisNil(client.DoCache(t.Context(), command, time.Minute).Error()))
	again := client.DoCache(t.Context(), client.B().Get().Key("tracked").Cache(), time.Minute)
	require.True(t, again.IsCacheHit())
}

func TestPrivatePostgresKeepsItsURLAndDataOverARestart(t *testing.T) {
	t.Parallel()
	s := testdb.StartPostgres(t)
	db := open(t, s.URL())
	_, err := db.ExecContext(t.Context(), `INSERT INTO note VALUES ('kept')`)
	require.NoError(t, err)

	s.Stop()
	// A session may answer for a moment after its server is gone.
	require.Eventually(t, func() bool { return db.PingContext(t.Context()) != nil }, time.Minute, 10*time.Millisecond)
	s.Start()
	require.Equal(t, 1, count(t, db))
}

func TestPausedPostgresAnswersNobody(t *testing.T) {
	t.Parallel()
	s := testdb.StartPostgres(t)
	db := open(t, s.URL())
	db.SetMaxOpenConns(1)
	require.NoError(t, db.PingContext(t.Context()))
	s.Pause()

	answer := make(chan error, 1)
	go func() { answer <- db.PingContext(context.WithoutCancel(t.Context())) }()
	requireSilence(t, socketOf(t, s.URL()))
	select {
	case err := <-answer:
		require.Fail(t, "the open connection was answered", "%v", err)
	default:
	}
	s.Resume()
	require.NoError(t, <-answer)
}

// requireSilence connects and asks something that a running server answers at once.
func requireSilence(t *testing.T, socket string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "unix", socket)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	sslRequest := []byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}
	_, err = conn.Write(sslRequest)
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

func socketOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
}

func TestPrivateValkeyStopsAndPauses(t *testing.T) {
	t.Parallel()
	s := testdb.StartValkey(t)
	client := redis(t, s.URL())
	ping := func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		return client.Do(ctx, client.B().Ping().Build()).Error()
	}
	require.NoError(t, ping(time.Minute))
	s.Pause()
	require.ErrorIs(t, ping(100*time.Millisecond), context.DeadlineExceeded)
	s.Resume()
	require.NoError(t, ping(time.Minute))
	s.Stop()
	require.Error(t, ping(100*time.Millisecond))
	s.Start()
	require.NoError(t, ping(time.Minute))
}

func TestQueueRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	client := redis(t, testdb.Queue(t))
	settings, err := client.Do(t.Context(), client.B().ConfigGet().Parameter("*").Build()).AsStrMap()
	require.NoError(t, err)
	require.Equal(t, "yes always noeviction", strings.Join(
		[]string{settings["appendonly"], settings["appendfsync"], settings["maxmemory-policy"]}, " "))
	require.NotEqual(t, "0", settings["maxmemory"])
}

func TestPrivateQueueKeepsItsDataOverAKill(t *testing.T) {
	t.Parallel()
	s := testdb.StartQueue(t)
	client := redis(t, s.URL())
	incr := func() (int64, error) {
		return client.Do(t.Context(), client.B().Incr().Key("n").Build()).AsInt64()
	}
	n, err := incr()
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	s.Kill()
	_, err = incr()
	require.Error(t, err)
	s.Start()
	require.Eventually(t, func() bool { n, err = incr(); return err == nil }, time.Minute, 10*time.Millisecond)
	require.EqualValues(t, 2, n)
}

func TestKilledPostgresKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	s := testdb.StartPostgres(t)
	db := open(t, s.URL())
	_, err := db.ExecContext(t.Context(), `SET synchronous_commit = on; INSERT INTO note VALUES ('kept')`)
	require.NoError(t, err)
	s.Kill()
	// A session may answer for a moment after its server is gone.
	require.Eventually(t, func() bool { return db.PingContext(t.Context()) != nil }, time.Minute, 10*time.Millisecond)
	s.Start()
	require.Equal(t, 1, count(t, db))
}
