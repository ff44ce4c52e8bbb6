package sidecar

import (
	"context"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/internal/remote"
)

const path = "/api/v1/embed"

// Config says where the service is and what it is expected to run. URL, Model
// and Dimensions are required.
type Config struct {
	// URL is scheme, host and port, without a path.
	URL string
	// Model is the name in the service's answers, and the id under which vectors
	// are kept.
	Model string
	// Dimensions is the length of the vectors.
	Dimensions int

	APIKeyFile  string        // see remote.Config
	Timeout     time.Duration // of one text with its retries; default 10 s
	Concurrency int           // texts at the same time; default 4
	Retries     int           // 0 means 2, -1 none
}

// Embedder calls the embedding service.
type Embedder struct {
	cfg    Config
	client *remote.Client
}

var _ embedding.Embedder = (*Embedder)(nil)

// Open checks the configuration. It does not call the service, which may start
// later. Errors are embedding.ErrRejected.
func Open(cfg Config) (*Embedder, error) {
	if cfg.Model == "" {
		return nil, fmt.Errorf("%w: the embedding model is not set", embedding.ErrRejected)
	}
	if cfg.Dimensions <= 0 {
		return nil, fmt.Errorf("%w: the embedding dimensions must be set to those of model %s, not to %d", embedding.ErrRejected, cfg.Model, cfg.Dimensions)
	}
	client, err := remote.New(remote.Config{
		URL: cfg.URL, APIKeyFile: cfg.APIKeyFile, Timeout: cfg.Timeout, Concurrency: cfg.Concurrency, Retries: cfg.Retries,
	})
	if err != nil {
		return nil, err
	}
	return &Embedder{cfg: cfg, client: client}, nil
}

// Model implements embedding.Embedder.
func (e *Embedder) Model() string { return e.cfg.Model }

// Dimensions implements embedding.Embedder.
func (e *Embedder) Dimensions() int { return e.cfg.Dimensions }

// Health implements embedding.Embedder: the service answers HTTP.
func (e *Embedder) Health(ctx context.Context) error { return e.client.Reachable(ctx) }

// Close implements embedding.Embedder.
func (e *Embedder) Close() error { return e.client.Close() }

// Embed implements embedding.Embedder. Each text is a call of its own; they run
// side by side, and one failure fails them all.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := embedding.CheckTexts(texts); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	err := e.client.Each(ctx, len(texts), func(ctx context.Context, i int) (err error) {
		vectors[i], err = e.embed(ctx, texts[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := embedding.FinishVectors(vectors, len(texts), e.cfg.Dimensions); err != nil {
		return nil, err
	}
	return vectors, nil
}

type request struct {
	Text string `json:"text"`
}

type response struct {
	Embedding  remote.Vector `json:"embedding"`
	Dimensions int           `json:"dimensions"`
	Model      string        `json:"model"`
}

func (e *Embedder) embed(ctx context.Context, text string) ([]float32, error) {
	var out response
	if err := e.client.Post(ctx, path, request{Text: text}, &out, remote.MaxAnswerBytes(1, e.cfg.Dimensions)); err != nil {
		return nil, err
	}
	if out.Model != e.cfg.Model {
		return nil, fmt.Errorf("%w: the embedding service runs model %q, %q is configured", embedding.ErrRejected, out.Model, e.cfg.Model)
	}
	if out.Dimensions != len(out.Embedding) {
		return nil, fmt.Errorf("%w: the embedding service announces %d dimensions and sends %d", embedding.ErrRejected, out.Dimensions, len(out.Embedding))
	}
	return out.Embedding, nil
}
