package onnx

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	setup(t) // the library is loaded from here on
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	model, err := os.ReadFile(config(t).ModelFile)
	require.NoError(t, err)
	garbage := write("garbage.onnx", []byte("not a network"))
	cut := write("cut.onnx", model[:len(model)/2])

	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no library", func(c *Config) { c.Library = "" }, "path of the ONNX Runtime library is not set"},
		{"no model", func(c *Config) { c.ModelFile = "" }, "path of the model file is not set"},
		{"no tokenizer", func(c *Config) { c.TokenizerFile = "" }, "path of the tokenizer file is not set"},
		{"missing model", func(c *Config) { c.ModelFile = filepath.Join(dir, "missing.onnx") }, "missing.onnx"},
		{"missing tokenizer", func(c *Config) { c.TokenizerFile = filepath.Join(dir, "missing.json") }, "missing.json"},
		{"second library", func(c *Config) { c.Library = garbage }, "already loaded"},
		{"another file under the pinned id", func(c *Config) { c.ModelFile = garbage }, "give another model another id"},
		{"not a network", func(c *Config) { c.ModelFile, c.Model = garbage, "mine" }, "garbage.onnx"},
		{"half a network", func(c *Config) { c.ModelFile, c.Model = cut, "mine" }, "cut.onnx"},
		{"other dimensions", func(c *Config) { c.Dimensions = 768 }, "has 384 dimensions, 768 are configured"},
		{"negative concurrency", func(c *Config) { c.Concurrency = -1 }, "must not be negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config(t)
			tt.change(&cfg)
			_, err := Open(cfg)
			require.ErrorIs(t, err, embedding.ErrRejected)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestOpenUnderAnIDOfItsOwn(t *testing.T) {
	t.Parallel()
	e := setup(t, func(c *Config) { c.Model, c.Dimensions, c.Threads = "mine", 384, 2 })
	require.Equal(t, "mine", e.Model())
	vectors, err := e.Embed(t.Context(), []string{alertText})
	require.NoError(t, err)
	require.Len(t, vectors[0], 384)
}
