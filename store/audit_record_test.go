package store_test

import (
	"errors"
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

func TestWhatIsRecordedIsReadBack(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	parent := event(t)
	full := child(t, parent)
	duration := int64(1234)
	full.Outcome, full.ActorIP, full.ResourceName, full.TraceID = audit.OutcomeFailure, "::1.2.3.4", "payment api", "t-1"
	full.SpanID, full.ClusterID, full.Severity, full.DurationMS = "s-1", "c-1", "critical", &duration
	full.ErrorCode, full.ErrorMessage, full.RetentionDays, full.Sensitive = "E1", "line 1\nline 2", 30, true
	full.Metadata = []byte(`{"x": 5e-324, "y": 1.7976931348623157e308, "z": -0.0}`)
	written := record(t, trail, parent, full)

	for _, want := range written {
		got, err := trail.Event(t.Context(), want.ID)
		require.NoError(t, err)
		canonical, err := audit.Canonical(&got.Event)
		require.NoError(t, err)
		require.Equal(t, string(want.Canonical), string(canonical), "what is read back hashes alike")
		require.WithinDuration(t, time.Now(), got.RecordedAt, time.Hour)
	}
	got, err := trail.Event(t.Context(), full.ID)
	require.NoError(t, err)
	require.Equal(t, parent.ID, *got.ParentID)
	require.Equal(t, audit.Day(parent.Timestamp), *got.ParentDate)
	require.EqualValues(t, 2, got.Seq)

	_, err = trail.Event(t.Context(), newID(t))
	require.ErrorIs(t, err, audit.ErrEventNotFound)
}

func TestRepeatsAreHarmlessAndConflictsAreNot(t *testing.T) {
	t.Parallel()
	trail, s := setupTrail(t)
	first := event(t)
	record(t, trail, first)
	record(t, trail, first)
	record(t, trail, event(t), first, event(t))

	other := first
	other.Action = "other"
	fresh := event(t)
	errs := recordGroups(t, trail, group(t, fresh), group(t, event(t), other), group(t, first))
	require.NoError(t, errs[0])
	var conflict *audit.ConflictError
	require.ErrorAs(t, errs[1], &conflict)
	require.Equal(t, []uuid.UUID{first.ID}, conflict.IDs)
	require.NoError(t, errs[2])
	require.Equal(t, 4, countEvents(t, s), "nothing of the group with the conflict")

	other.Timestamp = other.Timestamp.AddDate(0, 0, 40)
	errs = recordGroups(t, trail, group(t, other))
	require.ErrorIs(t, errs[0], audit.ErrConflict, "an id is one event across all months")
}

func TestConflictsWithinOneCommit(t *testing.T) {
	t.Parallel()
	trail, s := setupTrail(t)
	a := event(t)
	b := a
	b.Action = "other"
	errs := recordGroups(t, trail, group(t, a), group(t, b), group(t, a))
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], audit.ErrConflict)
	require.NoError(t, errs[2])
	require.Equal(t, 1, countEvents(t, s))

	// The first holder of an id fails, so it is free for the second.
	orphan := child(t, event(t))
	c := orphan
	c.ParentID = nil
	errs = recordGroups(t, trail, group(t, orphan), group(t, c))
	require.ErrorIs(t, errs[0], audit.ErrUnknownParent)
	require.NoError(t, errs[1])
}

func TestParentsInAnyOrder(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	a := event(t)
	b := child(t, a)
	c := child(t, b)
	record(t, trail, c, a, b)

	d := event(t)
	e := child(t, d)
	f := child(t, e)
	errs := recordGroups(t, trail, group(t, f), group(t, child(t, c)), group(t, e), group(t, d))
	for _, err := range errs {
		require.NoError(t, err)
	}
	lastMonth := event(t)
	lastMonth.Timestamp = time.Now().AddDate(0, 0, -35)
	across := child(t, lastMonth)
	record(t, trail, across, lastMonth)
	got, err := trail.Event(t.Context(), across.ID)
	require.NoError(t, err)
	require.Equal(t, audit.Day(lastMonth.Timestamp), *got.ParentDate)
}

func TestUnknownParentsAreRefused(t *testing.T) {
	t.Parallel()
	trail, s := setupTrail(t)
	known, unknown := event(t), event(t)
	record(t, trail, known)
	orphan := child(t, unknown)
	errs := recordGroups(t, trail,
		group(t, child(t, known), orphan), group(t, child(t, orphan)), group(t, child(t, known)))
	var missing *audit.UnknownParentError
	require.ErrorAs(t, errs[0], &missing)
	require.Equal(t, []uuid.UUID{unknown.ID}, missing.IDs)
	require.ErrorIs(t, errs[1], audit.ErrUnknownParent, "its parent is not recorded either")
	require.NoError(t, errs[2])
	require.Equal(t, 2, countEvents(t, s))

	misdated := child(t, known)
	date := audit.Day(known.Timestamp).AddDate(0, 0, -1)
	misdated.ParentDate = &date
	errs = recordGroups(t, trail, group(t, misdated))
	require.ErrorIs(t, errs[0], audit.ErrUnknownParent)

	x, y := event(t), event(t)
	x.ParentID, y.ParentID = &y.ID, &x.ID
	errs = recordGroups(t, trail, group(t, x), group(t, y))
	require.ErrorIs(t, errs[0], audit.ErrUnknownParent, "a cycle through two groups")
	require.ErrorIs(t, errs[1], audit.ErrUnknownParent)
}

// A group whose parent stands in a group that fails, but was recorded before.
func TestParentThatIsRepeatedByAGroupThatFails(t *testing.T) {
	t.Parallel()
	trail, _ := setupTrail(t)
	parent := event(t)
	record(t, trail, parent)
	errs := recordGroups(t, trail, group(t, parent, child(t, event(t))), group(t, child(t, parent)))
	require.ErrorIs(t, errs[0], audit.ErrUnknownParent)
	require.NoError(t, errs[1])
}

// Writers of several processes repeat each other's events in other orders. Nobody loses a deadlock, every event is
// there once, and all chains are sound.
func TestConcurrentWritersWithTheSameIDs(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	const processes, writers, rounds = 3, 4, 6
	shared := events(t, 40, nil)
	for i := 1; i < len(shared); i += 3 {
		shared[i].ParentID = &shared[i-1].ID
	}
	all := group(t, shared...)
	var wg sync.WaitGroup
	errs := make(chan error, processes*writers*rounds)
	for range processes {
		trail := openStore(t, url).Trail()
		for range writers {
			wg.Go(func() {
				for range rounds {
					part := append(audit.Group(nil), all...)
					rand.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
					got, err := trail.Record(t.Context(), []audit.Group{part, part[:1]})
					errs <- errors.Join(append(got, err)...)
				}
			})
		}
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	db := openDB(t, url)
	require.Equal(t, len(shared), scan[int](t, db, `SELECT count(*) FROM audit_events`))
	require.Equal(t, len(shared), scan[int](t, db, `SELECT count(*) FROM audit_event_keys`))
	require.LessOrEqual(t, scan[int](t, db, `SELECT count(*) FROM audit_chains`), processes)
}

// Many requests for one event from many writers of several processes give one row.
func TestOneEventFromManyWriters(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	const writers, requests = 20, 1000
	g := group(t, event(t))
	trails := []*store.Trail{openStore(t, url).Trail(), openStore(t, url).Trail()}
	errs := make(chan error, requests)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for range requests / writers {
				got, err := trails[i%len(trails)].Record(t.Context(), []audit.Group{g})
				errs <- errors.Join(append(got, err)...)
			}
		})
	}
	wg.Wait()
	for range requests {
		require.NoError(t, <-errs)
	}
	require.Equal(t, 1, scan[int](t, openDB(t, url), `SELECT count(*) FROM audit_events`))
	requireValid(t, trails[0])
}

// Requests that come at once are committed together, in one chain.
func TestRecorderOverTheTrail(t *testing.T) {
	t.Parallel()
	trail, s := setupTrail(t)
	recorder, err := audit.NewRecorder(audit.RecorderConfig{Writer: trail})
	require.NoError(t, err)
	const writers, requests = 32, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range requests {
				parent := event(t)
				if _, err := recorder.Record(t.Context(), []audit.Event{child(t, parent), parent}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, recorder.Close(t.Context()))
	require.Equal(t, 2*writers*requests, countEvents(t, s))
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 1, Events: 2 * writers * requests}, requireValid(t, trail))
}
