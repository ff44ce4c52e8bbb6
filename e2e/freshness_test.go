package e2e

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// While one process publishes and disables, two others search in a loop. No search that begins after a change was
// answered shows what was before it, also while the server of the cache is stopped and does not answer.
func TestNoSearchIsOlderThanAChange(t *testing.T) {
	t.Parallel()
	m, url := startModel(t), testdb.StartPostgres(t).URL()
	redis := testdb.StartValkey(t)
	cached := []string{"DATASTORAGE_REDIS_URL=" + redis.URL()}
	writer := newClient(t, startServe(t, url, m, cached...))
	readers := []*apiclient.ClientWithResponses{newClient(t, startServe(t, url, m, cached...)), newClient(t, startServe(t, url, m, cached...))}

	d := draft("freshness", "v1.0.0")
	require.Equal(t, http.StatusCreated, publish(t, writer, d).StatusCode())
	var past history
	ctx, stop := context.WithCancel(t.Context())
	var searching sync.WaitGroup
	failures := make(chan string, len(readers))
	for _, reader := range readers {
		searching.Go(func() {
			if old := past.searchUntil(ctx, reader); old != "" {
				failures <- old
			}
		})
	}
	for round := range 9 {
		if round == 3 {
			redis.Pause()
		}
		if round == 6 {
			redis.Resume()
		}
		stays, goes := int64(2*round+1), int64(2*round+2)
		for _, minor := range []int64{stays, goes} {
			d.Version = fmt.Sprintf("v1.%d.0", minor)
			require.Equal(t, http.StatusCreated, publish(t, writer, d).StatusCode())
			past.least.Store(stays)
		}
		disabled, err := writer.DisablePlaybookVersionWithResponse(t.Context(), d.PlaybookId, d.Version, nil, apiclient.TransitionRequest{Reason: "test"})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, disabled.StatusCode(), "%s", disabled.Body)
		past.disabled.Store(goes)
		before := past.searches.Load()
		require.Eventually(t, func() bool { return past.searches.Load() > before+2 }, startTimeout, tick)
	}
	stop()
	searching.Wait()
	close(failures)
	for failure := range failures {
		require.Fail(t, failure)
	}
	require.Positive(t, past.searches.Load())
}

// history is what was acknowledged of a playbook whose even minor versions are disabled after they were published.
type history struct {
	least    atomic.Int64 // minor version, below which none may be answered
	disabled atomic.Int64 // the greatest that is disabled
	searches atomic.Int64
}

// searchUntil searches until the context ends, and says which answer was from before a change.
func (h *history) searchUntil(ctx context.Context, c *apiclient.ClientWithResponses) string {
	for {
		least, disabled := h.least.Load(), h.disabled.Load()
		got, err := c.SearchPlaybooksWithResponse(ctx, &apiclient.SearchPlaybooksParams{Query: new("freshness"), MinSimilarity: new(0.0)})
		if ctx.Err() != nil {
			return ""
		}
		if err != nil || got.JSON200 == nil || len(got.JSON200.Items) == 0 {
			return fmt.Sprintf("no answer: %v", err)
		}
		version := got.JSON200.Items[0].Version
		var minor int64
		if _, err := fmt.Sscanf(version, "v1.%d.0", &minor); err != nil {
			return "odd version " + version
		}
		if minor < least || minor%2 == 0 && minor > 0 && minor <= disabled {
			return fmt.Sprintf("answered %s although v1.%d.0 was published and v1.%d.0 disabled before", version, least, disabled)
		}
		h.searches.Add(1)
	}
}
