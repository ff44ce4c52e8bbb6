package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"time"

	"github.com/google/uuid"
)

// timeFormat is how the canonical form writes times: always UTC, always six digits, so that what PostgreSQL gives back
// reads alike.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// Chainer computes the hashes of chained events. Its zero value uses SHA-256; with a key it uses HMAC-SHA-256, so that
// who can write the table but does not have the key cannot make a chain that verifies.
type Chainer struct {
	Key []byte
}

// Place is where an event stands in a chain, and when it was recorded.
type Place struct {
	ChainID    uuid.UUID
	Seq        int64 // 1 for the first event of a chain
	RecordedAt time.Time
}

// ContentHash is the SHA-256 of an event's canonical form. Two normalised events with the same id say the same exactly
// when their content hashes are equal.
func ContentHash(canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	return sum[:]
}

// Append gives the hash of the event that follows a head: H(previous ‖ place ‖ canonical form), where place is the line
// "chain_id seq recorded_at\n" with the time in UTC and microseconds. The first event of a chain follows an empty hash.
func (c Chainer) Append(previous []byte, at Place, canonical []byte) []byte {
	h := c.newHash()
	h.Write(previous)
	h.Write(fmt.Appendf(nil, "%s %d %s\n", at.ChainID, at.Seq, at.RecordedAt.UTC().Format(timeFormat)))
	h.Write(canonical)
	return h.Sum(nil)
}

func (c Chainer) newHash() hash.Hash {
	if len(c.Key) > 0 {
		return hmac.New(sha256.New, c.Key)
	}
	return sha256.New()
}
