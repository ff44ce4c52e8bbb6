package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/audit"
)

// Push adds groups, all or none, and returns when the server has confirmed that they are on its disk.
//
// After an error some or all of them may be in the queue nevertheless, when the answer was lost or the confirmation came
// too late. They are recorded later: harmless, since a repeat with the same ids is.
func (q *Queue) Push(ctx context.Context, groups []audit.Group) error {
	if len(groups) == 0 {
		return nil
	}
	payloads := make([]string, len(groups))
	for i, group := range groups {
		payload, err := encodeGroup(group)
		if err != nil {
			return fmt.Errorf("%w: %w", audit.ErrQueueUnavailable, err)
		}
		payloads[i] = rueidis.BinaryString(payload)
	}
	inTime, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	v, err := q.guaranteed(inTime)
	if err == nil {
		err = q.write(inTime, payloads, v.by)
	}
	if err != nil {
		if !errors.Is(err, errQueueFull) {
			q.guarantee.latest.Store(nil)
		}
		return q.failed(ctx, err)
	}
	q.state.good(ctx, v.String())
	return nil
}

// write adds entries in one transaction, so that a server whose memory is full refuses all of them, and asks for the
// confirmation behind it on the same connection: WAITAOF is about what that connection has written.
func (q *Queue) write(ctx context.Context, payloads []string, by confirmation) error {
	_, err := onOneConnection(ctx, q.client, func(conn rueidis.DedicatedClient) (struct{}, error) {
		commands := make(rueidis.Commands, 0, len(payloads)+3)
		commands = append(commands, conn.B().Multi().Build())
		for _, payload := range payloads {
			commands = append(commands, conn.B().Xadd().Key(q.groups).Id("*").FieldValue().FieldValue(payloadField, payload).Build())
		}
		commands = append(commands, conn.B().Exec().Build())
		switch by {
		case byWaitAOF:
			commands = append(commands, waitAOF(conn, remaining(ctx)))
		case byReply:
			commands = append(commands, conn.B().ConfigGet().Parameter("appendonly", "appendfsync", "no-appendfsync-on-rewrite").Build())
		}
		replies := conn.DoMulti(ctx, commands...)
		if err := added(replies[:len(payloads)+2]); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, kept(replies[len(payloads)+2:], by)
	})
	return err
}

// added checks the replies to a transaction.
func added(replies []rueidis.RedisResult) error {
	for _, reply := range replies[:len(replies)-1] {
		if err := reply.Error(); err != nil {
			return serverError(err)
		}
	}
	results, err := replies[len(replies)-1].ToArray()
	if err != nil {
		return serverError(err)
	}
	for i := range results {
		if err := results[i].Error(); err != nil {
			return serverError(err)
		}
	}
	return nil
}

// kept checks the reply that confirms what was written.
func kept(replies []rueidis.RedisResult, by confirmation) error {
	for _, reply := range replies {
		if err := reply.NonRedisError(); err != nil {
			return err
		}
	}
	switch by {
	case byWaitAOF:
		done, err := confirmed(replies[0])
		if err == nil && !done {
			err = errors.New("WAITAOF did not confirm it in time")
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errQueueNotDurable, err)
		}
	case byReply:
		settings, err := replies[0].AsStrMap()
		if err != nil {
			return fmt.Errorf("%w: %w", errQueueNotDurable, err)
		}
		if settings["appendonly"] != "yes" || settings["appendfsync"] != "always" || settings["no-appendfsync-on-rewrite"] != "no" {
			return fmt.Errorf("%w: its settings have changed", errQueueNotDurable)
		}
	}
	return nil
}
