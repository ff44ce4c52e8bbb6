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
	ctx, release := signal.NotifyContext(context.Background(), ending...)
	defer release()
	context.AfterFunc(ctx, endAtOnce)
	program := command.Program{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Build: command.BuildOf(version, commit),
	}
	return int(program.Run(ctx, args))
}

// ending are the signals that ask for an orderly end.
var ending = []os.Signal{os.Interrupt, syscall.SIGTERM}

// endAtOnce waits for a second signal, which does not wait for anything. Embedded databases end with their parent.
func endAtOnce() {
	again := make(chan os.Signal, 1)
	signal.Notify(again, ending...)
	received := <-again
	code := 128
	if number, ok := received.(syscall.Signal); ok {
		code += int(number) // as shells report it
	}
	os.Exit(code)
}
