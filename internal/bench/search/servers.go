package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver

	"github.com/kubernaut/datastorage/internal/localdb"
	"github.com/kubernaut/datastorage/internal/localdb/parts"
	"github.com/kubernaut/datastorage/internal/synthetic"
	"github.com/kubernaut/datastorage/migrations"
)

const (
	model      = "synthetic"
	dimensions = 384
)

// servers are an embedded PostgreSQL and Valkey, and an embedder that knows the vectors of synthetic questions.
type servers struct {
	dir      string
	runtime  *localdb.Runtime
	local    *localdb.Server
	embedder *httptest.Server
	all      *synthetic.Generator
}

func startServers(ctx context.Context, parent string) (*servers, error) {
	rt, err := localdb.OpenRuntime("", parts.PostgreSQL, parts.Valkey)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "datastorage-bench-")
	if err != nil {
		return nil, err
	}
	s := &servers{dir: dir, runtime: rt, all: synthetic.New(1, dimensions)}
	if err = os.Chmod(dir, 0o755); err == nil { //nolint:gosec // the servers' user passes through
		s.local, err = localdb.Start(ctx, localdb.Config{DataDir: dir + "/data", Runtime: rt})
	}
	if err != nil {
		s.stop() //nolint:contextcheck // also when the context has ended
		return nil, err
	}
	s.embedder = httptest.NewServer(http.HandlerFunc(s.embed))
	return s, nil
}

func (s *servers) stop() {
	if s.embedder != nil {
		s.embedder.Close()
	}
	if s.local != nil {
		_ = s.local.Stop(context.Background())
	}
	_ = os.RemoveAll(s.dir)
}

// questionText is what is asked over HTTP for the vector of the i-th question.
func questionText(i int) string { return "question " + strconv.Itoa(i) }

// embed answers as an embedding server does.
func (s *servers) embed(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Input []string `json:"input"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	type item struct {
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	}
	out := struct {
		Model string `json:"model"`
		Data  []item `json:"data"`
	}{Model: model}
	for n, text := range in.Input {
		i, _ := strconv.Atoi(strings.TrimPrefix(text, "question ")) // any other text is the first question
		out.Data = append(out.Data, item{n, s.all.Question(i).Vector})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

// create makes a database with a catalog, and gives its URL.
func (s *servers) create(ctx context.Context, size int, progress io.Writer) (string, error) {
	admin, err := sql.Open("postgres", s.local.DatabaseURL())
	if err != nil {
		return "", err
	}
	defer func() { _ = admin.Close() }()
	name := fmt.Sprintf("catalog_%d", size)
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	url := strings.Replace(s.local.DatabaseURL(), "/datastorage?", "/"+name+"?", 1)
	db, err := sql.Open("postgres", url)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }()
	if _, err := migrations.Migrate(ctx, db); err != nil {
		return "", err
	}
	err = s.all.Load(ctx, db, model, 0, size, func(stored int) {
		_, _ = fmt.Fprintf(progress, "\r%d of %d playbooks stored", stored, size)
	})
	_, _ = fmt.Fprintln(progress)
	return url, err
}

// service is the running program on one catalog.
type service struct {
	cmd *exec.Cmd
	url string
}

// startService starts the program without a cache of answers, which would be all that is measured. Vectors of questions come
// from the memory of the process after the first time.
func (s *servers) startService(ctx context.Context, program, database string) (*service, error) {
	cmd := exec.CommandContext(ctx, program, "serve", "--listen", "127.0.0.1:0", "--cache-result-bytes", "0", "--cache-warm=false", //nolint:gosec // our own program
		"--embedding-provider", "openai", "--embedding-url", s.embedder.URL, "--embedding-model", model,
		"--embedding-dimensions", strconv.Itoa(dimensions), "--log-level", "info", "--log-format", "json")
	cmd.Env = append(os.Environ(), "DATASTORAGE_DATABASE_URL="+database, "DATASTORAGE_REDIS_URL="+s.local.RedisURL())
	address := s.dir + "/address"
	log, err := os.Create(address) //nolint:gosec // in our own folder
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	sv := &service{cmd: cmd}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if sv.url = servedURL(address); sv.url != "" && sv.ready(ctx) {
			return sv, nil
		}
	}
	sv.stop()
	return nil, errors.New("the service did not become ready: " + servedLog(address))
}

func servedLog(path string) string {
	text, _ := os.ReadFile(path) //nolint:gosec // our own file
	return string(text)
}

// servedURL reads the address from the log.
func servedURL(path string) string {
	for line := range strings.Lines(servedLog(path)) {
		var entry struct {
			URL string `json:"url"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil && entry.URL != "" {
			return entry.URL
		}
	}
	return ""
}

func (sv *service) ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, sv.url+"/health/ready", http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (sv *service) stop() {
	_ = sv.cmd.Process.Signal(syscall.SIGTERM)
	_ = sv.cmd.Wait()
}
