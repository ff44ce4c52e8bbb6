package cache_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// setting changes a setting of a private server.
func setting(t *testing.T, server *testdb.Server, name, value string) {
	t.Helper()
	command(t, raw(t, server.URL()), "CONFIG", "SET", name, value)
}

// everything claims all that a queue holds.
func everything(t *testing.T, q *cache.Queue) map[uuid.UUID]bool {
	t.Helper()
	held := map[uuid.UUID]bool{}
	for {
		entries := claim(t, q, 100)
		if len(entries) == 0 {
			return held
		}
		for _, e := range entries {
			for _, event := range e.Group {
				held[event.ID] = true
			}
		}
		require.NoError(t, q.Done(t.Context(), idsOf(entries)))
	}
}

// pushUntilTheEnd pushes from several goroutines until one push fails, and gives the events whose push succeeded.
func pushUntilTheEnd(t *testing.T, q *cache.Queue, enough func()) []uuid.UUID {
	t.Helper()
	const writers, before = 4, 20
	var mu sync.Mutex
	var kept []uuid.UUID
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				g := group(t, newEvent())
				if q.Push(context.Background(), []audit.Group{g}) != nil {
					return
				}
				mu.Lock()
				kept = append(kept, g[0].ID)
				ready := len(kept) == before
				mu.Unlock()
				if ready {
					enough()
				}
			}
		})
	}
	wg.Wait()
	return kept
}

// lossOfAKill kills the server (-9) among pushes and gives how many events were acknowledged, and how many of them were
// there after its restart.
func lossOfAKill(t *testing.T, server *testdb.Server, q *cache.Queue) (acknowledged, kept int) {
	t.Helper()
	reached := make(chan struct{}, 1)
	ids := make(chan []uuid.UUID, 1)
	go func() { ids <- pushUntilTheEnd(t, q, func() { reached <- struct{}{} }) }()
	<-reached
	server.Kill()
	pushed := <-ids
	server.Start()
	held := everything(t, openQueue(t, server.URL()))
	for _, id := range pushed {
		if held[id] {
			kept++
		}
	}
	return len(pushed), kept
}

func TestWhatIsPushedSurvivesAKill(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	for range 15 {
		acknowledged, kept := lossOfAKill(t, server, openQueue(t, server.URL()))
		require.Equal(t, acknowledged, kept)
	}
	q := openQueue(t, server.URL())
	for range 15 {
		pushed := group(t, newEvent())
		push(t, q, pushed)
		server.Kill() // at once
		server.Start()
		require.True(t, everything(t, openQueue(t, server.URL()))[pushed[0].ID])
		require.Eventually(t, func() bool { return q.Check(t.Context()) == nil }, patience, pollInterval)
	}
}

// With the confirmation off, the same kill loses what was acknowledged: this is what it is there to prevent. The server
// holds everything in memory only; with the confirmation on, it is refused.
func TestWithoutTheConfirmationAKillLosesWhatWasPushed(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	setting(t, server, "appendonly", "no")
	careful := openQueue(t, server.URL())
	require.ErrorIs(t, careful.Push(t.Context(), groups(t, 1)), audit.ErrQueueUnavailable)
	require.Empty(t, everything(t, careful), "not even tried")

	blind := openQueue(t, server.URL())
	blind.TrustBlindly()
	acknowledged, kept := lossOfAKill(t, server, blind)
	require.Positive(t, acknowledged)
	require.Zero(t, kept)
}

// A server that does not confirm in time has not confirmed. It would confirm at once on another connection, which has
// nothing to wait for.
func TestPushAwaitsTheFsyncOfItsOwnWrite(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	q := openQueue(t, server.URL(), timeout(3*time.Second))
	push(t, q, groups(t, 1)...)
	setting(t, server, "appendfsync", "no") // from now on the disk is up to the kernel
	err := q.Push(t.Context(), groups(t, 1))
	require.ErrorIs(t, err, audit.ErrQueueUnavailable)
	require.ErrorContains(t, err, "WAITAOF did not confirm it in time")

	blind := openQueue(t, server.URL())
	blind.TrustBlindly()
	push(t, blind, groups(t, 1)...)
	require.EqualValues(t, 3, stats(t, q).Depth, "what was refused may be recorded nevertheless")
}

// What was found out about the server is not relied upon when it has changed, not even for the next moment.
func TestServerThatLosesItsFileIsNoticedAtOnce(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	q := openQueue(t, server.URL())
	push(t, q, groups(t, 1)...)
	setting(t, server, "appendonly", "no")
	for range 2 {
		require.ErrorIs(t, q.Push(t.Context(), groups(t, 1)), audit.ErrQueueUnavailable)
	}
	require.False(t, stats(t, q).Durable)
	require.Contains(t, q.Durability(), "set appendonly to yes")
	setting(t, server, "appendonly", "yes")
	require.Eventually(t, func() bool { return q.Push(t.Context(), groups(t, 1)) == nil }, patience, pollInterval,
		"once the file is there, which takes a moment")
	require.True(t, stats(t, q).Durable)
}

func TestServersThatAreRefused(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	q := openQueue(t, server.URL())
	require.Contains(t, q.Durability(), "unknown")
	for _, c := range []struct{ name, bad, good, says string }{
		{"maxmemory-policy", "allkeys-lru", "noeviction", "set maxmemory-policy to noeviction (it is allkeys-lru)"},
		{"appendfsync", "no", "always", "set appendfsync to always"},
		// Valkey 9.1.2 answers WAITAOF without an fsync. A release that mends it is accepted.
		{"appendfsync", "everysec", "always", "its WAITAOF answers without an fsync"},
		{"maxmemory-policy", "volatile-ttl", "volatile-lru", ""},
	} {
		setting(t, server, c.name, c.bad)
		fresh := openQueue(t, server.URL()) // q remembers for a while that all was well
		err := fresh.Push(t.Context(), groups(t, 1))
		if c.says == "" {
			require.NoError(t, err)
			require.Contains(t, fresh.Durability(), "maxmemory-policy "+c.bad)
		} else {
			require.ErrorIs(t, err, audit.ErrQueueUnavailable, c.bad)
			require.ErrorContains(t, err, c.says)
			require.ErrorIs(t, fresh.Check(t.Context()), audit.ErrQueueUnavailable)
			require.Equal(t, "none: ", fresh.Durability()[:6])
			require.False(t, stats(t, fresh).Durable)
		}
		setting(t, server, c.name, c.good)
		push(t, fresh, groups(t, 1)...)
		require.NoError(t, fresh.Check(t.Context()))
		require.Contains(t, fresh.Durability(), "confirmed by WAITAOF, appendfsync always")
	}
}

// as gives the address of a server for a user who may do all but some commands.
func as(t *testing.T, server *testdb.Server, user string, rules ...string) string {
	t.Helper()
	words := append([]string{"ACL", "SETUSER", user, "on", ">secret", "~*", "+@all"}, rules...)
	command(t, raw(t, server.URL()), words...)
	u, err := url.Parse(server.URL())
	require.NoError(t, err)
	u.User = url.UserPassword(user, "secret")
	return u.String()
}

func TestServersThatDoNotAllowEverything(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	reply := openQueue(t, as(t, server, "a", "-waitaof"))
	push(t, reply, groups(t, 1)...)
	require.Contains(t, reply.Durability(), "confirmed by the reply to the write")
	setting(t, server, "appendfsync", "everysec")
	require.ErrorContains(t, reply.Push(t.Context(), groups(t, 1)), "its settings have changed")
	require.ErrorContains(t, reply.Push(t.Context(), groups(t, 1)), "allow WAITAOF")
	setting(t, server, "appendfsync", "always")
	push(t, reply, groups(t, 1)...)

	for user, c := range map[string]struct{ rules, says string }{
		"b": {"-config", "allow CONFIG GET"},     // always, or hasty: nobody can tell
		"c": {"-config -waitaof", "appendfsync"}, // nothing confirms
		"d": {"-config -info", "allow INFO"},     // may evict
		"e": {"-multi", "NOPERM"},                // cannot be used at all
	} {
		q := openQueue(t, as(t, server, user, strings.Fields(c.rules)...))
		err := q.Push(t.Context(), groups(t, 1))
		require.ErrorIs(t, err, audit.ErrQueueUnavailable, c.rules)
		require.ErrorContains(t, err, c.says, c.rules)
	}
}

// limitMemory leaves the server a mebibyte.
func limitMemory(t *testing.T, server *testdb.Server) {
	t.Helper()
	client := raw(t, server.URL())
	info, err := command(t, client, "INFO", "memory").ToString()
	require.NoError(t, err)
	_, after, _ := strings.Cut(info, "used_memory:")
	used, _, _ := strings.Cut(after, "\r\n")
	now, err := strconv.Atoi(used)
	require.NoError(t, err)
	command(t, client, "CONFIG", "SET", "maxmemory", fmt.Sprint(now+1<<20))
}

// fill makes the server's memory full.
func fill(t *testing.T, server *testdb.Server) {
	t.Helper()
	client := raw(t, server.URL())
	for i := 0; ; i++ {
		word := client.B().Set().Key(fmt.Sprintf("{queue}filler%d", i)).Value(strings.Repeat("x", 10_000)).Build()
		if err := client.Do(t.Context(), word).Error(); err != nil {
			require.ErrorContains(t, err, "OOM")
			return
		}
	}
}

func TestFullMemoryRefusesAllOrNothingAndStillDrains(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	lines := &lines{}
	q := openQueue(t, server.URL(), lines.log)
	push(t, q, groups(t, 20)...)
	limitMemory(t, server)
	large := newEvent()
	large.Data = json.RawMessage(`{"a":"` + strings.Repeat("x", 200<<10) + `"}`)
	some := group(t, large)
	err := q.Push(t.Context(), []audit.Group{some, some, some, some, some, some, some, some})
	require.ErrorContains(t, err, "memory is full", "there is room for some of them only")
	require.EqualValues(t, 20, stats(t, q).Depth, "nothing of it is there")
	push(t, q, groups(t, 1)...)
	fill(t, server)
	for range 3 {
		err := q.Push(t.Context(), append(groups(t, 9), some))
		require.ErrorIs(t, err, audit.ErrQueueUnavailable)
		require.ErrorContains(t, err, "memory is full")
		require.EqualValues(t, 21, stats(t, q).Depth)
	}
	const taken, full = "the audit queue takes events", "the audit queue does not take events full"
	require.Equal(t, []string{taken, full, taken, full}, lines.all())

	// All that leads out of it works, also by a process that has just started and knows nothing.
	q = openQueue(t, server.URL())
	entries := claim(t, q, 30)
	require.Len(t, entries, 21)
	require.NoError(t, q.Release(t.Context(), entries[:1]))
	require.NoError(t, q.Park(t.Context(), entries[0], "poison"))
	parked, err := q.Parked(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, parked, 1)
	require.NoError(t, q.Retry(t.Context(), parked[0].ID))
	require.NoError(t, q.Done(t.Context(), idsOf(entries[1:])))
	require.EqualValues(t, 1, stats(t, q).Depth)
	command(t, raw(t, server.URL()), "XGROUP", "DESTROY", cache.GroupsKey, cache.DrainGroup)
	require.Len(t, claim(t, q, 20), 1)

	setting(t, server, "maxmemory", "100mb")
	push(t, q, groups(t, 10)...)
	require.EqualValues(t, 11, stats(t, q).Depth)
}

// lines collects what is logged, each line as its message and condition.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) log(cfg *cache.QueueConfig) { cfg.Logger = slog.New(slog.NewJSONHandler(l, nil)) }

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for line := range strings.Lines(l.text.String()) {
		var said struct{ Msg, Condition string }
		if err := json.Unmarshal([]byte(line), &said); err == nil {
			all = append(all, strings.TrimSpace(said.Msg+" "+said.Condition))
		}
	}
	return all
}

func TestQueueComesAndGoesWithItsServer(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	server.Stop()
	lines := &lines{}
	q := openQueue(t, server.URL(), lines.log, timeout(500*time.Millisecond))
	pushed := groups(t, 1)
	away := func() {
		for range 3 {
			require.ErrorIs(t, q.Push(t.Context(), pushed), audit.ErrQueueUnavailable)
			_, err := q.Claim(t.Context(), 1)
			require.ErrorIs(t, err, audit.ErrQueueUnavailable)
			_, err = q.Stats(t.Context())
			require.ErrorIs(t, err, audit.ErrQueueUnavailable)
		}
		require.Contains(t, q.Durability(), "unknown")
	}
	back := func(depth int64) {
		require.Eventually(t, func() bool { return q.Push(t.Context(), pushed) == nil }, patience, pollInterval)
		require.Equal(t, depth, stats(t, q).Depth)
	}
	away()
	server.Start()
	back(1)
	server.Stop()
	away()
	server.Start()
	back(2)
	server.Pause()
	away()
	server.Resume()
	require.Eventually(t, func() bool { return q.Push(t.Context(), pushed) == nil }, patience, pollInterval)
	const taken, refused = "the audit queue takes events", "the audit queue does not take events unreachable"
	require.Equal(t, []string{refused, taken, refused, taken, refused, taken}, lines.all())
}
