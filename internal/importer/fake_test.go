package importer_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/importer"
	"github.com/kubernaut/datastorage/versioning"
)

// service answers publishes by the rules that an importer depends on: exists, identical, increment.
type service struct {
	mu       sync.Mutex
	stored   map[string]map[string]string // playbook → version → body
	order    map[string][]string          // versions in the order of their arrival
	requests int
	actor    string

	before func(w http.ResponseWriter, r *http.Request, body apiclient.PublishRequest) (answered bool)
}

func newService(t *testing.T) (*service, *apiclient.ClientWithResponses) {
	t.Helper()
	s := &service{stored: map[string]map[string]string{}, order: map[string][]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, 4)
	require.NoError(t, err)
	return s, c
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body apiclient.PublishRequest
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&body)
	s.mu.Lock()
	s.requests++
	s.actor = r.Header.Get("X-Actor")
	s.mu.Unlock()
	if err != nil {
		problem(w, http.StatusBadRequest, apiclient.Problem{Type: "/problems/invalid-request", Title: "Invalid", Detail: new(err.Error())})
		return
	}
	if s.before != nil && s.before(w, r, body) {
		return
	}
	s.publish(w, r, body)
}

func (s *service) publish(w http.ResponseWriter, r *http.Request, body apiclient.PublishRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, _ := json.Marshal(body)
	versions := s.stored[body.PlaybookId]
	if stored, ok := versions[body.Version]; ok {
		if stored == string(text) && r.URL.Query().Get("if_exists") == "return_identical" {
			answer(w, http.StatusOK, "application/json", apiclient.PublishOutcome{Would: apiclient.Identical, Warnings: []string{}})
			return
		}
		problem(w, http.StatusConflict, apiclient.Problem{Type: "/problems/version-exists", Title: "This version exists"})
		return
	}
	for greatest := range versions {
		if order, err := versioning.CompareVersions(body.Version, greatest); err == nil && order < 0 {
			problem(w, http.StatusBadRequest, apiclient.Problem{
				Type: "/problems/version-not-incremented", Title: "Not an increment", GreatestVersion: &greatest,
			})
			return
		}
	}
	if r.URL.Query().Get("dry_run") == "true" {
		answer(w, http.StatusOK, "application/json", apiclient.PublishOutcome{Would: apiclient.Create, Warnings: []string{}})
		return
	}
	if versions == nil {
		s.stored[body.PlaybookId] = map[string]string{}
	}
	s.stored[body.PlaybookId][body.Version] = string(text)
	s.order[body.PlaybookId] = append(s.order[body.PlaybookId], body.Version)
	answer(w, http.StatusCreated, "application/json", apiclient.PlaybookVersion{PlaybookId: body.PlaybookId, EmbeddingStatus: apiclient.EmbeddingStatusReady})
}

func (s *service) versions(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.order[id])
}

func (s *service) requestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func answer(w http.ResponseWriter, status int, mediaType string, body any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func problem(w http.ResponseWriter, status int, p apiclient.Problem) {
	p.Status = int32(status)
	answer(w, status, "application/problem+json", p)
}

// quick repeats without a noticeable delay.
func quick(c *apiclient.ClientWithResponses) importer.Config {
	return importer.Config{
		Client: c, Retry: importer.Retry{Attempts: 4, MinDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond},
	}
}

func batch(t *testing.T) *importer.Batch {
	t.Helper()
	b, err := importer.NewBatch()
	require.NoError(t, err)
	t.Cleanup(b.Close)
	return b
}
