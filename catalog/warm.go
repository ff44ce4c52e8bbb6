package catalog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// WarmState says how far a warm-up is.
type WarmState string

// All states.
const (
	WarmNever   WarmState = "never"   // none was ever asked for
	WarmWaiting WarmState = "waiting" // asked for, and not begun
	WarmRunning WarmState = "running"
	WarmDone    WarmState = "done"
	WarmFailed  WarmState = "failed"
)

// WarmUp is the progress of the last warm-up of the cache, of whichever process. It is kept in the store, so that every
// process can tell it, and another one goes on where one was killed.
type WarmUp struct {
	State      WarmState
	Model      string
	Playbooks  WarmCount
	Queries    WarmCount
	Error      string // why it failed
	AskedAt    time.Time
	FinishedAt *time.Time
}

// WarmCount is a part of a warm-up.
type WarmCount struct{ Total, Done int }

// WarmStore keeps what a warm-up needs.
type WarmStore interface {
	// WarmUp gives the progress of the last warm-up.
	WarmUp(ctx context.Context) (WarmUp, error)
	// AskForWarmUp makes a warm-up wait to be done, unless one waits or runs, and gives its progress.
	AskForWarmUp(ctx context.Context, model string) (WarmUp, error)
	// ClaimWarmUp leases the warm-up of a model that waits, or whose lease has run out, to one caller; false when there is
	// none.
	ClaimWarmUp(ctx context.Context, model, owner string, lease time.Duration) (WarmUp, bool, error)
	// SaveWarmUp notes progress and renews the lease, false when another caller has taken over.
	SaveWarmUp(ctx context.Context, owner string, w WarmUp, lease time.Duration) (bool, error)
	// SearchableVersions gives searchable versions in order of their ids, those after an id.
	SearchableVersions(ctx context.Context, after string, limit int) ([]SearchableVersion, error)
	// CountSearchable says how many searchable versions there are.
	CountSearchable(ctx context.Context) (int, error)
	// MostAsked gives the texts that were searched for most often within days, most often first.
	MostAsked(ctx context.Context, days, limit int) ([]string, error)
}

// SearchableVersion is a version that searches find, with what is embedded of it.
type SearchableVersion struct {
	VersionID

	Title       string
	Description string
}

// How a warm-up works: in batches that are done well within the lease.
const (
	warmBatch     = 32
	warmLease     = time.Minute
	warmInterval  = 5 * time.Second
	warmQueryDays = 7
	warmQueries   = 500
)

// WarmerConfig is what a Warmer works with. All but Logger are required.
type WarmerConfig struct {
	Store   WarmStore
	Vectors VectorSource       // gives the vectors of versions by way of the cache
	Queries embedding.Embedder // gives those of texts that are searched for, likewise
	Owner   string             // names this process
	Logger  *slog.Logger
}

// Warmer loads into the cache what will be asked for: the vectors of all searchable versions, and those of the texts that
// were asked for most often. What is cached already costs a look at the cache.
type Warmer struct {
	cfg  WarmerConfig
	wake bell
}

// NewWarmer makes a Warmer.
func NewWarmer(cfg WarmerConfig) (*Warmer, error) {
	if cfg.Store == nil || cfg.Vectors == nil || cfg.Queries == nil || cfg.Owner == "" {
		return nil, errors.New("catalog: a warmer needs a store, sources of vectors and the name of its process")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Warmer{cfg: cfg, wake: newBell()}, nil
}

// Progress gives the progress of the last warm-up. Error: ErrUnavailable.
func (w *Warmer) Progress(ctx context.Context) (WarmUp, error) { return w.cfg.Store.WarmUp(ctx) }

// Ask makes a process warm the cache up, unless one does so already, and gives its progress. Error: ErrUnavailable.
func (w *Warmer) Ask(ctx context.Context) (WarmUp, error) {
	progress, err := w.cfg.Store.AskForWarmUp(ctx, w.cfg.Vectors.Model())
	if err == nil {
		w.wake.ring()
	}
	return progress, err
}

// Run does the warm-ups that are asked for until the context ends. Any number of processes may run it: one does each.
func (w *Warmer) Run(ctx context.Context) {
	w.wake.rounds(ctx, warmInterval, func() {
		if err := w.once(ctx); err != nil && ctx.Err() == nil {
			w.cfg.Logger.WarnContext(ctx, "cannot warm the cache up", "error", err)
		}
	})
}

// once does a warm-up that waits, if there is one.
func (w *Warmer) once(ctx context.Context) error {
	progress, claimed, err := w.cfg.Store.ClaimWarmUp(ctx, w.cfg.Vectors.Model(), w.cfg.Owner, warmLease)
	if err != nil || !claimed {
		return err
	}
	start := time.Now()
	err = w.warm(ctx, &progress)
	switch {
	case errors.Is(err, errTakenOver):
		return nil
	case ctx.Err() != nil:
		return w.save(context.WithoutCancel(ctx), &progress, 0) // for another process to go on at once
	case err != nil:
		progress.State, progress.Error = WarmFailed, "see the log of the service"
	default:
		progress.State = WarmDone
	}
	w.cfg.Logger.InfoContext(ctx, "warmed the cache up", "state", progress.State, "playbooks", progress.Playbooks.Done,
		"queries", progress.Queries.Done, "duration", time.Since(start), "error", err)
	return w.save(ctx, &progress, warmLease)
}

var errTakenOver = errors.New("another process has taken over")

func (w *Warmer) save(ctx context.Context, progress *WarmUp, lease time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	mine, err := w.cfg.Store.SaveWarmUp(ctx, w.cfg.Owner, *progress, lease)
	if err == nil && !mine {
		return errTakenOver
	}
	return err
}

func (w *Warmer) warm(ctx context.Context, progress *WarmUp) error {
	questions, err := w.cfg.Store.MostAsked(ctx, warmQueryDays, warmQueries)
	if err != nil {
		return err
	}
	if progress.Playbooks.Total, err = w.cfg.Store.CountSearchable(ctx); err != nil {
		return err
	}
	progress.Playbooks.Done, progress.Queries = 0, WarmCount{Total: len(questions)}
	if err := w.warmPlaybooks(ctx, progress); err != nil {
		return err
	}
	for len(questions) > 0 {
		batch := questions[:min(warmBatch, len(questions))]
		questions = questions[len(batch):]
		if _, err := w.cfg.Queries.Embed(ctx, batch); err != nil {
			return err
		}
		progress.Queries.Done += len(batch)
		if err := w.save(ctx, progress, warmLease); err != nil {
			return err
		}
	}
	return nil
}

func (w *Warmer) warmPlaybooks(ctx context.Context, progress *WarmUp) error {
	after := ""
	for {
		versions, err := w.cfg.Store.SearchableVersions(ctx, after, warmBatch)
		if err != nil || len(versions) == 0 {
			return err
		}
		texts := make([]VersionText, len(versions))
		for i, v := range versions {
			texts[i] = VersionText{VersionID: v.VersionID, Text: embedding.Text(v.Title, v.Description)}
		}
		if _, err := w.cfg.Vectors.Vectors(ctx, texts); err != nil {
			return err
		}
		after = texts[len(texts)-1].PlaybookID
		progress.Playbooks.Done += len(texts)
		if err := w.save(ctx, progress, warmLease); err != nil {
			return err
		}
	}
}
