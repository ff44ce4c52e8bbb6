package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/audit"
)

// What a Queue does when it is not told otherwise.
const (
	DefaultQueuePrefix    = "audit"
	DefaultQueueClaimIdle = 30 * time.Second
	DefaultQueueTimeout   = 5 * time.Second
)

const (
	drainGroup   = "drain" // the consumer group
	payloadField = "group"
	// queueBuffer is the size of the read and of the write buffer of each connection. The library's default is 512 KiB.
	queueBuffer  = 64 << 10
	closeTimeout = time.Second
	// queueConnections bounds the connections on which groups are pushed at the same time.
	queueConnections = 64
)

// QueueConfig says where the queue is. URL is required.
type QueueConfig struct {
	URL       string        // redis://, rediss:// or unix://
	Prefix    string        // of its keys, default DefaultQueuePrefix
	ClaimIdle time.Duration // after which an entry that a process has claimed and not finished is another's, default DefaultQueueClaimIdle
	Timeout   time.Duration // of one call, also without a deadline, default DefaultQueueTimeout
	Logger    *slog.Logger  // default slog.Default
}

// Queue is the dead-letter queue of the audit trail, an audit.Queue over Redis streams. It is safe for concurrent use,
// but only one drain may use it at a time: what a Queue has claimed, it gets again. Processes that share a queue have
// a Queue each.
//
// The keys, in one slot of a cluster, are PREFIX:{queue}:groups, a stream with one entry per group that waits,
// PREFIX:{queue}:parked, a stream of the groups set aside, and PREFIX:{queue}:probe, which holds nothing of value.
//
// All errors but audit.ErrQueueEntryNotFound are audit.ErrQueueUnavailable, with the cause. Each change of the queue's
// state is logged once.
//
// What is confirmed here is on the disk of the server that answered. A fail-over to a replica may lose what had not
// reached it.
type Queue struct {
	client    *Client
	groups    string
	parked    string
	probe     string
	consumer  string
	claimIdle time.Duration
	timeout   time.Duration
	guarantee *guarantee
	state     queueState
	sweeping  sweep
}

var _ audit.Queue = (*Queue)(nil)

// NewQueue checks the address and connects to nothing: the server may come later. Close ends it. Error: ErrURL.
func NewQueue(cfg QueueConfig) (*Queue, error) {
	client, err := Connect(Config{URL: cfg.URL})
	if err != nil {
		return nil, err
	}
	if cfg.Prefix == "" {
		cfg.Prefix = DefaultQueuePrefix
	}
	if strings.ContainsAny(cfg.Prefix, "{}") {
		return nil, fmt.Errorf("the queue's prefix %q must not contain braces, which choose the slot of a key", cfg.Prefix)
	}
	if cfg.ClaimIdle <= 0 {
		cfg.ClaimIdle = DefaultQueueClaimIdle
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultQueueTimeout
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	tuneForQueue(&client.option, cfg.Timeout)
	base := cfg.Prefix + ":{queue}:"
	return &Queue{
		client: client, groups: base + "groups", parked: base + "parked", probe: base + "probe",
		consumer: consumerName(), claimIdle: cfg.ClaimIdle, timeout: cfg.Timeout,
		guarantee: newGuarantee(), state: queueState{log: cfg.Logger},
	}, nil
}

// tuneForQueue asks for few small connections that repeat nothing on their own: whether to try again is for the caller,
// who knows how long he may.
func tuneForQueue(option *rueidis.ClientOption, timeout time.Duration) {
	option.DisableRetry = true
	option.PipelineMultiplex = -1
	option.AlwaysPipelining = true // otherwise a call with a deadline does not notice that its context is cancelled
	option.BlockingPoolSize = queueConnections
	option.ReadBufferEachConn, option.WriteBufferEachConn = queueBuffer, queueBuffer
	option.ConnWriteTimeout = timeout
}

// consumerName tells this process from all others, also from those that had its number before.
func consumerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:8])
}

// Close gives back what is claimed and not finished, so that another process need not wait for it, and ends the
// connections. It waits a second at most for the server. The drain must have ended.
func (q *Queue) Close() {
	if conn, err := q.client.current(); conn != nil && err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		// Best effort: what is not given back is taken when ClaimIdle has passed.
		_, _ = q.run(ctx, handOverScript, []string{q.groups}, drainGroup, q.consumer, millis(q.claimIdle))
	}
	q.client.Close()
}

// run executes a script within the time of one call.
func (q *Queue) run(ctx context.Context, script *rueidis.Lua, keys []string, arguments ...string) (rueidis.RedisMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	conn, err := q.client.connection(ctx)
	if err != nil {
		return rueidis.RedisMessage{}, err
	}
	message, err := script.Exec(ctx, conn, keys, arguments).ToMessage()
	if rueidis.IsRedisNil(err) {
		err = nil
	}
	return message, err
}

// call is run with its outcome noted, and the error made one of audit's.
func (q *Queue) call(ctx context.Context, script *rueidis.Lua, keys []string, arguments ...string) (rueidis.RedisMessage, error) {
	message, err := q.run(ctx, script, keys, arguments...)
	if err != nil {
		return message, q.failed(ctx, err)
	}
	q.state.reached(ctx)
	return message, nil
}

// failed notes a failure and makes it audit.ErrQueueUnavailable. That a caller has lost interest says nothing about the
// queue.
func (q *Queue) failed(ctx context.Context, cause error) error {
	if !errors.Is(ctx.Err(), context.Canceled) {
		q.state.failed(ctx, cause)
	}
	return fmt.Errorf("%w: %w", audit.ErrQueueUnavailable, cause)
}
