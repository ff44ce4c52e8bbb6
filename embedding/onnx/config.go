package onnx

import (
	"fmt"
	"runtime"

	"github.com/kubernaut/datastorage/embedding"
)

const (
	// DefaultModel is the id of all-MiniLM-L6-v2 quantised to int8, 384
	// dimensions. The id belongs to one exact file, see modelSums.
	DefaultModel = "all-minilm-l6-v2-q"

	// MaxTokens is the length at which texts are cut off, with the two tokens
	// that frame them: the number of positions of BERT.
	MaxTokens = 512
)

// modelSums pins model ids to the SHA-256 of their file, so that another file
// under the same id cannot mix its vectors with those already stored.
var modelSums = map[string]string{
	DefaultModel: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
}

// Config says what Open loads. Library, ModelFile and TokenizerFile are required.
type Config struct {
	// Library is the ONNX Runtime shared library.
	Library string
	// ModelFile is the network: inputs input_ids, attention_mask and
	// token_type_ids, output last_hidden_state.
	ModelFile string
	// TokenizerFile is the tokenizer.json that belongs to it.
	TokenizerFile string
	// Model is the id under which vectors are kept, by default DefaultModel. A
	// file of one's own needs an id of its own.
	Model string
	// Dimensions, if not 0, must be what the model gives.
	Dimensions int
	// Concurrency is how many texts run at the same time, by default one per
	// processor. Each costs up to about 30 MB while it runs at 512 tokens.
	Concurrency int
	// Threads is how many threads work on one text, by default 1. More shorten
	// a single long text and lower the throughput of many.
	Threads int
}

func (c Config) withDefaults() (Config, error) {
	for _, f := range []struct{ name, path string }{
		{"ONNX Runtime library", c.Library},
		{"model file", c.ModelFile},
		{"tokenizer file", c.TokenizerFile},
	} {
		if f.path == "" {
			return c, fmt.Errorf("%w: the path of the %s is not set", embedding.ErrRejected, f.name)
		}
	}
	if c.Dimensions < 0 || c.Concurrency < 0 || c.Threads < 0 {
		return c, fmt.Errorf("%w: dimensions, concurrency and threads must not be negative", embedding.ErrRejected)
	}
	if c.Model == "" {
		c.Model = DefaultModel
	}
	if c.Concurrency == 0 {
		c.Concurrency = runtime.GOMAXPROCS(0)
	}
	if c.Threads == 0 {
		c.Threads = 1
	}
	return c, nil
}
