package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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

// serve starts a real server and a client of it. Without a change the client
// does not retry, so that each test sees what one answer does.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	cfg := Config{URL: server.URL, Retries: -1}
	for _, c := range change {
		c(&cfg)
	}
	client, err := New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func post(ctx context.Context, c *Client) error {
	var out map[string]any
	return c.Post(ctx, "/embed", map[string]string{"text": "pod"}, &out, 1000)
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/embed" || string(body) != `{"text":"pod"}` ||
			r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Authorization") != "" {
			t.Errorf("unexpected request %s %s %v: %q (%v)", r.Method, r.URL, r.Header, body, err)
		}
		_, _ = io.WriteString(w, `{"ok": true}`)
	})
	var out struct{ OK bool }
	require.NoError(t, client.Post(t.Context(), "/embed", map[string]string{"text": "pod"}, &out, 1000))
	require.True(t, out.OK)
}

func TestStatusDecidesTheClass(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]error{
		400: embedding.ErrRejected, 401: embedding.ErrRejected, 403: embedding.ErrRejected, 404: embedding.ErrRejected,
		413: embedding.ErrRejected, 422: embedding.ErrRejected, 204: embedding.ErrRejected,
		301: embedding.ErrRejected, 302: embedding.ErrRejected, 307: embedding.ErrRejected,
		408: embedding.ErrUnavailable, 429: embedding.ErrUnavailable,
		500: embedding.ErrUnavailable, 501: embedding.ErrUnavailable, 502: embedding.ErrUnavailable,
		503: embedding.ErrUnavailable, 504: embedding.ErrUnavailable,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			err := post(t.Context(), serve(t, answer(status, "")))
			require.ErrorIs(t, err, class)
			require.ErrorContains(t, err, fmt.Sprint(status))
			require.NotEqual(t, errors.Is(err, embedding.ErrRejected), errors.Is(err, embedding.ErrUnavailable), "exactly one class")
		})
	}
}

func TestBadAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body, want string
	}{
		{"HTML", "<html>log in</html>", "did not answer with the expected JSON"},
		{"nothing", "", "did not answer with the expected JSON"},
		{"half a document", `{"a": [1,`, "did not answer with the expected JSON"},
		{"two documents", `{} {}`, "did not answer with the expected JSON"},
		{"other type", `[1]`, "did not answer with the expected JSON"},
		{"larger than allowed", `{"a":"` + strings.Repeat("x", 2000) + `"}`, "larger than 1000 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := post(t.Context(), serve(t, answer(http.StatusOK, tt.body)))
			require.ErrorIs(t, err, embedding.ErrRejected)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// An endless answer must not be read to its end.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("[", 4096)); err != nil {
				return
			}
		}
	})
	err := post(t.Context(), client)
	require.ErrorIs(t, err, embedding.ErrRejected)
	require.ErrorContains(t, err, "larger than")
}

func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	refused := listener.Addr().String()
	require.NoError(t, listener.Close())
	client, err := New(Config{URL: "http://" + refused, Retries: -1})
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	require.ErrorIs(t, post(t.Context(), client), embedding.ErrUnavailable)
	require.ErrorIs(t, client.Reachable(t.Context()), embedding.ErrUnavailable)

	hangsUp := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"a":`)
		panic(http.ErrAbortHandler)
	})
	err = post(t.Context(), hangsUp)
	require.ErrorIs(t, err, embedding.ErrUnavailable, "half an answer")
}

func TestHungServerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	hung := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // the header arrives, the body never
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	t.Run("own timeout", func(t *testing.T) {
		t.Parallel()
		err := post(t.Context(), serve(t, hung, func(c *Config) { c.Timeout = 50 * time.Millisecond }))
		require.ErrorIs(t, err, embedding.ErrUnavailable)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("deadline of the caller", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, post(ctx, serve(t, hung)), embedding.ErrUnavailable)
	})
	t.Run("cancelled by the caller", func(t *testing.T) {
		t.Parallel()
		arrived := make(chan struct{})
		client := serve(t, func(w http.ResponseWriter, r *http.Request) { close(arrived); hung(w, r) })
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		err := post(ctx, client)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, embedding.ErrUnavailable)
	})
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Store(true) }))
	defer elsewhere.Close()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}, func(c *Config) { c.APIKeyFile = keyFile(t, "secret") })
	err := post(t.Context(), client)
	require.ErrorIs(t, err, embedding.ErrRejected)
	require.ErrorContains(t, err, "redirects are not followed")
	require.False(t, followed.Load())
}

func keyFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestKeyIsReadAgainAndNeverShown(t *testing.T) {
	t.Parallel()
	path := keyFile(t, " first-key\n")
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "wrong key: " + r.Header.Get("Authorization")})
	}, func(c *Config) { c.APIKeyFile = path })
	err := post(t.Context(), client)
	require.ErrorIs(t, err, embedding.ErrRejected)
	require.ErrorContains(t, err, "wrong key: Bearer [key]")
	require.NotContains(t, err.Error(), "first-key")

	var got atomic.Value
	accepting := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, "{}")
	}, func(c *Config) { c.APIKeyFile = path })
	for _, key := range []string{"first-key", "second-key"} {
		require.NoError(t, os.WriteFile(path, []byte(key+"\n"), 0o600))
		require.NoError(t, post(t.Context(), accepting))
		require.Equal(t, "Bearer "+key, got.Load())
	}
	require.NoError(t, os.Remove(path))
	require.ErrorIs(t, post(t.Context(), accepting), embedding.ErrRejected)
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()
	var now atomic.Int32
	var once sync.Once
	full := make(chan struct{})
	var client *Client
	client = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		if n == 3 {
			once.Do(func() {
				if client.slots.TryAcquire(1) {
					t.Error("three requests are under way and there is a place left")
				}
				close(full)
			})
		}
		<-full // until all places were taken at the same time
		if n > 3 {
			t.Errorf("%d requests at the same time", n)
		}
		_, _ = io.WriteString(w, "{}")
	}, func(c *Config) { c.Concurrency = 3 })
	done := make(chan error, 2)
	for range cap(done) {
		go func() {
			done <- client.Each(t.Context(), 20, func(ctx context.Context, _ int) error { return post(ctx, client) })
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
}

func TestWaitingForAPlaceEndsWithTheContext(t *testing.T) {
	t.Parallel()
	client := serve(t, answer(http.StatusOK, "{}"), func(c *Config) { c.Concurrency = 1 })
	require.NoError(t, client.slots.Acquire(t.Context(), 1))
	defer client.slots.Release(1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := post(ctx, client)
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	require.ErrorContains(t, err, "waiting for a free connection")
}

// Behind a server that hangs all callers fail after the time of one call, however many they are.
func TestWaitingForAPlaceIsAPartOfTheTime(t *testing.T) {
	t.Parallel()
	client := serve(t, answer(http.StatusOK, "{}"), func(c *Config) { c.Concurrency, c.Timeout = 1, 20*time.Millisecond })
	require.NoError(t, client.slots.Acquire(t.Context(), 1))
	defer client.slots.Release(1)
	err := post(t.Context(), client)
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	require.ErrorContains(t, err, "waiting for a free connection")
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for status, reachable := range map[int]bool{200: true, 307: true, 401: true, 404: true, 405: true, 500: false, 503: false} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != "/" || r.Header.Get("Authorization") != "" {
				t.Errorf("unexpected request %s %s", r.Method, r.URL)
			}
			w.WriteHeader(status)
		}, func(c *Config) { c.APIKeyFile = keyFile(t, "secret") })
		err := client.Reachable(t.Context())
		if reachable {
			require.NoError(t, err, status)
		} else {
			require.ErrorIs(t, err, embedding.ErrUnavailable, status)
		}
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	client := serve(t, answer(http.StatusOK, "{}"))
	require.NoError(t, post(t.Context(), client))
	require.NoError(t, client.Close())
	require.NoError(t, client.Close())
	require.ErrorIs(t, post(t.Context(), client), embedding.ErrUnavailable)
	require.ErrorIs(t, client.Reachable(t.Context()), embedding.ErrUnavailable)
}
