package cache

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/catalog"
)

// What an embedding cache does when it is not told otherwise.
const (
	DefaultTTL         = 24 * time.Hour
	DefaultLocalBytes  = 16 << 20
	DefaultTimeout     = 50 * time.Millisecond
	DefaultMaxWait     = 5 * time.Second
	DefaultLockTTL     = time.Second
	DefaultLoadTimeout = time.Minute
)

const (
	// ttlJitter is the share by which a TTL is shortened at most, so that what was stored together does not expire together.
	ttlJitter = 0.1
	coolDown  = time.Second // for which a server that does not answer is left alone
	// maxFills bounds the loads that go on at the same time, also for callers that have left.
	maxFills = 256
)

// EmbeddingsConfig says where the embedding cache is, and how it behaves. URL and Playbooks are required.
type EmbeddingsConfig struct {
	URL       string             // redis://, rediss:// or unix://
	Playbooks catalog.CacheStore // knows the versions of playbooks, and the TTLs that they have of their own

	TTL         time.Duration // of an entry, shortened by up to a tenth; default DefaultTTL
	LocalBytes  int           // of entries kept in this process, per node of a cluster; default DefaultLocalBytes
	Timeout     time.Duration // of one call of the server; default DefaultTimeout
	MaxWait     time.Duration // for what another process loads; default DefaultMaxWait
	LockTTL     time.Duration // after which the lock of a process that has died is free; default DefaultLockTTL
	LoadTimeout time.Duration // of a load with its waits, whether or not somebody still wants it; default DefaultLoadTimeout

	Observer Observer     // default none
	Logger   *slog.Logger // default slog.Default
}

// Embeddings is a cache of vectors in two levels: the memory of the process, kept current by the server, and the server.
// It never makes a vector unavailable: whatever is wrong with the server, what was asked for is loaded instead, and
// while the server does not answer, it is not asked.
//
// Of all callers of one key, in all processes that share a server, one loads it; the others wait for it. It is safe for
// concurrent use.
type Embeddings struct {
	client    *Client
	gate      *gate
	notifier  *notifier
	playbooks catalog.CacheStore
	observer  observers
	tally     *tally
	pending   pending
	usage     usage
	log       *slog.Logger

	local                              bool // entries are wanted in this process too
	ttl, maxWait, lockTTL, loadTimeout time.Duration
	prolongEvery                       time.Duration

	lockKey   func(key string) string
	flightKey func(want) any
	closing   context.Context // ends with the cache
	close     context.CancelFunc
	fills     chan struct{} // has a token per fill

	mu      sync.Mutex
	flights map[any]*flight
	closed  bool
	filling sync.WaitGroup
}

// NewEmbeddings checks the address and connects to nothing: the server may come later. Close ends it. Error: ErrURL.
func NewEmbeddings(cfg EmbeddingsConfig) (*Embeddings, error) {
	cfg.fillIn()
	option, err := optionOf(Config{URL: cfg.URL})
	if err != nil {
		return nil, err
	}
	notifier := newNotifier()
	tuneForEmbeddings(&option, cfg.LocalBytes, notifier)
	client := &Client{option: option}
	closing, end := context.WithCancel(context.Background())
	e := &Embeddings{
		client: client, gate: newGate(closing, client, cfg.Timeout, coolDown, cfg.Logger), notifier: notifier,
		playbooks: cfg.Playbooks, tally: newTally(), log: cfg.Logger,
		local: !option.DisableCache, ttl: cfg.TTL, maxWait: cfg.MaxWait, lockTTL: cfg.LockTTL, loadTimeout: cfg.LoadTimeout,
		prolongEvery: cfg.LockTTL / 3,
		lockKey:      lockKey, flightKey: func(w want) any { return w }, closing: closing, close: end,
		fills: make(chan struct{}, maxFills), flights: map[any]*flight{},
	}
	e.observer = observers{e.tally, cfg.Observer}
	return e, nil
}

func (c *EmbeddingsConfig) fillIn() {
	orDefault(&c.TTL, DefaultTTL)
	orDefault(&c.LocalBytes, DefaultLocalBytes)
	orDefault(&c.Timeout, DefaultTimeout)
	orDefault(&c.MaxWait, DefaultMaxWait)
	orDefault(&c.LockTTL, DefaultLockTTL)
	orDefault(&c.LoadTimeout, DefaultLoadTimeout)
	if c.Observer == nil {
		c.Observer = unobserved{}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
}

func orDefault[T int | time.Duration](value *T, otherwise T) {
	if *value <= 0 {
		*value = otherwise
	}
}

// tuneForEmbeddings asks for one connection, so that the memory is bounded by what is configured, and for no repeats:
// what does not succeed at once is done without.
func tuneForEmbeddings(option *rueidis.ClientOption, localBytes int, notifier *notifier) {
	option.CacheSizeEachConn = localBytes
	option.OnInvalidations = notifier.invalidated
	option.PipelineMultiplex = -1
	option.DisableRetry = true
}

// Ping asks the server for a sign of life. Errors: ErrUnavailable, also after Close.
func (e *Embeddings) Ping(ctx context.Context) error { return e.client.Ping(ctx) }

// Close waits for loads that are under way, as long as the context allows, and ends the connection. What is asked for
// afterwards is loaded.
func (e *Embeddings) Close(ctx context.Context) {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.filling.Wait()
	}()
	select {
	case <-done:
		e.close()
	case <-ctx.Done():
		e.close()
		<-done
	}
	e.gate.close()
	e.client.Close()
}

// jittered shortens a TTL at random.
func jittered(ttl time.Duration) time.Duration {
	return max(ttl-time.Duration(ttlJitter*rand.Float64()*float64(ttl)), time.Millisecond) //nolint:gosec // jitter
}
