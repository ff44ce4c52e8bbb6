package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
)

// script is a network that gives one answer after the other; the last one stays.
type script struct {
	answers []func() (*http.Response, error)
	at      []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.at = append(s.at, time.Now())
	next := s.answers[min(len(s.at), len(s.answers))-1]
	resp, err := next()
	if resp != nil {
		resp.Request = r
	}
	return resp, err
}

func reply(status int, retryAfter string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		resp := &http.Response{
			StatusCode: status, Status: fmt.Sprint(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")),
		}
		if retryAfter != "" {
			resp.Header.Set("Retry-After", retryAfter)
		}
		return resp, nil
	}
}

func broken() (*http.Response, error) { return nil, errors.New("connection reset by peer") }

func scriptedClient(t *testing.T, cfg Config, answers ...func() (*http.Response, error)) (*Client, *script) {
	t.Helper()
	cfg.URL = "http://embedder"
	client, err := New(cfg)
	require.NoError(t, err)
	s := &script{answers: answers}
	client.http.Transport = s
	return client, s
}

func TestRetry(t *testing.T) {
	t.Parallel()
	type answers = []func() (*http.Response, error)
	for _, tt := range []struct {
		name    string
		retries int
		answers answers
		calls   int
		class   error
	}{
		{"success at once", 0, answers{reply(200, "")}, 1, nil},
		{"after a broken connection", 0, answers{broken, reply(200, "")}, 2, nil},
		{"after 502 and 503", 0, answers{reply(502, ""), reply(503, ""), reply(200, "")}, 3, nil},
		{"after 429", 0, answers{reply(429, "1"), reply(200, "")}, 2, nil},
		{"two by default", 0, answers{reply(503, "")}, 3, embedding.ErrUnavailable},
		{"one when configured", 1, answers{reply(503, "")}, 2, embedding.ErrUnavailable},
		{"none when configured", -1, answers{broken}, 1, embedding.ErrUnavailable},
		{"not after 500", 0, answers{reply(500, "")}, 1, embedding.ErrUnavailable},
		{"not after 400", 0, answers{reply(400, "")}, 1, embedding.ErrRejected},
		{"not after a redirect", 0, answers{reply(307, "")}, 1, embedding.ErrRejected},
		{"to a refusal", 0, answers{reply(503, ""), reply(401, "")}, 2, embedding.ErrRejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, s := scriptedClient(t, Config{Retries: tt.retries}, tt.answers...)
				err := post(t.Context(), client)
				require.ErrorIs(t, err, tt.class)
				require.Len(t, s.at, tt.calls)
			})
		})
	}
}

func TestRetryPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 50 { // the jitter stays within its bounds
			client, s := scriptedClient(t, Config{}, reply(503, ""))
			require.Error(t, post(t.Context(), client))
			for i, pause := range []time.Duration{s.at[1].Sub(s.at[0]), s.at[2].Sub(s.at[1])} {
				mean := firstPause << i
				require.GreaterOrEqual(t, pause, mean/2)
				require.Less(t, pause, mean*3/2)
			}
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, header := range []func() string{
			func() string { return "3" },
			func() string { return time.Now().UTC().Add(3 * time.Second).Format(http.TimeFormat) },
		} {
			client, s := scriptedClient(t, Config{}, reply(429, header()), reply(200, ""))
			require.NoError(t, post(t.Context(), client))
			pause := s.at[1].Sub(s.at[0])
			require.GreaterOrEqual(t, pause, 2*time.Second) // a date has whole seconds
			require.Less(t, pause, 3*time.Second+firstPause)
		}
	})
}

// A pause that outlasts the deadline is not begun: the caller hears at once.
func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client, s := scriptedClient(t, Config{Timeout: 5 * time.Second}, reply(429, "6"), reply(200, ""))
		err := post(t.Context(), client)
		require.ErrorIs(t, err, embedding.ErrUnavailable)
		require.ErrorContains(t, err, "429")
		require.Len(t, s.at, 1)
		require.Zero(t, time.Since(start))
	})
}

func TestCancelDuringThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, s := scriptedClient(t, Config{}, reply(503, "5"))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		err := post(ctx, client)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, embedding.ErrUnavailable)
		require.Equal(t, time.Second, time.Since(start))
		require.Len(t, s.at, 1)
	})
}

func TestRetryAfterHeader(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "-3": 0, "soon": 0, "99999999": time.Hour, "99999999999999999999": 0,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second,
		"Sun, 01 Mar 2026 11:00:00 GMT": 0,
		"Mon, 01 Mar 2027 12:00:00 GMT": time.Hour,
	} {
		require.Equal(t, want, retryAfter(header, now), header)
	}
}
