package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
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

// pgbench runs the program that comes with PostgreSQL.
type pgbench struct {
	program string
	dir     string // for its script and logs
	url     string
	clients int
	seq     int // numbers that earlier runs have used
}

func newPgbench(db *database, database string, clients int) (*pgbench, error) {
	program, err := db.runtime.PostgresBin("pgbench")
	if err != nil {
		return nil, err
	}
	p := &pgbench{program: program, dir: filepath.Join(db.dir, "pgbench"), url: db.url(database), clients: clients}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	return p, os.WriteFile(p.script(), []byte(pgbenchScript), 0o600)
}

func (p *pgbench) script() string { return filepath.Join(p.dir, "insert.sql") }

// run has all clients insert for a while, with prepared statements.
func (p *pgbench) run(ctx context.Context, d time.Duration) (sample, error) {
	cmd := exec.CommandContext(ctx, p.program, //nolint:gosec // of our own runtime
		"--no-vacuum", "--protocol=prepared", "--client="+strconv.Itoa(p.clients), "--jobs=2",
		"--time="+strconv.Itoa(int(d.Seconds())), "--define=seq="+strconv.Itoa(p.seq), "--file="+p.script(),
		"--log", "--log-prefix="+filepath.Join(p.dir, "log"), p.url)
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		return sample{}, fmt.Errorf("pgbench: %w: %s", err, failure.String())
	}
	p.seq += 10_000_000
	rate, err := transactionRate(string(out))
	if err != nil {
		return sample{}, err
	}
	took, err := p.latencies()
	if err != nil {
		return sample{}, err
	}
	s := newSample(len(took), d, took)
	s.rate = rate
	return s, nil
}

// transactionRate reads what pgbench says at the end, without the time to connect.
func transactionRate(out string) (float64, error) {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "tps = "); ok {
			number, _, _ := strings.Cut(rest, " ")
			return strconv.ParseFloat(number, 64)
		}
	}
	return 0, fmt.Errorf("pgbench did not say how many transactions it made: %s", out)
}

// latencies reads and removes the logs of a run, of which the third column is the time in microseconds.
func (p *pgbench) latencies() ([]time.Duration, error) {
	logs, err := filepath.Glob(filepath.Join(p.dir, "log.*"))
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, path := range logs {
		text, err := os.ReadFile(path) //nolint:gosec // in our own folder
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			columns := strings.Fields(line)
			if len(columns) < 3 {
				return nil, fmt.Errorf("pgbench logged %q", line)
			}
			micros, err := strconv.ParseInt(columns[2], 10, 64)
			if err != nil {
				return nil, err
			}
			took = append(took, time.Duration(micros)*time.Microsecond)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return took, nil
}
