package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/audit"
)

const (
	// claimBytes bounds what one Claim takes, but for its last entry, which may be larger.
	claimBytes = 4 << 20
	// forgetAfter is how many times ClaimIdle a process without entries must be silent to be forgotten.
	forgetAfter = 10
)

// Claim takes up to limit entries, fewer when they hold more than 4 MiB: what this Queue claimed before and did not
// finish, or another has claimed and not finished within ClaimIdle, oldest first, then new ones. They come in the order in
// which they were pushed. An entry that cannot be read is parked and not given.
func (q *Queue) Claim(ctx context.Context, limit int) ([]audit.QueueEntry, error) {
	if limit <= 0 {
		return nil, nil
	}
	message, err := q.claim(ctx, limit)
	if err != nil {
		return nil, q.failed(ctx, err)
	}
	q.state.reached(ctx)
	claimed, err := readClaimed(message)
	if err != nil {
		return nil, q.failed(ctx, err)
	}
	entries := make([]audit.QueueEntry, 0, len(claimed))
	for _, c := range claimed {
		entry := audit.QueueEntry{ID: c.id.String(), Attempts: c.attempts, Leading: c.leading}
		if entry.Group, err = decodeGroup([]byte(c.payload)); err == nil {
			entries = append(entries, entry)
			continue
		}
		q.state.log.ErrorContext(ctx, "an entry of the audit queue cannot be read and is parked", "id", entry.ID, "error", err)
		// Where that fails, which is noted, the entry comes again; the others need not wait for it.
		_ = q.Park(ctx, entry, err.Error())
	}
	q.forgetDead(ctx)
	return entries, nil
}

// claim runs the script, and makes the group first when there is none: at the very first time, or after somebody has
// removed it.
func (q *Queue) claim(ctx context.Context, limit int) (rueidis.RedisMessage, error) {
	arguments := []string{drainGroup, q.consumer, strconv.Itoa(limit), millis(q.claimIdle), strconv.Itoa(claimBytes)}
	message, err := q.run(ctx, claimScript, []string{q.groups}, arguments...)
	if told, ok := rueidis.IsRedisErr(err); !ok || !strings.HasPrefix(told.Error(), "NOGROUP") {
		return message, err
	}
	if _, err := q.run(ctx, createScript, []string{q.groups}, drainGroup); err != nil && !rueidis.IsRedisBusyGroup(err) {
		return message, err
	}
	return q.run(ctx, claimScript, []string{q.groups}, arguments...)
}

// claimed is one element of what the script gives.
type claimed struct {
	id       streamID
	attempts int64
	payload  string
	leading  bool
}

func readClaimed(message rueidis.RedisMessage) ([]claimed, error) {
	parts, err := message.ToArray()
	if err != nil {
		return nil, err
	}
	if len(parts) != 2 {
		return nil, fmt.Errorf("read what was claimed: want 2 parts, got %d", len(parts))
	}
	text, err := parts[0].ToString()
	if err != nil {
		return nil, err
	}
	left, others := parseStreamID(text)
	elements, err := parts[1].ToArray()
	if err != nil {
		return nil, err
	}
	all := make([]claimed, len(elements))
	for i := range elements {
		if all[i], err = readOneClaimed(&elements[i]); err != nil {
			return nil, fmt.Errorf("read what was claimed: %w", err)
		}
		all[i].leading = !others || all[i].id.compare(left) < 0
	}
	slices.SortFunc(all, func(a, b claimed) int { return a.id.compare(b.id) })
	return all, nil
}

func readOneClaimed(message *rueidis.RedisMessage) (claimed, error) {
	parts, err := message.ToArray()
	if err != nil {
		return claimed{}, err
	}
	if len(parts) != 3 {
		return claimed{}, fmt.Errorf("want 3 parts, got %d", len(parts))
	}
	text, err := parts[0].ToString()
	if err != nil {
		return claimed{}, err
	}
	id, ok := parseStreamID(text)
	if !ok {
		return claimed{}, fmt.Errorf("%q is not an id", text)
	}
	attempts, err := parts[1].AsInt64()
	if err != nil {
		return claimed{}, err
	}
	payload, err := parts[2].ToString()
	return claimed{id: id, attempts: attempts, payload: payload}, err
}

// Release gives entries back that were not tried: the delivery does not count, and any process may claim them at once.
// Those that another process has taken meanwhile are left alone.
func (q *Queue) Release(ctx context.Context, entries []audit.QueueEntry) error {
	if len(entries) == 0 {
		return nil
	}
	arguments := []string{drainGroup, q.consumer, millis(q.claimIdle)}
	for _, entry := range entries {
		arguments = append(arguments, entry.ID, strconv.FormatInt(max(0, entry.Attempts-1), 10))
	}
	_, err := q.call(ctx, releaseScript, []string{q.groups}, arguments...)
	return err
}

// Done removes entries. Those that are not there are left out.
func (q *Queue) Done(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := q.call(ctx, doneScript, []string{q.groups}, append([]string{drainGroup}, ids...)...)
	return err
}

// Stats says what the queue holds. The age is by the server's clock.
func (q *Queue) Stats(ctx context.Context) (audit.QueueStats, error) {
	message, err := q.call(ctx, statsScript, []string{q.groups, q.parked})
	if err != nil {
		return audit.QueueStats{}, err
	}
	stats, err := readStats(message)
	if err != nil {
		return audit.QueueStats{}, q.failed(ctx, err)
	}
	inTime, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	_, err = q.guaranteed(inTime)
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		q.state.failed(ctx, err)
	}
	stats.Durable = err == nil
	return stats, nil
}

func readStats(message rueidis.RedisMessage) (audit.QueueStats, error) {
	parts, err := message.ToArray()
	if err != nil {
		return audit.QueueStats{}, err
	}
	var numbers [3]int64 // depth, age in milliseconds, parked
	if len(parts) != len(numbers) {
		return audit.QueueStats{}, fmt.Errorf("read the state: want %d parts, got %d", len(numbers), len(parts))
	}
	for i := range numbers {
		if numbers[i], err = parts[i].AsInt64(); err != nil {
			return audit.QueueStats{}, fmt.Errorf("read the state: %w", err)
		}
	}
	age := time.Duration(max(0, numbers[1])) * time.Millisecond // a clock may have been set back
	return audit.QueueStats{Depth: numbers[0], OldestAge: age, Parked: numbers[2]}, nil
}

// sweep remembers when dead processes were looked for.
type sweep struct {
	mu   sync.Mutex
	last time.Time
}

func (s *sweep) due(every time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last) < every {
		return false
	}
	s.last = time.Now()
	return true
}

// forgetDead removes the names of processes that have gone and own nothing, from time to time. A process that is removed
// while it lives is known again with its next claim.
func (q *Queue) forgetDead(ctx context.Context) {
	if !q.sweeping.due(q.claimIdle) {
		return
	}
	// Best effort: a name too many harms nobody, and the next time comes.
	_, _ = q.run(ctx, forgetScript, []string{q.groups}, drainGroup, q.consumer, millis(forgetAfter*q.claimIdle))
}
