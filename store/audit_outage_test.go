package store_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// proxy stands between a store and its database and can lose a commit.
type proxy struct {
	target url.URL
	url    string
	next   atomic.Pointer[loss]
	cut    atomic.Bool // nothing comes through any more
}

// loss is what happens to the next message of one kind.
type loss struct {
	message string // that it contains
	answer  bool   // the server does it, and nobody hears of it; otherwise it never reaches the server
	last    bool   // the proxy is cut then
}

// The messages that commit: a COMMIT, and the statement that is a transaction of its own.
const (
	commitMessage = "COMMIT\x00"
	eventMessage  = `"event_version"`
)

func newProxy(t testing.TB, address string) *proxy {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{target: *target}
	own := *target
	query := own.Query()
	query.Del("host")
	own.RawQuery, own.Host = query.Encode(), listener.Addr().String()
	p.url = own.String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(t, client) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		wg.Wait()
	})
	return p
}

func (p *proxy) dial() (net.Conn, error) {
	if folder := p.target.Query().Get("host"); folder != "" {
		return net.Dial("unix", folder+"/.s.PGSQL.5432")
	}
	return net.Dial("tcp", p.target.Host)
}

func (p *proxy) serve(t testing.TB, client net.Conn) {
	server, err := p.dial()
	if err != nil {
		t.Error(err)
		return
	}
	var wg sync.WaitGroup
	var silent atomic.Bool
	wg.Go(func() { // answers
		defer func() { _ = client.Close() }()
		buffer := make([]byte, 1<<16)
		for {
			n, err := server.Read(buffer)
			if err != nil || silent.Load() {
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	defer wg.Wait()
	defer func() { _ = server.Close() }()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if p.cut.Load() {
			return
		}
		if l := p.next.Load(); l != nil && bytes.Contains(buffer[:n], []byte(l.message)) {
			p.next.Store(nil)
			p.cut.Store(l.last)
			if !l.answer {
				return
			}
			silent.Store(true)
		}
		if _, err := io.Copy(server, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
		if silent.Load() {
			wg.Wait() // the answer has come
			return
		}
	}
}

// Whether the commit reached the server or not, the chain is closed, the same events can be recorded again, and all
// chains are sound.
func TestCommitsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]bool{"commit is lost": false, "answer is lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := testdb.New(t)
			p := newProxy(t, address)
			db := openDB(t, address)
			s := openStore(t, p.url)
			trail := s.Trail()
			record(t, trail, event(t), event(t))

			p.next.Store(&loss{message: eventMessage, answer: answer})
			record(t, trail, event(t), event(t), event(t)) // on another session at once
			record(t, trail, event(t))
			require.Equal(t, 6, scan[int](t, db, `SELECT count(*) FROM audit_events`))

			p.next.Store(&loss{eventMessage, answer, true})
			lost := group(t, event(t), event(t))
			_, err := trail.Record(t.Context(), []audit.Group{lost})
			require.ErrorIs(t, err, audit.ErrOutcomeUnknown)
			require.ErrorIs(t, err, audit.ErrUnavailable)
			p.cut.Store(false)
			errs := recordGroups(t, trail, lost, group(t, event(t)))
			require.NoError(t, errs[0])
			require.NoError(t, errs[1])

			p.next.Store(&loss{message: commitMessage, answer: answer})
			_, err = s.Publish(t.Context(), publication(t, "p", "v1.0.0"))
			require.ErrorIs(t, err, catalog.ErrOutcomeUnknown)
			again := publication(t, "p", "v1.0.0")
			again.IfExists = catalog.IfExistsReturnIdentical
			publish(t, s, again)
			record(t, trail, event(t))

			report := requireValid(t, trail)
			require.EqualValues(t, 11, report.Events)
			require.EqualValues(t, 1, scan[int](t, db, `SELECT count(*) FROM audit_events WHERE event_type = 'datastorage.playbook.published'`))
			require.NoError(t, trail.Close(t.Context()))
			require.Zero(t, scan[int](t, db, `SELECT count(*) FROM audit_chains WHERE closed_at IS NULL`))
			require.Equal(t, 3, scan[int](t, db, `SELECT count(*) FROM audit_chains WHERE close_reason LIKE 'the outcome%'`))
		})
	}
}

// A session that ends within a transaction costs no event: it is repeated on another one. When that was the commit too,
// another chain begins, and otherwise the numbers of this one go on.
func TestSessionsThatEndWithinATransaction(t *testing.T) {
	t.Parallel()
	for name, timing := range map[string]string{
		"keys": `AFTER INSERT ON audit_event_keys`, "events": `AFTER INSERT ON audit_events`, "head": `AFTER UPDATE OF head_seq ON audit_chains`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := setup(t)
			record(t, s.Trail(), event(t))
			exec(t, db, sprintf(`CREATE SEQUENCE attempts;
				CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
				BEGIN
					IF nextval('attempts') %% 3 <> 0 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
					RETURN NULL;
				END $$;
				CREATE TRIGGER fail %s FOR EACH STATEMENT EXECUTE FUNCTION fail()`, timing))
			record(t, s.Trail(), event(t), event(t))
			publish(t, s, publication(t, "p", "v1.0.0"))
			require.Equal(t, 6, scan[int](t, db, `SELECT last_value FROM attempts`))
			require.Equal(t, audit.VerifyReport{Valid: true, Chains: 2, Events: 4}, requireValid(t, s.Trail()))
		})
	}
}

// A chain whose head was moved or that was closed by somebody else is not gone on with.
func TestHeadsThatAreNotWhereTheyWereLeft(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	record(t, s.Trail(), event(t))
	exec(t, db, `SELECT audit_close_chain(chain_id, 'by hand') FROM audit_chains`)
	record(t, s.Trail(), event(t))
	publish(t, s, publication(t, "p", "v1.0.0"))
	require.Equal(t, audit.VerifyReport{Valid: true, Chains: 2, Events: 3}, requireValid(t, s.Trail()))

	tamper(t, db, `UPDATE audit_chains SET head_seq = 1, head_hash = (SELECT hash FROM audit_events AS e WHERE e.chain_id = audit_chains.chain_id AND chain_seq = 1)`)
	record(t, s.Trail(), event(t))
	require.Equal(t, audit.BreakInserted, verify(t, s.Trail()).Break.Kind, "what stands behind the head")
	require.Equal(t, 2, scan[int](t, db, `SELECT count(*) FROM audit_events JOIN audit_chains USING (chain_id) WHERE number = 2`), "no number is given twice")
}

// Without a database the trail says so, and goes on when it is back.
func TestTrailOutage(t *testing.T) {
	t.Parallel()
	server := testdb.StartPostgres(t)
	trail := openStore(t, server.URL()).Trail()
	first := event(t)
	record(t, trail, first)
	server.Stop()
	_, err := trail.Record(t.Context(), []audit.Group{group(t, event(t))})
	require.ErrorIs(t, err, audit.ErrUnavailable)
	require.NotErrorIs(t, err, audit.ErrOutcomeUnknown)
	_, err = trail.List(t.Context(), newest(1))
	require.ErrorIs(t, err, audit.ErrUnavailable)
	_, err = trail.Event(t.Context(), first.ID)
	require.ErrorIs(t, err, audit.ErrUnavailable)
	_, err = trail.Verify(t.Context(), audit.VerifyRequest{}, nil)
	require.ErrorIs(t, err, audit.ErrUnavailable)
	_, err = trail.EnsurePartitions(t.Context(), time.Now())
	require.ErrorIs(t, err, audit.ErrUnavailable)
	require.ErrorIs(t, trail.Close(t.Context()), audit.ErrUnavailable)
	server.Start()
	record(t, trail, first, event(t))
	requireValid(t, trail)
}
