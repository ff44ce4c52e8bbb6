package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// writers record events all the time, whatever becomes of the service, and remember what was acknowledged. What is not
// acknowledged they send again, unchanged, as a caller does that must not lose anything.
type writers struct {
	t      *testing.T
	client atomic.Pointer[apiclient.ClientWithResponses] // of the service that runs now
	losing atomic.Bool                                   // parents may have been lost, so that their children are refused
	stop   context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	sent     map[uuid.UUID]bool // everything, acknowledged or not
	accepted map[uuid.UUID]int  // status with which it was acknowledged first
	failures int                // answers and connections that acknowledged nothing
}

// startWriters starts n of them, each with random numbers of its own from a seed.
func startWriters(t *testing.T, s *service, n int, seed uint64) *writers {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &writers{t: t, stop: cancel, sent: map[uuid.UUID]bool{}, accepted: map[uuid.UUID]int{}}
	w.use(s)
	for i := range n {
		w.wg.Go(func() { w.write(ctx, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	t.Cleanup(w.end)
	return w
}

// use directs the writers to another process. Their answers are not held against the contract, which takes longer than
// the service itself.
func (w *writers) use(s *service) {
	client, err := apiclient.NewClientWithResponses(s.url, apiclient.WithHTTPClient(&http.Client{
		Timeout: stopTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}))
	require.NoError(w.t, err)
	w.client.Store(client)
}

func (w *writers) end() {
	w.stop()
	w.wg.Wait()
}

func (w *writers) write(ctx context.Context, random *rand.Rand) {
	var own []apiclient.AuditEventInput // acknowledged ones, to be parents and to be repeated
	for ctx.Err() == nil {
		batch := w.choose(random, own)
		for !w.send(ctx, batch) {
			if !pause(ctx, time.Duration(5+random.IntN(20))*time.Millisecond) {
				return
			}
		}
		own = append(own, batch...)[max(0, len(own)+len(batch)-50):]
	}
}

// choose gives a new event, a child, a batch, or what was sent before.
func (w *writers) choose(random *rand.Rand, own []apiclient.AuditEventInput) []apiclient.AuditEventInput {
	kind := random.IntN(20)
	if kind == 0 && len(own) > 0 {
		return own[random.IntN(len(own)):][:1]
	}
	size := 1
	if kind < 3 {
		size += random.IntN(8)
	}
	batch := make([]apiclient.AuditEventInput, size)
	for i := range batch {
		batch[i] = auditEvent("chaos-" + strconv.Itoa(random.IntN(100)))
		batch[i].EventData = json.RawMessage(fmt.Sprintf(`{"content":%q}`, contentOf(*batch[i].EventId)))
		if random.IntN(4) == 0 && len(own) > 0 {
			batch[i] = childOf(own[random.IntN(len(own))], batch[i])
		}
	}
	return batch
}

// contentOf is what the data of an event says.
func contentOf(id uuid.UUID) string { return "of " + id.String() }

// send sends a batch once and reports whether it was acknowledged.
func (w *writers) send(ctx context.Context, batch []apiclient.AuditEventInput) bool {
	w.note(func() {
		for _, event := range batch {
			w.sent[*event.EventId] = true
		}
	})
	status, body, err := w.post(ctx, batch)
	w.note(func() {
		switch {
		case err == nil && (status == http.StatusCreated || status == http.StatusAccepted):
			for _, event := range batch {
				if w.accepted[*event.EventId] == 0 {
					w.accepted[*event.EventId] = status
				}
			}
		case err == nil && status == http.StatusBadRequest && w.losing.Load():
		case err == nil && status != http.StatusServiceUnavailable:
			w.t.Errorf("a writer was answered %d: %s", status, body)
			fallthrough
		default:
			w.failures++
		}
	})
	return err == nil && status != http.StatusServiceUnavailable
}

func (w *writers) post(ctx context.Context, batch []apiclient.AuditEventInput) (status int, body []byte, err error) {
	if len(batch) == 1 {
		resp, err := w.client.Load().RecordAuditEventWithResponse(ctx, batch[0])
		if err != nil {
			return 0, nil, err
		}
		return resp.StatusCode(), resp.Body, nil
	}
	resp, err := w.client.Load().RecordAuditEventsWithResponse(ctx, batch)
	if err != nil {
		return 0, nil, err
	}
	return resp.StatusCode(), resp.Body, nil
}

func (w *writers) note(what func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	what()
}

// count says how many events were acknowledged with a status.
func (w *writers) count(status int) (n int) {
	w.note(func() {
		for _, with := range w.accepted {
			if with == status {
				n++
			}
		}
	})
	return n
}

// pause waits unless the context ends first, and reports whether it waited to the end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
