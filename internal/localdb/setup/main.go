// Command setup fetches the embedded runtime (PostgreSQL with pgvector, Valkey,
// ONNX Runtime and the embedding model) into a folder. It is silent and quick
// when all is there.
//
// Usage:
//
//	setup [-dir folder] [part ...]
//
// Without part names it fetches all of the lock file.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "setup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, progress io.Writer) error {
	flags := flag.NewFlagSet("setup", flag.ContinueOnError)
	flags.SetOutput(progress)
	dir := flags.String("dir", parts.DefaultDir(), "runtime folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := parts.Locked(parts.Platform(), flags.Args()...)
	if err != nil {
		return err
	}
	return parts.Fetch(ctx, *dir, wanted, progress)
}
