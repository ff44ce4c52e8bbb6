// Command audit measures what the audit trail costs. In one run, on one embedded PostgreSQL that is as durable as in
// production, it takes turns between the service and what it is compared with: pgbench with the same INSERT, the same
// server with a recorder that does nothing, and COPY. It then runs those benchmarks of package store that make the other
// figures. What it prints are medians over the rounds, and of ratios the medians of the ratios within a round, since the
// speed of a machine changes more between rounds than within one.
//
// Service, callers, pgbench and PostgreSQL share the machine.
//
// Usage:
//
//	audit [-rounds n] [-time d] [-callers n] [-only regexp] [-o table|json] [-out file] [-cpuprofile file] [-store=false]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench audit:", err)
		os.Exit(1)
	}
}

// options say how much is measured, and where the figures go.
type options struct {
	rounds     int
	time       time.Duration // of one measurement, in whole seconds since pgbench counts in them
	callers    int
	only       *regexp.Regexp // which measurements are made, by name
	store      bool           // run the benchmarks of package store too
	format     string         // table or json
	out        string         // file, empty for none
	cpuProfile string         // file, empty for none
	dir        string         // for the data of PostgreSQL
}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.IntVar(&o.rounds, "rounds", 7, "how often each measurement is made")
	flags.DurationVar(&o.time, "time", 4*time.Second, "duration of a measurement, in whole seconds")
	flags.IntVar(&o.callers, "callers", 32, "concurrent callers of single POSTs, and clients of pgbench")
	only := flags.String("only", "", "regular expression of the measurements to make, by name, but for the benchmarks of package store")
	flags.BoolVar(&o.store, "store", true, "run the benchmarks of package store too, with the go command")
	flags.StringVar(&o.format, "o", "table", "what is written to standard output: table or json")
	flags.StringVar(&o.out, "out", "", "file that gets the figures as JSON")
	flags.StringVar(&o.cpuProfile, "cpuprofile", "", "file that gets a CPU profile of the single POSTs")
	flags.StringVar(&o.dir, "dir", os.TempDir(), "folder on the disk to measure on; a folder in it is made and removed")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.rounds < 1 || o.callers < 1 || o.time < time.Second || o.time%time.Second != 0:
		return o, fmt.Errorf("-rounds and -callers must be at least 1, -time whole seconds")
	case o.format != "table" && o.format != "json":
		return o, fmt.Errorf("-o must be table or json, not %q", o.format)
	}
	var err error
	o.only, err = regexp.Compile(*only)
	return o, err
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	db, err := startDatabase(ctx, o.dir)
	if err != nil {
		return err
	}
	defer db.stop() //nolint:contextcheck // also when the context has ended
	r := report{Rounds: o.rounds, Seconds: o.time.Seconds(), Callers: o.callers}
	if r.Settings, err = db.settings(ctx); err != nil {
		return err
	}
	say(progress, "%s", r.Settings)
	if err := measure(ctx, o, db, &r, progress); err != nil {
		return err
	}
	if o.store {
		if err := measureStore(ctx, o, db, &r, progress); err != nil {
			return err
		}
	}
	r.compare()
	return r.write(out, o)
}
