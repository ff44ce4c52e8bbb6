package cache_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cache"
)

// workerOrder is the environment variable by which the test binary becomes a worker: a process of its own that asks for
// one text.
const workerOrder = "CACHE_TEST_WORKER"

// loadsKey counts, beside the cache, how often anybody computed a vector.
const loadsKey = "test:loads"

// order says what a worker does.
type order struct {
	URL              string
	Callers          int
	Load             time.Duration // how long computing takes
	LockTTL, MaxWait time.Duration
	Off              []string // mechanisms that are switched off
}

// report says how it went.
type report struct {
	Answered int
	Results  map[cache.Result]int
	Longest  time.Duration
	Failure  string
}

const workerText = "the same alert everywhere"

// slowEmbedder counts its calls where all processes see it.
type slowEmbedder struct {
	countingEmbedder

	client rueidis.Client
}

func (e *slowEmbedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if err := e.client.Do(ctx, e.client.B().Incr().Key(loadsKey).Build()).Error(); err != nil {
		return nil, err
	}
	return e.countingEmbedder.Embed(ctx, texts)
}

// work is the worker. It says when it is ready, waits for a line, asks, and reports.
func work(text string) int {
	var o order
	r, err := report{}, json.Unmarshal([]byte(text), &o)
	if err == nil {
		r, err = o.work()
	}
	if err != nil {
		r.Failure = err.Error()
	}
	_ = json.NewEncoder(os.Stdout).Encode(r)
	return 0
}

func (o order) work() (report, error) {
	option, err := rueidis.ParseURL(o.URL)
	if err != nil {
		return report{}, err
	}
	client, err := rueidis.NewClient(option)
	if err != nil {
		return report{}, err
	}
	defer client.Close()
	e, err := cache.NewEmbeddings(cache.EmbeddingsConfig{
		URL: o.URL, Playbooks: &playbookStore{}, LockTTL: o.LockTTL, MaxWait: o.MaxWait, Timeout: patience,
	})
	if err != nil {
		return report{}, err
	}
	e.IgnorePace()
	for _, mechanism := range o.Off {
		map[string]func(){
			"locks": e.WithoutLocks, "sharing": e.WithoutSharing, "prolonging": e.WithoutProlonging,
		}[mechanism]()
	}
	queries := e.Queries(&slowEmbedder{countingEmbedder{model: "letters", delay: o.Load}, client})
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return report{}, err
	}
	return askTogether(queries, o.Callers)
}

// askTogether asks for one text as many callers at once.
func askTogether(queries *cache.Queries, callers int) (report, error) {
	r := report{Results: map[cache.Result]int{}}
	var mu sync.Mutex
	var asking sync.WaitGroup
	var failure error
	start := time.Now()
	for range callers {
		asking.Go(func() {
			answer, err := queries.Lookup(context.Background(), []string{workerText})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failure = err
				return
			}
			if got, want := fmt.Sprint(answer.Vectors), fmt.Sprint(vectorsOf(workerText)); got != want {
				failure = fmt.Errorf("got %s, want %s", got, want)
			}
			r.Answered++
			r.Results[answer.Results[0]]++
			r.Longest = max(r.Longest, time.Since(start))
		})
	}
	asking.Wait()
	return r, failure
}

// worker is a running worker.
type worker struct {
	t     *testing.T
	cmd   *exec.Cmd
	input io.WriteCloser
	lines *bufio.Scanner
}

func startWorker(t *testing.T, o order) *worker {
	t.Helper()
	text, err := json.Marshal(o)
	require.NoError(t, err)
	w := &worker{t: t, cmd: exec.Command(os.Args[0])}
	w.cmd.Env = append(os.Environ(), workerOrder+"="+string(text))
	w.cmd.Stderr = os.Stderr
	w.input, err = w.cmd.StdinPipe()
	require.NoError(t, err)
	output, err := w.cmd.StdoutPipe()
	require.NoError(t, err)
	w.lines = bufio.NewScanner(output)
	require.NoError(t, w.cmd.Start())
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
	})
	require.True(t, w.lines.Scan())
	require.Equal(t, "ready", w.lines.Text())
	return w
}

// begin lets the worker ask.
func (w *worker) begin() {
	w.t.Helper()
	_, err := fmt.Fprintln(w.input)
	require.NoError(w.t, err)
}

// report waits for the worker to be done.
func (w *worker) report() report {
	w.t.Helper()
	r, ok := w.read()
	require.True(w.t, ok, "the worker has died")
	require.Empty(w.t, r.Failure)
	return r
}

// read waits for a report. It reports false when the worker dies.
func (w *worker) read() (r report, ok bool) {
	if !w.lines.Scan() {
		return r, false
	}
	if err := json.Unmarshal(w.lines.Bytes(), &r); err != nil {
		r.Failure = err.Error()
	}
	return r, true
}
