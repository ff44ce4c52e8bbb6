package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/kubernaut/datastorage/internal/bench/pgbench"
)

// pgbenchScript is one event by one INSERT and one commit, into tables, indexes and constraints that the migrations have
// made, as the service writes them: the event and its key in one statement, values of the same kind and size, numbers of
// a chain that grow. What the service does beyond that is left out: there is no hash to compute, and no head of a chain
// that writers have to lock one after the other.
const pgbenchScript = `\set seq :seq + 1
\set n random(1, 1000000)
WITH key AS (
	INSERT INTO audit_event_keys (event_id, event_date, content_hash)
	VALUES (uuidv7(), (now() AT TIME ZONE 'UTC')::date, '\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b')
	RETURNING event_id, event_date
)
INSERT INTO audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category, event_action,
	event_outcome, actor_type, actor_id, resource_type, resource_id, correlation_id, namespace, event_data, severity,
	retention_days, is_sensitive, recorded_at, chain_id, chain_seq, hash)
SELECT event_id, '1.0', now(), event_date, 'gateway.signal.received', 'signal', 'received', 'success', 'service',
	'gateway', 'Pod', 'pod-' || (:n % 500), 'rr-2026-' || (:n % 1000), 'payments', '` + data + `', 'critical', 2555, false,
	now(), ('00000000-0000-0000-0000-' || lpad(:client_id::text, 12, '0'))::uuid, :seq,
	'\x6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b'
FROM key;
`

// inserting runs the script.
type inserting struct {
	pgbench.Run

	seq int // numbers that earlier runs have used
}

func newInserting(db *database, database string, clients int) (*inserting, error) {
	program, err := db.runtime.PostgresBin("pgbench")
	if err != nil {
		return nil, err
	}
	script := filepath.Join(db.dir, "insert.sql")
	return &inserting{Run: pgbench.Run{
		Program: program, Database: db.url(database), Clients: clients, Args: []string{"--file=" + script},
	}}, os.WriteFile(script, []byte(pgbenchScript), 0o600)
}

// run has all clients insert for a while.
func (p *inserting) run(ctx context.Context, d time.Duration) (sample, error) {
	next := p.Run
	next.Time, next.Args = d, append(slices.Clone(p.Args), "--define=seq="+strconv.Itoa(p.seq))
	result, err := next.Do(ctx)
	if err != nil {
		return sample{}, err
	}
	p.seq += 10_000_000
	s := newSample(len(result.Took), d, result.Took)
	s.rate = result.Rate
	return s, nil
}
