package provider

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/embedding/internal/testmodel"
)

func open(t *testing.T, cfg Config) embedding.Embedder {
	t.Helper()
	e, err := Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func onnxConfig(t *testing.T) Config {
	t.Helper()
	return Config{Library: testmodel.Library(t), ModelFile: testmodel.Model(t), TokenizerFile: testmodel.Tokenizer(t)}
}

func TestONNXIsTheDefault(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", ONNX} {
		cfg := onnxConfig(t)
		cfg.Provider = name
		e := open(t, cfg)
		require.Equal(t, "all-minilm-l6-v2-q", e.Model())
		require.Equal(t, 384, e.Dimensions())
		vectors, err := e.Embed(t.Context(), []string{"pod"})
		require.NoError(t, err)
		require.Len(t, vectors[0], 384)
	}
}

// server answers both remote APIs with the vector (0, 1) and remembers requests.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string // path, key and body
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
		s.mu.Unlock()
		var in struct{ Input []string }
		_ = json.Unmarshal(body, &in)
		if in.Input == nil {
			_, _ = io.WriteString(w, `{"embedding":[0,2],"dimensions":2,"model":"m"}`)
			return
		}
		items := make([]string, len(in.Input))
		for i := range items {
			items[i] = `{"index":` + string(rune('0'+i)) + `,"embedding":[0,2]}`
		}
		_, _ = io.WriteString(w, `{"model":"m","data":[`+strings.Join(items, ",")+`]}`)
	}))
	t.Cleanup(s.Close)
	return s
}

// Every setting reaches the provider that has it.
func TestRemoteProvidersGetTheirSettings(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte("k1"), 0o600))
	for _, tt := range []struct {
		provider string
		change   func(*Config)
		model    string
		want     []string
	}{
		{Sidecar, func(*Config) {}, "m", []string{`/api/v1/embed Bearer k1 {"text":"a"}`, `/api/v1/embed Bearer k1 {"text":"b"}`}},
		{OpenAI, func(*Config) {}, "m", []string{`/v1/embeddings Bearer k1 {"model":"m","input":["a","b"],"encoding_format":"float"}`}},
		{OpenAI, func(c *Config) { c.MaxBatch, c.SendDimensions, c.APIKeyFile = 1, true, "" }, "m@2", []string{
			`/v1/embeddings  {"model":"m","input":["a"],"encoding_format":"float","dimensions":2}`,
			`/v1/embeddings  {"model":"m","input":["b"],"encoding_format":"float","dimensions":2}`,
		}},
	} {
		s := newServer(t)
		cfg := Config{Provider: tt.provider, URL: s.URL, Model: "m", Dimensions: 2, APIKeyFile: key}
		tt.change(&cfg)
		e := open(t, cfg)
		require.Equal(t, tt.model, e.Model())
		require.Equal(t, 2, e.Dimensions())
		vectors, err := e.Embed(t.Context(), []string{"a", "b"})
		require.NoError(t, err)
		require.Equal(t, [][]float32{{0, 1}, {0, 1}}, vectors)
		require.ElementsMatch(t, tt.want, s.requests)
	}
}

func TestTimeoutAndRetriesReachRemoteProviders(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{OpenAI, Sidecar} {
		var mu sync.Mutex
		calls := 0
		busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			calls++
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		defer busy.Close()
		_, err := open(t, Config{Provider: provider, URL: busy.URL, Model: "m", Dimensions: 2, Retries: 1}).Embed(t.Context(), []string{"pod"})
		require.ErrorIs(t, err, embedding.ErrUnavailable)
		require.Equal(t, 2, calls)

		hung := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}))
		defer hung.Close()
		cfg := Config{Provider: provider, URL: hung.URL, Model: "m", Dimensions: 2, Timeout: 30 * time.Millisecond}
		_, err = open(t, cfg).Embed(t.Context(), []string{"pod"})
		require.ErrorIs(t, err, embedding.ErrUnavailable)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		cfg  Config
		want string
	}{
		{"unknown provider", Config{Provider: "torch"}, `unknown embedding provider "torch": it is one of onnx, openai, sidecar`},
		{"URL without provider", Config{URL: "http://localhost:11434"}, "set the provider to openai or sidecar"},
		{"no ONNX files", Config{}, "path of the ONNX Runtime library is not set"},
		{"no model", Config{Provider: OpenAI, URL: "http://localhost", Dimensions: 3}, "model is not set"},
		{"no dimensions", Config{Provider: Sidecar, URL: "http://localhost", Model: "m"}, "dimensions must be set"},
		{"no URL", Config{Provider: Sidecar, Model: "m", Dimensions: 3}, "embedding URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := Open(tt.cfg)
			require.ErrorIs(t, err, embedding.ErrRejected)
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, e)
		})
	}
}

func TestONNXSettingsReachTheModel(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Config){
		"768 are configured":         func(c *Config) { c.Dimensions = 768 },
		"negative":                   func(c *Config) { c.Threads = -1 },
		"must not be negative":       func(c *Config) { c.Concurrency = -1 },
		"not a tokenizer.json":       func(c *Config) { c.TokenizerFile = c.ModelFile },
		"give another model another": func(c *Config) { c.ModelFile = c.TokenizerFile },
	} {
		cfg := onnxConfig(t)
		change(&cfg)
		_, err := Open(cfg)
		require.ErrorContains(t, err, want)
	}
	cfg := onnxConfig(t)
	cfg.Model = "mine"
	require.Equal(t, "mine", open(t, cfg).Model())
}
