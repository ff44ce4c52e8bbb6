package audit

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Registration is what the register of chains holds about a chain from its start. Registrations are numbered without
// gaps and linked by hashes, so that the loss of a whole chain shows.
type Registration struct {
	ChainID   uuid.UUID
	Number    int64 // 1 for the first chain
	Writer    string
	Keyed     bool // the hashes of the chain, and this link, are made with a key
	StartedAt time.Time
}

// Gap is what retention has taken out of a chain: the events of one month with the numbers FirstSeq to LastSeq. Gaps are
// numbered and linked as registrations are.
type Gap struct {
	Number     int64
	Month      time.Time
	ChainID    uuid.UUID
	FirstSeq   int64
	LastSeq    int64
	HashBefore []byte // of the event before FirstSeq, empty when it is 1
	LastHash   []byte // of the event LastSeq
	RemovedAt  time.Time
	Keyed      bool
}

// Register gives the link of a registration, which follows that of the one before; the first follows an empty one.
func (c Chainer) Register(previous []byte, r Registration) ([]byte, error) {
	return c.link(previous, struct {
		ChainID   string `json:"chain_id"`
		Keyed     bool   `json:"keyed"`
		Number    int64  `json:"number"`
		StartedAt string `json:"started_at"`
		Writer    string `json:"writer"`
	}{r.ChainID.String(), r.Keyed, r.Number, r.StartedAt.UTC().Format(timeFormat), r.Writer})
}

// RegisterGap gives the link of a gap, which follows that of the one before; the first follows an empty one.
func (c Chainer) RegisterGap(previous []byte, g Gap) ([]byte, error) {
	return c.link(previous, struct {
		ChainID    string `json:"chain_id"`
		FirstSeq   int64  `json:"first_seq"`
		HashBefore string `json:"hash_before"`
		Keyed      bool   `json:"keyed"`
		LastHash   string `json:"last_hash"`
		LastSeq    int64  `json:"last_seq"`
		Month      string `json:"month"`
		Number     int64  `json:"number"`
		RemovedAt  string `json:"removed_at"`
	}{
		g.ChainID.String(), g.FirstSeq, fmt.Sprintf("%x", g.HashBefore), g.Keyed, fmt.Sprintf("%x", g.LastHash), g.LastSeq,
		g.Month.UTC().Format(time.DateOnly), g.Number, g.RemovedAt.UTC().Format(timeFormat),
	})
}

func (c Chainer) link(previous []byte, document any) ([]byte, error) {
	data, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("link of %T: %w", document, err)
	}
	h := c.newHash()
	h.Write(previous)
	h.Write(data)
	return h.Sum(nil), nil
}
