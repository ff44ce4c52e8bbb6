package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// How the filler works. A batch has to be embedded well within its lease even by a slow model, since another process
// takes over what is still pending when the lease has run out.
const (
	fillBatch           = 16
	fillLease           = 2 * time.Minute
	defaultFillInterval = 5 * time.Second
	maxPostpone         = 5 * time.Minute
)

// RunFiller gives pending versions their vectors until the context ends. Any number of processes may run it at once.
func (c *Catalog) RunFiller(ctx context.Context) {
	ticker := time.NewTicker(c.interval)
	defer ticker.Stop()
	for {
		c.fillAll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-c.wake:
		}
	}
}

func (c *Catalog) wakeFiller() {
	select {
	case c.wake <- struct{}{}:
	default: // it is awake already
	}
}

// fillAll works until nothing can be claimed.
func (c *Catalog) fillAll(ctx context.Context) {
	if _, err := c.store.EnqueueMissing(ctx, c.embedder.Model()); err != nil {
		c.fillFailed(ctx, "cannot look for versions without a vector", err)
		return
	}
	for ctx.Err() == nil {
		claimed, err := c.fillOnce(ctx)
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
func (c *Catalog) fillOnce(ctx context.Context) (int, error) {
	model := c.embedder.Model()
	pending, err := c.store.ClaimPending(ctx, model, fillBatch, fillLease)
	if err != nil {
		return 0, err
	}
	filled := 0
	if len(pending) > 0 {
		if filled, err = c.embedPending(ctx, model, pending); err != nil {
			return 0, err
		}
	}
	waiting, err := c.store.CountPending(ctx, model)
	if err != nil {
		return 0, err
	}
	c.observer.Filled(filled, len(pending)-filled, waiting)
	return len(pending), nil
}

func (c *Catalog) embedPending(ctx context.Context, model string, pending []PendingVersion) (int, error) {
	texts := make([]VersionText, len(pending))
	for i, p := range pending {
		texts[i] = VersionText{VersionID: p.VersionID, Text: embedding.Text(p.Title, p.Description)}
	}
	vectors, err := c.vectors.Vectors(ctx, texts)
	if err != nil && errors.Is(err, embedding.ErrRejected) && len(pending) > 1 {
		return c.embedOneByOne(ctx, model, pending)
	}
	if err != nil {
		return 0, c.postpone(ctx, model, pending, err)
	}
	done := make([]VersionVector, len(pending))
	for i, p := range pending {
		done[i] = VersionVector{VersionID: p.VersionID, TextHash: embedding.TextHash(texts[i].Text), Vector: vectors[i]}
	}
	if err := c.store.CompletePending(ctx, model, done); err != nil {
		return 0, err
	}
	c.logger.InfoContext(ctx, "filled in vectors", "versions", len(done), "model", model)
	return len(done), nil
}

// embedOneByOne keeps one text that the model refuses from holding up the rest of its batch.
func (c *Catalog) embedOneByOne(ctx context.Context, model string, pending []PendingVersion) (int, error) {
	filled := 0
	for i := range pending {
		n, err := c.embedPending(ctx, model, pending[i:i+1])
		if err != nil {
			return filled, err
		}
		filled += n
	}
	return filled, nil
}

func (c *Catalog) postpone(ctx context.Context, model string, pending []PendingVersion, cause error) error {
	ids := make([]VersionID, len(pending))
	attempts := 1
	for i, p := range pending {
		ids[i] = p.VersionID
		attempts = max(attempts, p.Attempts)
	}
	delay := min(time.Second<<min(attempts-1, 16), maxPostpone)
	// The claim is given back even when the process is stopping, so that another one need not wait for its lease.
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return c.store.PostponePending(release, model, ids, delay, validation.Clip(cause.Error()))
}

func (c *Catalog) fillFailed(ctx context.Context, message string, err error) {
	if ctx.Err() == nil {
		c.logger.WarnContext(ctx, message, "error", err)
	}
}
