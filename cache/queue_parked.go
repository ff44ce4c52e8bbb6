package cache

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/audit"
)

// Park sets an entry aside, as it is in the queue. One that is there no more is left alone.
func (q *Queue) Park(ctx context.Context, entry audit.QueueEntry, reason string) error {
	_, err := q.call(ctx, parkScript, []string{q.groups, q.parked},
		drainGroup, entry.ID, reason, strconv.FormatInt(entry.Attempts, 10))
	return err
}

// Parked lists the entries set aside, oldest first, at most limit. An entry that cannot be read has no group.
func (q *Queue) Parked(ctx context.Context, limit int) ([]audit.ParkedEntry, error) {
	if limit <= 0 {
		return nil, nil
	}
	inTime, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	conn, err := q.client.connection(inTime)
	if err != nil {
		return nil, q.failed(ctx, err)
	}
	rows, err := conn.Do(inTime, conn.B().Xrange().Key(q.parked).Start("-").End("+").Count(int64(limit)).Build()).AsXRangeSlices()
	if err != nil && !rueidis.IsRedisNil(err) {
		return nil, q.failed(ctx, err)
	}
	q.state.reached(ctx)
	entries := make([]audit.ParkedEntry, len(rows))
	for i, row := range rows {
		entries[i] = readParked(row)
	}
	return entries, nil
}

func readParked(row rueidis.XRangeSlice) audit.ParkedEntry {
	entry := audit.ParkedEntry{QueueEntry: audit.QueueEntry{ID: row.ID}}
	if id, ok := parseStreamID(row.ID); ok {
		entry.ParkedAt = id.time()
	}
	payload := ""
	for _, field := range slices.Backward(row.FieldValues) { // the first of a name counts: it is ours
		switch field.Field {
		case "reason":
			entry.Reason = field.Value
		case "attempts":
			entry.Attempts, _ = strconv.ParseInt(field.Value, 10, 64) // 0 when somebody else wrote it
		case payloadField:
			payload = field.Value
		}
	}
	if group, err := decodeGroup([]byte(payload)); err == nil {
		entry.Group = group
	}
	return entry
}

// Retry puts a parked entry back into the queue, as its newest, with its deliveries counted anew. Error also:
// audit.ErrQueueEntryNotFound.
func (q *Queue) Retry(ctx context.Context, id string) error {
	if _, ok := parseStreamID(id); !ok {
		return fmt.Errorf("%w: %q", audit.ErrQueueEntryNotFound, id)
	}
	message, err := q.call(ctx, retryScript, []string{q.groups, q.parked}, id)
	if err != nil {
		return err
	}
	return found(message, id)
}

// Remove drops a parked entry for good, and gives what it was; without a group when that cannot be read. Error also:
// audit.ErrQueueEntryNotFound.
func (q *Queue) Remove(ctx context.Context, id string) (audit.ParkedEntry, error) {
	if _, ok := parseStreamID(id); !ok {
		return audit.ParkedEntry{}, fmt.Errorf("%w: %q", audit.ErrQueueEntryNotFound, id)
	}
	inTime, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	conn, err := q.client.connection(inTime)
	if err != nil {
		return audit.ParkedEntry{}, q.failed(ctx, err)
	}
	rows, err := conn.Do(inTime, conn.B().Xrange().Key(q.parked).Start(id).End(id).Build()).AsXRangeSlices()
	if err != nil && !rueidis.IsRedisNil(err) {
		return audit.ParkedEntry{}, q.failed(ctx, err)
	}
	message, err := conn.Do(inTime, conn.B().Xdel().Key(q.parked).Id(id).Build()).ToMessage()
	if err != nil {
		return audit.ParkedEntry{}, q.failed(ctx, err)
	}
	q.state.reached(ctx)
	// Whoever is told that it is gone took it away: an entry never comes back under its id.
	if err := found(message, id); err != nil || len(rows) == 0 {
		return audit.ParkedEntry{}, err
	}
	return readParked(rows[0]), nil
}

// found reads the number of entries that a call has moved or removed.
func found(message rueidis.RedisMessage, id string) error {
	n, err := message.AsInt64()
	if err != nil {
		return fmt.Errorf("%w: %w", audit.ErrQueueUnavailable, err)
	}
	if n == 0 {
		return fmt.Errorf("%w: %s", audit.ErrQueueEntryNotFound, id)
	}
	return nil
}
