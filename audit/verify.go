package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kubernaut/datastorage/internal/validation"
)

var (
	// ErrChainNotFound says that no chain has this id.
	ErrChainNotFound = errors.New("no such audit chain")
	// ErrInvalidResume says that what a verification is to be resumed by is damaged or belongs to another one.
	ErrInvalidResume = errors.New("invalid token to resume a verification")
	// ErrKeyRequired says that a chain was made with a key and that this process has none.
	ErrKeyRequired = errors.New("the audit chains were made with a key, and this process has none: configure audit.key_file")
	// ErrKeyMismatch says that the chains were made with another key than the one that this process has.
	ErrKeyMismatch = errors.New("the audit chains were made with another key than that of audit.key_file")
)

// VerifyRequest says what is to be verified: one chain, every chain that holds an event of one correlation, or all
// chains and what lies beside them when both are empty.
type VerifyRequest struct {
	ChainID       uuid.UUID
	CorrelationID string
	// Limit bounds the events that one call reads, 0 for no bound. A report that stopped there has Resume.
	Limit int64
	// Budget is the time after which a call stops as at a limit, once it has come a step further; 0 for none.
	Budget time.Duration
	// Resume goes on where an earlier report stopped, with its counts. Chain and correlation must be the same.
	Resume string
	// Heads was exported earlier and kept elsewhere: what it says must still hold. It is compared before anything else,
	// whole in each call that has it, and only when all chains are verified. A part of an export is an export.
	Heads *Heads
}

// Check refuses what cannot be asked for. The error is a *validation.Error.
func (r *VerifyRequest) Check() error {
	var v validation.Violations
	if r.ChainID != uuid.Nil && r.CorrelationID != "" {
		v.Add("/correlation_id", "cannot be given together with a chain_id")
	}
	v.Text("/correlation_id", r.CorrelationID, maxID)
	if r.Limit < 0 {
		v.Add("/limit", "must not be negative")
	}
	if r.Heads == nil {
		return v.Err()
	}
	if r.ChainID != uuid.Nil || r.CorrelationID != "" {
		v.Add("/expected_heads", "can only be compared when all chains are verified")
	}
	if len(r.Heads.Chains) > MaxHeads {
		v.Add("/expected_heads/chains", "must be at most %d at once", MaxHeads)
	}
	for i := range r.Heads.Chains {
		if h := &r.Heads.Chains[i]; h.Seq < 0 || (h.Seq == 0) != (len(h.Hash) == 0) {
			v.Add(fmt.Sprintf("/expected_heads/chains/%d/hash", i), "must be there exactly when seq is greater than 0")
			break
		}
	}
	return v.Err()
}

// VerifyReport says what was found.
type VerifyReport struct {
	Valid     bool   // nothing is wrong with what was read so far
	Chains    int    // chains that were read to their end
	Events    int64  // events whose hashes were computed
	Removed   int64  // events that retention has removed, as gap records say
	Unchained int64  // events that are older than the chains, whose content no hash protects; only when all is verified
	Unkeyed   int    // chains that were made without a key, although this process has one
	Break     *Break // the first thing that is wrong; nothing behind it was read
	Resume    string // to go on; empty at the end
}

// Complete reports whether all that was asked for was read.
func (r *VerifyReport) Complete() bool { return r.Break == nil && r.Resume == "" }

// Break is one thing that is wrong with the trail.
type Break struct {
	ChainID uuid.UUID
	Seq     int64     // 0 when it is not about one event
	EventID uuid.UUID // of the event that stands there, if any
	Kind    BreakKind
	Detail  string
}

// BreakKind says what is wrong.
type BreakKind string

// The kinds of breaks.
const (
	BreakAltered      BreakKind = "altered"       // an event, a head or a registration is not what was recorded
	BreakMissing      BreakKind = "missing"       // events within a chain are gone
	BreakInserted     BreakKind = "inserted"      // an event that was not recorded by a writer
	BreakReordered    BreakKind = "reordered"     // events have changed places
	BreakTailCut      BreakKind = "tail_cut"      // the last events of a chain are gone
	BreakChainDropped BreakKind = "chain_dropped" // a whole chain or its registration is gone
	BreakKeyMismatch  BreakKind = "key_mismatch"  // no keyed chain fits the key: it is another one, or all were replaced
)

// Verifier proves that the trail is what was recorded.
type Verifier interface {
	// Verify walks chains and reports the first thing that is wrong. It reads events one by one, in bounded memory, while
	// writers go on; progress, which may be nil, is told the counts from time to time.
	// Errors: *validation.Error, ErrChainNotFound, ErrKeyRequired, ErrInvalidResume, ErrUnavailable.
	Verify(ctx context.Context, req VerifyRequest, progress func(VerifyReport)) (VerifyReport, error)
	// Heads gives the present ends of the chains numbered above after, at most limit, in the order of their numbers, to be
	// kept where who can change the database cannot change them. Error: ErrUnavailable.
	Heads(ctx context.Context, after int64, limit int) (Heads, error)
}

// MaxHeads bounds the heads that are asked for, or compared, at once.
const MaxHeads = 10_000

// Heads are the ends of chains at one time.
type Heads struct {
	ExportedAt time.Time `json:"exported_at"`
	Chains     []Head    `json:"chains"`
	Gaps       GapsHead  `json:"gaps"`
	More       bool      `json:"-"` // chains with higher numbers were left out
}

// Head is the end of one chain.
type Head struct {
	ChainID uuid.UUID `json:"chain_id"`
	Number  int64     `json:"number"`
	Link    Hash      `json:"link"`
	Seq     int64     `json:"seq"`
	Hash    Hash      `json:"hash"`
	Closed  bool      `json:"closed"`
}

// GapsHead is the last gap record; its zero value says that there was none.
type GapsHead struct {
	Number int64 `json:"number"`
	Link   Hash  `json:"link"`
}

// Hash is written in lower-case hex.
type Hash []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	decoded, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("a hash must be written in hex: %w", err)
	}
	*h = decoded
	return nil
}

// Link is one event of a chain as it was read, with its canonical form.
type Link struct {
	Recorded

	Canonical []byte
}

// Follows reports whether an event has the hash that it must have after a hash and at a number.
func (c Chainer) Follows(previous []byte, seq int64, e *Link) bool {
	place := Place{ChainID: e.ChainID, Seq: seq, RecordedAt: e.RecordedAt}
	return bytes.Equal(c.Append(previous, place, e.Canonical), e.Hash)
}

// Diagnose says what is wrong with the first of some events, which stand one after the other in a chain, when that
// one does not follow from the hash before it.
func (c Chainer) Diagnose(previous []byte, events []*Link) Break {
	bad := events[0]
	b := Break{ChainID: bad.ChainID, Seq: bad.Seq, EventID: bad.ID, Kind: BreakAltered}
	for i, other := range events[1:] {
		was := fmt.Sprintf("this was event %s, now number %d", other.ID, other.Seq)
		switch fits := c.Follows(previous, bad.Seq, other); {
		case fits && other.Seq == bad.Seq:
			b.Kind, b.Detail = BreakInserted, fmt.Sprintf("event %s has this number", other.ID)
		case fits && !c.belongsTo(bad, other, events[i]):
			b.Kind, b.Detail = BreakInserted, was
		case fits, bytes.Equal(c.Append(previous, bad.Place, other.Canonical), bad.Hash):
			b.Kind, b.Detail = BreakReordered, was
		default:
			continue
		}
		return b
	}
	b.Detail = "its content does not give its hash"
	if len(events) > 1 && c.Follows(c.Append(previous, bad.Place, bad.Canonical), events[1].Seq, events[1]) {
		b.Detail = "its hash was altered, its content was not"
	}
	return b
}

// belongsTo reports whether an event belongs to the place of another one, which before precedes.
func (c Chainer) belongsTo(e, other, before *Link) bool {
	if before == e {
		before = other
	}
	return c.Follows(before.Hash, other.Seq, e)
}
