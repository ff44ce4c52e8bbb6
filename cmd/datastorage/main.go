// Command datastorage is the Kubernaut Data Storage Service, and the commands around it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/command"
)

// Set by the build with -ldflags; without them the binary says what the toolchain knows.
var version, commit string

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	// The first signal asks for an orderly end. The second one finds the default action: it ends the process at once, and
	// the embedded databases with it.
	context.AfterFunc(ctx, release)
	program := command.Program{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Build: command.BuildOf(version, commit),
	}
	return int(program.Run(ctx, args))
}
