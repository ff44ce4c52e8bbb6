package catalog

import (
	"context"
	"time"
)

// How the filler works. A batch has to be embedded well within its lease even by a slow model, since another process
// takes over what is still pending when the lease has run out.
const (
	fillBatch           = 16
	fillLease           = 2 * time.Minute
	defaultFillInterval = 5 * time.Second
	maxPostpone         = 5 * time.Minute
)

// RunFiller gives pending versions their vectors until the context ends: of the serving model and of those on standby,
// as far as this process has their embedders. To fill a model in the first place is for Reembed. Any number of processes
// may run it at once.
func (c *Catalog) RunFiller(ctx context.Context) {
	noted := ""
	c.wake.rounds(ctx, c.interval, func() { noted = c.fillModels(ctx, noted) })
}

func (c *Catalog) fillModels(ctx context.Context, noted string) string {
	state, err := c.store.State(ctx)
	if err != nil {
		c.fillFailed(ctx, "cannot look which models there are", err)
		return noted
	}
	for _, m := range c.local.keptUp(state) {
		if local := c.local.of(m); local != nil && m.State != ModelFilling {
			c.fillAll(ctx, local.Vectors)
		}
	}
	return c.noteModel(ctx, state, noted)
}

// noteModel logs when this process cannot search by the serving model, and when it can again: not at every look. It gives
// what to pass to it next time.
func (c *Catalog) noteModel(ctx context.Context, state State, noted string) string {
	serving := c.local.keptUp(state)[0]
	switch {
	case c.local.of(serving) == nil && noted != serving.Name:
		c.logger.WarnContext(ctx, "this process has no embedder of the model that serves",
			"serving", serving.String(), "embedders", c.local.String())
		return serving.Name
	case c.local.of(serving) != nil && noted != "":
		c.logger.InfoContext(ctx, "this process has an embedder of the model that serves again", "serving", serving.String())
		return ""
	}
	return noted
}

// fillAll works until nothing can be claimed.
func (c *Catalog) fillAll(ctx context.Context, vectors VectorSource) {
	if _, err := c.store.EnqueueMissing(ctx, vectors.Model()); err != nil {
		c.fillFailed(ctx, "cannot look for versions without a vector", err)
		return
	}
	for ctx.Err() == nil {
		claimed, err := c.fillOnce(ctx, vectors)
		if err != nil {
			c.fillFailed(ctx, "cannot fill in vectors", err)
			return
		}
		if claimed == 0 {
			return
		}
	}
}

// fillOnce claims, embeds and stores one batch. It says how many versions it claimed.
func (c *Catalog) fillOnce(ctx context.Context, vectors VectorSource) (int, error) {
	model := vectors.Model()
	pending, err := c.store.ClaimPending(ctx, model, fillBatch, fillLease)
	if err != nil {
		return 0, err
	}
	f := fill{store: c.store, vectors: vectors, delay: postponement}
	var result filled
	if len(pending) > 0 {
		if result, err = f.batch(ctx, pending); err != nil {
			return 0, err
		}
		c.logger.InfoContext(ctx, "filled in vectors", "versions", result.done, "of", len(pending), "model", model)
	}
	waiting, err := c.store.CountPending(ctx, model)
	if err != nil {
		return 0, err
	}
	c.observer.Filled(model, result.done, len(pending)-result.done, waiting)
	return len(pending), nil
}

// postponement doubles with each attempt.
func postponement(_ error, attempts int) time.Duration {
	return min(time.Second<<min(attempts-1, 16), maxPostpone)
}

func (c *Catalog) fillFailed(ctx context.Context, message string, err error) {
	if ctx.Err() == nil {
		c.logger.WarnContext(ctx, message, "error", err)
	}
}
