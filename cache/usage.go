package cache

import (
	"context"
	"sync"
	"time"

	"github.com/redis/rueidis"
)

const (
	usageTime   = time.Second      // for which keys are counted at most
	usagePause  = 10 * time.Second // between two counts
	usageSample = 64               // keys per kind whose size is asked for
)

// held is what the server holds, and says of itself.
type held struct {
	server *ServerStats
	kinds  map[Kind]Usage
}

// usage remembers the last count, so that a page that is looked at by many does not keep the server busy. The zero value
// is ready.
type usage struct {
	mu   sync.Mutex
	at   time.Time
	last held
}

func (u *usage) get(ctx context.Context, measure func(context.Context) held) held {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at.IsZero() || time.Since(u.at) >= usagePause {
		u.last, u.at = measure(ctx), time.Now()
	}
	return u.last
}

// measure counts the keys on the server.
func (e *Embeddings) measure(ctx context.Context) held {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), usageTime)
	defer cancel()
	server, err := e.server(ctx)
	if err != nil {
		return held{}
	}
	h := held{server: &server, kinds: map[Kind]Usage{}}
	for kind, prefix := range map[Kind]string{KindPlaybook: playbookPrefix, KindQuery: queryPrefix} {
		h.kinds[kind] = e.count(ctx, prefix)
	}
	return h
}

func (e *Embeddings) count(ctx context.Context, prefix string) Usage {
	var u Usage
	var sample []string
	err := e.scan(ctx, prefix, func(keys []string) error {
		u.Keys += int64(len(keys))
		sample = append(sample, keys[:min(len(keys), usageSample-len(sample))]...)
		return ctx.Err()
	})
	u.AtLeast = err != nil
	if size, err := e.meanSize(ctx, sample); err == nil {
		u.Bytes = int64(size * float64(u.Keys))
	}
	return u
}

// meanSize gives what a key takes on the server with all that belongs to it.
func (e *Embeddings) meanSize(ctx context.Context, keys []string) (float64, error) {
	var sum, counted int64
	if len(keys) == 0 {
		return 0, nil
	}
	err := e.gate.do(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		commands := make(rueidis.Commands, len(keys))
		for i, key := range keys {
			commands[i] = conn.B().MemoryUsage().Key(key).Build()
		}
		results := conn.DoMulti(ctx, commands...)
		for _, result := range results {
			if size, err := result.AsInt64(); err == nil { // it may have expired
				sum, counted = sum+size, counted+1
			}
		}
		return true, lossOf(results)
	})
	return float64(sum) / float64(max(counted, 1)), err
}
