package sidecar

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/kubernaut/datastorage/embedding"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a service and an embedder of 2 dimensions on it, without retries.
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

func TestEmbedKeepsOrder(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	e := open(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		var in map[string]string
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in) != 1 || r.URL.Path != "/api/v1/embed" || r.Method != http.MethodPost {
			t.Errorf("%s %s %v: %v", r.Method, r.URL, in, err)
		}
		_ = json.NewEncoder(w).Encode(response{Embedding: []float32{1, float32(len(in["text"]))}, Dimensions: 2, Model: "m"})
	})
	require.Equal(t, "m", e.Model())
	require.Equal(t, 2, e.Dimensions())
	var texts []string
	for i := range 12 {
		texts = append(texts, strings.Repeat("x", i+1))
	}
	vectors, err := e.Embed(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, vectors, 12)
	for i, v := range vectors {
		require.InDelta(t, 1, embedding.Cosine([]float32{1, float32(i + 1)}, v), 1e-6)
		require.InDelta(t, 1, v[0]*v[0]+v[1]*v[1], 1e-6)
	}
	require.EqualValues(t, 12, calls.Load())

	none, err := e.Embed(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestMisbehavingServices(t *testing.T) {
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
		{"other model", says(`{"embedding":[1,0],"dimensions":2,"model":"other"}`), embedding.ErrRejected, `runs model "other", "m" is configured`},
		{"no model", says(`{"embedding":[1,0],"dimensions":2}`), embedding.ErrRejected, `runs model "", "m" is configured`},
		{"other dimensions", says(`{"embedding":[1,0,0],"dimensions":3,"model":"m"}`), embedding.ErrRejected, "has 3 dimensions, 2 are configured"},
		{"announces what it does not send", says(`{"embedding":[1,0],"dimensions":384,"model":"m"}`), embedding.ErrRejected, "announces 384 dimensions and sends 2"},
		{"no vector", says(`{"dimensions":0,"model":"m"}`), embedding.ErrRejected, "has 0 dimensions, 2 are configured"},
		{"NaN", says(`{"embedding":[NaN,0],"dimensions":2,"model":"m"}`), embedding.ErrRejected, "expected JSON"},
		{"null for NaN", says(`{"embedding":[null,0],"dimensions":2,"model":"m"}`), embedding.ErrRejected, "null instead of a number"},
		{"zero vector", says(`{"embedding":[0,0],"dimensions":2,"model":"m"}`), embedding.ErrRejected, "vector is zero"},
		{"huge answer", says(`{"model":"` + strings.Repeat("m", 100<<10) + `"}`), embedding.ErrRejected, "larger than"},
		{"garbage", says(`Internal Server Error`), embedding.ErrRejected, "expected JSON"},
		{"refused text", status(422), embedding.ErrRejected, "422"},
		{"overloaded", status(429), embedding.ErrUnavailable, "429"},
		{"still loading", status(503), embedding.ErrUnavailable, "503"},
		{"broken", status(500), embedding.ErrUnavailable, "500"},
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

func TestHungServiceAndHealth(t *testing.T) {
	t.Parallel()
	e := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := e.Embed(ctx, []string{"pod"})
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	require.NoError(t, e.Health(t.Context()), "it answers HTTP")
	require.NoError(t, e.Close())
	require.ErrorIs(t, e.Health(t.Context()), embedding.ErrUnavailable)
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
		"embedding URL must look": func(c *Config) { c.URL = "localhost" },
		"API key file":            func(c *Config) { c.APIKeyFile = t.TempDir() + "/none" },
		"timeout and concurrency": func(c *Config) { c.Concurrency = -1 },
	} {
		cfg := good
		change(&cfg)
		_, err := Open(cfg)
		require.ErrorIs(t, err, embedding.ErrRejected)
		require.ErrorContains(t, err, want)
	}
}
