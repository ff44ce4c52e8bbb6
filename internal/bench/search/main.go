// Command search measures searches of catalogs of several sizes: the same statements by pgbench, the store alone and the
// whole call over HTTP, in one run on one machine. It says how the service compares with the database that it asks, how an
// answer by the index compares with an exact one, and draws latency over size.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	sizes   []int
	time    time.Duration
	rounds  int
	program string // the service
	plot    string
	dir     string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	flags.SetOutput(usage)
	sizes := flags.String("sizes", "1000,10000,100000", "playbooks of each catalog")
	flags.DurationVar(&o.time, "time", 3*time.Second, "of each measurement, in whole seconds")
	flags.IntVar(&o.rounds, "rounds", 3, "measurements of each kind, of which the median counts")
	flags.StringVar(&o.program, "program", "bin/datastorage", "the service")
	flags.StringVar(&o.plot, "plot", "", "file for the plot of latency over size, SVG")
	flags.StringVar(&o.dir, "dir", "", "folder for the databases, removed at the end (default: a temporary one)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.rounds < 1 || o.time < time.Second || o.time%time.Second != 0 {
		return o, errors.New("rounds are at least 1, the time is whole seconds, and there are no other arguments")
	}
	for _, text := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 100 {
			return o, fmt.Errorf("size %q: a catalog has at least 100 playbooks", text)
		}
		o.sizes = append(o.sizes, n)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	servers, err := startServers(ctx, o.dir)
	if err != nil {
		return err
	}
	defer servers.stop() //nolint:contextcheck // also when the context has ended
	var r report
	for _, size := range o.sizes {
		if err := measureSize(ctx, servers, o, size, &r, progress); err != nil {
			return fmt.Errorf("%d playbooks: %w", size, err)
		}
	}
	if _, err := fmt.Fprint(out, r.text()); err != nil {
		return err
	}
	if o.plot != "" {
		return os.WriteFile(o.plot, []byte(r.plot()), 0o644) //nolint:gosec // to be read by everybody
	}
	return nil
}
