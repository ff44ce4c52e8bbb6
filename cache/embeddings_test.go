package cache_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/testdb"
)

var (
	miss  = []cache.Result{cache.ResultMiss}
	local = []cache.Result{cache.ResultHitLocal}
	hit   = []cache.Result{cache.ResultHitRedis}
)

func versionID(id, version string) catalog.VersionID {
	return catalog.VersionID{PlaybookID: id, Version: version}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	require.Equal(t, "embedding:playbook:oom-killed:v1.0.0", cache.PlaybookKey("oom-killed", "v1.0.0"))
	require.Equal(t, "embedding:query:m:"+embedding.TextHash("a b"), cache.QueryKey("m", " a \n b"))
	require.Equal(t, "embedding:query:%7Bm%7D:"+embedding.TextHash("a"), cache.QueryKey("{m}", "a"), "a model does not choose the slot")
}

func TestQueriesComeFromMemoryThenTheServerThenTheEmbedder(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url), startReplica(t, url)
	require.Equal(t, miss, a.ask(t, "pod killed"))
	require.Equal(t, []string{cache.QueryKey("letters", "pod killed")}, keys(t, raw(t, url)), "no lock is left")
	require.Equal(t, hit, b.ask(t, "pod killed"))
	require.Equal(t, local, b.ask(t, "pod killed"))
	require.True(t, b.ask(t, " pod \n killed ")[0].IsCacheHit(), "white space makes no difference")
	require.Equal(t, [][]string{{"pod killed"}}, a.embedder.asked())
	require.Empty(t, b.embedder.asked())
	require.Equal(t, miss, a.ask(t, "Pod killed"), "case does")
}

func TestVersionsComeFromTheStoreBeforeTheEmbedder(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url), startReplica(t, url)
	id := versionID("oom", "v1.0.0")
	text := "text of oomv1.0.0"
	a.store.vectors[embedding.TextHash(text)] = vectorsOf(text)[0]
	require.Equal(t, miss, a.askFor(t, id))
	require.Empty(t, a.embedder.asked(), "the store had it")
	require.Equal(t, []string{"embedding:playbook:oom:v1.0.0"}, keys(t, raw(t, url)))
	require.Equal(t, hit, b.askFor(t, id))
	require.Equal(t, local, b.askFor(t, id))
	require.Equal(t, miss, b.askFor(t, versionID("oom", "v2.0.0")))
	require.Len(t, b.embedder.asked(), 1)

	unavailable := errors.New("no database")
	a.store.fail(unavailable)
	_, err := a.vectors.Vectors(t.Context(), []catalog.VersionText{{VersionID: versionID("new", "v1.0.0"), Text: "t"}})
	require.ErrorIs(t, err, unavailable)
	require.Len(t, keys(t, raw(t, url)), 2, "neither value nor lock")
}

// What is missing of a batch is embedded in one call, whoever asked for it before.
func TestBatchIsCompletedInOneCall(t *testing.T) {
	t.Parallel()
	url := testdb.StartValkey(t).URL()
	a, b := startReplica(t, url), startReplica(t, url)
	a.ask(t, "one", "two")
	require.Equal(t, []cache.Result{cache.ResultHitRedis, cache.ResultMiss, cache.ResultMiss, cache.ResultHitRedis},
		b.ask(t, "two", "three", "four", "one"))
	require.Equal(t, [][]string{{"three", "four"}}, b.embedder.asked())
	require.Equal(t, []cache.Result{cache.ResultHitLocal, cache.ResultMiss, cache.ResultWait}, b.ask(t, "two", "five", "five"))
	require.Equal(t, [][]string{{"three", "four"}, {"five"}}, b.embedder.asked(), "the same text is embedded once")
	require.Len(t, keys(t, raw(t, url)), 5, "no locks are left")
	answer, err := a.queries.Lookup(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, answer.Vectors)
}

func TestWhatIsRefusedIsNotCached(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	a := startReplica(t, url)
	a.embedder.refuse = "bad"
	for range 2 {
		_, err := a.queries.Embed(t.Context(), []string{"bad"})
		require.ErrorIs(t, err, embedding.ErrRejected)
	}
	require.Len(t, a.embedder.asked(), 2)
	_, err := a.queries.Embed(t.Context(), []string{"good", " "})
	require.ErrorIs(t, err, embedding.ErrRejected)
	require.Len(t, a.embedder.asked(), 2, "a blank text is refused before")
	require.Empty(t, keys(t, raw(t, url)))
}

// One model's vectors are never those of another, even where both use one key.
func TestAnotherModel(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	before, after := startReplica(t, url), startReplica(t, url)
	after.embedder.model = "other"
	id := versionID("oom", "v1.0.0")
	before.ask(t, "pod")
	before.askFor(t, id)

	require.Equal(t, miss, after.ask(t, "pod"))
	require.Equal(t, miss, after.askFor(t, id))
	require.Equal(t, [][]string{{"pod"}, {"text of oomv1.0.0"}}, after.embedder.asked())
	require.Zero(t, after.Stats(t.Context()).Kinds[cache.KindQuery].Hits()+after.Stats(t.Context()).Kinds[cache.KindPlaybook].Hits())
	require.Equal(t, []string{
		"embedding:playbook:oom:v1.0.0", cache.QueryKey("letters", "pod"), cache.QueryKey("other", "pod"),
	}, keys(t, raw(t, url)), "the playbook's entry is replaced, since its key has no model")
	require.Equal(t, hit, after.askFor(t, id))
	require.Equal(t, miss, before.askFor(t, id), "and is not the old model's")
}

func TestAnotherText(t *testing.T) {
	t.Parallel()
	a := startReplica(t, testdb.Redis(t))
	id := versionID("oom", "v1.0.0")
	for i := range 100 {
		text := []string{"first", "second", "third"}[i%3]
		answer, err := a.vectors.Lookup(t.Context(), []catalog.VersionText{{VersionID: id, Text: text}})
		require.NoError(t, err)
		require.Equal(t, vectorsOf(text), answer.Vectors)
	}
}

// A value that is damaged, or none at all, counts as a miss and is replaced.
func TestDamagedValues(t *testing.T) {
	t.Parallel()
	url := testdb.Redis(t)
	client := raw(t, url)
	a := startReplica(t, url)
	a.ask(t, "pod")
	key := cache.QueryKey("letters", "pod")
	value := command(t, client, "GET", key)
	whole, err := value.ToString()
	require.NoError(t, err)
	damages := map[string][]string{
		"empty":   {"SET", key, ""},
		"short":   {"SET", key, whole[:len(whole)-1]},
		"long":    {"SET", key, whole + "x"},
		"no text": {"SADD", key, "member"},
	}
	for i := range len(whole) {
		flipped := []byte(whole)
		flipped[i] ^= 1 << (i % 8)
		damages[fmt.Sprintf("bit of byte %d", i)] = []string{"SET", key, rueidis.BinaryString(flipped)}
	}
	for name, damage := range damages {
		command(t, client, "DEL", key)
		command(t, client, damage...)
		require.Eventually(t, func() bool { return !a.ask(t, "pod")[0].IsCacheHit() }, patience, time.Millisecond, name)
		now, err := command(t, client, "GET", key).ToString()
		require.NoError(t, err, name)
		require.Equal(t, whole, now, name)
	}
}
