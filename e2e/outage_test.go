package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// model is an embedding server that can be switched off, hang, be slow, or refuse texts with the word "unspeakable".
// Texts that share words get similar vectors.
type model struct {
	*httptest.Server

	off   atomic.Bool
	hangs atomic.Bool  // it takes requests and never answers
	delay atomic.Int64 // nanoseconds before an answer
	calls atomic.Int64
}

const modelDimensions = 64

func startModel(t *testing.T) *model {
	t.Helper()
	m := &model{}
	m.Server = httptest.NewServer(http.HandlerFunc(m.embed))
	t.Cleanup(m.Close)
	return m
}

func (m *model) embed(w http.ResponseWriter, r *http.Request) {
	m.calls.Add(1)
	if m.off.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var req struct {
		Input []string `json:"input"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if m.hangs.Load() {
		<-r.Context().Done()
		return
	}
	if strings.Contains(strings.Join(req.Input, " "), "unspeakable") {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	select {
	case <-time.After(time.Duration(m.delay.Load())):
	case <-r.Context().Done():
		return
	}
	type item struct {
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	}
	var data []item
	for i, text := range req.Input {
		data = append(data, item{Index: i, Embedding: bagOfWords(text)})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data, "model": "bag-of-words"})
}

func bagOfWords(text string) []float32 {
	vector := make([]float32, modelDimensions)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		sum := 0
		for _, c := range word {
			sum = sum*31 + int(c)
		}
		vector[((sum%modelDimensions)+modelDimensions)%modelDimensions]++
	}
	return vector
}

// startServe starts the production command on its own database and model, with more variables.
func startServe(t *testing.T, databaseURL string, m *model, more ...string) *service {
	t.Helper()
	return startService(t, serveSettings(databaseURL, m, more...), "serve", "--migrate", "--listen", "127.0.0.1:0")
}

// startServeAsIs is startServe on a database that is migrated already, and need not be there.
func startServeAsIs(t *testing.T, databaseURL string, m *model, more ...string) *service {
	t.Helper()
	return startService(t, serveSettings(databaseURL, m, more...), "serve", "--listen", "127.0.0.1:0")
}

func serveSettings(databaseURL string, m *model, more ...string) []string {
	return append([]string{
		"DATASTORAGE_DATABASE_URL=" + databaseURL,
		"DATASTORAGE_EMBEDDING_PROVIDER=openai",
		"DATASTORAGE_EMBEDDING_URL=" + m.URL,
		"DATASTORAGE_EMBEDDING_MODEL=bag-of-words",
		"DATASTORAGE_EMBEDDING_DIMENSIONS=" + strconv.Itoa(modelDimensions),
	}, more...)
}

func TestEmbedderOutage(t *testing.T) {
	t.Parallel()
	m := startModel(t)
	s := startServe(t, testdb.StartPostgres(t).URL(), m)
	c := newClient(t, s)
	require.Equal(t, http.StatusCreated, publish(t, c, draft("before-the-outage", "v1.0.0")).StatusCode())

	m.off.Store(true)
	first := publish(t, c, draft("during-the-outage", "v1.0.0"))
	require.Equal(t, http.StatusCreated, first.StatusCode(), "%s", first.Body)
	require.Equal(t, apiclient.EmbeddingStatusPending, first.JSON201.EmbeddingStatus)
	next := draft("before-the-outage", "v1.1.0")
	next.Description = "Something else altogether."
	require.Equal(t, apiclient.EmbeddingStatusPending, publish(t, c, next).JSON201.EmbeddingStatus)

	degraded := search(t, c, apiclient.SearchPlaybooksParams{Query: new("about the outage")})
	require.True(t, degraded.Degraded)
	require.Equal(t, apiclient.SearchModeLabels, degraded.Mode)
	require.NotEmpty(t, degraded.Warnings)
	require.Len(t, degraded.Items, 2, "labels alone find what has no vector too")
	require.Nil(t, degraded.Items[0].Similarity)
	unanswered, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{
		Query: new("about the outage"), Mode: new(apiclient.SearchModeSemantic),
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, unanswered.StatusCode())
	require.Equal(t, "/problems/embedder-unavailable", unanswered.ApplicationproblemJSON503.Type)
	require.NotEmpty(t, unanswered.HTTPResponse.Header.Get("Retry-After"))

	ready, err := c.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, ready.StatusCode(), "the service is ready without its embedder")
	require.Equal(t, apiclient.Down, partState(ready.JSON200, "embedder"))

	m.off.Store(false)
	require.Eventually(t, func() bool {
		got, err := c.GetPlaybookVersionWithResponse(t.Context(), "during-the-outage", "v1.0.0", nil)
		return err == nil && got.JSON200 != nil && got.JSON200.EmbeddingStatus == apiclient.EmbeddingStatusReady
	}, startTimeout, tick, "what was pending is filled in")
	require.Eventually(t, func() bool {
		got, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("about during the outage")})
		return err == nil && got.JSON200 != nil && len(got.JSON200.Items) > 0 &&
			got.JSON200.Items[0].PlaybookId == "during-the-outage"
	}, startTimeout, tick)
}

func partState(r *apiclient.Readiness, name string) apiclient.ReadinessPartState {
	for _, part := range r.Parts {
		if part.Name == name {
			return part.State
		}
	}
	return ""
}

func TestDatabaseOutage(t *testing.T) {
	t.Parallel()
	database := testdb.StartPostgres(t)
	s := startServe(t, database.URL(), startModel(t))
	c := newClient(t, s)
	require.Equal(t, http.StatusCreated, publish(t, c, draft("a-playbook", "v1.0.0")).StatusCode())

	database.Stop()
	refused := publish(t, c, draft("a-playbook", "v1.1.0"))
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode(), "%s", refused.Body)
	require.Equal(t, "/problems/database-unavailable", refused.ApplicationproblemJSON503.Type)
	require.NotEmpty(t, refused.HTTPResponse.Header.Get("Retry-After"))
	require.NotContains(t, string(refused.Body), "socket", "an answer never carries the cause")
	found, err := c.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("a playbook")})
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, found.StatusCode())
	ready, err := c.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, ready.StatusCode())
	live, err := c.GetLivenessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, live.StatusCode())

	database.Start()
	require.Eventually(t, func() bool {
		ready, err := c.GetReadinessWithResponse(t.Context())
		return err == nil && ready.StatusCode() == http.StatusOK
	}, startTimeout, tick, "ready again without a restart")
	require.Equal(t, http.StatusCreated, publish(t, c, draft("a-playbook", "v1.1.0")).StatusCode())
}

func TestServeStartsBeforeItsDatabase(t *testing.T) {
	t.Parallel()
	database := testdb.StartPostgres(t)
	first := startServe(t, database.URL(), startModel(t))
	require.NoError(t, first.stop())
	database.Stop()
	s := startServeAsIs(t, database.URL(), startModel(t))
	c := newClient(t, s)
	ready, err := c.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, ready.StatusCode())
	database.Start()
	require.Eventually(t, func() bool {
		ready, err := c.GetReadinessWithResponse(t.Context())
		return err == nil && ready.StatusCode() == http.StatusOK
	}, startTimeout, tick)
}
