package cache

import (
	"context"
	"slices"
	"time"

	"github.com/redis/rueidis"
)

// want names a vector: where it is kept, and what its value begins with.
type want struct {
	key  string
	head string
}

// loaded is a vector, and for how long it is kept, 0 for not at all.
type loaded struct {
	vector []float32
	ttl    time.Duration
}

// request asks for vectors of one kind.
type request struct {
	kind       Kind
	dimensions int
	wants      []want
	load       func(ctx context.Context, missing []int) ([]loaded, error) // computes some of them
}

// Answer has a vector for each that was asked for, in order, and how it was come by.
type Answer struct {
	Vectors [][]float32
	Results []Result
}

// lookup gives the vectors that a request asks for: all of them or an error, which is that of load.
func (e *Embeddings) lookup(ctx context.Context, r *request) (Answer, error) {
	answer := Answer{Vectors: make([][]float32, len(r.wants)), Results: make([]Result, len(r.wants))}
	missing, reached := e.read(ctx, r, &answer)
	err := e.fetch(ctx, r, missing, reached, &answer)
	for _, result := range answer.Results {
		if result != "" {
			e.observer.Asked(r.kind, result)
		}
	}
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// read takes what is there from the memory of the process and from the server. It gives what is not, and whether the
// server could be asked.
func (e *Embeddings) read(ctx context.Context, r *request, answer *Answer) (missing []int, reached bool) {
	err := e.gate.do(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		start := time.Now()
		results := e.get(ctx, conn, r.wants)
		if err := lossOf(results); err != nil {
			return true, err
		}
		took := time.Since(start)
		asked := false
		for i := range results {
			asked = asked || !results[i].IsCacheHit()
			if !e.take(r, i, &results[i], answer) {
				missing = append(missing, i)
			}
		}
		if asked {
			e.gate.read(took / time.Duration(len(r.wants)))
		}
		return asked, nil
	})
	if err == nil {
		return missing, true
	}
	missing = missing[:0]
	for i := range r.wants {
		missing = append(missing, i)
	}
	return missing, false
}

func (e *Embeddings) get(ctx context.Context, conn rueidis.Client, wants []want) []rueidis.RedisResult {
	if len(wants) == 1 {
		return []rueidis.RedisResult{conn.DoCache(ctx, conn.B().Get().Key(wants[0].key).Cache(), e.ttl)}
	}
	commands := make([]rueidis.CacheableTTL, len(wants))
	for i, w := range wants {
		commands[i] = rueidis.CT(conn.B().Get().Key(w.key).Cache(), e.ttl)
	}
	return conn.DoMultiCache(ctx, commands...)
}

// take puts a value into the answer, if it is what was asked for. A value of something else counts as none.
func (e *Embeddings) take(r *request, i int, result *rueidis.RedisResult, answer *Answer) bool {
	value, err := result.AsBytes()
	if err != nil {
		return false // there is none, or it is no text
	}
	local := result.IsCacheHit()
	if !local {
		e.observer.Moved(r.kind, len(value), 0)
	}
	vector, ok := decodeValue(r.wants[i].head, r.dimensions, value)
	if !ok {
		return false
	}
	answer.Vectors[i], answer.Results[i] = vector, ResultHitRedis
	if local {
		answer.Results[i] = ResultHitLocal
	}
	return true
}

// fetch completes an answer with what is missing.
func (e *Embeddings) fetch(ctx context.Context, r *request, missing []int, reached bool, answer *Answer) error {
	if len(missing) == 0 {
		return nil
	}
	tickets, unshared := e.join(ctx, r, missing, reached)
	for _, t := range tickets {
		vector, result, err := t.wait(ctx)
		switch {
		case err != nil && t.mayBeForOther(err):
			unshared = append(unshared, t.index)
		case err != nil:
			return err
		default:
			answer.Vectors[t.index], answer.Results[t.index] = vector, result
		}
	}
	return e.fetchUnshared(ctx, r, unshared, answer)
}

// fetchUnshared loads for this caller alone.
func (e *Embeddings) fetchUnshared(ctx context.Context, r *request, missing []int, answer *Answer) error {
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	computed, err := e.observedLoad(ctx, r, missing)
	if err != nil {
		return err
	}
	for n, i := range missing {
		answer.Vectors[i], answer.Results[i] = computed[n].vector, ResultMiss
	}
	return nil
}

// observedLoad calls what the cache stands before.
func (e *Embeddings) observedLoad(ctx context.Context, r *request, missing []int) ([]loaded, error) {
	start := time.Now()
	computed, err := r.load(ctx, missing)
	took := time.Since(start)
	e.observer.Loaded(r.kind, len(missing), took, err)
	if err == nil {
		e.gate.pace.loaded(took / time.Duration(len(missing)))
	}
	return computed, err
}
