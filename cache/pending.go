package cache

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// maxPending bounds the playbooks that are remembered one by one. With more, all are meant.
	maxPending = 10_000
	// catchUpPause is the time between two attempts to make up for what could not be removed.
	catchUpPause = 500 * time.Millisecond
)

// pending are the playbooks whose vectors have to be removed when that is possible. It does not survive the process: what
// is not removed then expires. The zero value is ready.
type pending struct {
	mu        sync.Mutex
	playbooks map[string]struct{}
	all       bool
}

func (p *pending) add(playbookIDs ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range playbookIDs {
		if p.playbooks == nil {
			p.playbooks = map[string]struct{}{}
		}
		p.playbooks[id] = struct{}{}
	}
	if len(p.playbooks) > maxPending {
		p.all = true
	}
	if p.all {
		p.playbooks = nil
	}
}

func (p *pending) addAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all, p.playbooks = true, nil
}

// take gives what is pending, and forgets it.
func (p *pending) take() (playbookIDs []string, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	playbookIDs, all = slices.Sorted(maps.Keys(p.playbooks)), p.all
	p.playbooks, p.all = nil, false
	return playbookIDs, all
}

// size gives the number of playbooks that are pending, and whether all are.
func (p *pending) size() (playbooks int, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.playbooks), p.all
}

// Run looks after the cache until the context ends: it makes up for what could not be removed, and says when the server
// is not fit for a cache. Any number of processes may run it.
func (e *Embeddings) Run(ctx context.Context) {
	ticker := time.NewTicker(catchUpPause)
	defer ticker.Stop()
	watch := serverWatch{cache: e}
	for {
		e.catchUp(ctx)
		watch.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// catchUp removes what is pending. What fails again stays pending.
func (e *Embeddings) catchUp(ctx context.Context) {
	if !e.gate.isOpen() {
		return
	}
	ids, all := e.pending.take()
	if all {
		if removed, err := e.InvalidateAll(ctx); err == nil {
			e.log.InfoContext(ctx, "removed cached vectors of all playbooks, which was not possible before", "entries", removed)
		}
		return
	}
	var removed int64
	for i, id := range ids {
		n, err := e.removePlaybook(ctx, id)
		if err != nil {
			e.pending.add(ids[i:]...)
			return
		}
		removed += n
	}
	if len(ids) > 0 {
		e.log.InfoContext(ctx, "removed cached vectors, which was not possible before", "playbooks", len(ids), "entries", removed)
	}
}
