package cache_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// database stands for PostgreSQL: it can be away, commits groups as a whole, and knows what it has. Parents must be
// recorded before or within the same call.
type database struct {
	mu       sync.Mutex
	away     bool
	unknown  float64 // how often a commit succeeds and its answer is lost
	dice     *rand.Rand
	events   map[uuid.UUID]audit.Prepared
	inserted int
	repeats  int
	refuse   func(audit.Group) error
	entered  chan struct{} // non-nil: one value per call
	blocked  chan struct{} // non-nil: each call waits for its context
}

func newDatabase(seed uint64) *database {
	return &database{events: map[uuid.UUID]audit.Prepared{}, dice: rand.New(rand.NewPCG(seed, seed))}
}

func (d *database) Record(ctx context.Context, all []audit.Group) ([]error, error) {
	if d.entered != nil {
		d.entered <- struct{}{}
	}
	if d.blocked != nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away {
		return nil, audit.ErrUnavailable
	}
	errs := make([]error, len(all))
	for i, g := range all {
		errs[i] = d.add(g)
	}
	if d.dice.Float64() < d.unknown {
		return nil, audit.ErrOutcomeUnknown
	}
	return errs, nil
}

func (d *database) add(g audit.Group) error {
	if d.refuse != nil {
		if err := d.refuse(g); err != nil {
			return err
		}
	}
	for _, e := range g {
		if known, ok := d.events[e.ID]; ok && string(known.Canonical) != string(e.Canonical) {
			return &audit.ConflictError{IDs: []uuid.UUID{e.ID}}
		}
		if e.ParentID != nil {
			if _, ok := d.events[*e.ParentID]; !ok {
				return &audit.UnknownParentError{IDs: []uuid.UUID{*e.ParentID}}
			}
		}
	}
	for _, e := range g {
		if _, ok := d.events[e.ID]; ok {
			d.repeats++
			continue
		}
		d.events[e.ID] = e
		d.inserted++
	}
	return nil
}

func (d *database) set(change func()) { d.mu.Lock(); defer d.mu.Unlock(); change() }

func (d *database) has(ids []uuid.UUID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		if _, ok := d.events[id]; !ok {
			return false
		}
	}
	return true
}

// process is one instance of the service as far as it records: a recorder, a queue and a drain.
type process struct {
	recorder *audit.Recorder
	queue    *cache.Queue
	stop     func() // ends the drain and nothing else, as if the process was killed
}

func startProcess(t *testing.T, d audit.Writer, url string, idle time.Duration) *process {
	t.Helper()
	p := &process{queue: openQueue(t, url, claimIdle(idle))}
	var err error
	p.recorder, err = audit.NewRecorder(audit.RecorderConfig{
		Writer: d, Queue: p.queue, WriteTimeout: 5 * time.Second, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.recorder.RunDrain(ctx) }()
	p.stop = func() { cancel(); <-done }
	t.Cleanup(func() {
		require.NoError(t, p.recorder.Close(context.Background()))
		p.stop()
	})
	return p
}

func empty(t *testing.T, q *cache.Queue) func() bool {
	return func() bool { s, err := q.Stats(t.Context()); return err == nil && s.Depth == 0 }
}

func TestRecorderQueuesWhileTheDatabaseIsAwayAndDrains(t *testing.T) {
	t.Parallel()
	d := newDatabase(1)
	p := startProcess(t, d, testdb.Queue(t), time.Minute)
	record := func(events ...audit.Event) audit.Receipt {
		receipt, err := p.recorder.Record(t.Context(), events)
		require.NoError(t, err)
		return receipt
	}
	taken := newEvent()
	require.False(t, record(taken).Queued)
	d.set(func() { d.away = true })
	var ids []uuid.UUID
	for range 20 {
		parent, child := newEvent(), newEvent()
		child.ParentID = &parent.ID
		for _, e := range []audit.Event{parent, child} {
			receipt := record(e, newEvent())
			require.True(t, receipt.Queued)
			ids = append(ids, receipt.IDs()...)
		}
	}
	taken.Action = "other"
	require.True(t, record(taken).Queued, "the conflict shows at the drain only")
	require.False(t, d.has(ids[:1]))

	d.set(func() { d.away = false })
	require.Eventually(t, empty(t, p.queue), patience, pollInterval)
	require.True(t, d.has(ids))
	require.Equal(t, len(ids)+1, d.inserted)
	require.Zero(t, d.repeats, "each group was recorded once")
	parked := parkedOf(t, p.queue)
	require.Len(t, parked, 1)
	require.Contains(t, parked[0].Reason, taken.ID.String())
	require.False(t, record(newEvent()).Queued)
}

func TestEntriesThatTheDatabaseRefusesAreParkedAfterFiveTries(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	orphan := newEvent()
	orphan.ParentID = new(uuid.New())
	dead := openQueue(t, url)
	push(t, dead, group(t, orphan))
	for range 3 {
		claim(t, dead, 1)
	}
	d := newDatabase(1)
	tries := 0
	d.refuse = func(audit.Group) error {
		tries++
		return &audit.UnknownParentError{IDs: []uuid.UUID{*orphan.ParentID}}
	}
	p := startProcess(t, d, url, time.Millisecond)
	require.Eventually(t, empty(t, p.queue), patience, pollInterval)
	parked := parkedOf(t, p.queue)
	require.Len(t, parked, 1)
	require.EqualValues(t, 5, parked[0].Attempts)
	d.set(func() {
		require.Equal(t, 2, tries, "three were spent by another process")
		d.refuse, d.events[*orphan.ParentID] = nil, audit.Prepared{}
	})
	require.NoError(t, p.queue.Retry(t.Context(), parked[0].ID))
	require.Eventually(t, func() bool { return d.has([]uuid.UUID{orphan.ID}) }, patience, pollInterval)
}

// A process that is killed while it drains leaves its entries to the others.
func TestAnotherProcessFinishesWhatAKilledOneHasClaimed(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	stuck := newDatabase(1)
	stuck.entered, stuck.blocked = make(chan struct{}, 10), make(chan struct{})
	pushed := groups(t, 10)
	push(t, openQueue(t, url), pushed...)
	first := startProcess(t, stuck, url, 500*time.Millisecond)
	<-stuck.entered // all is claimed
	first.stop()

	d := newDatabase(1)
	second := startProcess(t, d, url, 500*time.Millisecond)
	require.Eventually(t, empty(t, second.queue), patience, pollInterval)
	require.Equal(t, len(pushed), d.inserted)
	require.Empty(t, parkedOf(t, second.queue))
}

func childrenOf(t *testing.T, parent audit.Event, n int) []audit.Group {
	t.Helper()
	all := make([]audit.Group, n)
	for i := range all {
		child := newEvent()
		child.ParentID = &parent.ID
		all[i] = group(t, child)
	}
	return all
}

// A process dies with a parent in its hands. The children, more than are claimed at once, neither keep it from being
// claimed nor are they parked.
func TestChildrenWaitForWhatAKilledProcessHasClaimed(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	parent := newEvent()
	dead := openQueue(t, url)
	push(t, dead, group(t, parent))
	require.Len(t, claim(t, dead, 1), 1)
	const children = 250
	push(t, dead, childrenOf(t, parent, children)...)

	d := newDatabase(1)
	p := startProcess(t, d, url, 500*time.Millisecond)
	require.Eventually(t, empty(t, p.queue), patience, pollInterval)
	require.Empty(t, parkedOf(t, p.queue))
	require.Equal(t, children+1, d.inserted)
}

// A child is not judged, however often it was tried, while another process has what may be its parent.
func TestChildrenWaitForWhatALivingProcessHasClaimed(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	parent := newEvent()
	slow := openQueue(t, url)
	push(t, slow, group(t, parent))
	held := claim(t, slow, 1)
	push(t, slow, childrenOf(t, parent, 3)...)
	client := raw(t, url)
	for _, e := range claim(t, slow, 10)[1:] { // as if they had been tried by a process that died
		command(t, client, "XCLAIM", cache.GroupsKey, cache.DrainGroup, "dead", "0", e.ID, "IDLE", "3600000", "RETRYCOUNT", "9")
	}

	d := newDatabase(1)
	d.entered = make(chan struct{}, 1000)
	p := startProcess(t, d, url, time.Hour)
	require.Eventually(t, func() bool { return len(d.entered) >= 2 }, patience, pollInterval)
	require.Empty(t, parkedOf(t, p.queue))
	d.set(func() { d.events[parent.ID] = audit.Prepared{} })
	require.NoError(t, slow.Done(t.Context(), idsOf(held)))
	require.Eventually(t, empty(t, p.queue), patience, pollInterval)
	require.Empty(t, parkedOf(t, p.queue))
	require.Equal(t, 3, d.inserted)
}

// Two processes record and drain while the database comes and goes, loses answers, and the queue's server is killed.
// What was accepted is there in the end, once, and nothing is left.
func TestTwoProcessesLoseNothingWhateverFails(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	server := testdb.StartQueue(t)
	d := newDatabase(seed)
	d.unknown = 0.2
	var processes []*process
	for range 2 {
		processes = append(processes, startProcess(t, d, server.URL(), 200*time.Millisecond))
	}
	var mu sync.Mutex
	accepted := map[uuid.UUID]bool{}
	refused := 0
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			var parent *uuid.UUID
			for ctx.Err() == nil {
				e := newEvent()
				e.ParentID = parent
				// A client repeats what was refused, with the same id, until it is accepted.
				for try := 0; ; try++ {
					_, err := processes[(i+try)%2].recorder.Record(t.Context(), []audit.Event{e})
					if err == nil {
						break
					}
					if !errors.Is(err, audit.ErrUnavailable) && !errors.Is(err, audit.ErrOutcomeUnknown) {
						t.Error(err)
						return
					}
					mu.Lock()
					refused++
					mu.Unlock()
					if ctx.Err() != nil {
						return
					}
				}
				mu.Lock()
				accepted[e.ID] = true
				mu.Unlock()
				parent = &e.ID
			}
		})
	}
	pause := func() { <-time.After(time.Duration(50+dice.IntN(200)) * time.Millisecond) } // faults come at random times
	for range 4 {
		pause()
		d.set(func() { d.away = true })
		pause()
		server.Kill()
		pause()
		server.Start()
		pause()
		d.set(func() { d.away = false })
		pause()
		server.Kill()
		server.Start()
	}
	cancel()
	writers.Wait()
	d.set(func() { d.unknown = 0 })
	require.Eventually(t, empty(t, processes[0].queue), 2*time.Minute, pollInterval)
	require.Empty(t, parkedOf(t, processes[0].queue))
	ids := make([]uuid.UUID, 0, len(accepted))
	for id := range accepted {
		ids = append(ids, id)
	}
	require.True(t, d.has(ids))
	require.Equal(t, len(d.events), d.inserted)
	t.Logf("accepted %d, refused %d times, %d repeats found at the drain", len(ids), refused, d.repeats)
}

func BenchmarkPush(b *testing.B) {
	for _, callers := range []int{1, 32} {
		b.Run(map[int]string{1: "1 caller", 32: "32 callers"}[callers], func(b *testing.B) {
			q := openQueue(b, testdb.Queue(b))
			one := groups(b, 1)
			require.NoError(b, q.Push(b.Context(), one))
			var wg sync.WaitGroup
			turns := make(chan struct{})
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					for range turns {
						if err := q.Push(b.Context(), one); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range b.N {
				turns <- struct{}{}
			}
			close(turns)
			wg.Wait()
		})
	}
}
