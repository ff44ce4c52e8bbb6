package cache

import (
	"context"
	"errors"
	"slices"

	"github.com/kubernaut/datastorage/embedding"
)

// flight is a vector that is being loaded in this process.
type flight struct {
	want

	id      any    // its place among the flights
	index   int    // in the request that started it
	batched bool   // it is loaded together with others
	waited  bool   // for another process
	damaged string // the value on the server that cannot be used, if one was seen

	done   chan struct{}
	vector []float32 // this and what follows hold when done is closed
	result Result
	err    error
}

// settle answers all who wait.
func (f *flight) settle(vector []float32, result Result, err error) {
	f.vector, f.result, f.err = vector, result, err
	close(f.done)
}

func (f *flight) settled() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// ticket is the place of a caller in a flight.
type ticket struct {
	*flight

	index  int  // in the caller's own request
	joined bool // somebody else has started it
}

// wait gives what the flight came to. It returns with its context.
func (t ticket) wait(ctx context.Context) ([]float32, Result, error) {
	select {
	case <-t.done:
	case <-ctx.Done():
		return nil, "", embedding.ContextError(ctx, "waiting for a vector")
	}
	if t.err != nil {
		return nil, "", t.err
	}
	if !t.joined {
		return t.vector, t.result, nil
	}
	result := t.result
	if result == ResultMiss {
		result = ResultWait
	}
	return slices.Clone(t.vector), result, nil
}

// mayBeForOther says whether a failure may be due to a text that another caller had embedded along with this one.
func (t ticket) mayBeForOther(err error) bool {
	return t.joined && t.batched && errors.Is(err, embedding.ErrRejected)
}

// join gives the caller's places in flights, and starts those that are not under way. It also gives what has to be
// loaded for the caller alone: everything, when the cache is closed or too many loads go on.
func (e *Embeddings) join(ctx context.Context, r *request, missing []int, reached bool) (tickets []ticket, unshared []int) {
	token := e.takeToken()
	e.mu.Lock()
	var started []*flight
	for _, i := range missing {
		key := e.flightKey(r.wants[i])
		f, flying := e.flights[key]
		if !flying && (!token || e.closed) {
			unshared = append(unshared, i)
			continue
		}
		if !flying {
			f = &flight{want: r.wants[i], id: key, index: i, done: make(chan struct{})}
			e.flights[key] = f
			started = append(started, f)
		}
		tickets = append(tickets, ticket{flight: f, index: i, joined: flying})
	}
	if len(started) > 0 {
		e.filling.Add(1)
	}
	e.mu.Unlock()
	if len(started) > 0 {
		e.start(ctx, r, started, reached)
	} else if token {
		<-e.fills
	}
	return tickets, unshared
}

func (e *Embeddings) takeToken() bool {
	select {
	case e.fills <- struct{}{}:
		return true
	default:
		return false
	}
}

// start loads flights on a context of their own: a caller who leaves must not take the vector from the others.
func (e *Embeddings) start(ctx context.Context, r *request, flights []*flight, reached bool) {
	for _, f := range flights {
		f.batched = len(flights) > 1
	}
	go func() {
		defer e.filling.Done()
		defer func() { <-e.fills }()
		ctx, cancel := context.WithTimeout(e.gate.detach(ctx), e.loadTimeout)
		defer cancel()
		stop := context.AfterFunc(e.closing, cancel) //nolint:contextcheck // ends with either
		defer stop()
		f := fill{Embeddings: e, request: r, flights: flights}
		f.run(ctx, reached)
	}()
}

// forget takes flights out of those that can be joined.
func (e *Embeddings) forget(flights ...*flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range flights {
		delete(e.flights, f.id)
	}
}
