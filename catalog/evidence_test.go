package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// witness remembers what it was told, and keeps it unless it is full.
type witness struct {
	mu      sync.Mutex
	full    bool
	records []catalog.SearchRecord
}

func (w *witness) Searched(record catalog.SearchRecord) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.records = append(w.records, record)
	return !w.full
}

func newWitnessed(t *testing.T) (*catalog.Catalog, *witness, *fakeEmbedder) {
	t.Helper()
	w, embedder := &witness{}, &fakeEmbedder{}
	c, err := catalog.New(catalog.Config{Store: &fakeStore{}, Embedder: embedder, Witness: w})
	require.NoError(t, err)
	return c, w, embedder
}

func TestSearchIsEvidence(t *testing.T) {
	t.Parallel()
	c, w, embedder := newWitnessed(t)
	_, err := c.Search(t.Context(), searchRequest())
	require.NoError(t, err)
	require.Empty(t, w.records, "without a correlation id it belongs to nothing")

	req := searchRequest()
	req.CorrelationID, req.Actor = "incident-17", catalog.Actor{Name: "holmes", Source: catalog.ActorAsserted}
	answer, err := c.Search(catalog.WithRequestID(t.Context(), "request-1"), req)
	require.NoError(t, err)
	require.Len(t, w.records, 1)
	record := w.records[0]
	require.Equal(t, req, record.Request)
	require.Equal(t, "request-1", record.RequestID)
	require.Equal(t, &answer, record.Answer)
	require.NoError(t, record.Err)
	require.Positive(t, record.Took)
	require.False(t, record.At.IsZero())

	embedder.setError(fmt.Errorf("down: %w", embedding.ErrUnavailable))
	_, err = c.Search(t.Context(), req)
	require.Error(t, err)
	require.Len(t, w.records, 2, "that there was no answer is evidence too")
	require.ErrorIs(t, w.records[1].Err, embedding.ErrUnavailable)

	embedder.setError(context.Canceled)
	_, err = c.Search(t.Context(), req)
	require.Error(t, err)
	req.TopK = 0
	_, err = c.Search(t.Context(), req)
	require.ErrorIs(t, err, validation.ErrInvalid)
	require.Len(t, w.records, 2, "what nobody got an answer to, or what was no question, is none")
}

// What cannot be kept as evidence is answered all the same, and says so.
func TestSearchWithoutRoomForEvidence(t *testing.T) {
	t.Parallel()
	c, w, _ := newWitnessed(t)
	w.full = true
	req := searchRequest()
	req.CorrelationID = "incident-17"
	answer, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.NotEmpty(t, answer.Hits)
	require.Contains(t, strings.Join(answer.Warnings, "\n"), "not recorded in the audit trail")
}

func TestCorrelationIDIsChecked(t *testing.T) {
	t.Parallel()
	c, w, _ := newWitnessed(t)
	for _, id := range []string{" ", "a\nb", "a\x00", strings.Repeat("ä", catalog.MaxCorrelationIDLength+1)} {
		req := searchRequest()
		req.CorrelationID = id
		_, err := c.Search(t.Context(), req)
		var invalid *validation.Error
		require.ErrorAs(t, err, &invalid, "%q", id)
		require.Equal(t, "/correlation_id", invalid.Violations[0].Pointer)
	}
	require.Empty(t, w.records)
}
