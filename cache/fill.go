package cache

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/embedding"
)

// fill loads the vectors of the flights that one call has started, for all who wait for them.
type fill struct {
	*Embeddings

	request *request
	flights []*flight
}

// turn is what came of asking for locks.
type turn struct {
	claims []claim       // to be loaded here
	others []*flight     // that another process is loading
	free   time.Duration // until the first of their locks runs out
}

// run settles every flight: with what another process has stored meanwhile, with what it loads itself under the lock of
// the key, and without a lock when the server cannot be asked or another process takes too long.
func (f *fill) run(ctx context.Context, reached bool) {
	defer f.settleRest()
	if !reached {
		f.load(ctx, unlocked(f.flights, ResultError))
		return
	}
	giveUp := time.Now().Add(f.maxWait)
	t, err := f.acquire(ctx, f.flights)
	if err != nil {
		f.load(ctx, unlocked(f.flights, ResultError))
		return
	}
	f.load(ctx, t.claims)
	if len(t.others) > 0 {
		f.wait(ctx, t, giveUp)
	}
}

// wait settles what other processes are loading.
func (f *fill) wait(ctx context.Context, t turn, giveUp time.Time) {
	begun, how := time.Now(), ResultMiss
	for len(t.others) > 0 && ctx.Err() == nil && time.Now().Before(giveUp) {
		f.await(ctx, t.others, min(t.free, time.Until(giveUp)))
		next, err := f.acquire(ctx, t.others)
		if err == nil {
			t = next
			f.load(ctx, t.claims)
			continue
		}
		if !f.gate.isOpen() {
			how = ResultError
			break
		}
		t.free = pollPause // the connection was lost, and will be made again
	}
	f.observer.Waited(f.request.kind, time.Since(begun))
	f.load(ctx, unlocked(t.others, how))
}

// settleRest keeps a fault of ours from leaving anybody waiting.
func (f *fill) settleRest() {
	f.forget(f.flights...)
	for _, flight := range f.flights {
		if !flight.settled() {
			flight.settle(nil, "", fmt.Errorf("%w: the load ended without a vector", embedding.ErrUnavailable))
		}
	}
}

// acquire asks for the locks of flights. Those whose vectors are there meanwhile it settles. It fails when the server
// cannot be asked.
func (f *fill) acquire(ctx context.Context, flights []*flight) (turn, error) {
	token := rand.Text()
	executions := make([]rueidis.LuaExec, len(flights))
	for i, flight := range flights {
		executions[i] = rueidis.LuaExec{
			Keys: []string{flight.key, f.lockKey(flight.key)},
			Args: []string{token, millis(f.lockTTL), flight.head, flight.damaged},
		}
	}
	results, err := f.script(ctx, lockScript, executions)
	if err != nil {
		return turn{}, err
	}
	t := turn{free: f.lockTTL}
	for i, flight := range flights {
		f.sort(&t, claim{flight: flight, lock: executions[i].Keys[1], token: token, how: ResultMiss}, results[i])
	}
	return t, nil
}

// sort settles a flight, or puts it where it belongs.
func (f *fill) sort(t *turn, c claim, result rueidis.RedisResult) {
	reply, err := result.ToMessage()
	switch {
	case err != nil:
		f.gate.taken(err)
		t.claims = append(t.claims, claim{flight: c.flight, how: ResultError})
	case reply.IsString():
		f.found(t, c.flight, &reply)
	case reply.IsInt64():
		f.gate.taken(nil)
		t.claims = append(t.claims, c)
	default:
		c.waited = true
		t.others = append(t.others, c.flight)
		left, err := reply.AsIntSlice()
		if err == nil && len(left) == 1 {
			t.free = min(t.free, max(time.Duration(left[0])*time.Millisecond, 0)+time.Millisecond)
		}
	}
}

// found settles a flight with a value. One that is damaged is asked about once more: it counts as none then.
func (f *fill) found(t *turn, flight *flight, reply *rueidis.RedisMessage) {
	value, _ := reply.AsBytes() // it is a string
	vector, ok := decodeValue(flight.head, f.request.dimensions, value)
	if !ok {
		flight.damaged = string(value)
		t.others, t.free = append(t.others, flight), 0
		return
	}
	f.observer.Moved(f.request.kind, len(value), 0)
	how := ResultHitRedis
	if flight.waited {
		how = ResultWait
	}
	flight.settle(vector, how, nil)
	f.forget(flight)
}

// load computes what is claimed in one call, and answers those who wait before it keeps the vectors. Until they are kept,
// who comes later in this process finds the flight.
func (f *fill) load(ctx context.Context, claims []claim) {
	if len(claims) == 0 {
		return
	}
	stop := f.holdLocks(ctx, claims)
	computed, err := f.call(ctx, claims)
	stop()
	for n, c := range claims {
		if err == nil {
			c.settle(computed[n].vector, c.how, nil)
		} else {
			c.settle(nil, "", err)
			f.forget(c.flight)
		}
	}
	if err != nil {
		f.release(ctx, claims)
		return
	}
	f.keep(ctx, claims, computed)
	for _, c := range claims {
		f.forget(c.flight)
	}
}

// call computes what is claimed. That it panics must not end the process, as it would not in the caller's own goroutine.
func (f *fill) call(ctx context.Context, claims []claim) (computed []loaded, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			f.log.ErrorContext(ctx, "loading vectors panicked", "panic", fault)
			err = fmt.Errorf("%w: loading panicked", embedding.ErrUnavailable)
		}
	}()
	missing := make([]int, len(claims))
	for n, c := range claims {
		missing[n] = c.index
	}
	return f.observedLoad(ctx, f.request, missing)
}

// keep stores vectors on the server and gives their locks back. What is not kept is computed again when it is wanted.
func (f *fill) keep(ctx context.Context, claims []claim, computed []loaded) {
	var executions []rueidis.LuaExec
	var kept, passed []claim
	for n, c := range claims {
		switch {
		case c.token == "":
		case computed[n].ttl <= 0:
			passed = append(passed, c)
		default:
			kept = append(kept, c)
			executions = append(executions, rueidis.LuaExec{
				Keys: []string{c.key, c.lock},
				Args: []string{c.token, rueidis.BinaryString(encodeValue(c.head, computed[n].vector)), millis(jittered(computed[n].ttl))},
			})
		}
	}
	if len(executions) > 0 {
		results, err := f.script(ctx, keepScript, executions)
		for i, result := range results {
			stored, refusal := result.AsInt64()
			f.gate.taken(refusal)
			if err == nil && refusal == nil {
				f.observer.Moved(f.request.kind, 0, int(stored)*len(executions[i].Args[1]))
			} else {
				passed = append(passed, kept[i])
			}
		}
	}
	f.release(ctx, passed)
}
