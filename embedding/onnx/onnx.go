package onnx

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/internal/wordpiece"
)

// Embedder runs a model in this process.
type Embedder struct {
	model       string
	dimensions  int
	concurrency int64

	tokenizer *wordpiece.Tokenizer
	session   *session
	slots     *semaphore.Weighted // one per text that runs; Close takes all
	closed    atomic.Bool
}

var _ embedding.Embedder = (*Embedder)(nil)

// Open loads library, tokenizer and model, and runs one short text to learn the
// number of dimensions. It takes a fraction of a second. Every error wraps
// embedding.ErrRejected and names the file or setting at fault.
func Open(cfg Config) (*Embedder, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	tokenizer, err := wordpiece.Load(cfg.TokenizerFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", embedding.ErrRejected, err)
	}
	if err := loadEnvironment(cfg.Library); err != nil {
		return nil, err
	}
	session, err := openSession(cfg)
	if err != nil {
		return nil, err
	}
	e := &Embedder{
		model:       cfg.Model,
		concurrency: int64(cfg.Concurrency),
		tokenizer:   tokenizer,
		session:     session,
		slots:       semaphore.NewWeighted(int64(cfg.Concurrency)),
	}
	if err := e.learnDimensions(cfg); err != nil {
		_ = e.Close()
		return nil, err
	}
	return e, nil
}

func (e *Embedder) learnDimensions(cfg Config) error {
	v, err := e.session.run(context.Background(), e.tokenizer.Encode("playbook", MaxTokens))
	if err != nil {
		return fmt.Errorf("trying out model %s: %w", cfg.ModelFile, err)
	}
	if cfg.Dimensions != 0 && cfg.Dimensions != len(v) {
		return fmt.Errorf("%w: model %s has %d dimensions, %d are configured",
			embedding.ErrRejected, cfg.ModelFile, len(v), cfg.Dimensions)
	}
	e.dimensions = len(v)
	return nil
}

// Model implements embedding.Embedder.
func (e *Embedder) Model() string { return e.model }

// Dimensions implements embedding.Embedder.
func (e *Embedder) Dimensions() int { return e.dimensions }

// Embed implements embedding.Embedder. The texts of a call run side by side as
// far as Concurrency allows; all calls share it, in order of arrival.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := embedding.CheckTexts(texts); err != nil {
		return nil, err
	}
	if err := embedding.ContextError(ctx, "before embedding"); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	if len(texts) == 1 {
		v, err := e.embed(ctx, texts[0])
		if err != nil {
			return nil, err
		}
		vectors[0] = v
		return vectors, nil
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(int(e.concurrency))
	for i, text := range texts {
		group.Go(func() (err error) {
			vectors[i], err = e.embed(groupCtx, text)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return vectors, nil
}

// embed waits for a slot and embeds one text.
func (e *Embedder) embed(ctx context.Context, text string) ([]float32, error) {
	if err := e.slots.Acquire(ctx, 1); err != nil {
		return nil, embedding.ContextError(ctx, "waiting for the model")
	}
	defer e.slots.Release(1)
	if err := e.Health(ctx); err != nil {
		return nil, err
	}
	v, err := e.session.run(ctx, e.tokenizer.Encode(text, MaxTokens))
	if err != nil {
		return nil, err
	}
	if err := embedding.Normalise(v); err != nil {
		return nil, err
	}
	return v, nil
}

// Health implements embedding.Embedder: a loaded model works until it is closed.
func (e *Embedder) Health(context.Context) error {
	if e.closed.Load() {
		return fmt.Errorf("%w: the embedder is closed", embedding.ErrUnavailable)
	}
	return nil
}

// Close implements embedding.Embedder.
func (e *Embedder) Close() error {
	if e.closed.Swap(true) {
		return nil
	}
	// Freeing the network under a run would take the process down, so this waits
	// for all of them; a run is short.
	if err := e.slots.Acquire(context.Background(), e.concurrency); err != nil {
		return fmt.Errorf("waiting for the model: %w", err)
	}
	defer e.slots.Release(e.concurrency)
	return e.session.close()
}
