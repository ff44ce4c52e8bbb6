package cache

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// examine asks the server how it keeps what it holds.
func (q *Queue) examine(ctx context.Context) (*verdict, error) {
	return onOneConnection(ctx, q.client, func(conn rueidis.DedicatedClient) (*verdict, error) {
		f, err := q.ask(ctx, conn)
		if err != nil {
			return nil, err
		}
		v, testWaitAOF := decide(f)
		if testWaitAOF {
			v.err = q.testedWaitAOF(ctx, conn, f.runID)
		}
		return &v, nil
	})
}

// ask collects the facts. The first command has a key, so that in a cluster the right server is asked.
func (q *Queue) ask(ctx context.Context, conn rueidis.DedicatedClient) (facts, error) {
	replies := conn.DoMulti(ctx,
		conn.B().Xlen().Key(q.groups).Build(),
		waitAOF(conn, 0),
		conn.B().ConfigGet().Parameter("appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory-policy").Build(),
		conn.B().Info().Build(),
	)
	if err := replies[0].Error(); err != nil {
		return facts{}, err
	}
	for _, reply := range replies {
		if err := reply.NonRedisError(); err != nil && !rueidis.IsRedisNil(err) {
			return facts{}, err
		}
	}
	settings, _ := replies[2].AsStrMap() // nil when the server does not say
	info, _ := replies[3].ToString()     // likewise
	return collect(settings, info, replies[1].Error()), nil
}

func collect(settings map[string]string, info string, waitAOF error) facts {
	said := parseInfo(info)
	f := facts{
		runID: said["run_id"], appendOnly: settings["appendonly"], appendFsync: settings["appendfsync"],
		noFsync: settings["no-appendfsync-on-rewrite"], eviction: settings["maxmemory-policy"], waitAOF: waitAOF,
	}
	if f.eviction == "" {
		f.eviction = said["maxmemory_policy"]
	}
	if f.appendOnly == "" && said["aof_enabled"] == "0" {
		f.appendOnly = "no"
	}
	return f
}

// testedWaitAOF tests a server's WAITAOF once for each start of the server.
func (q *Queue) testedWaitAOF(ctx context.Context, conn rueidis.DedicatedClient, runID string) error {
	if known := q.guarantee.tested.Load(); runID != "" && known != nil && known.runID == runID {
		return known.err
	}
	err := honestWaitAOF(func(limit time.Duration) (bool, error) {
		// One by one: a hasty server takes the write for synchronised when it next has something to do.
		for _, command := range []rueidis.Completed{
			conn.B().Set().Key(q.probe).Value(q.consumer).Build(),
			conn.B().Ping().Build(),
			conn.B().Ping().Build(),
		} {
			if err := conn.Do(ctx, command).Error(); err != nil {
				return false, serverError(err)
			}
		}
		return confirmed(conn.Do(ctx, waitAOF(conn, limit)))
	}, remaining(ctx))
	if err == nil || errors.Is(err, errHasty) {
		q.guarantee.tested.Store(&honesty{runID: runID, err: err})
	}
	return err
}

// waitAOF asks whether what this connection has written is synchronised. It must not say 0, which is without a limit.
func waitAOF(conn rueidis.DedicatedClient, limit time.Duration) rueidis.Completed {
	return conn.B().Waitaof().Numlocal(1).Numreplicas(0).Timeout(max(1, limit.Milliseconds())).Build()
}

// confirmed reads the answer of WAITAOF: how many servers have synchronised the file, this one first.
func confirmed(reply rueidis.RedisResult) (bool, error) {
	counts, err := reply.AsIntSlice()
	if err != nil {
		return false, serverError(err)
	}
	return len(counts) > 0 && counts[0] >= 1, nil
}

// remaining is most of the time that a context has left, so that an answer arrives within it.
func remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return DefaultQueueTimeout
	}
	return time.Until(deadline) * 9 / 10
}

// serverError tells what the server says when its memory is full from its other errors.
func serverError(err error) error {
	if told, ok := rueidis.IsRedisErr(err); ok && strings.HasPrefix(told.Error(), "OOM") {
		return errors.Join(errQueueFull, err)
	}
	return err
}

// onOneConnection runs commands on a connection that nobody else uses at that time. It returns with its context, while
// the work may go on until it notices.
func onOneConnection[T any](ctx context.Context, client *Client, work func(rueidis.DedicatedClient) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	shared, err := client.connection(ctx)
	if err != nil {
		return none, err
	}
	done := make(chan outcome, 1)
	go func() {
		conn, release := shared.Dedicate() // may have to connect, and does not look at the context
		value, err := work(conn)
		if ctx.Err() != nil {
			conn.Close() // answers may be outstanding
		}
		release()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
