package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
)

// trail is a recorder that answers what a test tells it to, and remembers what it has taken.
type trail struct {
	mu     sync.Mutex
	answer func(ctx context.Context, events []audit.Event) (audit.Receipt, error)
	groups [][]audit.Event // taken
	tries  [][]audit.Event // offered
}

func (r *trail) Record(ctx context.Context, events []audit.Event) (audit.Receipt, error) {
	r.mu.Lock()
	r.tries = append(r.tries, events)
	answer := r.answer
	r.mu.Unlock()
	var receipt audit.Receipt
	if answer != nil {
		var err error
		if receipt, err = answer(ctx, events); err != nil {
			return audit.Receipt{}, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups = append(r.groups, events)
	return receipt, nil
}

func (r *trail) set(answer func(context.Context, []audit.Event) (audit.Receipt, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// hang answers nothing before it is told to.
func (r *trail) hang() (release func()) {
	released := make(chan struct{})
	r.set(func(ctx context.Context, _ []audit.Event) (audit.Receipt, error) {
		select {
		case <-released:
			return audit.Receipt{}, nil
		case <-ctx.Done():
			return audit.Receipt{}, ctx.Err()
		}
	})
	return sync.OnceFunc(func() { r.set(nil); close(released) })
}

func (r *trail) fail(err error) {
	r.set(func(context.Context, []audit.Event) (audit.Receipt, error) { return audit.Receipt{}, err })
}

// queries gives the queries of all events taken, in order.
func (r *trail) queries(t *testing.T) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, group := range r.groups {
		for _, event := range group {
			var data struct{ Question question }
			require.NoError(t, json.Unmarshal(event.Data, &data))
			list = append(list, data.Question.Query)
		}
	}
	return list
}

// tally counts what a witness tells.
type tally struct {
	mu                      sync.Mutex
	direct, queued, dropped int
}

func (c *tally) Recorded(path audit.Path, searches int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if path == audit.PathQueued {
		c.queued += searches
		return
	}
	c.direct += searches
}

func (c *tally) Dropped(searches int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped += searches
}

func (c *tally) counts() [3]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return [3]int{c.direct, c.queued, c.dropped}
}

type fixture struct {
	*Witness
	trail *trail
	tally *tally
	logs  *bytes.Buffer
}

func newFixture(t *testing.T, change ...func(*Config)) *fixture {
	t.Helper()
	f := &fixture{trail: &trail{}, tally: &tally{}, logs: &bytes.Buffer{}}
	cfg := Config{Recorder: f.trail, Text: true, Observer: f.tally, Logger: slog.New(slog.NewTextHandler(f.logs, nil))}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	f.Witness, err = New(cfg)
	require.NoError(t, err)
	return f
}

func asking(query string) catalog.SearchRecord {
	return catalog.SearchRecord{
		Request: catalog.SearchRequest{Query: query, CorrelationID: "incident-17", Mode: catalog.ModeHybrid},
		At:      time.Now(), Answer: &catalog.SearchAnswer{},
	}
}

func (f *fixture) ask(queries ...string) {
	for _, query := range queries {
		f.Searched(asking(query))
	}
}

// recordsFirst makes the witness begin to record a search.
func (f *fixture) recordsFirst() {
	f.ask("first")
	time.Sleep(gatherTime)
	synctest.Wait()
}

func numbered(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	return list
}

// While a group is being recorded the next ones gather; nothing waits for it.
func TestSearchesGather(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		release := f.trail.hang()
		f.recordsFirst()
		start := time.Now()
		f.ask(numbered(150)...)
		require.Equal(t, 150, f.Waiting())
		require.Zero(t, time.Since(start), "whoever searches does not wait")
		release()
		require.NoError(t, f.Close(t.Context()))
		require.Equal(t, append([]string{"first"}, numbered(150)...), f.trail.queries(t), "in order")
		require.Equal(t, [3]int{151, 0, 0}, f.tally.counts())
		var sizes []int
		for _, group := range f.trail.groups {
			sizes = append(sizes, len(group))
		}
		require.Equal(t, []int{1, 64, 64, 22}, sizes)
		require.Zero(t, f.bytes)
	})
}

func TestFullBufferDrops(t *testing.T) {
	t.Parallel()
	record := asking(strings.Repeat("x", 1000))
	one := keep(&record)
	for name, limit := range map[string]func(*Config){
		"by number": func(c *Config) { c.MaxWaiting = 3 },
		"by size":   func(c *Config) { c.MaxBytes = 3*one.size() + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, limit)
				release := f.trail.hang()
				f.recordsFirst()
				for i := range 10 {
					require.Equal(t, i < 3, f.Searched(record), "search %d", i)
				}
				require.Equal(t, [3]int{0, 0, 7}, f.tally.counts())
				require.Equal(t, 1, strings.Count(f.logs.String(), "too many wait"), "one line, not one per search")
				release()
				time.Sleep(gatherTime)
				synctest.Wait()
				require.True(t, f.Searched(record), "there is room again")
				require.Contains(t, f.logs.String(), "recorded in the audit trail again\" dropped=7")
				require.NoError(t, f.Close(t.Context()))
				require.Equal(t, [3]int{5, 0, 7}, f.tally.counts())
			})
		})
	}
}

// What neither database nor queue can hold is tried again, with the ids that it had.
func TestUnavailableTrailIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{audit.ErrUnavailable, audit.ErrOutcomeUnknown, audit.ErrQueueUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t)
			f.trail.fail(fmt.Errorf("down: %w", cause))
			f.ask("a")
			time.Sleep(time.Hour)
			synctest.Wait()
			require.Zero(t, f.tally.counts())
			tries := len(f.trail.tries)
			require.Less(t, tries, 500, "less and less often")
			f.trail.set(func(context.Context, []audit.Event) (audit.Receipt, error) { return audit.Receipt{Queued: true}, nil })
			time.Sleep(maxPause)
			synctest.Wait()
			require.Equal(t, [3]int{0, 1, 0}, f.tally.counts())
			for _, try := range f.trail.tries {
				require.Equal(t, f.trail.groups[0][0].ID, try[0].ID)
			}
			require.NoError(t, f.Close(t.Context()))
		})
	}
}

// A recorder that hangs is given up after a while, and asked again.
func TestHangingRecorderIsAskedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		f.trail.hang()
		f.ask("a")
		time.Sleep(gatherTime + recordTimeout + maxPause)
		synctest.Wait()
		require.Len(t, f.trail.tries, 2)
		f.trail.set(nil)
		require.NoError(t, f.Close(t.Context()))
	})
}

func TestRefusedEventDoesNotTakeOthersWithIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		release := f.trail.hang()
		f.recordsFirst()
		release()
		f.trail.set(func(_ context.Context, events []audit.Event) (audit.Receipt, error) {
			for _, event := range events {
				if bytes.Contains(event.Data, []byte(`"query":"bad"`)) {
					return audit.Receipt{}, errors.New("refused")
				}
			}
			return audit.Receipt{}, nil
		})
		f.ask("a", "bad", "b")
		require.NoError(t, f.Close(t.Context()))
		require.Equal(t, []string{"first", "a", "b"}, f.trail.queries(t))
		require.Equal(t, [3]int{3, 0, 1}, f.tally.counts())
		require.Contains(t, f.logs.String(), "error=refused")
	})
}

// What waits when the service stops is recorded, as far as there is time and something to hold it.
func TestClose(t *testing.T) {
	t.Parallel()
	t.Run("drains", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t)
			release := f.trail.hang()
			f.ask(numbered(200)...)
			time.AfterFunc(time.Second, release)
			require.NoError(t, f.Close(t.Context()))
			require.NoError(t, f.Close(t.Context()), "closing twice is harmless")
			require.Equal(t, numbered(200), f.trail.queries(t))
			require.False(t, f.Searched(asking("late")))
		})
	})
	t.Run("does not wait for what is away", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t)
			f.trail.fail(audit.ErrUnavailable)
			f.ask(numbered(200)...)
			start := time.Now()
			require.NoError(t, f.Close(t.Context()))
			require.Zero(t, time.Since(start))
			require.Equal(t, [3]int{0, 0, 200}, f.tally.counts())
		})
	})
	t.Run("ends with its context", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t)
			f.trail.hang()
			f.ask(numbered(200)...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			require.ErrorIs(t, f.Close(ctx), context.DeadlineExceeded)
			require.Equal(t, [3]int{0, 0, 200}, f.tally.counts(), "what is lost is counted")
			require.LessOrEqual(t, strings.Count(f.logs.String(), "\n"), 5, "and logged by the group")
		})
	})
}

func TestNewNeedsARecorder(t *testing.T) {
	t.Parallel()
	_, err := New(Config{})
	require.Error(t, err)
}
