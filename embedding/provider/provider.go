// Package provider opens the embedding provider that the configuration names. It
// is the only package that knows all of them. There is no fallback from one to
// another: their vectors do not compare.
package provider

import (
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/onnx"
	"github.com/kubernaut/datastorage/embedding/openai"
	"github.com/kubernaut/datastorage/embedding/sidecar"
)

// The names of the providers.
const (
	ONNX    = "onnx"    // in this process
	OpenAI  = "openai"  // any /v1/embeddings server
	Sidecar = "sidecar" // Kubernaut's embedding service
)

// Config holds the settings of all providers; each takes those it has.
type Config struct {
	// Provider is one of the names above, by default ONNX.
	Provider string
	// Model is the id of the model. ONNX has a default, onnx.DefaultModel.
	Model string
	// Dimensions is the length of the vectors. ONNX learns it from the model and
	// checks it when it is set; the others require it.
	Dimensions int
	// Concurrency is how many texts (ONNX, Sidecar) or requests (OpenAI) are
	// under way at the same time. Default: one per processor, or 4.
	Concurrency int

	// URL is scheme, host and port of the server of OpenAI and Sidecar, without
	// a path. With ONNX it must be empty, so that a forgotten Provider shows.
	URL string
	// APIKeyFile holds the bearer key of OpenAI and Sidecar, if they need one.
	APIKeyFile string
	// Timeout bounds one request of OpenAI and Sidecar with its retries; default 10 s.
	Timeout time.Duration
	// Retries of OpenAI and Sidecar: 0 means 2, -1 none.
	Retries int
	// MaxBatch is how many texts one request of OpenAI holds; default 32.
	MaxBatch int
	// SendDimensions makes OpenAI ask for vectors shortened to Dimensions.
	SendDimensions bool

	// Library, ModelFile and TokenizerFile are the files of ONNX, see onnx.Config.
	Library       string
	ModelFile     string
	TokenizerFile string
	// Threads is how many threads ONNX uses for one text; default 1.
	Threads int
}

// Open opens the configured provider. ONNX is loaded; of the others only the
// configuration is checked, so that the service starts without them. Errors are
// embedding.ErrRejected and say which setting is wrong.
func Open(cfg Config) (embedding.Embedder, error) {
	switch cfg.Provider {
	case ONNX, "":
		return openONNX(cfg)
	case OpenAI:
		return opened(openai.Open(openai.Config{
			URL: cfg.URL, Model: cfg.Model, Dimensions: cfg.Dimensions, SendDimensions: cfg.SendDimensions, MaxBatch: cfg.MaxBatch,
			APIKeyFile: cfg.APIKeyFile, Timeout: cfg.Timeout, Concurrency: cfg.Concurrency, Retries: cfg.Retries,
		}))
	case Sidecar:
		return opened(sidecar.Open(sidecar.Config{
			URL: cfg.URL, Model: cfg.Model, Dimensions: cfg.Dimensions,
			APIKeyFile: cfg.APIKeyFile, Timeout: cfg.Timeout, Concurrency: cfg.Concurrency, Retries: cfg.Retries,
		}))
	default:
		return nil, fmt.Errorf("%w: unknown embedding provider %q: it is one of %s, %s, %s",
			embedding.ErrRejected, cfg.Provider, ONNX, OpenAI, Sidecar)
	}
}

func openONNX(cfg Config) (embedding.Embedder, error) {
	if cfg.URL != "" {
		return nil, fmt.Errorf("%w: an embedding URL is set but the provider is %s, which has none: set the provider to %s or %s",
			embedding.ErrRejected, ONNX, OpenAI, Sidecar)
	}
	return opened(onnx.Open(onnx.Config{
		Library: cfg.Library, ModelFile: cfg.ModelFile, TokenizerFile: cfg.TokenizerFile,
		Model: cfg.Model, Dimensions: cfg.Dimensions, Concurrency: cfg.Concurrency, Threads: cfg.Threads,
	}))
}

// opened keeps a nil pointer from becoming an Embedder that is not nil.
func opened[E embedding.Embedder](e E, err error) (embedding.Embedder, error) {
	if err != nil {
		return nil, err
	}
	return e, nil
}
