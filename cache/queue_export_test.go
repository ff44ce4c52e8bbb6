package cache

import "time"

// What tests look at beside the queue.
const (
	GroupsKey  = DefaultQueuePrefix + ":{queue}:groups"
	ParkedKey  = DefaultQueuePrefix + ":{queue}:parked"
	DrainGroup = drainGroup
)

// TrustBlindly switches the confirmation off: what the server answers is taken for kept, and nothing is asked. It shows
// what the confirmation is there to prevent.
func (q *Queue) TrustBlindly() {
	q.guarantee.latest.Store(&verdict{at: time.Now().Add(time.Hour)})
}
