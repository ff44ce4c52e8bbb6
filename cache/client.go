package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"
	"golang.org/x/sync/singleflight"
)

var (
	// ErrURL says that the address cannot be used. It does not repeat it, since it may hold a password.
	ErrURL = errors.New("invalid Redis URL: want redis://host:port/db, rediss://host:port/db or unix:///path?db=0")
	// ErrUnavailable says that the server cannot be reached or does not answer.
	ErrUnavailable = errors.New("redis is not available")
)

const (
	dialTimeout = time.Second
	// silence is how long a connection may give no sign of life before it counts as broken.
	silence = 2 * time.Second
)

// Config says where the server is.
type Config struct {
	URL string // redis://, rediss:// or unix://
}

// Client is a connection that is made when it is first used, and made again when it was lost. It is safe for concurrent
// use.
type Client struct {
	option     rueidis.ClientOption
	connecting singleflight.Group

	mu     sync.Mutex
	conn   rueidis.Client // nil before the first connection
	closed bool

	untracked atomic.Bool // the server was asked to track keys, and does not
}

// Connect checks the address and connects to nothing: the server may come later. Error: ErrURL.
func Connect(cfg Config) (*Client, error) {
	option, err := optionOf(cfg)
	if err != nil {
		return nil, err
	}
	option.DisableCache = true // who wants the client-side cache bounds its memory
	return &Client{option: option}, nil
}

func optionOf(cfg Config) (rueidis.ClientOption, error) {
	option, err := rueidis.ParseURL(cfg.URL)
	if err != nil {
		return option, ErrURL
	}
	option.ClientName = "datastorage"
	option.Dialer.Timeout = dialTimeout
	option.ConnWriteTimeout = silence
	return option, nil
}

// Ping asks the server for a sign of life, twice if need be: the first call after a connection was lost may be what finds
// that out. It returns with its context, also while a connection is being made. Errors: ErrUnavailable, also after Close.
func (c *Client) Ping(ctx context.Context) error {
	err := c.ping(ctx)
	if err != nil && ctx.Err() == nil {
		err = c.ping(ctx)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

func (c *Client) ping(ctx context.Context) error {
	conn, err := c.connection(ctx)
	if err != nil {
		return err
	}
	err = conn.Do(ctx, conn.B().Ping().Build()).Error()
	c.dropUntracked(conn, err)
	return err
}

// Close ends the connection. Closing twice is harmless.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.conn != nil {
		c.conn.Close()
	}
}

var errClosed = errors.New("the client is closed")

// current gives the connection, nil before the first one.
func (c *Client) current() (rueidis.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	return c.conn, nil
}

// connection gives the connection. The first one is made for all who wait for it, and outlives a caller who does not.
func (c *Client) connection(ctx context.Context) (rueidis.Client, error) {
	if conn, err := c.current(); conn != nil || err != nil {
		return conn, err
	}
	select {
	case result := <-c.connecting.DoChan("", c.connect):
		if result.Err != nil {
			return nil, result.Err
		}
		return c.current()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// dropUntracked ends a connection that cannot be made again because the server does not track keys any more, so that the
// next one does without.
func (c *Client) dropUntracked(conn rueidis.Client, err error) {
	if conn == nil || !errors.Is(err, rueidis.ErrNoCache) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == conn {
		c.conn = nil
		conn.Close()
	}
}

// connect makes the connection. Only one call of it is under way at a time.
func (c *Client) connect() (any, error) {
	if conn, err := c.current(); conn != nil || err != nil {
		return nil, err
	}
	conn, err := rueidis.NewClient(c.option)
	if errors.Is(err, rueidis.ErrNoCache) {
		c.untracked.Store(true)
		c.option.DisableCache, c.option.OnInvalidations = true, nil
		conn, err = rueidis.NewClient(c.option)
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		conn.Close()
		return nil, errClosed
	}
	c.conn = conn
	return nil, nil
}
