package catalog

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// Catalog publishes and finds playbooks. It is safe for concurrent use and keeps nothing of its own that the store does
// not hold, so that any number of processes may serve one database.
type Catalog struct {
	store     Store
	local     localModels
	cache     VectorCache // nil for none
	asked     *Asked      // nil for not to count
	schemas   *knownSchemas
	observer  Observer
	witness   Witness
	logger    *slog.Logger
	interval  time.Duration // between looks of an idle filler
	wake      bell          // rings for the filler when a version was stored without a vector
	searching atomic.Value  // string, see EmbedderDetail

	withoutVectors atomic.Bool // the embedder gave no vector to the last search
}

// Config is what a Catalog is made of. Store and Embedder are required.
type Config struct {
	Store    Store
	Embedder embedding.Embedder // of what is searched for
	Vectors  VectorSource       // of the versions, of the same model; default the store, then the embedder
	// MoreModels are others that this process can use. Which one is searched with is for the store to say; the first
	// one, above, only becomes that of a catalog that has none.
	MoreModels []LocalModel

	Cache    VectorCache  // is told of changes; default none
	Asked    *Asked       // counts what is searched for; default none
	Observer Observer     // default none
	Witness  Witness      // default none: correlation ids of searches lead nowhere
	Logger   *slog.Logger // default slog.Default

	FillInterval time.Duration // between two looks of RunFiller at an idle catalog, default 5 s
}

// Observer is told what happened, for metrics. Its methods must not block.
type Observer interface {
	// Published is called once per publish that was not a dry run; outcome is created, identical or refused.
	Published(outcome string, pending bool)
	// Searched is called once per search, with the mode that was asked for. It must not keep the answer.
	Searched(mode Mode, answer *SearchAnswer, took time.Duration, err error)
	// Filled is called after each round of the filler: how many versions got their vector of a model, how many could not,
	// and how many still wait.
	Filled(model string, filled, failed, waiting int)
}

// New makes a Catalog.
func New(cfg Config) (*Catalog, error) {
	if cfg.Store == nil || cfg.Embedder == nil {
		return nil, errors.New("catalog: a store and an embedder are required")
	}
	local, err := newLocalModels(cfg.Store, append([]LocalModel{{cfg.Embedder, cfg.Vectors}}, cfg.MoreModels...))
	if err != nil {
		return nil, err
	}
	c := &Catalog{
		store: cfg.Store, local: local, cache: cfg.Cache, asked: cfg.Asked, schemas: newKnownSchemas(cfg.Store),
		observer: cfg.Observer, logger: cfg.Logger, interval: cfg.FillInterval, wake: newBell(), witness: cfg.Witness,
	}
	if c.observer == nil {
		c.observer = unobserved{}
	}
	if c.witness == nil {
		c.witness = noWitness{}
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	if c.interval <= 0 {
		c.interval = defaultFillInterval
	}
	return c, nil
}

// Latest gives the version of a playbook that is used. Errors: those of Store.Latest.
func (c *Catalog) Latest(ctx context.Context, playbookID string) (Latest, error) {
	if err := CheckPlaybookID(playbookID); err != nil {
		return Latest{}, err
	}
	return c.store.Latest(ctx, playbookID)
}

// Version gives one version, whatever its status. Errors: those of Store.Version.
func (c *Catalog) Version(ctx context.Context, playbookID, version string) (Version, error) {
	if err := checkVersionID(playbookID, version); err != nil {
		return Version{}, err
	}
	return c.store.Version(ctx, playbookID, version)
}

// Versions lists the versions of a playbook, greatest first. Errors: those of Store.Versions.
func (c *Catalog) Versions(ctx context.Context, playbookID string, page Page) (VersionPage, error) {
	var v validation.Violations
	checkID(&v, playbookID)
	page.check(&v)
	if err := v.Err(); err != nil {
		return VersionPage{}, err
	}
	return c.store.Versions(ctx, playbookID, page)
}

// List gives one version per playbook. Errors: those of Store.List.
func (c *Catalog) List(ctx context.Context, q ListQuery) (VersionPage, error) {
	schemas, err := c.schemas.covering(ctx, allowing(q.Labels))
	if err != nil {
		return VersionPage{}, err
	}
	var v validation.Violations
	q.check(&v)
	schemas.checkAsked(&v, q.Labels)
	if err := v.Err(); err != nil {
		return VersionPage{}, err
	}
	return c.store.List(ctx, q)
}

func (p *Page) check(v *validation.Violations) {
	if p.Limit < 1 || p.Limit > MaxPageSize {
		v.Add("/limit", "must be between 1 and %d", MaxPageSize)
	}
}

func (q *ListQuery) check(v *validation.Violations) {
	q.Page.check(v)
	v.Text("/q", q.Text, maxTitleLength)
	v.Text("/owner", q.Owner, maxNameLength)
}

type unobserved struct{}

func (unobserved) Published(string, bool)                             {}
func (unobserved) Searched(Mode, *SearchAnswer, time.Duration, error) {}
func (unobserved) Filled(string, int, int, int)                       {}
