package cache_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func loads(t *testing.T, client rueidis.Client) int64 {
	t.Helper()
	n, err := command(t, client, "GET", loadsKey).AsInt64()
	if rueidis.IsRedisNil(err) {
		return 0
	}
	require.NoError(t, err)
	return n
}

// 300 callers in each of three processes want one vector that nobody has.
func TestOneLoaderInAllProcesses(t *testing.T) {
	t.Parallel()
	const processes = 3
	for _, test := range []struct {
		callers int
		off     []string
		want    int64
	}{
		{300, nil, 1},
		{200, []string{"sharing"}, 1}, // the lock alone is enough, but each caller waits on the server then
		{300, []string{"locks"}, processes},
		{200, []string{"sharing", "locks"}, processes * 200},
	} {
		t.Run("without "+strings.Join(test.off, " and "), func(t *testing.T) {
			url := testdb.StartValkey(t).URL()
			client := raw(t, url)
			workers := make([]*worker, processes)
			for i := range workers {
				workers[i] = startWorker(t, order{URL: url, Callers: test.callers, Load: 500 * time.Millisecond, Off: test.off})
			}
			for _, w := range workers {
				w.begin()
			}
			results := map[cache.Result]int{}
			for _, w := range workers {
				r := w.report()
				require.Equal(t, test.callers, r.Answered)
				for result, n := range r.Results {
					results[result] += n
				}
			}
			t.Logf("computed %d times, results %v", loads(t, client), results)
			require.Equal(t, test.want, loads(t, client))
			require.EqualValues(t, test.want, results[cache.ResultMiss])
			require.Zero(t, results[cache.ResultError])
		})
	}
}

// The process that computes dies in the middle of it. Everybody who waits for it is answered all the same.
func TestHolderIsKilled(t *testing.T) {
	t.Parallel()
	const callers = 300
	for name, test := range map[string]struct {
		lockTTL, maxWait time.Duration
		answered         bool
	}{
		"the lock runs out":               {cache.DefaultLockTTL, time.Hour, true},
		"waiting ends":                    {time.Hour, cache.DefaultMaxWait / 2, true},
		"both":                            {cache.DefaultLockTTL, cache.DefaultMaxWait, true},
		"neither, and nobody is answered": {time.Hour, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.StartValkey(t).URL()
			client := raw(t, url)
			o := order{URL: url, Callers: callers, Load: 10 * time.Millisecond, LockTTL: test.lockTTL, MaxWait: test.maxWait}
			holding := o
			holding.Load = time.Hour
			holder, waiting := startWorker(t, holding), []*worker{startWorker(t, o), startWorker(t, o)}
			holder.begin()
			require.Eventually(t, func() bool { return loads(t, client) == 1 }, patience, time.Millisecond)
			for _, w := range waiting {
				w.begin()
			}
			reports := make(chan report, len(waiting))
			require.NoError(t, holder.cmd.Process.Kill())
			for _, w := range waiting {
				go func() {
					if r, ok := w.read(); ok { // in the end the worker is killed
						reports <- r
					}
				}()
			}
			if !test.answered {
				select {
				case <-reports:
					require.Fail(t, "somebody was answered")
				case <-time.After(cache.DefaultMaxWait):
				}
				return
			}
			for range waiting {
				r := <-reports
				require.Empty(t, r.Failure)
				require.Equal(t, callers, r.Answered)
				require.Less(t, r.Longest, cache.DefaultMaxWait)
			}
		})
	}
}

// A third of those who ask leave at a random moment. Nothing is left of them, and what they wanted is there.
func TestCallersWhoLeave(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"on a context of its own": false, "on the callers' context": true} {
		fills, together := 10_000, 64
		if off {
			fills = 1000
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.Redis(t)
			client := raw(t, url)
			a := startReplica(t, url, func(c *cache.EmbeddingsConfig) { c.LockTTL = time.Hour })
			if off {
				a.OnCallersContext()
			}
			require.NoError(t, a.Ping(t.Context()))
			a.embedder.delay = time.Millisecond
			left := fillAndLeave(t, a, fills, together)
			a.Settle()
			locks := slices.DeleteFunc(keys(t, client), func(key string) bool { return !strings.HasPrefix(key, "embedding:lock:") })
			kept := len(keys(t, client)) - len(locks)
			t.Logf("of %d callers %d left early; %d vectors are kept, %d locks are left", fills, left, kept, len(locks))
			require.Greater(t, left, fills/20)
			if off {
				require.NotEmpty(t, locks)
				require.Less(t, kept, fills)
			} else {
				require.Empty(t, locks)
				require.Equal(t, fills, kept)
			}
		})
	}
}

// fillAndLeave asks for many texts, each once, and says how many of the callers left before they were answered.
func fillAndLeave(t *testing.T, a *replica, fills, together int) (left int) {
	t.Helper()
	var mu sync.Mutex
	var asking sync.WaitGroup
	places := make(chan struct{}, together)
	for i := range fills {
		places <- struct{}{}
		asking.Go(func() {
			defer func() { <-places }()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%3 == 0 {
				defer time.AfterFunc(rand.N(4*time.Millisecond), cancel).Stop()
			}
			_, err := a.queries.Embed(ctx, []string{fmt.Sprintf("text %d", i)})
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, context.Canceled) {
				left++
			} else if err != nil {
				t.Errorf("text %d: %v", i, err)
			}
		})
	}
	asking.Wait()
	return left
}
