package testdb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"
)

const (
	leasePrefix = "testdb:lease:"
	// leaseTime frees a database whose test binary was killed. It is longer than
	// any test runs.
	leaseTime = 30 * time.Minute
	pollEvery = 20 * time.Millisecond
)

// redisServer is a Redis whose numbered databases are lent to tests. Database 0
// holds the leases, so that several binaries may share a server.
type redisServer struct {
	address   url.URL
	databases int
}

// Redis returns the URL of an empty Redis database that is the test's own: no
// key of another test is in it. The server is shared: a test must not call
// FLUSHALL, and subscriptions are not apart.
func Redis(t testing.TB) string {
	t.Helper()
	server, err := of(t).redis()
	if err != nil {
		t.Fatalf("testdb: no Redis: %v", err)
	}
	return server.lend(t)
}

// Queue is [Redis] on a server that answers a write when it is on the disk, and
// refuses one when its memory is full.
func Queue(t testing.TB) string {
	t.Helper()
	server, err := of(t).queue()
	if err != nil {
		t.Fatalf("testdb: no Redis for a queue: %v", err)
	}
	return server.lend(t)
}

// lend gives a test a database until its end.
func (s *redisServer) lend(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	number, err := s.lease(ctx)
	if err != nil {
		t.Fatalf("testdb: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := s.release(ctx, number); err != nil {
			t.Errorf("testdb: %v", err)
		}
	})
	return s.urlOf(number)
}

// openRedis connects to a server that the tests use, starting it if need be.
func openRedis(addressOf func() (string, error)) (*redisServer, error) {
	address, err := addressOf()
	if err != nil {
		return nil, err
	}
	s, err := newRedisServer(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err = s.with(ctx, 0, func(client rueidis.Client) error {
		// A managed server may refuse to tell; 16 is what all have.
		settings, err := client.Do(ctx, client.B().ConfigGet().Parameter("databases").Build()).AsStrMap()
		if n, convErr := strconv.Atoi(settings["databases"]); err == nil && convErr == nil {
			s.databases = n
		}
		return client.Do(ctx, client.B().Ping().Build()).Error()
	})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return s, nil
}

func newRedisServer(address string) (*redisServer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("its address is not of the form redis://host:port or unix:///path")
	}
	return &redisServer{address: *u, databases: 16}, nil
}

func pingRedis(ctx context.Context, address string) error {
	s, err := newRedisServer(address)
	if err != nil {
		return err
	}
	return s.with(ctx, 0, func(client rueidis.Client) error {
		return client.Do(ctx, client.B().Ping().Build()).Error()
	})
}

// with runs a function with a connection to a numbered database.
func (s *redisServer) with(ctx context.Context, number int, do func(rueidis.Client) error) error {
	option, err := rueidis.ParseURL(s.urlOf(number))
	if err != nil {
		return err
	}
	option.DisableCache, option.ForceSingleClient, option.DisableRetry = true, true, true
	if deadline, ok := ctx.Deadline(); ok {
		option.Dialer.Deadline = deadline
	}
	client, err := rueidis.NewClient(option)
	if err != nil {
		return err
	}
	defer client.Close()
	return do(client)
}

// lease takes a free database and empties it. It waits while all are taken.
func (s *redisServer) lease(ctx context.Context) (int, error) {
	for {
		number, err := s.tryLease(ctx)
		if number > 0 || err != nil {
			return number, err
		}
		if !pause(ctx) {
			return 0, fmt.Errorf("all %d Redis databases are taken by other tests", s.databases-1)
		}
	}
}

// tryLease returns 0 when no database is free.
func (s *redisServer) tryLease(ctx context.Context) (int, error) {
	number := 0
	err := s.with(ctx, 0, func(client rueidis.Client) error {
		for n := 1; n < s.databases && number == 0; n++ {
			command := client.B().Set().Key(leasePrefix + strconv.Itoa(n)).Value("taken").Nx().Px(leaseTime).Build()
			switch err := client.Do(ctx, command).Error(); {
			case err == nil:
				number = n
			case !rueidis.IsRedisNil(err):
				return err
			}
		}
		return nil
	})
	if err != nil || number == 0 {
		return 0, err
	}
	return number, s.flush(ctx, number)
}

func (s *redisServer) release(ctx context.Context, number int) error {
	return errors.Join(
		s.flush(ctx, number),
		s.with(ctx, 0, func(client rueidis.Client) error {
			return client.Do(ctx, client.B().Del().Key(leasePrefix+strconv.Itoa(number)).Build()).Error()
		}),
	)
}

func (s *redisServer) flush(ctx context.Context, number int) error {
	return s.with(ctx, number, func(client rueidis.Client) error {
		return client.Do(ctx, client.B().Flushdb().Build()).Error()
	})
}

// urlOf is the address with the database's number, as a query that is valid for
// unix sockets and for host addresses.
func (s *redisServer) urlOf(number int) string {
	u := s.address
	query := u.Query()
	query.Set("db", strconv.Itoa(number))
	u.RawQuery = query.Encode()
	return u.String()
}

// pause waits a moment, or returns false when the context has ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pollEvery):
		return true
	}
}
