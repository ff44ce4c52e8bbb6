package server_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/server"
)

// patience is how long a test waits for what should happen at once.
const patience = 20 * time.Second

// serving is a server on a real listener.
type serving struct {
	*fixture
	address string
	stop    context.CancelFunc
	done    chan error
	client  *http.Client
}

func serve(t *testing.T, playbooks server.Catalog, configure ...func(*server.Config)) *serving {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	s := &serving{
		fixture: newFixture(t, playbooks, configure...), address: listener.Addr().String(), stop: stop,
		done: make(chan error, 1), client: &http.Client{Transport: &http.Transport{}, Timeout: patience},
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.done <- s.Serve(ctx, listener)
	}()
	t.Cleanup(func() {
		stop()
		_ = listener.Close() // ends a drain that is meant to be long
		s.client.CloseIdleConnections()
		<-ended
	})
	return s
}

// request sends a request in the background and gives its answer.
func (s *serving) request(t *testing.T, path string) <-chan *answer {
	t.Helper()
	answers := make(chan *answer, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+path, nil)
	require.NoError(t, err)
	go func() {
		defer close(answers)
		response, err := s.client.Do(req)
		if err != nil {
			return
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return
		}
		answers <- &answer{status: response.StatusCode, header: response.Header, body: string(body)}
	}()
	return answers
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		require.Fail(t, "nothing came")
		panic("not reached")
	}
}

// gate is a catalog whose calls say that they began, and end when they are let through.
func gate() (playbooks *fakeCatalog, began chan struct{}, open chan struct{}) {
	began, open = make(chan struct{}, 100), make(chan struct{})
	return calling(func(ctx context.Context) error {
		began <- struct{}{}
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}), began, open
}

func TestShutdownLetsRequestsEnd(t *testing.T) {
	t.Parallel()
	playbooks, began, open := gate()
	s := serve(t, playbooks)
	pending := s.request(t, "/api/v1/playbooks/a")
	wait(t, began)
	s.stop()
	require.Eventually(t, func() bool {
		connection, err := net.Dial("tcp", s.address)
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	}, patience, time.Millisecond, "the server still accepts connections")
	select {
	case err := <-s.done:
		require.Fail(t, "the server did not wait", "%v", err)
	default:
	}
	close(open)
	require.Equal(t, http.StatusOK, wait(t, pending).status)
	require.NoError(t, wait(t, s.done))
}

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	playbooks, began, _ := gate()
	s := serve(t, playbooks, func(cfg *server.Config) { cfg.ShutdownGrace = time.Millisecond })
	pending := s.request(t, "/api/v1/playbooks/a")
	wait(t, began)
	s.stop()
	err := wait(t, s.done)
	require.ErrorContains(t, err, "1 request(s) cut off after 1ms")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Nil(t, wait(t, pending))
}

// A browser opens connections ahead of need; they are no reason to call a shutdown unclean.
func TestShutdownWithAnUnusedConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.ShutdownGrace = 10 * time.Millisecond })
	connection := s.dial(t)
	require.Equal(t, http.StatusOK, wait(t, s.request(t, "/health/live")).status)
	s.stop()
	require.NoError(t, wait(t, s.done))
	rest, err := io.ReadAll(connection)
	require.NoError(t, err)
	require.Empty(t, rest)
}

func TestDrainingServerIsNotReadyAndAnswers(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.DrainDelay = 10 * time.Minute })
	require.Equal(t, http.StatusOK, wait(t, s.request(t, "/health/ready")).status)
	s.stop()
	var last *answer
	require.Eventually(t, func() bool {
		last = wait(t, s.request(t, "/health/ready"))
		return last.status == http.StatusServiceUnavailable
	}, patience, time.Millisecond)
	require.Contains(t, last.body, "the server is stopping")
	require.NotEmpty(t, last.header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, wait(t, s.request(t, "/api/v1/playbooks/a")).status)
	require.Equal(t, http.StatusOK, wait(t, s.request(t, "/health/live")).status)
}

func TestListenerThatFailsEndsServe(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	err = newFixture(t, &fakeCatalog{}).Serve(t.Context(), listener)
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.ReadHeaderTimeout = 20 * time.Millisecond })
	connection := s.dial(t)
	_, err := io.WriteString(connection, "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	require.NoError(t, err)
	rest, err := io.ReadAll(connection)
	require.NoError(t, err, "the server holds the connection")
	require.NotContains(t, string(rest), "200 OK")
}

func TestSlowBodyIsRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.ReadTimeout = 100 * time.Millisecond })
	connection := s.dial(t)
	_, err := io.WriteString(connection, "POST /api/v1/playbooks/search HTTP/1.1\r\nHost: x\r\n"+
		"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
	require.Contains(t, string(body), "did not arrive within")
}

func TestLargeHeadersAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{}, func(cfg *server.Config) { cfg.MaxHeaderBytes = 1 << 10 })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/health/live", nil)
	require.NoError(t, err)
	req.Header.Set("X-Large", strings.Repeat("x", 64<<10))
	response, err := s.client.Do(req)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, response.StatusCode)
}

// An upload that is refused by its length alone gets its answer, although nobody reads it.
func TestLargeBodyIsRefusedUnread(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{})
	for _, known := range []bool{true, false} {
		var body io.Reader = strings.NewReader(`{"query":"` + strings.Repeat("x", 10<<20) + `"}`)
		if !known {
			body = io.MultiReader(body)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/api/v1/playbooks/search", body)
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		response, err := s.client.Do(req)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
		require.Contains(t, string(text), "/problems/payload-too-large")
	}
}

func TestOptionsOfEverythingHasARequestID(t *testing.T) {
	t.Parallel()
	s := serve(t, &fakeCatalog{})
	connection := s.dial(t)
	_, err := io.WriteString(connection, "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNotFound, response.StatusCode)
	require.NotEmpty(t, response.Header.Get("X-Request-Id"))
}

func TestCallerThatHangsUpIsNoticed(t *testing.T) {
	t.Parallel()
	playbooks, began, _ := gate()
	s := serve(t, playbooks)
	connection := s.dial(t)
	_, err := io.WriteString(connection, "GET /api/v1/playbooks/a HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	wait(t, began)
	require.NoError(t, connection.Close())
	require.Eventually(t, func() bool {
		lines := s.logs.lines(t, "request")
		return len(lines) == 1 && lines[0]["status"] == 499.0
	}, patience, time.Millisecond)
}

func (s *serving) dial(t *testing.T) net.Conn {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.address)
	require.NoError(t, err)
	require.NoError(t, connection.SetDeadline(time.Now().Add(patience)))
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func TestOverload(t *testing.T) {
	t.Parallel()
	playbooks, began, open := gate()
	s := serve(t, playbooks, func(cfg *server.Config) { cfg.MaxInFlight = 2 })
	first, second := s.request(t, "/api/v1/playbooks/a"), s.request(t, "/api/v1/playbooks/b")
	wait(t, began)
	wait(t, began)
	for _, sample := range samples(t) {
		got := s.do(t, sample.request())
		if sample.ofCatalog() {
			got.requireProblem(t, http.StatusServiceUnavailable, "overloaded")
			require.Equal(t, "1", got.header.Get("Retry-After"))
		} else {
			require.Equal(t, http.StatusOK, got.status, sample.template)
		}
	}
	for _, line := range s.logs.lines(t, "request") {
		require.Equal(t, line["status"] == 503.0, line["level"] == "WARN", line)
	}
	close(open)
	require.Equal(t, http.StatusOK, wait(t, first).status)
	require.Equal(t, http.StatusOK, wait(t, second).status)
	require.Equal(t, http.StatusOK, s.get(t, "/api/v1/playbooks/a").status)
}
