package store

import (
	"context"
	"net"
	"sync/atomic"
	"time"
)

// keepAlive finds out about peers that vanished while a connection was idle.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3}

// dialer opens network connections on which no answer is awaited for ever.
type dialer struct {
	limit time.Duration // from the end of a request to the last byte of its answer
}

// Dial is part of pq.Dialer.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout is part of pq.Dialer.
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext is pq.DialerContext.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	plain := net.Dialer{KeepAliveConfig: keepAlive}
	conn, err := plain.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &boundedConn{Conn: conn, limit: d.limit}, nil
}

// boundedConn gives every answer a deadline. The driver asks first and reads then, so the deadline runs from the last
// write. While the driver sets deadlines itself, which it does until a session has begun, those hold instead.
type boundedConn struct {
	net.Conn

	limit time.Duration
	begun atomic.Bool
}

// Write sends and starts the time for the answer.
func (c *boundedConn) Write(b []byte) (int, error) {
	if c.begun.Load() {
		if err := c.Conn.SetDeadline(time.Now().Add(c.limit)); err != nil {
			return 0, err
		}
	}
	return c.Conn.Write(b)
}

// SetDeadline notices when the driver ends the set-up of a session by taking its deadline away.
func (c *boundedConn) SetDeadline(t time.Time) error {
	c.begun.Store(t.IsZero())
	return c.Conn.SetDeadline(t)
}
