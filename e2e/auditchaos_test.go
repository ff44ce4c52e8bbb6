package e2e

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// How the chaos is asked for. `make test-chaos` asks for the whole of it.
const (
	seedVariable   = "CHAOS_SEED"
	outageVariable = "CHAOS_OUTAGE" // how long PostgreSQL is away
	defaultOutage  = 5 * time.Second
	chaosWriters   = 32
)

// chaos is writers, the three processes that they depend on, and random numbers that decide when those are killed.
type chaos struct {
	t         *testing.T
	random    *rand.Rand
	outage    time.Duration
	database  *testdb.Server
	queue     *testdb.Server
	queueURL  string
	model     *model
	service   *service
	client    *apiclient.ClientWithResponses // of the service that runs now
	writers   *writers
	started   time.Time
	deepest   int64 // the queue was
	processes int
}

// startChaos starts everything. The service learns of its queue by the address that reach gives.
func startChaos(t *testing.T, reach func(t *testing.T, queueURL string) string) *chaos {
	t.Helper()
	seed, outage := rand.Uint64(), defaultOutage
	var err error
	if text := os.Getenv(seedVariable); text != "" {
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	if text := os.Getenv(outageVariable); text != "" {
		outage, err = time.ParseDuration(text)
		require.NoError(t, err)
	}
	t.Logf("repeat with %s=%d %s=%s", seedVariable, seed, outageVariable, outage)
	c := &chaos{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), outage: outage, started: time.Now(),
		database: testdb.StartPostgres(t), queue: testdb.StartQueue(t), model: startModel(t),
	}
	t.Cleanup(c.explain)
	c.queueURL = reach(t, c.queue.URL())
	c.adopt(startServe(t, c.database.URL(), c.model, "DATASTORAGE_QUEUE_REDIS_URL="+c.queueURL))
	c.writers = startWriters(t, c.service, chaosWriters, seed)
	return c
}

func directly(_ *testing.T, queueURL string) string { return queueURL }

func (c *chaos) adopt(s *service) {
	c.service, c.client = s, newClient(c.t, s)
	c.processes++
}

// explain shows what the last process logged besides requests, when the test has failed.
func (c *chaos) explain() {
	if !c.t.Failed() {
		return
	}
	for line := range strings.Lines(c.service.output.String()) {
		if !strings.Contains(line, `"msg":"request"`) {
			c.t.Log(strings.TrimSpace(line))
		}
	}
}

func (c *chaos) logf(format string, args ...any) {
	c.t.Helper()
	c.t.Logf("%5.1fs "+format, append([]any{time.Since(c.started).Seconds()}, args...)...)
}

// set changes the database. Its settings take effect for sessions that begin later, and survive the server.
func (c *chaos) set(statements ...string) {
	c.t.Helper()
	c.with(func(db *sql.DB) {
		for _, statement := range statements {
			_, err := db.ExecContext(c.t.Context(), statement)
			require.NoError(c.t, err)
		}
	})
}

// with gives a connection to the database, which may be gone the next moment.
func (c *chaos) with(do func(*sql.DB)) {
	c.t.Helper()
	db, err := sql.Open("postgres", c.database.URL())
	require.NoError(c.t, err)
	defer func() { require.NoError(c.t, db.Close()) }()
	do(db)
}

// killService kills the process and starts another one, which need not find its servers.
func (c *chaos) killService() {
	c.t.Helper()
	c.service.kill()
	c.logf("service killed")
	c.adopt(startServeAsIs(c.t, c.database.URL(), c.model, "DATASTORAGE_QUEUE_REDIS_URL="+c.queueURL))
	c.writers.use(c.service)
	c.logf("service started")
}

func (c *chaos) killQueue() {
	c.t.Helper()
	c.queue.Kill()
	c.logf("queue killed")
	c.wait(time.Duration(c.random.IntN(300)) * time.Millisecond)
	c.queue.Start()
	c.logf("queue started")
}

func (c *chaos) wait(d time.Duration) {
	c.t.Helper()
	require.True(c.t, pause(c.t.Context(), d))
}

// part is a random moment of the outage.
func (c *chaos) part(from, to float64) time.Duration {
	return time.Duration((from + (to-from)*c.random.Float64()) * float64(c.outage))
}

// await waits until so many events were acknowledged with a status.
func (c *chaos) await(status, n int) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.writers.count(status) >= n }, startTimeout, tick)
}

// depth looks at the queue, or gives -1 when it cannot be looked at now.
func (c *chaos) depth() int64 {
	resp, err := c.client.GetAuditQueueWithResponse(c.t.Context(), nil)
	if err != nil || resp.JSON200 == nil {
		return -1
	}
	c.deepest = max(c.deepest, resp.JSON200.Depth)
	return resp.JSON200.Depth
}

// awaitDrain waits until the queue has become shorter, and gives what is left.
func (c *chaos) awaitDrain() (left int64) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		left = c.depth()
		return left >= 0 && left < c.deepest
	}, startTimeout, tick/4)
	return left
}

func (c *chaos) awaitEmptyQueue() {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.depth() == 0 }, startTimeout, tick, "the queue empties")
}

// tally is what became of what was acknowledged.
type tally struct {
	committed, queued         int // acknowledged with 201, with 202
	lostCommitted, lostQueued int // of those
}

// count compares what was acknowledged with what is there, whose content must be right in any case.
func (c *chaos) count() (sum tally) {
	c.t.Helper()
	there := c.recorded()
	for id, content := range there {
		if !c.writers.sent[id] || content != contentOf(id) {
			c.t.Fatalf("event %s with the content %q was not sent", id, content)
		}
	}
	for id, status := range c.writers.accepted {
		all, lost := &sum.committed, &sum.lostCommitted
		if status == http.StatusAccepted {
			all, lost = &sum.queued, &sum.lostQueued
		}
		*all++
		if _, ok := there[id]; !ok {
			*lost++
		}
	}
	c.logf("%d acknowledged as committed, %d as queued; %d and %d lost; %d tries failed, %d events recorded, queue at most %d, %d processes",
		sum.committed, sum.queued, sum.lostCommitted, sum.lostQueued, c.writers.failures, len(there), c.deepest, c.processes)
	return sum
}

// recorded gives the content of each event that is there, and fails when one is there twice.
func (c *chaos) recorded() map[uuid.UUID]string {
	c.t.Helper()
	there := map[uuid.UUID]string{}
	c.with(func(db *sql.DB) { c.read(db, there) })
	return there
}

func (c *chaos) read(db *sql.DB, there map[uuid.UUID]string) {
	c.t.Helper()
	rows, err := db.QueryContext(c.t.Context(), `SELECT event_id, event_data ->> 'content' FROM audit_events WHERE correlation_id LIKE 'chaos-%'`)
	require.NoError(c.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id uuid.UUID
		var content string
		require.NoError(c.t, rows.Scan(&id, &content))
		if _, twice := there[id]; twice {
			c.t.Fatalf("event %s is there twice", id)
		}
		there[id] = content
	}
	require.NoError(c.t, rows.Err())
}

// Whatever is killed, and in whatever order, each event that was acknowledged is there exactly once, and the chains are
// sound.
func TestNothingAcknowledgedIsLostInChaos(t *testing.T) {
	t.Parallel()
	c := startChaos(t, directly)
	// The tests' server answers a commit before it is in the file. That is fine for all but this.
	c.set(`ALTER DATABASE datastorage SET synchronous_commit = on`)
	c.killService()
	c.await(http.StatusCreated, 500)

	c.database.Kill()
	c.logf("database killed")
	back := time.Now().Add(c.outage)
	c.wait(c.part(0.1, 0.4))
	c.killService()
	if c.random.IntN(2) == 0 {
		c.killQueue()
	}
	c.await(http.StatusAccepted, 500)
	c.wait(time.Until(back))
	require.Positive(t, c.depth())
	c.database.Start()
	c.logf("database started, %d groups in the queue", c.deepest)

	c.logf("drain has begun, %d groups left", c.awaitDrain())
	c.killQueue()
	c.killService()
	c.await(http.StatusCreated, c.writers.count(http.StatusCreated)+500)
	c.writers.end()
	c.awaitEmptyQueue()

	sum := c.count()
	require.Zero(t, sum.lostCommitted)
	require.Zero(t, sum.lostQueued)
	require.Zero(t, getQueue(t, c.client).ParkedTotal)
	c.with(func(db *sql.DB) { requireSoundChains(t, db) })
}

// With durability switched off the same kills lose what was acknowledged: a database that answers a commit before it is in
// its file, and a queue that holds everything in memory only. The service would refuse that queue if a proxy did not lie
// to it.
func TestWithoutDurabilityChaosLosesWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	c := startChaos(t, startLiar)
	c.writers.losing.Store(true)
	c.set(`ALTER DATABASE datastorage SET synchronous_commit = off`,
		`ALTER SYSTEM SET wal_writer_delay = '10s'`, `ALTER SYSTEM SET wal_writer_flush_after = '1GB'`, `SELECT pg_reload_conf()`)
	forgetOnKill(t, c.queue.URL())
	c.killService()
	c.await(http.StatusCreated, 500)
	c.database.Kill()
	c.await(http.StatusAccepted, 500)
	c.queue.Kill()
	c.queue.Start()
	c.database.Start()
	c.await(http.StatusCreated, c.writers.count(http.StatusCreated)+100)
	c.writers.end()
	c.awaitEmptyQueue()

	sum := c.count()
	require.Positive(t, sum.lostCommitted)
	require.Positive(t, sum.lostQueued)
}

// requireSoundChains checks what a chain is without its hashes: each number once, up to the head, whose hash is that of
// the last event.
func requireSoundChains(t *testing.T, db *sql.DB) {
	t.Helper()
	const query = `SELECT count(*), count(*) FILTER (WHERE NOT (
			head_seq = coalesce(events, 0) AND head_seq = coalesce(numbers, 0) AND head_seq = coalesce(last, 0) AND (head_seq = 0 OR head_hash = last_hash)))
		FROM audit_chains LEFT JOIN (
			SELECT chain_id, count(*) AS events, count(DISTINCT chain_seq) AS numbers, max(chain_seq) AS last,
				(array_agg(hash ORDER BY chain_seq DESC))[1] AS last_hash
			FROM audit_events GROUP BY chain_id
		) AS found USING (chain_id)`
	var chains, broken int
	require.NoError(t, db.QueryRowContext(context.Background(), query).Scan(&chains, &broken))
	require.Greater(t, chains, 2, "each process has its own")
	require.Zero(t, broken)
}
