package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/validation"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trail is a database that can be taken away. Parents must be recorded, and an id with other content is a conflict.
type trail struct {
	mu      sync.Mutex
	err     error
	block   chan struct{} // non-nil: each commit waits for one value
	entered chan struct{} // one value per commit that has begun
	events  map[uuid.UUID]audit.Prepared
	commits []int // groups of each commit
	poison  string
}

func newTrail() *trail {
	return &trail{events: map[uuid.UUID]audit.Prepared{}, entered: make(chan struct{}, 1000)}
}

func (s *trail) Record(ctx context.Context, groups []audit.Group) ([]error, error) {
	s.entered <- struct{}{}
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return nil, audit.ErrUnavailable
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	s.commits = append(s.commits, len(groups))
	errs := make([]error, len(groups))
	for i, group := range groups {
		if s.poison != "" && group[0].Action == s.poison {
			return nil, errors.New("the database refuses this")
		}
		errs[i] = s.add(group)
	}
	return errs, nil
}

func (s *trail) add(group audit.Group) error {
	for _, e := range group {
		if stored, ok := s.events[e.ID]; ok && string(stored.Canonical) != string(e.Canonical) {
			return &audit.ConflictError{IDs: []uuid.UUID{e.ID}}
		}
		if e.ParentID != nil {
			if _, ok := s.events[*e.ParentID]; !ok {
				return &audit.UnknownParentError{IDs: []uuid.UUID{*e.ParentID}}
			}
		}
	}
	for _, e := range group {
		s.events[e.ID] = e
	}
	return nil
}

func (s *trail) setError(err error) { s.mu.Lock(); s.err = err; s.mu.Unlock() }

func (s *trail) count() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.events) }

// queue is a queue in memory that can be taken away.
type queue struct {
	audit.Queue

	mu      sync.Mutex
	err     error
	next    int
	entries []audit.QueueEntry
	parked  []string
	// released counts the entries that were given back.
	released int
	// asked is called before the state is told, when it is not nil.
	asked func()
	// lost makes the queue tell nothing.
	lost bool
	// full is the number of entries with which nothing can be parked, 0 for none.
	full int
}

func (q *queue) Push(_ context.Context, groups []audit.Group) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	for _, g := range groups {
		q.next++
		q.entries = append(q.entries, audit.QueueEntry{ID: fmt.Sprint(q.next), Group: g, Leading: true})
	}
	return nil
}

func (q *queue) Claim(_ context.Context, limit int) ([]audit.QueueEntry, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(limit, len(q.entries))
	for i := range n {
		q.entries[i].Attempts++
	}
	return slices.Clone(q.entries[:n]), nil
}

func (q *queue) Release(_ context.Context, entries []audit.QueueEntry) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.entries {
		if slices.ContainsFunc(entries, func(e audit.QueueEntry) bool { return e.ID == q.entries[i].ID }) {
			q.entries[i].Attempts--
			q.released++
		}
	}
	return nil
}

func (q *queue) Done(_ context.Context, ids []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.entries = slices.DeleteFunc(q.entries, func(e audit.QueueEntry) bool { return slices.Contains(ids, e.ID) })
	return nil
}

func (q *queue) Park(_ context.Context, entry audit.QueueEntry, reason string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full > 0 && len(q.entries) >= q.full {
		return audit.ErrQueueUnavailable
	}
	q.parked = append(q.parked, reason)
	q.entries = slices.DeleteFunc(q.entries, func(e audit.QueueEntry) bool { return e.ID == entry.ID })
	return nil
}

func (q *queue) Stats(context.Context) (audit.QueueStats, error) {
	if q.asked != nil {
		q.asked()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.lost {
		return audit.QueueStats{}, audit.ErrQueueUnavailable
	}
	return audit.QueueStats{Depth: int64(len(q.entries)), Parked: int64(len(q.parked))}, nil
}

func (q *queue) depth() int { q.mu.Lock(); defer q.mu.Unlock(); return len(q.entries) }

func (q *queue) releases() int { q.mu.Lock(); defer q.mu.Unlock(); return q.released }

func newRecorder(t *testing.T, w audit.Writer, q audit.Queue) *audit.Recorder {
	t.Helper()
	r, err := audit.NewRecorder(audit.RecorderConfig{Writer: w, Queue: q})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	return r
}

func drain(t *testing.T, r *audit.Recorder, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.RunDrain(ctx) }()
	require.Eventually(t, until, time.Minute, time.Millisecond)
	cancel()
	<-done
}

func freshEvent() audit.Event {
	e := validEvent()
	e.Timestamp = time.Now()
	e.ID = uuid.New()
	return e
}

func TestRecordAnswersAfterTheCommit(t *testing.T) {
	t.Parallel()
	w := newTrail()
	r := newRecorder(t, w, nil)
	receipt, err := r.Record(t.Context(), []audit.Event{freshEvent()})
	require.NoError(t, err)
	require.False(t, receipt.Queued)
	require.Equal(t, 1, w.count())
}

func TestConcurrentRequestsShareACommit(t *testing.T) {
	t.Parallel()
	w := newTrail()
	w.block = make(chan struct{})
	r := newRecorder(t, w, nil)
	var wg sync.WaitGroup
	record := func() {
		wg.Go(func() {
			_, err := r.Record(t.Context(), []audit.Event{freshEvent()})
			if err != nil {
				t.Error(err)
			}
		})
	}
	record()
	<-w.entered // the first commit is under way, and what comes now gathers
	for range 50 {
		record()
	}
	require.Eventually(t, func() bool { return r.Waiting() == 50 }, time.Minute, time.Millisecond)
	close(w.block)
	wg.Wait()
	require.Equal(t, []int{1, 50}, w.commits)
}

func TestOneBadRequestDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	w := newTrail()
	w.block = make(chan struct{})
	r := newRecorder(t, w, nil)
	taken := freshEvent()
	other := taken
	other.Action = "other"
	orphan := freshEvent()
	orphan.ParentID = new(uuid.New())
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i, e := range []audit.Event{taken, other, orphan, freshEvent()} {
		wg.Go(func() { _, errs[i] = r.Record(t.Context(), []audit.Event{e}) })
		require.Eventually(t, func() bool { return len(w.entered) == 1 && r.Waiting() == i }, time.Minute, time.Millisecond)
	}
	close(w.block)
	wg.Wait()
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], audit.ErrConflict)
	require.ErrorIs(t, errs[2], audit.ErrUnknownParent)
	require.NoError(t, errs[3])
}

func TestDatabaseAwayMeansQueued(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{audit.ErrUnavailable, audit.ErrOutcomeUnknown} {
		w, q := newTrail(), &queue{}
		r := newRecorder(t, w, q)
		w.setError(cause)
		for range 3 {
			receipt, err := r.Record(t.Context(), []audit.Event{freshEvent()})
			require.NoError(t, err)
			require.True(t, receipt.Queued)
		}
		require.Len(t, w.entered, 1, "a database that is away is not asked for every event")
		w.setError(nil)
		drain(t, r, func() bool { return q.depth() == 0 })
		require.Equal(t, 3, w.count())
		receipt, err := r.Record(t.Context(), []audit.Event{freshEvent()})
		require.NoError(t, err)
		require.False(t, receipt.Queued)
	}
}

func TestNeitherDatabaseNorQueueMeansRefused(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{err: audit.ErrQueueUnavailable}
	r := newRecorder(t, w, q)
	w.setError(audit.ErrUnavailable)
	for range 2 {
		_, err := r.Record(t.Context(), []audit.Event{freshEvent()})
		require.ErrorIs(t, err, audit.ErrUnavailable)
	}
}

func TestChildFollowsItsParentIntoTheQueue(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{}
	r := newRecorder(t, w, q)
	parent, child := freshEvent(), freshEvent()
	child.ParentID = &parent.ID
	w.setError(audit.ErrUnavailable)
	_, err := r.Record(t.Context(), []audit.Event{parent})
	require.NoError(t, err)
	w.setError(nil)
	// The queue still holds the parent: the database would refuse the child.
	receipt, err := r.Record(t.Context(), []audit.Event{child})
	require.NoError(t, err)
	require.True(t, receipt.Queued)
	drain(t, r, func() bool { return w.count() == 2 && q.depth() == 0 })

	orphan := freshEvent()
	orphan.ParentID = new(uuid.New())
	_, err = r.Record(t.Context(), []audit.Event{orphan})
	require.ErrorIs(t, err, audit.ErrUnknownParent, "with an empty queue the parent cannot come any more")
}

// A parent may be in the queue as long as nobody can tell: the child is not refused for good.
func TestUnknownParentIsNotJudgedWhileTheQueueIsAway(t *testing.T) {
	t.Parallel()
	child := freshEvent()
	child.ParentID = new(uuid.New())
	for name, q := range map[string]*queue{
		"it cannot be asked":       {lost: true},
		"it cannot take the child": {err: audit.ErrQueueUnavailable, entries: make([]audit.QueueEntry, 1)},
	} {
		_, err := newRecorder(t, newTrail(), q).Record(t.Context(), []audit.Event{child})
		require.ErrorIs(t, err, audit.ErrUnavailable, name)
		require.NotErrorIs(t, err, audit.ErrUnknownParent, name)
	}
}

func TestParentThatLeavesTheQueueWhileItsChildIsJudged(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{}
	parent, child := freshEvent(), freshEvent()
	child.ParentID = &parent.ID
	q.asked = func() { // between the first try and the look into the queue
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events[parent.ID] = audit.Prepared{}
	}
	receipt, err := newRecorder(t, w, q).Record(t.Context(), []audit.Event{child})
	require.NoError(t, err)
	require.False(t, receipt.Queued)
}

func TestDrainParksConflicts(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{}
	r := newRecorder(t, w, q)
	stored := freshEvent()
	_, err := r.Record(t.Context(), []audit.Event{stored})
	require.NoError(t, err)
	w.setError(audit.ErrUnavailable)
	stored.Action = "other"
	for _, e := range []audit.Event{stored, freshEvent()} {
		_, err = r.Record(t.Context(), []audit.Event{e})
		require.NoError(t, err)
	}
	w.setError(nil)
	drain(t, r, func() bool { return q.depth() == 0 })
	require.Equal(t, 2, w.count())
	require.Len(t, q.parked, 1)
	require.Contains(t, q.parked[0], "other content")
}

func TestDrainRecordsWhatStandsBesidePoison(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{}
	r := newRecorder(t, w, q)
	w.poison = "poison"
	w.setError(audit.ErrUnavailable)
	bad := freshEvent()
	bad.Action = "poison"
	for _, e := range []audit.Event{bad, freshEvent(), freshEvent()} {
		_, err := r.Record(t.Context(), []audit.Event{e})
		require.NoError(t, err)
	}
	w.setError(nil)
	drain(t, r, func() bool { return q.depth() == 1 })
	require.Equal(t, 2, w.count())
}

// An entry is not parked for the tries that it had while the database was away.
func TestAnOutageDoesNotCountAsTries(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{}
	r := newRecorder(t, w, q)
	w.setError(audit.ErrUnavailable)
	child := freshEvent()
	child.ParentID = new(uuid.New())
	_, err := r.Record(t.Context(), []audit.Event{child})
	require.NoError(t, err)
	q.entries[0].Attempts = 3
	drain(t, r, func() bool { return q.releases() > 1 })
	require.EqualValues(t, 3, q.entries[0].Attempts)
	w.setError(nil)
	drain(t, r, func() bool { return q.depth() == 0 })
	require.Len(t, q.parked, 1)
}

// A full queue takes no parked entry before it gave up a recorded one.
func TestDrainMakesRoomBeforeItParks(t *testing.T) {
	t.Parallel()
	w, q := newTrail(), &queue{full: 2}
	r := newRecorder(t, w, q)
	w.setError(audit.ErrUnavailable)
	orphan := freshEvent()
	orphan.ParentID = new(uuid.New())
	for _, e := range []audit.Event{orphan, freshEvent()} {
		_, err := r.Record(t.Context(), []audit.Event{e})
		require.NoError(t, err)
	}
	q.entries[0].Attempts = 10
	w.setError(nil)
	drain(t, r, func() bool { return q.depth() == 0 })
	require.Len(t, q.parked, 1)
	require.Equal(t, 1, w.count())
}

func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	w := newTrail()
	w.block = make(chan struct{})
	r := newRecorder(t, w, nil)
	var wg sync.WaitGroup
	errs := make([]error, 5)
	for i := range errs {
		wg.Go(func() { _, errs[i] = r.Record(t.Context(), []audit.Event{freshEvent()}) })
		if i == 0 {
			<-w.entered // the first commit is under way, and what comes now gathers
		}
	}
	require.Eventually(t, func() bool { return r.Waiting() == 4 }, time.Minute, time.Millisecond)
	closed := make(chan error, 1)
	go func() { closed <- r.Close(context.Background()) }()
	close(w.block)
	require.NoError(t, <-closed)
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	_, err := r.Record(t.Context(), []audit.Event{freshEvent()})
	require.ErrorIs(t, err, audit.ErrClosed)
}

func TestRecordRefusesBeforeItWrites(t *testing.T) {
	t.Parallel()
	w := newTrail()
	r := newRecorder(t, w, nil)
	bad := freshEvent()
	bad.Outcome = ""
	_, err := r.Record(t.Context(), []audit.Event{freshEvent(), bad})
	require.ErrorIs(t, err, validation.ErrInvalid)
	require.Zero(t, w.count())
}
