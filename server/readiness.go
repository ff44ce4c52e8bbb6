package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// readinessRetryAfter is how many seconds a caller should wait for a service that is not ready.
const readinessRetryAfter = 5

// readiness asks the parts of the service how they are.
type readiness struct {
	parts    []Part
	timeout  time.Duration
	logger   *slog.Logger
	stopping atomic.Bool
	running  singleflight.Group // one check per part, however many ask

	mu     sync.Mutex
	states map[string]apiserver.ReadinessPartState // as last logged
}

func newReadiness(parts []Part, timeout time.Duration, logger *slog.Logger) *readiness {
	return &readiness{parts: parts, timeout: timeout, logger: logger, states: map[string]apiserver.ReadinessPartState{}}
}

// stop makes the service not ready for good.
func (r *readiness) stop() { r.stopping.Store(true) }

// look asks all parts at once.
func (r *readiness) look(ctx context.Context) apiserver.Readiness {
	found := make([]apiserver.ReadinessPart, len(r.parts))
	var group sync.WaitGroup
	for i, part := range r.parts {
		group.Go(func() { found[i] = r.lookAt(ctx, part) })
	}
	group.Wait()
	if r.stopping.Load() {
		found = append(found, apiserver.ReadinessPart{
			Name: "server", Required: true, State: apiserver.Down, Detail: pointerTo("the server is stopping"),
		})
	}
	status := apiserver.ReadinessStatusReady
	for _, part := range found {
		if part.Required && part.State != apiserver.Up {
			status = apiserver.ReadinessStatusNotReady
		}
	}
	return apiserver.Readiness{Status: status, Parts: found}
}

func (r *readiness) lookAt(ctx context.Context, part Part) apiserver.ReadinessPart {
	found := apiserver.ReadinessPart{Name: part.Name, Required: part.Required, State: apiserver.NotConfigured}
	if part.Check == nil {
		return found
	}
	err := r.check(ctx, part)
	if ctx.Err() != nil {
		found.State, found.Detail = apiserver.Down, pointerTo("nobody waited for the answer")
		return found
	}
	found.State = apiserver.Up
	if err == nil && part.Detail != nil {
		found.Detail = optional(part.Detail())
	}
	if err != nil {
		found.State, found.Detail = apiserver.Down, pointerTo(part.Name+" cannot be used now; the log of the service says why")
	}
	r.logChange(ctx, part, found.State, err)
	return found
}

// check outlives its caller, so that a probe which gives up does not make a part look down for another one.
func (r *readiness) check(ctx context.Context, part Part) error {
	result := r.running.DoChan(part.Name, func() (any, error) {
		checking, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.timeout)
		defer cancel()
		return nil, checked(checking, part)
	})
	timer := time.NewTimer(r.timeout)
	defer timer.Stop()
	select {
	case answer := <-result:
		return answer.Err
	case <-timer.C:
		return fmt.Errorf("no answer within %s", r.timeout)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func checked(ctx context.Context, part Part) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("the check panicked: %v", value)
		}
	}()
	return part.Check(ctx)
}

// logChange writes when a part went down or came back, not at every probe.
func (r *readiness) logChange(ctx context.Context, part Part, state apiserver.ReadinessPartState, cause error) {
	r.mu.Lock()
	before, seen := r.states[part.Name]
	r.states[part.Name] = state
	r.mu.Unlock()
	switch {
	case before == state:
	case state == apiserver.Down:
		r.logger.WarnContext(ctx, "part is down", "part", part.Name, "required", part.Required, "error", cause)
	case seen:
		r.logger.InfoContext(ctx, "part is up again", "part", part.Name)
	}
}

// GetReadiness says whether the service can do its work.
func (a *api) GetReadiness(ctx context.Context, _ apiserver.GetReadinessRequestObject) (apiserver.GetReadinessResponseObject, error) {
	found := a.readiness.look(ctx)
	if found.Status == apiserver.ReadinessStatusReady {
		return apiserver.GetReadiness200JSONResponse{Body: found}, nil
	}
	return apiserver.GetReadiness503JSONResponse{
		Body:    found,
		Headers: apiserver.GetReadiness503ResponseHeaders{RetryAfter: pointerTo(readinessRetryAfter)},
	}, nil
}
