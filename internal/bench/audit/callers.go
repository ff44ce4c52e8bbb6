package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	singlePath = "/api/v1/audit/events"
	batchPath  = singlePath + "/batch"
)

// load is what callers do: each sends one request after the other on a connection of its own.
type load struct {
	address string
	path    string
	callers int
	events  int // per request
	body    func(n int) []byte
}

// run has the callers send for a while and gives the events per second that were acknowledged with 201, and the time
// that each request took. Any other answer is an error.
func (l load) run(ctx context.Context, d time.Duration) (sample, error) {
	var next atomic.Int64
	took := make([][]time.Duration, l.callers)
	errs := make([]error, l.callers)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range l.callers {
		wg.Go(func() { took[i], errs[i] = l.call(ctx, &next, begin.Add(d)) })
	}
	wg.Wait()
	elapsed := time.Since(begin)
	all := slices.Concat(took...)
	return newSample(len(all)*l.events, elapsed, all), errors.Join(errs...)
}

// call is one caller. It speaks HTTP itself, to take as little as possible of the processors that it shares with what
// it measures.
func (l load) call(ctx context.Context, next *atomic.Int64, until time.Time) (took []time.Duration, err error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for ctx.Err() == nil {
		body := l.body(int(next.Add(1)))
		request := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
			l.path, l.address, len(body))
		start := time.Now()
		if start.After(until) {
			return took, nil
		}
		if _, err := conn.Write(append(request, body...)); err != nil {
			return took, err
		}
		if err := readCreated(reader); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
	}
	return took, ctx.Err()
}

func readCreated(reader *bufio.Reader) error {
	resp, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	if closed := resp.Body.Close(); err == nil {
		err = closed
	}
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("the service answered %s: %s", resp.Status, body)
	}
	return err
}
