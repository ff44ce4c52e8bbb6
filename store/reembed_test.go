package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/store"
)

// noting is a model with three dimensions that notes what it is given.
type noting struct {
	mu     sync.Mutex
	texts  []string
	before func(ctx context.Context, n int) error // called with the number of the call, may be nil
	calls  int
	refuse string // what a text must not contain
}

func (*noting) Model() string                { return other }
func (*noting) Dimensions() int              { return 3 }
func (*noting) Health(context.Context) error { return nil }
func (*noting) Close() error                 { return nil }

func (n *noting) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	n.mu.Lock()
	n.calls++
	call := n.calls
	n.mu.Unlock()
	if n.before != nil {
		if err := n.before(ctx, call); err != nil {
			return nil, err
		}
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if n.refuse != "" && strings.Contains(text, n.refuse) {
			return nil, fmt.Errorf("%w: %s", embedding.ErrRejected, text)
		}
		vectors[i] = []float32{float32(len(text)), 1, 0}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.texts = append(n.texts, texts...)
	return vectors, nil
}

func reembed(ctx context.Context, s *store.Store, e embedding.Embedder, edit ...func(*catalog.ReembedConfig)) (catalog.ReembedReport, error) {
	cfg := catalog.ReembedConfig{
		Store: s, Embedder: e, To: catalog.ModelServing, BatchSize: 4, Concurrency: 2, Lease: time.Hour, Patience: time.Minute,
	}
	for _, change := range edit {
		change(&cfg)
	}
	return catalog.Reembed(ctx, cfg)
}

// publishMany publishes playbooks of two versions each, all with texts of their own.
func publishMany(t testing.TB, s *store.Store, n int) {
	t.Helper()
	for i := range n {
		for _, version := range []string{"v1.0.0", "v2.0.0"} {
			p := publication(t, fmt.Sprintf("p-%02d", i), version)
			p.Draft.Title = fmt.Sprintf("Title %d of %s", i, version)
			p.TextHash = embedding.TextHash(embedding.Text(p.Draft.Title, p.Draft.Description))
			publish(t, s, p)
		}
	}
}

func serving(t testing.TB, s *store.Store) string {
	t.Helper()
	state, err := s.State(t.Context())
	require.NoError(t, err)
	m, _ := state.Serving()
	return m.Name
}

// Processes that work on the same move share it: every text is embedded by one of them.
func TestReembedIsShared(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publishMany(t, s, 20)
	models := []*noting{{}, {}, {}}
	errs, reports := make([]error, len(models)), make([]catalog.ReembedReport, len(models))
	var working sync.WaitGroup
	for i, m := range models {
		working.Go(func() { reports[i], errs[i] = reembed(t.Context(), s, m) })
	}
	working.Wait()
	require.NoError(t, errors.Join(errs...))
	seen, filled := map[string]int{}, 0
	for i, m := range models {
		filled += reports[i].Filled
		for _, text := range m.texts {
			seen[text]++
			require.Equal(t, 1, seen[text], text)
		}
	}
	require.Len(t, seen, 40)
	require.Equal(t, 40, filled)
	require.Equal(t, other, serving(t, s))
}

// What keeps two processes apart is the lease: with one that is over at once, they do the same work.
func TestWithoutALeaseWorkIsDoneTwice(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publishMany(t, s, 4)
	m := &noting{}
	m.before = func(ctx context.Context, call int) error {
		if call > 1 {
			return nil
		}
		for scan[int](t, db, `SELECT count(*) FROM embedding_jobs`) > 4 { // until the others are done
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for ctx.Err() == nil && scan[int](t, db, `SELECT count(*) FROM embedding_jobs`) > 0 {
		}
		return ctx.Err()
	}
	_, err := reembed(t.Context(), s, m, func(c *catalog.ReembedConfig) { c.Lease = time.Microsecond })
	require.NoError(t, err)
	require.Greater(t, len(m.texts), 8)
}

// An interrupted run gives back what it has claimed, so that the next one need not wait for the end of any lease.
func TestReembedGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publishMany(t, s, 10)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	first := &noting{before: func(ctx context.Context, call int) error {
		if call == 4 {
			interrupt()
		}
		return ctx.Err()
	}}
	report, err := reembed(ctx, s, first, func(c *catalog.ReembedConfig) { c.Concurrency = 1 })
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 12, report.Filled)
	require.Equal(t, 20, report.Total)
	require.Equal(t, 8, report.Left)
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM embedding_jobs WHERE claimable_at > now()`))
	require.Equal(t, testModel, serving(t, s))

	second := &noting{}
	report, err = reembed(t.Context(), s, second)
	require.NoError(t, err)
	require.Equal(t, 8, report.Filled)
	require.Len(t, second.texts, 8)
	require.Equal(t, catalog.ModelServing, report.Model.State)
	again, err := reembed(t.Context(), s, second)
	require.NoError(t, err)
	require.Zero(t, again.Total)
}

// A text that is there already is not embedded again.
func TestReembedTakesOverWhatIsThere(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for i := range 6 {
		for _, id := range []string{"a", "b"} {
			p := publication(t, id, fmt.Sprintf("v1.%d.0", i))
			p.Draft.Title = fmt.Sprintf("Title %d", i%2)
			publish(t, s, p)
		}
	}
	m := &noting{}
	report, err := reembed(t.Context(), s, m, func(c *catalog.ReembedConfig) { c.Concurrency = 1 })
	require.NoError(t, err)
	require.Equal(t, 12, report.Filled)
	require.Equal(t, 2, report.Embedded)
	require.Len(t, m.texts, 2)
}

func TestReembedReportsWhatTheModelRefuses(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publishMany(t, s, 5)
	report, err := reembed(t.Context(), s, &noting{refuse: "Title 3 of v1"})
	var incomplete *catalog.ModelIncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Equal(t, 1, incomplete.Missing)
	require.Equal(t, 9, report.Filled)
	require.Equal(t, 1, report.Left)
	require.Len(t, report.Refused, 1)
	require.Equal(t, catalog.VersionID{PlaybookID: "p-03", Version: "v1.0.0"}, report.Refused[0].VersionID)
	require.Equal(t, testModel, serving(t, s))
}

func TestReembedWaitsForAModelThatIsAway(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publishMany(t, s, 4)
	m := &noting{before: func(_ context.Context, call int) error {
		if call%2 == 1 {
			return embedding.ErrUnavailable
		}
		return nil
	}}
	_, err := reembed(t.Context(), s, m)
	require.NoError(t, err)
	require.Len(t, m.texts, 8)

	away := func(context.Context, int) error { return fmt.Errorf("%w: gone", embedding.ErrUnavailable) }
	require.NoError(t, changeModel(t.Context(), s, testModel, catalog.ModelServing))
	publish(t, s, func() catalog.Publication {
		p := publication(t, "new", "v1.0.0")
		p.Vectors = append(p.Vectors, catalog.ModelVector{Model: other, Dimensions: 3})
		return p
	}())
	_, err = reembed(t.Context(), s, &noting{before: away}, func(c *catalog.ReembedConfig) { c.Patience = time.Second })
	require.ErrorIs(t, err, catalog.ErrStalled)
	require.ErrorContains(t, err, "gone")
	require.Equal(t, testModel, serving(t, s))
}

// longer is a model of the same name with vectors of another length.
type longer struct{ noting }

func (*longer) Dimensions() int { return 4 }

func TestReembedRefusesAnotherLength(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publishMany(t, s, 1)
	_, err := reembed(t.Context(), s, &noting{})
	require.NoError(t, err)
	_, err = reembed(t.Context(), s, &longer{})
	require.ErrorIs(t, err, catalog.ErrModelDimensions)
}

// Versions that are published while a model is filled, by a process without it, are in before the switch.
func TestReembedCatchesUpWithPublishers(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	publishMany(t, s, 4)
	m := &noting{}
	m.before = func(_ context.Context, call int) error {
		if call > 12 {
			return nil
		}
		p := publication(t, fmt.Sprintf("meanwhile-%d", call), "v1.0.0")
		p.Vectors = append(p.Vectors, catalog.ModelVector{Model: other, Dimensions: 3})
		_, err := s.Publish(t.Context(), p)
		return err
	}
	report, err := reembed(t.Context(), s, m, func(c *catalog.ReembedConfig) { c.BatchSize = 1 })
	require.NoError(t, err)
	require.Equal(t, catalog.ModelServing, report.Model.State)
	require.Zero(t, report.Left)
	reports, err := s.ModelReports(t.Context())
	require.NoError(t, err)
	require.Equal(t, 20, reports[0].Embedded)
}
