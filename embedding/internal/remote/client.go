package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/kubernaut/datastorage/embedding"
)

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	cfg    Config
	http   *http.Client
	slots  *semaphore.Weighted // one per request under way; Close takes all
	closed atomic.Bool
}

// New checks the configuration, the key file included, and connects to nothing.
// Errors are embedding.ErrRejected.
func New(cfg Config) (*Client, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	base, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if _, err := readKey(cfg.APIKeyFile); err != nil {
		return nil, err
	}
	return &Client{
		base:  base,
		cfg:   cfg,
		http:  newHTTPClient(cfg.Concurrency),
		slots: semaphore.NewWeighted(int64(cfg.Concurrency)),
	}, nil
}

// Post sends in as JSON to path and decodes the answer, of at most maxBytes,
// into out. It waits for a free place first. Errors are those of
// embedding.Embedder.
func (c *Client) Post(ctx context.Context, path string, in, out any, maxBytes int64) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%w: encoding the request: %w", embedding.ErrRejected, err)
	}
	// The wait is a part of the time: behind a server that hangs, callers would otherwise wait for those before them to
	// time out, and then do so themselves.
	timed, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	if err := c.slots.Acquire(timed, 1); err != nil {
		return embedding.ContextError(timed, "waiting for a free connection to "+c.base.Host)
	}
	defer c.slots.Release(1)
	if c.closed.Load() {
		return fmt.Errorf("%w: the embedder is closed", embedding.ErrUnavailable)
	}
	return c.retry(timed, func() error {
		answer, err := c.attempt(timed, http.MethodPost, path, body, maxBytes)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(answer, out); err != nil {
			return fmt.Errorf("%w: %s%s did not answer with the expected JSON: %w", embedding.ErrRejected, c.base, path, err)
		}
		return nil
	})
}

// attempt sends one request and returns the body of a 200.
func (c *Client) attempt(ctx context.Context, method, path string, body []byte, maxBytes int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", embedding.ErrRejected, err)
	}
	key, err := readKey(c.cfg.APIKeyFile)
	if err != nil {
		return nil, err
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, transportError(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp, key)
	}
	return readBody(ctx, resp.Body, maxBytes)
}

func readBody(ctx context.Context, body io.Reader, maxBytes int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxBytes+1))
	if err != nil {
		return nil, transportError(ctx, fmt.Errorf("reading the answer: %w", err))
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("%w: the answer is larger than %d bytes", embedding.ErrRejected, maxBytes)
	}
	return data, nil
}

// Reachable reports whether the server answers HTTP at all, whatever it says to
// a GET of its root; a status of 500 and above counts as unreachable. No key is
// sent and no place is waited for.
func (c *Client) Reachable(ctx context.Context) error {
	if c.closed.Load() {
		return fmt.Errorf("%w: the embedder is closed", embedding.ErrUnavailable)
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+"/", nil)
	if err != nil {
		return fmt.Errorf("%w: %w", embedding.ErrRejected, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return transportError(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusInternalServerError {
		return statusError(resp, "")
	}
	return nil
}

// Each calls do for 0..n-1, as many at the same time as requests are allowed. It
// returns the first error, after which the rest is cancelled.
func (c *Client) Each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(c.cfg.Concurrency)
	for i := range n {
		group.Go(func() error { return do(groupCtx, i) })
	}
	return group.Wait()
}

// Close waits for requests under way, which Timeout bounds, and drops idle
// connections. Later calls fail.
func (c *Client) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	all := int64(c.cfg.Concurrency)
	if err := c.slots.Acquire(context.Background(), all); err != nil {
		return errors.Join(embedding.ErrUnavailable, err)
	}
	defer c.slots.Release(all)
	c.http.CloseIdleConnections()
	return nil
}
