package store_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// walk follows cursors to the end and gives the ids in order.
func walk(t testing.TB, trail *store.Trail, q audit.Query) []uuid.UUID {
	t.Helper()
	var ids []uuid.UUID
	for {
		page, err := trail.List(t.Context(), q)
		require.NoError(t, err)
		for _, e := range page.Events {
			ids = append(ids, e.ID)
		}
		if !page.HasMore {
			return ids
		}
		require.Len(t, page.Events, q.Limit)
		require.NotEmpty(t, page.NextCursor)
		q.Cursor = page.NextCursor
	}
}

func newest(limit int) audit.Query { return audit.Query{Order: audit.OrderNewest, Limit: limit} }

func TestFilters(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	now := time.Now()
	list := events(t, 6, func(i int, e *audit.Event) { e.Timestamp = now.Add(-time.Duration(i) * time.Hour) })
	special := &list[2]
	special.CorrelationID, special.Type, special.Category, special.Action = "rr-2", "workflow.step.done", "workflow", "done"
	special.Outcome, special.Severity, special.ActorType, special.ActorID = audit.OutcomeFailure, "high", "user", "alice"
	special.ResourceType, special.ResourceID, special.Namespace, special.TraceID = "Node", "n-1", "kube-system", "t-1"
	record(t, trail, list...)
	for name, filter := range map[string]audit.Filter{
		"correlation_id": {CorrelationID: "rr-2"}, "event_type": {Type: "workflow.step.done"}, "prefix": {Type: "workflow.*"},
		"event_category": {Category: "workflow"}, "event_action": {Action: "done"}, "event_outcome": {Outcome: audit.OutcomeFailure},
		"severity": {Severity: "high"}, "actor_type": {ActorType: "user"}, "actor_id": {ActorID: "alice"},
		"resource_type": {ResourceType: "Node"}, "resource_id": {ResourceID: "n-1"}, "namespace": {Namespace: "kube-system"},
		"trace_id": {TraceID: "t-1"}, "range": {Since: special.Timestamp.Truncate(time.Microsecond), Until: special.Timestamp.Add(time.Second)},
		"together": {CorrelationID: "rr-2", Type: "workflow*", Severity: "high", Since: now.Add(-5 * time.Hour)},
	} {
		for _, order := range []audit.Order{audit.OrderNewest, audit.OrderRecorded} {
			q := audit.Query{Filter: filter, Order: order, Limit: 10, WithTotal: true}
			var page audit.Page
			require.Eventually(t, func() bool { // transactions of other tests hold up the order of recording
				var err error
				page, err = trail.List(t.Context(), q)
				require.NoError(t, err, name)
				return len(page.Events) > 0
			}, time.Minute, 10*time.Millisecond)
			require.Len(t, page.Events, 1, name)
			require.Equal(t, special.ID, page.Events[0].ID, name)
			require.EqualValues(t, 1, *page.Total, name)
		}
	}
	for name, filter := range map[string]audit.Filter{
		"other value": {Type: "workflow.step"}, "wildcard is no pattern": {Type: "workflow%"}, "until is exclusive": {
			Since: special.Timestamp.Add(-time.Second), Until: special.Timestamp.Truncate(time.Microsecond)},
	} {
		page, err := trail.List(t.Context(), audit.Query{Filter: filter, Order: audit.OrderNewest, Limit: 10})
		require.NoError(t, err)
		require.Empty(t, page.Events, name)
		require.Nil(t, page.Total)
	}
	page, err := trail.List(t.Context(), audit.Query{Filter: audit.Filter{Type: "*"}, Order: audit.OrderNewest, Limit: 6})
	require.NoError(t, err)
	require.Len(t, page.Events, 6)
	require.False(t, page.HasMore)
	require.Empty(t, page.NextCursor)
}

// Pages by offset and by cursor give the same, newest first, also across months and among events of one time.
func TestPages(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	base := time.Now().Truncate(time.Hour)
	list := events(t, 60, func(i int, e *audit.Event) { e.Timestamp = base.AddDate(0, 0, -i/4*3) })
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	record(t, trail, list...)
	all := walk(t, trail, newest(1000))
	require.Len(t, all, 60)
	byID := map[uuid.UUID]time.Time{}
	for i := range list {
		byID[list[i].ID] = list[i].Timestamp
	}
	for i := 1; i < len(all); i++ {
		require.False(t, byID[all[i]].After(byID[all[i-1]]), "newest first")
	}
	require.Equal(t, all, walk(t, trail, newest(1)))
	require.Equal(t, all, walk(t, trail, newest(7)))
	var paged []uuid.UUID
	for offset := 0; offset < 60; offset += 7 {
		q := newest(7)
		q.Offset = offset
		page, err := trail.List(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, offset+7 < 60, page.HasMore)
		for _, e := range page.Events {
			paged = append(paged, e.ID)
		}
	}
	require.Equal(t, all, paged)
	q := newest(7)
	q.Cursor = "damaged"
	_, err := trail.List(t.Context(), q)
	require.ErrorIs(t, err, audit.ErrInvalidCursor)
}

// While events arrive, late ones among them, a walk meets each event that was there before it began exactly once.
func TestWalkWhileEventsArrive(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	trail := openStore(t, url).Trail()
	late := func(_ int, e *audit.Event) {
		e.Timestamp = e.Timestamp.Add(-time.Duration(rand.Int64N(int64(72 * time.Hour))))
	}
	var before []uuid.UUID
	for _, e := range record(t, trail, events(t, 400, late)...) {
		before = append(before, e.ID)
	}
	var wg sync.WaitGroup
	for range 2 {
		writer := openStore(t, url).Trail()
		wg.Go(func() {
			for range 50 {
				if _, err := writer.Record(t.Context(), []audit.Group{group(t, events(t, 5, late)...)}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 2 {
		met := map[uuid.UUID]int{}
		for _, id := range walk(t, trail, newest(15)) {
			met[id]++
			require.Equal(t, 1, met[id], "no event is repeated")
		}
		for _, id := range before {
			require.Contains(t, met, id, "no event is missed")
		}
	}
	wg.Wait()
}

// Who tails in the order of recording misses nothing, although transactions end in another order than they began and
// carry late events.
func TestTailMissesNothing(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	trail := openStore(t, url).Trail()
	const writers, commits = 4, 60
	var mu sync.Mutex
	written := map[uuid.UUID]bool{}
	var wg sync.WaitGroup
	for range writers {
		writer := openStore(t, url).Trail()
		wg.Go(func() {
			for range commits {
				g := group(t, events(t, 1+rand.IntN(8), func(_ int, e *audit.Event) {
					e.ID, e.Timestamp = uuid.New(), e.Timestamp.Add(-time.Duration(rand.Int64N(int64(time.Hour))))
				})...)
				if _, err := writer.Record(t.Context(), []audit.Group{g}); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				for i := range g {
					written[g[i].ID] = true
				}
				mu.Unlock()
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	q := audit.Query{Order: audit.OrderRecorded, Limit: 10}
	met := map[uuid.UUID]bool{}
	for ended := false; ; {
		select {
		case <-done:
			ended = true
		default:
		}
		page, err := trail.List(t.Context(), q)
		require.NoError(t, err)
		for _, e := range page.Events {
			require.False(t, met[e.ID], "no event is repeated")
			met[e.ID] = true
		}
		require.NotEmpty(t, page.NextCursor, "a tail can always go on")
		q.Cursor = page.NextCursor
		// Other tests' transactions on the server may hold the tail up for a moment.
		if ended && len(met) == len(written) {
			break
		}
		require.NoError(t, t.Context().Err())
	}
	require.Equal(t, written, met)
}

// With an open transaction that has written, the tail waits: what that transaction commits would stand before.
func TestTailWaitsForOpenTransactions(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t) // nobody else's transactions
	trail, db := openStore(t, server.URL()).Trail(), openDB(t, server.URL())
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	var xid string
	require.NoError(t, tx.QueryRowContext(t.Context(), `SELECT pg_current_xact_id()::text`).Scan(&xid))
	record(t, trail, event(t))
	q := audit.Query{Order: audit.OrderRecorded, Limit: 10}
	page, err := trail.List(t.Context(), q)
	require.NoError(t, err)
	require.Empty(t, page.Events)
	require.NoError(t, tx.Commit())
	q.Cursor = page.NextCursor
	page, err = trail.List(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, page.Events, 1)
}

func TestParentChains(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	// root ─ a ─ b ─ c and root ─ d, and another root
	root := event(t)
	a := child(t, root)
	b := child(t, a)
	c, d := child(t, b), child(t, root)
	b.Timestamp = b.Timestamp.AddDate(0, 0, -40) // late, in another month
	record(t, trail, root, a, b, c, d, event(t))

	ids := func(list []audit.Recorded) []uuid.UUID {
		var ids []uuid.UUID
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		return ids
	}
	children, more, err := trail.Children(t.Context(), root.ID, 10)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, []uuid.UUID{a.ID, d.ID}, ids(children))
	children, more, err = trail.Children(t.Context(), root.ID, 1)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, children, 1)

	ancestors, err := trail.Ancestors(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{b.ID, a.ID, root.ID}, ids(ancestors))
	ancestors, err = trail.Ancestors(t.Context(), root.ID)
	require.NoError(t, err)
	require.Empty(t, ancestors)

	for _, from := range []audit.Event{root, b, c, d} {
		tree, more, err := trail.Tree(t.Context(), from.ID, 10)
		require.NoError(t, err)
		require.False(t, more)
		require.Equal(t, []uuid.UUID{root.ID, a.ID, d.ID, b.ID, c.ID}, ids(tree), "parents before children")
	}
	tree, more, err := trail.Tree(t.Context(), c.ID, 4)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, tree, 4)

	unknown := newID(t)
	_, _, err = trail.Children(t.Context(), unknown, 1)
	require.ErrorIs(t, err, audit.ErrEventNotFound)
	_, err = trail.Ancestors(t.Context(), unknown)
	require.ErrorIs(t, err, audit.ErrEventNotFound)
	_, _, err = trail.Tree(t.Context(), unknown, 1)
	require.ErrorIs(t, err, audit.ErrEventNotFound)
}

// A tree with more events than asked for is not read to its end.
func TestTreeIsBounded(t *testing.T) {
	t.Parallel()
	trail, s := setupTrail(t)
	root := event(t)
	record(t, trail, root)
	level := []audit.Event{root}
	for range 3 {
		var next []audit.Event
		for i := range 400 {
			next = append(next, child(t, level[i%len(level)]))
		}
		record(t, trail, next...)
		level = next
	}
	require.Equal(t, 1201, countEvents(t, s))
	tree, more, err := trail.Tree(t.Context(), level[7].ID, 50)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, tree, 50)
	there := map[uuid.UUID]bool{}
	for _, e := range tree {
		require.True(t, e.ParentID == nil || there[*e.ParentID], fmt.Sprintf("the parent of %s comes before it", e.ID))
		there[e.ID] = true
	}
}
