package cache

import (
	"sync"

	"github.com/redis/rueidis"
)

// notifier passes on what the server pushes when keys change that this process has read.
type notifier struct {
	mu        sync.Mutex
	listeners map[string]map[*listener]struct{}
}

// listener hears of changes of some keys. One signal may stand for several.
type listener struct {
	notifier *notifier
	keys     []string
	changed  chan struct{}
}

func newNotifier() *notifier { return &notifier{listeners: map[string]map[*listener]struct{}{}} }

// listen must be called before the keys are read, or a change in between is missed.
func (n *notifier) listen(keys []string) *listener {
	l := &listener{notifier: n, keys: keys, changed: make(chan struct{}, 1)}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, key := range keys {
		if n.listeners[key] == nil {
			n.listeners[key] = map[*listener]struct{}{}
		}
		n.listeners[key][l] = struct{}{}
	}
	return l
}

func (l *listener) stop() {
	n := l.notifier
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, key := range l.keys {
		delete(n.listeners[key], l)
		if len(n.listeners[key]) == 0 {
			delete(n.listeners, key)
		}
	}
}

func (l *listener) signal() {
	select {
	case l.changed <- struct{}{}:
	default: // it has a signal already
	}
}

// invalidated is called with the keys that have changed; with none when that cannot be known, as after a lost
// connection.
func (n *notifier) invalidated(keys []rueidis.RedisMessage) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if keys == nil {
		for _, listeners := range n.listeners {
			signalAll(listeners)
		}
		return
	}
	for _, message := range keys {
		if key, err := message.ToString(); err == nil {
			signalAll(n.listeners[key])
		}
	}
}

func signalAll(listeners map[*listener]struct{}) {
	for l := range listeners {
		l.signal()
	}
}
