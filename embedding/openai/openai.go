package openai

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/internal/remote"
)

const path = "/v1/embeddings"

// DefaultMaxBatch is how many texts one request holds unless configured.
const DefaultMaxBatch = 32

// Config says which model of which server is used. URL, Model and Dimensions
// are required.
type Config struct {
	// URL is scheme, host and port, without a path.
	URL string
	// Model is the name that the server knows, and the id under which vectors
	// are kept.
	Model string
	// Dimensions is the length of the vectors.
	Dimensions int
	// SendDimensions asks the server to shorten its vectors to Dimensions, which
	// some models can. Such vectors are kept under the id "model@dimensions".
	SendDimensions bool
	// MaxBatch is how many texts one request holds, by default DefaultMaxBatch.
	MaxBatch int

	APIKeyFile  string        // see remote.Config
	Timeout     time.Duration // of one request with its retries; default 10 s
	Concurrency int           // requests at the same time; default 4
	Retries     int           // 0 means 2, -1 none
}

// Embedder calls a /v1/embeddings server.
type Embedder struct {
	cfg    Config
	client *remote.Client
	// served is the model name in the server's first answer. Servers decorate
	// names, so it need not be Config.Model, but it must not change: vectors of
	// two models do not mix.
	served atomic.Pointer[string]
}

var _ embedding.Embedder = (*Embedder)(nil)

// Open checks the configuration. It does not call the server, so the service
// starts without it. Errors are embedding.ErrRejected.
func Open(cfg Config) (*Embedder, error) {
	if cfg.Model == "" {
		return nil, fmt.Errorf("%w: the embedding model is not set", embedding.ErrRejected)
	}
	if cfg.Dimensions <= 0 {
		return nil, fmt.Errorf("%w: the embedding dimensions must be set to those of model %s, not to %d", embedding.ErrRejected, cfg.Model, cfg.Dimensions)
	}
	if cfg.MaxBatch < 0 {
		return nil, fmt.Errorf("%w: the batch size must not be negative", embedding.ErrRejected)
	}
	if cfg.MaxBatch == 0 {
		cfg.MaxBatch = DefaultMaxBatch
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
func (e *Embedder) Model() string {
	if e.cfg.SendDimensions {
		return fmt.Sprintf("%s@%d", e.cfg.Model, e.cfg.Dimensions)
	}
	return e.cfg.Model
}

// Dimensions implements embedding.Embedder.
func (e *Embedder) Dimensions() int { return e.cfg.Dimensions }

// Health implements embedding.Embedder: the server answers HTTP.
func (e *Embedder) Health(ctx context.Context) error { return e.client.Reachable(ctx) }

// Close implements embedding.Embedder.
func (e *Embedder) Close() error { return e.client.Close() }

// Embed implements embedding.Embedder. Texts are sent in requests of at most
// MaxBatch, side by side; one failure fails the call.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := embedding.CheckTexts(texts); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	batches := (len(texts) + e.cfg.MaxBatch - 1) / e.cfg.MaxBatch
	err := e.client.Each(ctx, batches, func(ctx context.Context, i int) error {
		from := i * e.cfg.MaxBatch
		to := min(from+e.cfg.MaxBatch, len(texts))
		return e.batch(ctx, texts[from:to], vectors[from:to])
	})
	if err != nil {
		return nil, err
	}
	return vectors, nil
}

type request struct {
	Model          string   `json:"model"`
	Input          []string `json:"input"`
	EncodingFormat string   `json:"encoding_format"`
	Dimensions     int      `json:"dimensions,omitempty"`
}

type response struct {
	Model string `json:"model"`
	Data  []item `json:"data"`
}

type item struct {
	Index     int           `json:"index"`
	Embedding remote.Vector `json:"embedding"`
}

// batch fills vectors with those of texts.
func (e *Embedder) batch(ctx context.Context, texts []string, vectors [][]float32) error {
	in := request{Model: e.cfg.Model, Input: texts, EncodingFormat: "float"}
	if e.cfg.SendDimensions {
		in.Dimensions = e.cfg.Dimensions
	}
	var out response
	if err := e.client.Post(ctx, path, in, &out, remote.MaxAnswerBytes(len(texts), e.cfg.Dimensions)); err != nil {
		return err
	}
	if err := e.checkModel(out.Model); err != nil {
		return err
	}
	if err := place(out.Data, vectors); err != nil {
		return err
	}
	return embedding.FinishVectors(vectors, len(texts), e.cfg.Dimensions)
}

// place orders what came back by its index, which servers need not keep.
func place(data []item, vectors [][]float32) error {
	if len(data) != len(vectors) {
		return fmt.Errorf("%w: %d vectors came back for %d texts", embedding.ErrRejected, len(data), len(vectors))
	}
	for _, d := range data {
		if d.Index < 0 || d.Index >= len(vectors) || vectors[d.Index] != nil {
			return fmt.Errorf("%w: index %d of %d is out of range or came twice", embedding.ErrRejected, d.Index, len(vectors))
		}
		if len(d.Embedding) == 0 {
			return fmt.Errorf("%w: vector %d is missing", embedding.ErrRejected, d.Index)
		}
		vectors[d.Index] = d.Embedding
	}
	return nil
}

// checkModel holds the server to the model of its first answer. A server that
// names none cannot be checked.
func (e *Embedder) checkModel(name string) error {
	if name == "" || e.served.CompareAndSwap(nil, &name) {
		return nil
	}
	if first := *e.served.Load(); name != first {
		return fmt.Errorf("%w: the server answers with model %q, before it was %q: their vectors do not compare", embedding.ErrRejected, name, first)
	}
	return nil
}
