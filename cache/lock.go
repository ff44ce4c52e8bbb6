package cache

import (
	"context"
	"time"

	"github.com/redis/rueidis"
)

// lockScript looks once more, and takes the lock if there is still nothing.
// KEYS: key, lock. ARGV: token, time of the lock in ms, head of the value, a damaged value or nothing.
// It gives the value; 1 when the lock was taken; {ms} that somebody else's lock has left.
var lockScript = rueidis.NewLuaScript(`
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'string' and value ~= ARGV[4] and string.sub(value, 1, #ARGV[3]) == ARGV[3] then
	return value
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
	return 1
end
return {redis.call('PTTL', KEYS[2])}`)

// keepScript keeps a value and gives the lock back, while it is the holder's own.
// KEYS: key, lock. ARGV: token, value, TTL in ms. It gives 1, or 0 when the lock is lost.
var keepScript = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
	return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`)

// prolongScript prolongs the holder's own lock. KEYS: lock. ARGV: token, time in ms.
var prolongScript = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
	return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0`)

// unlockScript gives the holder's own lock back. KEYS: lock. ARGV: token.
var unlockScript = rueidis.NewLuaScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
	return redis.call('DEL', KEYS[1])
end
return 0`)

// claim is a flight that this process has to load. Without a token it has no lock, and what it comes to is not kept.
type claim struct {
	*flight

	lock, token string
	how         Result
}

// unlocked are claims without a lock.
func unlocked(flights []*flight, how Result) []claim {
	claims := make([]claim, len(flights))
	for i, flight := range flights {
		claims[i] = claim{flight: flight, how: how}
	}
	return claims
}

// script executes a script for several keys in one call.
func (e *Embeddings) script(ctx context.Context, script *rueidis.Lua, executions []rueidis.LuaExec) ([]rueidis.RedisResult, error) {
	var results []rueidis.RedisResult
	err := e.gate.do(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		if len(executions) == 1 {
			results = []rueidis.RedisResult{script.Exec(ctx, conn, executions[0].Keys, executions[0].Args)}
		} else {
			results = script.ExecMulti(ctx, conn, executions...)
		}
		return true, lossOf(results)
	})
	return results, err
}

// holdLocks prolongs locks until it is told to stop. Then nothing is prolonged any more.
func (e *Embeddings) holdLocks(ctx context.Context, claims []claim) (stop func()) {
	executions := e.executions(claims, e.lockTTL)
	if len(executions) == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(e.prolongEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				// A lock that cannot be prolonged runs out, and another process loads too.
				_, _ = e.script(ctx, prolongScript, executions)
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// release gives locks back. What cannot be given back runs out.
func (e *Embeddings) release(ctx context.Context, claims []claim) {
	if executions := e.executions(claims); len(executions) > 0 {
		_, _ = e.script(ctx, unlockScript, executions)
	}
}

// executions are those of a script on the locks that claims hold.
func (e *Embeddings) executions(claims []claim, times ...time.Duration) []rueidis.LuaExec {
	var list []rueidis.LuaExec
	for _, c := range claims {
		if c.token == "" {
			continue
		}
		arguments := []string{c.token}
		for _, d := range times {
			arguments = append(arguments, millis(d))
		}
		list = append(list, rueidis.LuaExec{Keys: []string{c.lock}, Args: arguments})
	}
	return list
}
