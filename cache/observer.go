package cache

import "time"

// Kind says what a vector is of. The values are label values.
type Kind string

// The kinds of vectors.
const (
	KindPlaybook Kind = "playbook" // a version of a playbook
	KindQuery    Kind = "query"    // a text that is searched for
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{KindPlaybook, KindQuery} }

// Result says how a vector was come by. The values are label values.
type Result string

// The results of asking the cache for one vector.
const (
	ResultHitLocal Result = "hit_local" // from the memory of this process
	ResultHitRedis Result = "hit_redis" // from the server
	ResultMiss     Result = "miss"      // loaded, and kept for the next
	ResultWait     Result = "wait"      // somebody else was loading it
	ResultError    Result = "error"     // loaded, since the server could not be asked in time
)

// Results are all results.
func Results() []Result {
	return []Result{ResultHitLocal, ResultHitRedis, ResultMiss, ResultWait, ResultError}
}

// IsCacheHit says whether the vector was there.
func (r Result) IsCacheHit() bool { return r == ResultHitLocal || r == ResultHitRedis }

// Observer is told what happens, for metrics. Its methods must be quick and safe for concurrent use.
type Observer interface {
	// Asked is called for each vector that was asked for.
	Asked(kind Kind, result Result)
	// Loaded is called after each call of what the cache stands before: for how many vectors, and how it ended.
	Loaded(kind Kind, vectors int, took time.Duration, err error)
	// Waited is called after each wait for the lock of another process.
	Waited(kind Kind, took time.Duration)
	// Moved is called with the sizes of values that were read from the server, or written to it.
	Moved(kind Kind, read, written int)
}

type unobserved struct{}

func (unobserved) Asked(Kind, Result)                     {}
func (unobserved) Loaded(Kind, int, time.Duration, error) {}
func (unobserved) Waited(Kind, time.Duration)             {}
func (unobserved) Moved(Kind, int, int)                   {}
