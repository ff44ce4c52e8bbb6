package cache_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/testdb"
)

const text = "pod"

// long is a time that no test lasts.
func long(c *cache.EmbeddingsConfig) { c.LockTTL, c.MaxWait = time.Hour, time.Hour }

// askInBackground asks for a text, and gives how it was come by when it is there.
func (p *replica) askInBackground(t *testing.T, text string) <-chan cache.Result {
	t.Helper()
	results := make(chan cache.Result, 1)
	go func() {
		answer, err := p.queries.Lookup(t.Context(), []string{text})
		if err != nil {
			t.Error(err)
			answer.Results = []cache.Result{""}
		}
		results <- answer.Results[0]
	}()
	return results
}

// holding lets a replica begin to compute, and gives its answer, and what lets it go on.
func (p *replica) holding(t *testing.T, text string) (answer <-chan cache.Result, goOn func()) {
	t.Helper()
	before := len(p.embedder.asked())
	p.embedder.hold = make(chan struct{})
	answer = p.askInBackground(t, text)
	require.Eventually(t, func() bool { return len(p.embedder.asked()) == before+1 }, patience, time.Millisecond)
	return answer, func() { close(p.embedder.hold) }
}

// awaitWaiting waits until the server would tell somebody of the end of a lock: beside the key of the text it tracks the
// lock.
func awaitWaiting(t *testing.T, url string) {
	t.Helper()
	client := raw(t, url)
	require.Eventually(t, func() bool {
		info, err := command(t, client, "INFO", "stats").ToString()
		return err == nil && strings.Contains(info, "tracking_total_keys:2\r\n")
	}, patience, time.Millisecond)
}

// Who waits is woken when the vector is there, not when the lock has run out.
func TestWaitersAreWoken(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"by a push": false, "by nothing": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.StartValkey(t).URL()
			a, b := startReplica(t, url, long), startReplica(t, url, long)
			if off {
				b.WithoutPush()
			}
			first, goOn := a.holding(t, text)
			second := b.askInBackground(t, text)
			awaitWaiting(t, url)
			goOn()
			require.Equal(t, cache.ResultMiss, <-first)
			a.Settle()
			if off {
				select {
				case <-second:
					require.Fail(t, "something else has woken it")
				case <-time.After(time.Second):
				}
				b.Wake()
			}
			require.Equal(t, cache.ResultWait, <-second)
			require.Empty(t, b.embedder.asked())
		})
	}
}

// A push is lost with its connection. Then everybody looks again.
func TestWaitersLookAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url, long), startReplica(t, url, long)
	first, goOn := a.holding(t, text)
	second := b.askInBackground(t, text)
	awaitWaiting(t, url)
	client := raw(t, url)
	for range 3 {
		command(t, client, "CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES")
		require.NoError(t, b.Ping(t.Context()))
	}
	goOn()
	require.Equal(t, cache.ResultMiss, <-first)
	require.Equal(t, cache.ResultWait, <-second)
}

// A holder that fails wakes the others, and the next one tries.
func TestFailureWakesTheNext(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url, long), startReplica(t, url, long)
	a.embedder.err = embedding.ErrUnavailable
	a.embedder.hold = make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		_, err := a.queries.Embed(t.Context(), []string{text})
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(a.embedder.asked()) == 1 }, patience, time.Millisecond)
	second := b.askInBackground(t, text)
	awaitWaiting(t, url)
	close(a.embedder.hold)
	require.ErrorIs(t, <-failed, embedding.ErrUnavailable)
	require.Equal(t, cache.ResultMiss, <-second)
	require.Len(t, b.embedder.asked(), 1)
}

// A lock that its holder has lost is another's: it is neither given back nor is anything stored.
func TestOnlyTheHolderStoresAndReleases(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"stores": false, "releases": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.StartValkey(t).URL()
			client := raw(t, url)
			a := startReplica(t, url, long)
			lock := cache.LockKey(cache.QueryKey("letters", text))
			done := make(chan error, 1)
			a.embedder.hold = make(chan struct{})
			if fails {
				a.embedder.err = embedding.ErrUnavailable
			}
			go func() {
				_, err := a.queries.Embed(t.Context(), []string{text})
				done <- err
			}()
			require.Eventually(t, func() bool { return len(a.embedder.asked()) == 1 }, patience, time.Millisecond)
			command(t, client, "SET", lock, "another's token")
			close(a.embedder.hold)
			if err := <-done; fails {
				require.ErrorIs(t, err, embedding.ErrUnavailable)
			} else {
				require.NoError(t, err, "the caller has its vector all the same")
			}
			a.Settle()
			require.Equal(t, []string{lock}, keys(t, client))
			token, err := command(t, client, "GET", lock).ToString()
			require.NoError(t, err)
			require.Equal(t, "another's token", token)
		})
	}
}

// A load that takes longer than the lock keeps it, by prolonging it.
func TestLocksAreProlonged(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]bool{"prolonged": false, "not prolonged": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.StartValkey(t).URL()
			short := func(c *cache.EmbeddingsConfig) { c.LockTTL, c.MaxWait = time.Second, time.Hour }
			a, b := startReplica(t, url, short), startReplica(t, url, short)
			if off {
				a.WithoutProlonging()
			}
			first, goOn := a.holding(t, text)
			second := b.askInBackground(t, text)
			if off {
				require.Equal(t, cache.ResultMiss, <-second, "it computes what is being computed")
				goOn()
				require.Equal(t, cache.ResultMiss, <-first)
				return
			}
			select {
			case <-second:
				require.Fail(t, "the lock was lost")
			case <-time.After(3 * time.Second):
			}
			goOn()
			require.Equal(t, cache.ResultMiss, <-first)
			require.Equal(t, cache.ResultWait, <-second)
			require.Empty(t, b.embedder.asked())
		})
	}
}

// Two batches that want what the other one is computing do not wait for each other.
func TestBatchesDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url, long), startReplica(t, url, long)
	texts := make([]string, 50)
	for i := range texts {
		texts[i] = string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	done := make(chan []cache.Result, 2)
	backwards := slices.Clone(texts)
	slices.Reverse(backwards)
	for p, list := range map[*replica][]string{a: texts, b: backwards} {
		go func() {
			answer, err := p.queries.Lookup(t.Context(), list)
			if err != nil {
				t.Error(err)
			}
			done <- answer.Results
		}()
	}
	computed := 0
	for range 2 {
		for _, result := range <-done {
			if result == cache.ResultMiss {
				computed++
			}
		}
	}
	require.Equal(t, len(texts), computed, "each text is computed once")
}
