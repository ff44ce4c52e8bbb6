package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"slices"
	"time"
)

const (
	batchEvents  = 500
	batchCallers = 4 // and connections of COPY
	// warmUp is what goes before each measurement: connections, prepared statements, and after the checkpoint the first
	// change of each page, which is written as a whole.
	warmUp = time.Second
)

// measurement is one of those that take turns.
type measurement struct {
	name string
	run  func(ctx context.Context, d time.Duration) (sample, error)
}

// The names of the measurements, under which comparisons find them.
const (
	singlePosts  = "single POST /audit/events"
	pgbenchRuns  = "pgbench, the same single INSERT"
	emptyPosts   = "empty POST handler"
	batchPosts   = "POST of 500 events"
	copiedRows   = "COPY of 500 rows"
	chainedStore = "batch of 100 by the store, with the chain"
	unchained    = "batch of 100 by the store, without the chain"
	verified     = "verify"
	firstPage    = "first page of 100"
	deepPage     = "page of 100 at depth 200,000"
)

// measure takes turns between the service and what it is compared with.
func measure(ctx context.Context, o options, db *database, r *report, progress io.Writer) (err error) {
	all, stop, err := prepare(ctx, o, db)
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(m measurement) bool { return !o.only.MatchString(m.name) })
	for round := range o.rounds {
		for i := range all {
			m := all[(i+round)%len(all)] // in another order each time
			s, err := take(ctx, o, db, m)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			say(progress, "round %d of %d: %s: %.0f events/s\n", round+1, o.rounds, m.name, s.rate)
			r.add(m.name, eventsPerSecond, s)
		}
	}
	return nil
}

// prepare makes what is measured, each with a database of its own. What it gives to stop it is never nil.
func prepare(ctx context.Context, o options, db *database) ([]measurement, func() error, error) {
	var stops []func() error
	stop := func() error {
		var errs []error
		for _, one := range stops {
			errs = append(errs, one())
		}
		return errors.Join(errs...)
	}
	for _, name := range []string{"service", "pgbench", "copied"} {
		if err := db.create(ctx, name); err != nil {
			return nil, stop, err
		}
	}
	recording, err := startRecording(ctx, db.url("service"))
	if err != nil {
		return nil, stop, err
	}
	stops = append(stops, recording.stop)
	empty, err := startEmpty(ctx)
	if err != nil {
		return nil, stop, err
	}
	stops = append(stops, empty.stop)
	bench, err := newInserting(db, "pgbench", o.callers)
	if err != nil {
		return nil, stop, err
	}
	conn, err := sql.Open("postgres", db.url("copied"))
	if err != nil {
		return nil, stop, err
	}
	conn.SetMaxIdleConns(batchCallers)
	stops = append(stops, conn.Close)
	copies := &copying{db: conn, connections: batchCallers, events: batchEvents}
	return []measurement{
		{singlePosts, load{recording.address, singlePath, o.callers, 1, single}.run},
		{pgbenchRuns, bench.run},
		{emptyPosts, load{empty.address, singlePath, o.callers, 1, single}.run},
		{batchPosts, load{recording.address, batchPath, batchCallers, batchEvents, func(n int) []byte { return batch(batchEvents, n) }}.run},
		{copiedRows, copies.run},
	}, stop, nil
}

// take makes one measurement after a warm-up.
func take(ctx context.Context, o options, db *database, m measurement) (sample, error) {
	if err := db.settle(ctx); err != nil {
		return sample{}, err
	}
	if _, err := m.run(ctx, warmUp); err != nil {
		return sample{}, err
	}
	if m.name == singlePosts && o.cpuProfile != "" {
		stop, err := profile(o.cpuProfile)
		if err != nil {
			return sample{}, err
		}
		defer stop()
	}
	server := db.server.PostgresPID()
	before, _ := cpuTime(server)
	s, err := m.run(ctx, o.time)
	if after, known := cpuTime(server); known && err == nil {
		s.cpu = after.per(s.rate*o.time.Seconds(), before)
	}
	return s, err
}

// profile writes a CPU profile until it is stopped; that of the last round stays.
func profile(path string) (stop func(), err error) {
	file, err := os.Create(path) //nolint:gosec // the caller's choice
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}, nil
}
