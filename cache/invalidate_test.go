package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// versionsOf makes versions of a playbook known to the store of a replica.
func (p *replica) versionsOf(id string, n int) []catalog.VersionID {
	ids := make([]catalog.VersionID, n)
	for i := range ids {
		ids[i] = versionID(id, fmt.Sprintf("v1.%d.0", i))
		p.store.versions[id] = append(p.store.versions[id], ids[i].Version)
	}
	return ids
}

func TestInvalidateRemovesOnePlaybookEverywhere(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL() // a flush of another database would empty all memories
	client := raw(t, url)
	a, b := startReplica(t, url), startReplica(t, url)
	oom, other := a.versionsOf("oom", 1200), a.versionsOf("oom-2", 3)
	a.askFor(t, oom...)
	a.askFor(t, other...)
	a.ask(t, "pod")
	b.askFor(t, append(slices.Clone(oom), other...)...)
	command(t, client, "SET", "embedding:playbookish", "not ours")
	require.True(t, b.askFor(t, oom[7])[0].IsCacheHit())

	removed, err := a.Invalidate(t.Context(), "oom")
	require.NoError(t, err)
	require.EqualValues(t, 1200, removed)
	require.Eventually(t, func() bool {
		return !b.askFor(t, oom[7])[0].IsCacheHit()
	}, patience, time.Millisecond, "the memory of another process is told")
	require.Equal(t, cache.ResultHitLocal, b.askFor(t, other[0])[0])
	require.Len(t, keys(t, client), 1+3+1+1)

	removed, err = a.Invalidate(t.Context(), "not-there")
	require.NoError(t, err)
	require.Zero(t, removed)
}

func TestInvalidateAllTouchesNothingElse(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	client := raw(t, url)
	a := startReplica(t, url)
	a.askFor(t, a.versionsOf("oom", 1500)...)
	a.askFor(t, versionID("of-no-store", "v1.0.0"))
	a.ask(t, "pod")
	foreign := []string{"audit:{queue}:groups", "embedding", "embedding:playbook", "embedding:playbookish:a", "playbook:a"}
	for _, key := range foreign {
		command(t, client, "SET", key, "not ours")
	}
	removed, err := a.InvalidateAll(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1501, removed)
	query := cache.QueryKey("letters", "pod")
	require.ElementsMatch(t, append(slices.Clone(foreign), query), keys(t, client))

	removed, err = a.InvalidateQueries(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, removed)
	require.ElementsMatch(t, foreign, keys(t, client))
}

// What is being loaded when entries are removed is not kept, or it would come back.
func TestInvalidateKeepsLoadsFromBeingKept(t *testing.T) {
	t.Parallel()
	for name, invalidate := range map[string]func(*replica) error{
		"one": func(p *replica) error { _, err := p.Invalidate(t.Context(), "oom"); return err },
		"ttl": func(p *replica) error { ttl := time.Minute; return p.SetTTL(t.Context(), "oom", &ttl) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.Redis(t)
			client := raw(t, url)
			a := startReplica(t, url)
			id := a.versionsOf("oom", 1)[0]
			a.embedder.hold = make(chan struct{})
			answered := make(chan error, 1)
			go func() {
				_, err := a.vectors.Vectors(t.Context(), []catalog.VersionText{{VersionID: id, Text: "t"}})
				answered <- err
			}()
			require.Eventually(t, func() bool { return len(a.embedder.asked()) == 1 }, patience, time.Millisecond)
			require.Len(t, keys(t, client), 1, "the lock")
			require.NoError(t, invalidate(a))
			close(a.embedder.hold)
			require.NoError(t, <-answered)
			a.Settle()
			require.Empty(t, keys(t, client))
		})
	}
}

func ttlOf(t *testing.T, p *replica, url, key string) time.Duration {
	t.Helper()
	p.Settle()
	left, err := command(t, raw(t, url), "PTTL", key).AsInt64()
	require.NoError(t, err)
	return time.Duration(left) * time.Millisecond
}

func TestTTLs(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	a := startReplica(t, url, func(c *cache.EmbeddingsConfig) { c.TTL = 100 * time.Hour })
	between := func(key string, most time.Duration) {
		t.Helper()
		ttl := ttlOf(t, a, url, key)
		require.LessOrEqual(t, ttl, most)
		require.Greater(t, ttl, most*89/100)
	}
	id := a.versionsOf("oom", 2)
	a.ask(t, "pod")
	between(cache.QueryKey("letters", "pod"), 100*time.Hour)
	a.askFor(t, id[0])
	first := cache.PlaybookKey("oom", id[0].Version)
	between(first, 100*time.Hour)

	day := 24 * time.Hour
	require.NoError(t, a.SetTTL(t.Context(), "oom", &day))
	between(first, day)
	a.askFor(t, id[1])
	between(cache.PlaybookKey("oom", id[1].Version), day)
	require.NoError(t, a.SetTTL(t.Context(), "oom", nil))
	between(first, 100*time.Hour)
	require.ErrorIs(t, a.SetTTL(t.Context(), "not-there", &day), catalog.ErrPlaybookNotFound)
}

// A TTL may be short for a reason: what is not known to have none of its own is not kept.
func TestNothingIsKeptWithoutItsTTL(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	a := startReplica(t, url)
	source := catalog.NewVectorSource(&playbookStore{}, a.embedder) // its store can be read
	a.store.fail(errors.New("no database"))
	vectors, err := a.Playbooks(source).Vectors(t.Context(), []catalog.VersionText{{VersionID: versionID("oom", "v1.0.0"), Text: "t"}})
	require.NoError(t, err)
	require.Equal(t, vectorsOf("t"), vectors)
	a.Settle()
	require.Empty(t, keys(t, raw(t, url)), "neither value nor lock")
}

// Entries that were stored together do not expire together.
func TestJitter(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	a := startReplica(t, url)
	texts := strings.Fields("a b c d e f g h i j k l m n o p")
	a.ask(t, texts...)
	seconds := map[int64]bool{}
	for _, text := range texts {
		seconds[int64(ttlOf(t, a, url, cache.QueryKey("letters", text))/time.Second)] = true
	}
	require.Greater(t, len(seconds), len(texts)/2)
}

// While the server does not answer a change goes on, and what it should have removed is removed when it does.
func TestInvalidationIsMadeUpFor(t *testing.T) {
	t.Parallel()
	for name, invalidate := range map[string]func(*replica) error{
		"one": func(p *replica) error { _, err := p.Invalidate(t.Context(), "oom"); return err },
		"all": func(p *replica) error { _, err := p.InvalidateAll(t.Context()); return err },
		"ttl": func(p *replica) error { ttl := time.Minute; return p.SetTTL(t.Context(), "oom", &ttl) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testdb.StartValkey(t)
			a := startReplica(t, server.URL(), func(c *cache.EmbeddingsConfig) { c.Timeout = 200 * time.Millisecond })
			id := a.versionsOf("oom", 1)[0]
			require.Eventually(t, func() bool { return len(a.askFor(t, id)) == 1 && a.askFor(t, id)[0].IsCacheHit() }, patience, time.Millisecond)
			server.Pause() // one that is started anew would hold nothing
			failure := invalidate(a)
			require.ErrorIs(t, failure, cache.ErrUnavailable)
			require.Equal(t, name == "ttl", errors.Is(failure, catalog.ErrCacheAway))
			stats := a.Stats(t.Context())
			require.True(t, stats.PendingPlaybooks == 1 || stats.AllPending)
			server.Resume()

			ctx, stop := context.WithCancel(t.Context())
			running := make(chan struct{})
			go func() { defer close(running); a.Run(ctx) }()
			client := raw(t, server.URL())
			require.Eventually(t, func() bool { return len(keys(t, client)) == 0 }, patience, time.Millisecond)
			stop()
			<-running
			require.Equal(t, 1, a.logged("which was not possible before"))
			stats = a.Stats(t.Context())
			require.False(t, stats.PendingPlaybooks > 0 || stats.AllPending)
		})
	}
}

// A change whose versions cannot be read is remembered too.
func TestInvalidationWithoutTheStore(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	a := startReplica(t, url)
	id := a.versionsOf("oom", 1)[0]
	a.askFor(t, id)
	a.store.fail(errors.New("no database"))
	_, err := a.Invalidate(t.Context(), "oom")
	require.ErrorIs(t, err, cache.ErrUnavailable)
	require.Equal(t, 1, a.Stats(t.Context()).PendingPlaybooks)
	a.store.fail(nil)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go a.Run(ctx)
	client := raw(t, url)
	require.Eventually(t, func() bool { return len(keys(t, client)) == 0 }, patience, time.Millisecond)
}
