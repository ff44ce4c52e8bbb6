package cache

import (
	"sync/atomic"
	"time"

	"github.com/kubernaut/datastorage/cache/window"
)

// observers passes on what happens to the cache's own tally and to whoever else wants to know.
type observers struct {
	tally *tally
	other Observer
}

// Asked implements Observer.
func (o observers) Asked(kind Kind, result Result) {
	o.tally.of(kind).asked(result, time.Now())
	o.other.Asked(kind, result)
}

// Loaded implements Observer.
func (o observers) Loaded(kind Kind, vectors int, took time.Duration, err error) {
	o.tally.of(kind).loaded(vectors, took, err)
	o.other.Loaded(kind, vectors, took, err)
}

// Waited implements Observer.
func (o observers) Waited(kind Kind, took time.Duration) {
	o.tally.of(kind).lockWaits.Add(1)
	o.other.Waited(kind, took)
}

// Moved implements Observer.
func (o observers) Moved(kind Kind, read, written int) {
	k := o.tally.of(kind)
	k.read.Add(int64(read))
	k.written.Add(int64(written))
	o.other.Moved(kind, read, written)
}

// tally counts since the start of the process.
type tally struct {
	playbook, query kindTally
}

type kindTally struct {
	hitsLocal, hitsRedis, misses, waits, errors atomic.Int64
	loads, loadErrors, vectors, loadTime        atomic.Int64
	lockWaits                                   atomic.Int64
	read, written                               atomic.Int64
	recent                                      window.Window
}

func newTally() *tally { return &tally{} }

func (t *tally) of(kind Kind) *kindTally {
	if kind == KindPlaybook {
		return &t.playbook
	}
	return &t.query
}

func (k *kindTally) asked(result Result, now time.Time) {
	switch result {
	case ResultHitLocal:
		k.hitsLocal.Add(1)
	case ResultHitRedis:
		k.hitsRedis.Add(1)
	case ResultWait:
		k.waits.Add(1)
	case ResultError:
		k.errors.Add(1)
	default:
		k.misses.Add(1)
	}
	k.recent.Add(now, result.IsCacheHit())
}

func (k *kindTally) loaded(vectors int, took time.Duration, err error) {
	k.loads.Add(1)
	k.loadTime.Add(int64(took))
	if err != nil {
		k.loadErrors.Add(1)
		return
	}
	k.vectors.Add(int64(vectors))
}
