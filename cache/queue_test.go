package cache_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

const pollInterval = 5 * time.Millisecond

func openQueue(t testing.TB, url string, change ...func(*cache.QueueConfig)) *cache.Queue {
	t.Helper()
	cfg := cache.QueueConfig{URL: url, Logger: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&cfg)
	}
	q, err := cache.NewQueue(cfg)
	require.NoError(t, err)
	t.Cleanup(q.Close)
	return q
}

// claimIdle makes entries of others claimable after the time.
func claimIdle(d time.Duration) func(*cache.QueueConfig) {
	return func(cfg *cache.QueueConfig) { cfg.ClaimIdle = d }
}

func timeout(d time.Duration) func(*cache.QueueConfig) {
	return func(cfg *cache.QueueConfig) { cfg.Timeout = d }
}

func newEvent() audit.Event {
	return audit.Event{
		ID: uuid.New(), Version: "1.0", Timestamp: time.Now(), Type: "gateway.signal.received", Category: "signal",
		Action: "received", Outcome: audit.OutcomeSuccess, ActorType: "service", ActorID: "gateway", ResourceType: "Pod",
		ResourceID: "p-1", CorrelationID: "rr-1", Data: json.RawMessage(`{"b": 1.50, "a": "x"}`),
	}
}

func group(t testing.TB, events ...audit.Event) audit.Group {
	t.Helper()
	prepared, err := audit.Prepare(events, time.Now(), audit.DefaultWindow)
	require.NoError(t, err)
	return prepared
}

// groups makes n groups of one event each.
func groups(t testing.TB, n int) []audit.Group {
	t.Helper()
	all := make([]audit.Group, n)
	for i := range all {
		all[i] = group(t, newEvent())
	}
	return all
}

func push(t testing.TB, q *cache.Queue, all ...audit.Group) {
	t.Helper()
	require.NoError(t, q.Push(t.Context(), all))
}

func claim(t testing.TB, q *cache.Queue, limit int) []audit.QueueEntry {
	t.Helper()
	entries, err := q.Claim(t.Context(), limit)
	require.NoError(t, err)
	return entries
}

func idsOf(entries []audit.QueueEntry) []string {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].ID
	}
	return ids
}

func groupsOf(entries []audit.QueueEntry) []audit.Group {
	all := make([]audit.Group, len(entries))
	for i := range entries {
		all[i] = entries[i].Group
	}
	return all
}

func stats(t testing.TB, q *cache.Queue) audit.QueueStats {
	t.Helper()
	s, err := q.Stats(t.Context())
	require.NoError(t, err)
	return s
}

// raw is a connection beside the queue's own.
func raw(t testing.TB, url string) rueidis.Client {
	t.Helper()
	option, err := rueidis.ParseURL(url)
	require.NoError(t, err)
	client, err := rueidis.NewClient(option)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func command(t testing.TB, client rueidis.Client, words ...string) rueidis.RedisResult {
	t.Helper()
	result := client.Do(t.Context(), client.B().Arbitrary(words...).Build())
	if err := result.Error(); err != nil && !rueidis.IsRedisNil(err) {
		require.NoError(t, err, words)
	}
	return result
}

func TestQueueGivesBackWhatWasPushedInOrder(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	child := newEvent()
	child.ParentID, child.ParentDate = new(uuid.New()), new(audit.Day(time.Now()))
	pushed := []audit.Group{group(t, newEvent(), child, newEvent()), group(t, newEvent()), group(t, newEvent())}
	push(t, q, pushed[:2]...)
	push(t, q, pushed[2])
	require.EqualValues(t, 3, stats(t, q).Depth)

	first := claim(t, q, 2)
	require.Equal(t, pushed[:2], groupsOf(first))
	require.NoError(t, q.Done(t.Context(), idsOf(first)))
	require.NoError(t, q.Done(t.Context(), idsOf(first)), "done twice is harmless")
	require.NoError(t, q.Done(t.Context(), nil))
	rest := claim(t, q, 2)
	require.Equal(t, pushed[2:], groupsOf(rest))
	require.NoError(t, q.Done(t.Context(), idsOf(rest)))
	require.Empty(t, claim(t, q, 2))
	require.Equal(t, audit.QueueStats{Durable: true}, stats(t, q))
}

func TestQueueGivesOwnEntriesAgainAndCountsDeliveries(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	push(t, q, groups(t, 3)...)
	var before []string
	for attempt := range int64(7) {
		entries := claim(t, q, 2)
		require.Len(t, entries, 2)
		for _, e := range entries {
			require.Equal(t, attempt+1, e.Attempts)
		}
		require.True(t, before == nil || slices.Equal(before, idsOf(entries)), "the same again, before new ones")
		before = idsOf(entries)
	}
	entries := claim(t, q, 10)
	require.Len(t, entries, 3)
	require.EqualValues(t, 8, entries[0].Attempts)
	require.EqualValues(t, 1, entries[2].Attempts)
}

func TestReleasedEntriesAreNotCountedAndFreeForAll(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	a, b := openQueue(t, url, claimIdle(time.Hour)), openQueue(t, url, claimIdle(time.Hour))
	push(t, a, groups(t, 2)...)
	for range 3 {
		entries := claim(t, a, 2)
		require.EqualValues(t, 1, entries[0].Attempts)
		require.NoError(t, a.Release(t.Context(), entries))
	}
	mine := claim(t, a, 1)
	others := claim(t, b, 2)
	require.Len(t, others, 1, "what is claimed again is not free")
	require.EqualValues(t, 1, others[0].Attempts)
	require.NotEqual(t, mine[0].ID, others[0].ID)
	require.NoError(t, a.Release(t.Context(), others), "what another has is left to it")
	require.Equal(t, idsOf(mine), idsOf(claim(t, a, 2)))
	require.Len(t, claim(t, b, 2), 1)
	require.NoError(t, a.Release(t.Context(), nil))
}

func TestTwoProcessesShareWithoutDuplicates(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	const total = 400
	push(t, openQueue(t, url), groups(t, total)...)
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	shares := make([]int, 4)
	for i := range shares {
		q := openQueue(t, url)
		wg.Go(func() {
			for {
				entries, err := q.Claim(t.Context(), 7)
				if err != nil {
					t.Error(err)
				}
				if len(entries) == 0 {
					return
				}
				mu.Lock()
				for _, e := range entries {
					seen[e.ID]++
				}
				mu.Unlock()
				shares[i] += len(entries)
				if err := q.Done(t.Context(), idsOf(entries)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, seen, total)
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
	t.Log("shares", shares)
}

func TestEntriesOfADeadProcessAreClaimed(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	dead, alive := openQueue(t, url), openQueue(t, url, claimIdle(300*time.Millisecond))
	push(t, dead, groups(t, 2)...)
	left := claim(t, dead, 1)
	// The process dies here: nothing is given back.
	require.Len(t, claim(t, alive, 10), 1, "what was just claimed is not taken away")
	var entries []audit.QueueEntry
	require.Eventually(t, func() bool { entries = claim(t, alive, 10); return len(entries) == 2 }, patience, pollInterval)
	require.Equal(t, left[0].ID, entries[0].ID, "oldest first")
	require.EqualValues(t, 2, entries[0].Attempts, "the delivery to the dead counts")
	require.NoError(t, alive.Done(t.Context(), idsOf(entries)))
	require.Zero(t, stats(t, alive).Depth)
}

func TestCloseHandsOver(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	first, second := openQueue(t, url, claimIdle(time.Hour)), openQueue(t, url, claimIdle(time.Hour))
	push(t, first, groups(t, 2)...)
	require.Len(t, claim(t, first, 10), 2)
	require.Empty(t, claim(t, second, 10))
	first.Close()
	require.Len(t, claim(t, second, 10), 2, "without waiting an hour")
	_, err := first.Claim(t.Context(), 1)
	require.ErrorIs(t, err, audit.ErrQueueUnavailable)
	require.ErrorIs(t, first.Push(t.Context(), groups(t, 1)), audit.ErrQueueUnavailable)
}

// consumers gives how many entries each process owns.
func consumers(t *testing.T, client rueidis.Client) map[string]int64 {
	t.Helper()
	list, err := command(t, client, "XINFO", "CONSUMERS", cache.GroupsKey, cache.DrainGroup).ToArray()
	require.NoError(t, err)
	owned := map[string]int64{}
	for i := range list {
		fields, err := list[i].AsMap()
		require.NoError(t, err)
		name, pending := fields["name"], fields["pending"]
		text, err := name.ToString()
		require.NoError(t, err)
		owned[text], err = pending.AsInt64()
		require.NoError(t, err)
	}
	return owned
}

func TestDeadProcessesAreForgottenOnceTheyOwnNothing(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	client := raw(t, url)
	dead, idle := openQueue(t, url), openQueue(t, url)
	push(t, dead, groups(t, 2)...)
	owned := claim(t, dead, 1)
	done := claim(t, idle, 1)
	require.NoError(t, idle.Done(t.Context(), idsOf(done)))
	require.Len(t, consumers(t, client), 2)

	alive := openQueue(t, url, claimIdle(20*time.Millisecond))
	var taken []audit.QueueEntry
	require.Eventually(t, func() bool {
		entries := claim(t, alive, 10)
		if len(entries) > 0 {
			taken = entries
		}
		return len(consumers(t, client)) == 1
	}, patience, pollInterval)
	require.Equal(t, idsOf(owned), idsOf(taken), "what the dead owned is not lost with it")
	require.Empty(t, claim(t, idle, 1), "one that was forgotten is known again")
}

func TestWhoOwnsSomethingIsNotForgotten(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	client := raw(t, url)
	alive, dead, idle := openQueue(t, url, claimIdle(20*time.Millisecond)), openQueue(t, url), openQueue(t, url)
	push(t, dead, groups(t, 3)...)
	claim(t, alive, 1)
	claim(t, dead, 1)
	require.NoError(t, idle.Done(t.Context(), idsOf(claim(t, idle, 1))))
	require.Eventually(t, func() bool {
		claim(t, alive, 1) // its own leaves no room for what the dead owns
		return !slices.Contains(slices.Collect(maps.Values(consumers(t, client))), 0)
	}, patience, pollInterval, "the idle one is forgotten")
	require.Len(t, consumers(t, client), 2, "and it alone")
}

func TestEntriesLostFromSightAreFound(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	client := raw(t, url)
	q := openQueue(t, url)
	pushed := groups(t, 2)
	push(t, q, pushed...)
	for name, damage := range map[string]func(){
		"a consumer is removed": func() {
			for name := range consumers(t, client) {
				command(t, client, "XGROUP", "DELCONSUMER", cache.GroupsKey, cache.DrainGroup, name)
			}
		},
		"the group is removed": func() { command(t, client, "XGROUP", "DESTROY", cache.GroupsKey, cache.DrainGroup) },
	} {
		require.Len(t, claim(t, q, 10), 2, name)
		damage()
		require.Equal(t, pushed, groupsOf(claim(t, q, 10)), name)
	}
}

func TestStatsTellTheAgeOfTheOldest(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	q, client := openQueue(t, url), raw(t, url)
	require.Zero(t, stats(t, q).OldestAge)
	server, err := command(t, client, "TIME").AsStrSlice()
	require.NoError(t, err)
	seconds, err := time.ParseDuration(server[0] + "s")
	require.NoError(t, err)
	old := (seconds - time.Hour).Milliseconds()
	command(t, client, "XADD", cache.GroupsKey, itoa(old), "group", "x")
	age := stats(t, q).OldestAge
	require.GreaterOrEqual(t, age, time.Hour)
	require.Less(t, age, time.Hour+patience)

	ahead := (seconds + time.Hour).Milliseconds()
	require.Empty(t, claim(t, q, 10), "it cannot be read")
	command(t, client, "XADD", cache.GroupsKey, itoa(ahead), "group", "x")
	require.Zero(t, stats(t, q).OldestAge, "a clock that was set back")
}

func TestClaimIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	large := newEvent()
	large.Data = json.RawMessage(`{"a":"` + strings.Repeat("x", 200<<10) + `"}`)
	events := make([]audit.Event, 5)
	for i := range events {
		events[i] = large
		events[i].ID = uuid.New()
	}
	pushed := group(t, events...)
	for range 6 {
		push(t, q, pushed) // 1,000 KiB each
	}
	for _, want := range []int{5, 1, 0} {
		entries := claim(t, q, 100)
		require.Len(t, entries, want)
		require.NoError(t, q.Done(t.Context(), idsOf(entries)))
	}
}

func TestManyConcurrentPushes(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	const callers, each = 64, 10
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range each {
				if err := q.Push(t.Context(), groups(t, 2)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, callers*each*2, stats(t, q).Depth)
}

func TestPushOfNothingAndBadConfiguration(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	require.NoError(t, q.Push(t.Context(), nil))
	require.ErrorIs(t, q.Push(t.Context(), []audit.Group{{{}}}), audit.ErrQueueUnavailable, "an event without a canonical form")
	require.Empty(t, claim(t, q, 0))
	_, err := cache.NewQueue(cache.QueueConfig{URL: "redis://:secret@h:x"})
	require.ErrorIs(t, err, cache.ErrURL)
	_, err = cache.NewQueue(cache.QueueConfig{URL: "redis://h", Prefix: "a{b}"})
	require.Error(t, err)
}

func TestQueuesOfOtherPrefixesAreApart(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	a := openQueue(t, url)
	b := openQueue(t, url, func(cfg *cache.QueueConfig) { cfg.Prefix = "other" })
	push(t, a, groups(t, 1)...)
	require.Zero(t, stats(t, b).Depth)
	require.Empty(t, claim(t, b, 1))
	require.Len(t, claim(t, a, 1), 1)
}

func TestCancelledCallReturnsThoughTheServerIsSilent(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	q := openQueue(t, server.URL())
	require.Zero(t, stats(t, q).Depth)
	server.Pause()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := q.Stats(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// A caller who does not want to wait any longer gets his answer, also while the server says nothing.
func TestCallsAreBoundedByTheirContext(t *testing.T) {
	t.Parallel()
	server := testdb.StartQueue(t)
	q := openQueue(t, server.URL(), timeout(time.Minute))
	push(t, q, groups(t, 1)...)
	pushed := groups(t, 1)
	server.Pause()
	for i, call := range []func(context.Context) error{
		func(ctx context.Context) error { return q.Push(ctx, pushed) },
		func(ctx context.Context) error { return q.Push(ctx, pushed) }, // now with the check before it
		q.Check,
		func(ctx context.Context) error { _, err := q.Claim(ctx, 1); return err },
		func(ctx context.Context) error { _, err := q.Stats(ctx); return err },
		func(ctx context.Context) error { return q.Done(ctx, []string{"1-1"}) },
		func(ctx context.Context) error { _, err := q.Parked(ctx, 1); return err },
		func(ctx context.Context) error { return q.Retry(ctx, "1-1") },
		func(ctx context.Context) error { _, err := q.Remove(ctx, "1-1"); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := call(ctx)
		cancel()
		require.ErrorIs(t, err, audit.ErrQueueUnavailable, i)
		require.ErrorIs(t, err, context.DeadlineExceeded, i)
		canceled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		require.ErrorIs(t, call(canceled), context.Canceled, i)
	}
	server.Resume()
	require.Eventually(t, func() bool { return q.Push(t.Context(), pushed) == nil }, patience, pollInterval)
}

func itoa(ms int64) string { return strconv.FormatInt(ms, 10) }
