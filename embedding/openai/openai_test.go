package openai

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/kubernaut/datastorage/embedding"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a server and an embedder of 2 dimensions on it, without retries.
func open(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *Embedder {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cfg := Config{URL: server.URL, Model: "m", Dimensions: 2, Retries: -1}
	for _, c := range change {
		c(&cfg)
	}
	e, err := Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// obliging behaves as a server should, except for the order of its answer: the
// vector of a text points to (1, length of the text).
func obliging(t *testing.T, seen func(request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in request
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/v1/embeddings" || r.Method != http.MethodPost {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		seen(in)
		out := response{Model: in.Model + "-001"}
		for i, text := range in.Input {
			out.Data = append(out.Data, item{Index: i, Embedding: []float32{1, float32(len(text))}})
		}
		slices.Reverse(out.Data)
		_ = json.NewEncoder(w).Encode(out)
	}
}

func TestEmbedKeepsOrderAcrossBatches(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sizes []int
	e := open(t, obliging(t, func(in request) {
		mu.Lock()
		defer mu.Unlock()
		sizes = append(sizes, len(in.Input))
		if in.Model != "m" || in.EncodingFormat != "float" || in.Dimensions != 0 {
			t.Errorf("unexpected request %+v", in)
		}
	}), func(c *Config) { c.MaxBatch = 4 })
	require.Equal(t, "m", e.Model())
	require.Equal(t, 2, e.Dimensions())

	var texts []string
	for i := range 10 {
		texts = append(texts, strings.Repeat("x", i+1))
	}
	vectors, err := e.Embed(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, vectors, 10)
	for i, v := range vectors {
		require.InDelta(t, 1, embedding.Cosine([]float32{1, float32(i + 1)}, v), 1e-6)
		require.InDelta(t, 1, v[0]*v[0]+v[1]*v[1], 1e-6)
	}
	require.ElementsMatch(t, []int{4, 4, 2}, sizes)

	none, err := e.Embed(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	e := open(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	require.NoError(t, e.Health(t.Context()), "it answers HTTP")
	require.NoError(t, e.Close())
	require.ErrorIs(t, e.Health(t.Context()), embedding.ErrUnavailable)
}

func TestShortenedVectorsHaveAnIDOfTheirOwn(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	e := open(t, obliging(t, func(in request) { asked.Store(int64(in.Dimensions)) }), func(c *Config) { c.SendDimensions = true })
	require.Equal(t, "m@2", e.Model())
	_, err := e.Embed(t.Context(), []string{"pod"})
	require.NoError(t, err)
	require.EqualValues(t, 2, asked.Load())
}

func TestMisbehavingServers(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		class   error
		want    string
	}{
		{"too few vectors", says(`{"data":[{"index":0,"embedding":[1,0]}]}`), embedding.ErrRejected, "1 vectors came back for 2 texts"},
		{"no vectors", says(`{"object":"list"}`), embedding.ErrRejected, "0 vectors came back for 2 texts"},
		{"the same index twice", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":0,"embedding":[1,0]}]}`), embedding.ErrRejected, "came twice"},
		{"index out of range", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":2,"embedding":[1,0]}]}`), embedding.ErrRejected, "index 2 of 2"},
		{"negative index", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":-1,"embedding":[1,0]}]}`), embedding.ErrRejected, "index -1 of 2"},
		{"wrong dimensions", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[1,0,0]}]}`), embedding.ErrRejected, "vector 1 has 3 dimensions, 2 are configured"},
		{"missing vector", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1}]}`), embedding.ErrRejected, "vector 1 is missing"},
		{"NaN", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[NaN,0]}]}`), embedding.ErrRejected, "expected JSON"},
		{"null for NaN", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[null,0]}]}`), embedding.ErrRejected, "null instead of a number"},
		{"number out of range", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[1e300,0]}]}`), embedding.ErrRejected, "expected JSON"},
		{"base64", says(`{"data":[{"index":0,"embedding":"AACAPwAAAAA="},{"index":1,"embedding":"AACAPwAAAAA="}]}`), embedding.ErrRejected, "expected JSON"},
		{"zero vector", says(`{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[0,0]}]}`), embedding.ErrRejected, "vector is zero"},
		{"huge answer", says(`{"data":"` + strings.Repeat("x", 100<<10) + `"}`), embedding.ErrRejected, "larger than"},
		{"an error with status 200", says(`{"error":{"message":"model not loaded"}}`), embedding.ErrRejected, "0 vectors"},
		{"garbage", says(`<!doctype html>`), embedding.ErrRejected, "expected JSON"},
		{"unknown model", status(404), embedding.ErrRejected, "404"},
		{"overloaded", status(429), embedding.ErrUnavailable, "429"},
		{"broken", status(500), embedding.ErrUnavailable, "500"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, embedding.ErrRejected, "redirects are not followed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			vectors, err := open(t, tt.handler).Embed(t.Context(), []string{"pod", "node"})
			require.ErrorIs(t, err, tt.class)
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, vectors)
		})
	}
}

func TestOneFailedBatchFailsTheCall(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	good := obliging(t, func(request) {})
	e := open(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 3 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		good(w, r)
	}, func(c *Config) { c.MaxBatch, c.Concurrency = 1, 1 })
	vectors, err := e.Embed(t.Context(), strings.Fields("a b c d e f g h"))
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	require.Nil(t, vectors)
	require.EqualValues(t, 3, calls.Load(), "the rest is not asked any more")
}

func TestModelMustNotChange(t *testing.T) {
	t.Parallel()
	var name atomic.Value
	name.Store("")
	e := open(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"model":%q,"data":[{"index":0,"embedding":[1,0]}]}`, name.Load())
	})
	embed := func(served string) error {
		name.Store(served)
		_, err := e.Embed(t.Context(), []string{"pod"})
		return err
	}
	require.NoError(t, embed(""), "a server that names no model cannot be checked")
	require.NoError(t, embed("m-2024"))
	require.NoError(t, embed("m-2024"))
	err := embed("other")
	require.ErrorIs(t, err, embedding.ErrRejected)
	require.ErrorContains(t, err, `"other"`)
	require.ErrorContains(t, err, `"m-2024"`)
	require.NoError(t, embed("m-2024"))
}

func TestHungServer(t *testing.T) {
	t.Parallel()
	e := open(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := e.Embed(ctx, []string{"pod"})
	require.ErrorIs(t, err, embedding.ErrUnavailable)
}

func TestBlankTextsAreNotSent(t *testing.T) {
	t.Parallel()
	e := open(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	_, err := e.Embed(t.Context(), []string{"pod", " "})
	require.ErrorIs(t, err, embedding.ErrRejected)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	good := Config{URL: "http://localhost", Model: "m", Dimensions: 2}
	for want, change := range map[string]func(*Config){
		"model is not set":        func(c *Config) { c.Model = "" },
		"dimensions must be set":  func(c *Config) { c.Dimensions = 0 },
		"not to -1":               func(c *Config) { c.Dimensions = -1 },
		"batch size":              func(c *Config) { c.MaxBatch = -1 },
		"embedding URL must look": func(c *Config) { c.URL = "" },
		"API key file":            func(c *Config) { c.APIKeyFile = t.TempDir() + "/none" },
		"timeout and concurrency": func(c *Config) { c.Timeout = -1 },
	} {
		cfg := good
		change(&cfg)
		_, err := Open(cfg)
		require.ErrorIs(t, err, embedding.ErrRejected)
		require.ErrorContains(t, err, want)
	}
}
