package catalog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

const (
	reembedLook     = 250 * time.Millisecond // between two looks when others hold what is left, and at how far it is
	maxReembedPause = 10 * time.Second       // between two calls of a model that is away
)

// ErrStalled says that nothing has got a vector for as long as Reembed was to wait.
var ErrStalled = errors.New("no vector was stored for too long")

// ReembedReport says what one run of Reembed did.
type ReembedReport struct {
	Model    Model
	Total    int              // versions without a vector at the start
	Filled   int              // by this process
	Embedded int              // texts that it gave to the model; equal texts share a vector
	Refused  []RefusedVersion // by the model
	Left     int              // versions that still wait
}

// Reembed gives every version that may be searched, now or when it is enabled again, a vector of another model, and then
// puts the model on standby or lets it serve. Searches go on by the model that has served, and see nothing of it before
// the switch. Versions that are published meanwhile get vectors of both models.
//
// It may be ended at any moment, also by a kill, and run again: it goes on with what is left, at the latest when the
// lease of what a killed process had in work has run out. Several processes may run it at once and share the work.
//
// Errors: ErrStalled; *ModelIncompleteError when the model refuses texts; ErrModelDimensions; those of the store.
func Reembed(ctx context.Context, cfg ReembedConfig) (ReembedReport, error) {
	cfg = cfg.withDefaults()
	r := &reembedding{ReembedConfig: cfg, refused: map[VersionID]RefusedVersion{}}
	counted := newMetered(cfg.Embedder, cfg.PerSecond, cfg.BatchSize)
	r.fill = fill{store: cfg.Store, vectors: NewVectorSource(cfg.Store, counted), delay: reembedDelay}
	err := r.run(ctx)
	r.report.Embedded = int(counted.texts.Load())
	for _, refused := range r.refused {
		r.report.Refused = append(r.report.Refused, refused)
	}
	return r.report, err
}

// reembedDelay leaves alone what the model refuses. What failed because the model is away can be tried again by whoever
// finds it there.
func reembedDelay(cause error, _ int) time.Duration {
	if errors.Is(cause, embedding.ErrRejected) {
		return maxPostpone
	}
	return 0
}

// reembedding is one run of Reembed.
type reembedding struct {
	ReembedConfig

	fill fill

	mu       sync.Mutex
	report   ReembedReport
	refused  map[VersionID]RefusedVersion
	progress time.Time // when something got a vector last
	failure  error     // why something did not, last
}

func (r *reembedding) run(ctx context.Context) error {
	if err := r.change(ctx, ModelFilling); err != nil {
		return err
	}
	for {
		added, err := r.Store.EnqueueMissing(ctx, r.Embedder.Model())
		if err != nil {
			return err
		}
		waiting, err := r.Store.CountPending(ctx, r.Embedder.Model())
		if err != nil {
			return err
		}
		if r.report.Total == 0 {
			r.report.Total, r.report.Left = waiting, waiting
		}
		if err := r.drain(ctx); err != nil {
			return err
		}
		err = r.change(ctx, r.To)
		if !errors.Is(err, ErrModelIncomplete) || added == 0 && waiting == len(r.refused) {
			return err
		}
		// Something was published meanwhile by a process that does not know this model.
	}
}

func (r *reembedding) change(ctx context.Context, to ModelState) (err error) {
	r.report.Model, err = r.Store.ChangeModel(ctx, ModelChange{
		Model: r.Embedder.Model(), Dimensions: r.Embedder.Dimensions(), To: to, Actor: orAnonymous(r.Actor), RequestID: RequestID(ctx),
	})
	return err
}

// drain works until nothing is left but what the model refuses.
func (r *reembedding) drain(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.progressed()
	var working, watching sync.WaitGroup
	for range r.Concurrency {
		working.Go(func() {
			if err := r.work(ctx); err != nil {
				stop(err)
			}
		})
	}
	watched, unwatch := context.WithCancel(ctx)
	watching.Go(func() { r.watch(watched, stop) })
	working.Wait()
	unwatch()
	watching.Wait()
	r.look(context.WithoutCancel(ctx))
	return context.Cause(ctx)
}

// watch tells how far it is, and ends the work when it does not get on.
func (r *reembedding) watch(ctx context.Context, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(reembedLook)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		r.look(ctx)
		r.mu.Lock()
		idle, failure := time.Since(r.progress), r.failure
		r.mu.Unlock()
		if idle > r.Patience {
			stop(errors.Join(fmt.Errorf("%w: nothing in %s", ErrStalled, r.Patience), failure))
			return
		}
	}
}

// look counts what is left. Others that work on it make progress too.
func (r *reembedding) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	left, err := r.Store.CountPending(ctx, r.Embedder.Model())
	if err != nil {
		return // whoever works finds out why
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if left < r.report.Left {
		r.progress = time.Now()
	}
	r.report.Left = left
	r.Progress(max(0, r.report.Total-left), r.report.Total)
}

func (r *reembedding) progressed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress = time.Now()
}

// work takes on batches until nothing is left for it. A store or a model that is away is waited for.
func (r *reembedding) work(ctx context.Context) error {
	pause := reembedLook
	for ctx.Err() == nil {
		claimed, err := r.once(ctx)
		switch {
		case errors.Is(err, ErrUnavailable), errors.Is(err, embedding.ErrUnavailable):
			r.failed(err)
			if !wait(ctx, pause) {
				return nil
			}
			pause = min(2*pause, maxReembedPause)
			continue
		case err != nil:
			return err
		case claimed == 0 && r.nothingLeft(ctx):
			return nil
		case claimed == 0 && !wait(ctx, reembedLook):
			return nil
		}
		pause = reembedLook
	}
	return nil
}

// once works on one batch and says how many versions are in it.
func (r *reembedding) once(ctx context.Context) (int, error) {
	pending, err := r.Store.ClaimPending(ctx, r.Embedder.Model(), r.BatchSize, r.Lease)
	if err != nil || len(pending) == 0 {
		return 0, err
	}
	result, err := r.fill.batch(ctx, pending)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.report.Filled += result.done
		if result.done > 0 {
			r.progress = time.Now()
		}
	}
	for _, refused := range result.refused {
		r.refused[refused.VersionID] = refused
	}
	return len(pending), errors.Join(err, result.failure)
}

func (r *reembedding) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = err
}

// nothingLeft reports whether only what the model refuses still waits. What others have in work is waited for.
func (r *reembedding) nothingLeft(ctx context.Context) bool {
	left, err := r.Store.CountPending(ctx, r.Embedder.Model())
	r.mu.Lock()
	defer r.mu.Unlock()
	return err == nil && left <= len(r.refused)
}

// wait reports whether the context lasted so long.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
