package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
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
	// clientCacheBytes bounds the answers that are kept in this process, per connection. The library's default is 128 MiB.
	clientCacheBytes = 16 << 20
	dialTimeout      = time.Second
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
}

// Connect checks the address and connects to nothing: the server may come later. Error: ErrURL.
func Connect(cfg Config) (*Client, error) {
	option, err := rueidis.ParseURL(cfg.URL)
	if err != nil {
		return nil, ErrURL
	}
	option.ClientName = "datastorage"
	option.CacheSizeEachConn = clientCacheBytes
	option.Dialer.Timeout = dialTimeout
	option.ConnWriteTimeout = silence
	return &Client{option: option}, nil
}

// Ping asks the server for a sign of life. It returns with its context, also while a connection is being made. Errors:
// ErrUnavailable, also after Close.
func (c *Client) Ping(ctx context.Context) error {
	conn, err := c.connection(ctx)
	if err == nil {
		err = conn.Do(ctx, conn.B().Ping().Build()).Error()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
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

func (c *Client) connect() (any, error) {
	if conn, err := c.current(); conn != nil || err != nil {
		return nil, err
	}
	conn, err := rueidis.NewClient(c.option)
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
