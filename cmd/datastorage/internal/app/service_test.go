package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/migrations"
	"github.com/kubernaut/datastorage/server"
)

func TestMain(m *testing.M) {
	os.Exit(testdb.Main(m, func(ctx context.Context, url string) error {
		return Migrate(ctx, config.Config{Database: database(url)}, slog.New(slog.DiscardHandler))
	}))
}

// patience is how long a test waits for a condition before it gives up.
const patience = 30 * time.Second

func database(url string) config.Database {
	cfg := config.Default().Database
	cfg.URL = config.SecretURL(url)
	return cfg
}

// letters embeds a text by its letters: enough to be found, and quick.
type letters struct{ closed chan struct{} }

func (letters) Model() string                { return "letters" }
func (letters) Dimensions() int              { return 26 }
func (letters) Health(context.Context) error { return nil }

func (l letters) Close() error {
	close(l.closed)
	return nil
}

func (letters) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		if strings.Contains(text, "unspeakable") {
			return nil, embedding.ErrUnavailable
		}
		vectors[i] = make([]float32, 26)
		for _, c := range strings.ToLower(text) {
			if c >= 'a' && c <= 'z' {
				vectors[i][c-'a']++
			}
		}
	}
	return vectors, embedding.FinishVectors(vectors, len(texts), 26)
}

// running is a service that answers.
type running struct {
	*apiclient.ClientWithResponses

	url      string
	service  *Service
	embedder letters
	stop     func() error
}

func run(t testing.TB, cfg config.Config) *running {
	t.Helper()
	model := letters{make(chan struct{})}
	r := runWith(t, cfg, model)
	r.embedder = model
	return r
}

func runWith(t testing.TB, cfg config.Config, model embedding.Embedder) *running {
	t.Helper()
	r := &running{}
	cfg.Listen = "127.0.0.1:0"
	listener, err := Listen(t.Context(), cfg)
	require.NoError(t, err)
	build := server.Build{Version: "v9.9.9", Commit: "c0ffee"}
	service, err := New(cfg, Embedders{model}, build, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- service.Serve(ctx, listener) }()
	r.service = service
	r.stop = func() error {
		cancel()
		err := <-served
		served <- nil
		return err
	}
	t.Cleanup(func() { _ = r.stop() })
	r.url = BaseURL(listener.Addr().String())
	r.ClientWithResponses, err = apiclient.NewClientWithResponses(r.url)
	require.NoError(t, err)
	return r
}

func (r *running) publish(t testing.TB, version, description string) *apiclient.PublishPlaybookResponse {
	t.Helper()
	res, err := r.PublishPlaybookWithResponse(t.Context(), nil, apiclient.PublishRequest{
		PlaybookId: "p", Version: version, Title: "title", Description: description, Content: "c",
		Labels: apiclient.Labels{SignalType: "S", Severity: "low"},
	})
	require.NoError(t, err)
	return res
}

func (r *running) metrics(t *testing.T) string {
	t.Helper()
	res, err := r.GetMetricsWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode())
	return string(res.Body)
}

func TestServiceAndItsMetrics(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database(testdb.New(t))
	cfg.Redis.URL = config.SecretURL(testdb.Redis(t))
	cfg.Queue.RedisURL = config.SecretURL(testdb.Queue(t))
	cfg.Embedding.FailureThreshold = 1000
	cfg.Cache.Timeout = patience // a machine that is busy must not look like a server that is away
	r := run(t, cfg)

	require.Equal(t, http.StatusCreated, r.publish(t, "v1.0.0", "description").StatusCode())
	require.Equal(t, http.StatusConflict, r.publish(t, "v1.0.0", "other").StatusCode())
	require.Equal(t, http.StatusBadRequest, r.publish(t, "v0.1.0", "other").StatusCode())
	require.Equal(t, http.StatusCreated, r.publish(t, "v1.1.0", "unspeakable").StatusCode())
	first := auditEvent()
	require.Equal(t, http.StatusCreated, r.recordEvent(t, first).StatusCode())
	first.EventAction = "other"
	require.Equal(t, http.StatusConflict, r.recordEvent(t, first).StatusCode())
	first.EventType = "not a type"
	require.Equal(t, http.StatusBadRequest, r.recordEvent(t, first).StatusCode())
	verified, err := r.VerifyAuditTrailWithResponse(t.Context(), apiclient.AuditVerifyRequest{})
	require.NoError(t, err)
	require.Equal(t, &apiclient.AuditVerification{Valid: true, Complete: true, Chains: 1, Events: 3}, verified.JSON200, "%s", verified.Body)
	for query, status := range map[string]int{"title description": 200, "unspeakable": 503} {
		res, err := r.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{
			Query: new(query), Mode: new(apiclient.SearchModeSemantic),
		})
		require.NoError(t, err)
		require.Equal(t, status, res.StatusCode(), "%s", res.Body)
	}
	degraded, err := r.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("unspeakable")})
	require.NoError(t, err)
	require.True(t, degraded.JSON200.Degraded)
	for _, want := range []string{
		`datastorage_build_info{commit="c0ffee",`,
		`datastorage_publishes_total{outcome="created"} 2`,
		`datastorage_publishes_total{outcome="exists"} 1`,
		`datastorage_publishes_total{outcome="not_incremented"} 1`,
		`datastorage_publishes_without_vector_total 1`,
		`datastorage_search_duration_seconds_count{mode="semantic",result="hits"} 1`,
		`datastorage_search_duration_seconds_count{mode="semantic",result="unavailable"} 1`,
		`datastorage_search_duration_seconds_count{mode="hybrid",result="degraded"} 1`,
		`datastorage_cache_requests_total{kind="result",result="miss"} 2`,
		`datastorage_cache_requests_total{kind="query",result="miss"} 1`,
		`datastorage_cache_requests_total{kind="query",result="hit_local"} 0`,
		`datastorage_cache_requests_total{kind="playbook",result="miss"} 3`,
		`datastorage_cache_load_duration_seconds_count{kind="query",outcome="ok"} 1`,
		`datastorage_cache_load_duration_seconds_count{kind="query",outcome="failed"} 2`,
		`datastorage_cache_bytes_total{direction="written",kind="query"}`,
		`datastorage_cache_answering 1`,
		`datastorage_cache_pending_invalidations 0`,
		`datastorage_embedder_call_duration_seconds_count{outcome="ok"}`,
		`datastorage_embedder_texts_total{outcome="unavailable"}`,
		`datastorage_database_connections_max 16`,
		`datastorage_database_connections{state="idle"}`,
		`datastorage_database_connection_waits_total`,
		`datastorage_database_connection_wait_seconds_total`,
		`datastorage_audit_writes_total{path="direct"} 1`,
		`datastorage_audit_writes_total{path="queued"} 0`,
		`datastorage_audit_writes_total{path="refused"} 2`,
		`datastorage_audit_write_duration_seconds_count{path="direct"} 1`,
		`datastorage_search_evidence_total{result="recorded"} 0`,
		`datastorage_search_evidence_total{result="dropped"} 0`,
		`datastorage_search_evidence_waiting 0`,
		`datastorage_audit_verifications_total{result="valid"} 1`,
		`datastorage_audit_verifications_total{result="broken"} 0`,
		`datastorage_audit_queue_depth 0`,
		`datastorage_audit_queue_oldest_age_seconds 0`,
		`datastorage_audit_queue_parked 0`,
		`go_goroutines `,
		`process_cpu_seconds_total `,
	} {
		require.Contains(t, r.metrics(t), want)
	}
	require.Eventually(t, func() bool {
		text := r.metrics(t)
		return strings.Contains(text, "datastorage_embeddings_pending{model=\"letters\"} 1\n") &&
			!strings.Contains(text, `datastorage_embeddings_filled_total{result="failed"} 0`)
	}, patience, 10*time.Millisecond, "the filler was woken by the version without a vector, and could not fill it in")

	ready, err := r.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	for _, part := range ready.JSON200.Parts {
		require.Equal(t, apiclient.Up, part.State, part.Name)
		require.Equal(t, part.Name == "postgresql", part.Required)
		if part.Name == "audit_queue" {
			require.Contains(t, *part.Detail, "confirmed by", "readiness says how what is queued is known to be kept")
		}
	}
	require.Len(t, ready.JSON200.Parts, 4)
	require.NoError(t, r.stop())
	<-r.embedder.closed
}

// The service starts without any of its parts, says so, and can be ended.
func TestServiceWithoutAnyPart(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database("postgres://127.0.0.1:1/nobody?sslmode=disable")
	r := run(t, cfg)
	ready, err := r.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, ready.StatusCode())
	states := map[string]apiclient.ReadinessPartState{}
	for _, part := range ready.JSON503.Parts {
		states[part.Name] = part.State
	}
	require.Equal(t, map[string]apiclient.ReadinessPartState{
		"postgresql": apiclient.Down, "embedder": apiclient.Up, "redis": apiclient.NotConfigured,
		"audit_queue": apiclient.NotConfigured,
	}, states)
	require.Equal(t, http.StatusServiceUnavailable, r.recordEvent(t, auditEvent()).StatusCode())
	require.Equal(t, http.StatusServiceUnavailable, r.publish(t, "v1.0.0", "d").StatusCode())
	require.NoError(t, r.stop())
}

func auditEvent() apiclient.AuditEventInput {
	id, version := uuid.New(), "1.0"
	return apiclient.AuditEventInput{
		EventId: &id, EventVersion: &version, EventTimestamp: time.Now(), EventType: "gateway.signal.received",
		EventCategory: "signal", EventAction: "received", EventOutcome: "success", ActorType: "service", ActorId: "gateway",
		ResourceType: "Pod", ResourceId: "p-1", CorrelationId: "rr-1", EventData: []byte(`{"a":1}`),
	}
}

func (r *running) recordEvent(t *testing.T, event apiclient.AuditEventInput) *apiclient.RecordAuditEventResponse {
	t.Helper()
	res, err := r.RecordAuditEventWithResponse(t.Context(), event)
	require.NoError(t, err)
	return res
}

// What is queued without a database is recorded by another process that has one.
func TestQueuedEventsAreRecordedByWhoCan(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database("postgres://127.0.0.1:1/nobody?sslmode=disable")
	cfg.Queue.RedisURL = config.SecretURL(testdb.Queue(t))
	cut := run(t, cfg)
	event := auditEvent()
	res := cut.recordEvent(t, event)
	require.Equal(t, http.StatusAccepted, res.StatusCode(), "%s", res.Body)
	require.Equal(t, *event.EventId, res.JSON202.EventId)
	require.Eventually(t, func() bool {
		text := cut.metrics(t)
		return strings.Contains(text, "datastorage_audit_queue_depth 1\n") &&
			strings.Contains(text, `datastorage_audit_writes_total{path="queued"} 1`)
	}, patience, 10*time.Millisecond)
	require.NoError(t, cut.stop())

	cfg.Database = database(testdb.New(t))
	whole := run(t, cfg)
	require.Eventually(t, func() bool {
		got, err := whole.GetAuditEventWithResponse(t.Context(), *event.EventId)
		return err == nil && got.StatusCode() == http.StatusOK
	}, patience, 10*time.Millisecond)
	require.Eventually(t, func() bool {
		text := whole.metrics(t)
		return strings.Contains(text, "datastorage_audit_queue_depth 0\n") &&
			strings.Contains(text, `datastorage_audit_drained_total{result="recorded"} 1`)
	}, patience, 10*time.Millisecond)
}

func TestPartitionsAreMadeAhead(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database(testdb.New(t))
	db, err := OpenDatabase(t.Context(), cfg.Database)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	months := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(),
			`SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_events'::regclass`).Scan(&n))
		return n
	}
	require.Zero(t, months())
	run(t, cfg)
	require.Eventually(t, func() bool { return months() >= 4 }, patience, 10*time.Millisecond)
}

func TestSettingsThatOnlyAPartCanJudge(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database("postgres://h/db?sslmode=nonsense")
	embedder := letters{make(chan struct{})}
	_, err := New(cfg, Embedders{embedder}, server.Build{}, slog.New(slog.DiscardHandler))
	require.Error(t, err)
	<-embedder.closed

	cfg.Database = database("postgres://h/db")
	cfg.Redis.URL = "redis://:secret@h/not-a-number"
	_, err = New(cfg, Embedders{letters{make(chan struct{})}}, server.Build{}, slog.New(slog.DiscardHandler))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")

	cfg.Redis.URL, cfg.Queue.RedisURL = "", cfg.Redis.URL
	_, err = New(cfg, Embedders{letters{make(chan struct{})}}, server.Build{}, slog.New(slog.DiscardHandler))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	cfg := config.Config{Database: database(testdb.Empty(t))}
	for range 2 {
		require.NoError(t, Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)))
	}
	db, err := OpenDatabase(t.Context(), cfg.Database)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	require.NoError(t, migrations.Check(t.Context(), db))
}

func TestUnreachableDatabase(t *testing.T) {
	t.Parallel()
	_, err := OpenDatabase(t.Context(), database("postgres://u:secret@127.0.0.1:1/x?sslmode=disable"))
	require.ErrorIs(t, err, ErrDatabaseUnreachable)
	require.NotContains(t, err.Error(), "secret")
	_, err = OpenDatabase(t.Context(), database("postgres://u:secret@h/x?sslmode=nonsense"))
	require.ErrorIs(t, err, config.ErrInvalid)
	require.NotContains(t, err.Error(), "secret")
}

// A listener that fails ends the service with everything in it.
func TestListenerThatFails(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database("postgres://127.0.0.1:1/nobody")
	embedder := letters{make(chan struct{})}
	service, err := New(cfg, Embedders{embedder}, server.Build{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	require.ErrorIs(t, service.Serve(t.Context(), listener), net.ErrClosed)
	<-embedder.closed
}

func TestSearchResultLabels(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"unavailable": embedding.ErrUnavailable, "canceled": context.Canceled, "failed": errors.New("x"), "empty": nil,
	} {
		require.Equal(t, want, searchResult(&catalog.SearchAnswer{}, err))
	}
	require.Equal(t, "degraded", searchResult(&catalog.SearchAnswer{Degraded: true}, nil))
}
