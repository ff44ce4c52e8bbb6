package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/command"
	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/server"
)

func TestMain(m *testing.M) { os.Exit(testdb.Main(m, nil)) }

// patience is how long a test waits for a condition before it gives up.
const patience = time.Minute

// ended is what a command left.
type ended struct {
	out, err string
	code     exitcode.Code
}

// runCommand runs a command line to its end.
func runCommand(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	return runWith(t, nil, stdin, args...)
}

func runWith(t *testing.T, environ []string, stdin string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	p := command.Program{
		In: strings.NewReader(stdin), Out: &out, Err: &errs, Environ: environ,
		Build: server.Build{Version: "v9.9.9", Commit: "c0ffee"},
	}
	code := p.Run(t.Context(), args)
	return ended{out.String(), errs.String(), code}
}

// text collects what a command prints while it runs.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *text) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *text) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// running is a command that does not end by itself.
type running struct {
	out, err text
	stop     func() exitcode.Code // ends it as a signal would; may be called again
	done     chan struct{}
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startCommand starts a command and gives the address that it prints once it is ready.
func startCommand(t *testing.T, environ []string, args ...string) (*running, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{done: make(chan struct{})}
	var code exitcode.Code
	go func() {
		defer close(r.done)
		p := command.Program{In: strings.NewReader(""), Out: &r.out, Err: &r.err, Environ: environ}
		code = p.Run(ctx, args)
	}()
	r.stop = func() exitcode.Code {
		cancel()
		<-r.done
		return code
	}
	t.Cleanup(func() { r.stop() })
	var url string
	require.Eventually(t, func() bool {
		_, ready, found := strings.Cut(r.out.String()+r.err.String(), "Ready")
		url = address.FindString(ready)
		select {
		case <-r.done:
			return true
		default:
			return found && url != ""
		}
	}, patience, 10*time.Millisecond, "%s", r.err.String())
	require.NotEmpty(t, url, "%s", r.err.String())
	return r, url
}

// startService starts the service on a database of its own, with the real model.
func startService(t *testing.T) string {
	t.Helper()
	_, url := startCommand(t, []string{"DATASTORAGE_DATABASE_URL=" + testdb.Empty(t)}, "serve", "--migrate", "--listen", "127.0.0.1:0")
	return url
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
