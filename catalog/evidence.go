package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/internal/validation"
)

// MaxCorrelationIDLength bounds a correlation id, in characters.
const MaxCorrelationIDLength = 255

// SearchRecord is a search as evidence: what was asked, by whom, and what came of it.
type SearchRecord struct {
	Request   SearchRequest // its correlation id is not empty
	RequestID string        // empty when it is not known
	At        time.Time     // of the answer
	Took      time.Duration
	Answer    *SearchAnswer // read only, and only until Searched returns
	Err       error         // why there is no answer, nil when there is one
}

// Witness keeps searches that carry a correlation id as evidence.
type Witness interface {
	// Searched takes a search over and reports whether it is going to be kept. It must return at once.
	Searched(record SearchRecord) bool
}

// warnNoEvidence is the warning of an answer that could not be kept as evidence.
const warnNoEvidence = "this search is not recorded in the audit trail: too many wait to be recorded"

// testify hands a search to the witness. What was refused as invalid, or whose caller has left, is no answer to anything.
func (c *Catalog) testify(ctx context.Context, req *SearchRequest, answer *SearchAnswer, took time.Duration, err error) {
	if req.CorrelationID == "" || errors.Is(err, validation.ErrInvalid) || errors.Is(err, context.Canceled) {
		return
	}
	kept := c.witness.Searched(SearchRecord{
		Request: *req, RequestID: RequestID(ctx), At: time.Now(), Took: took, Answer: answer, Err: err,
	})
	if !kept && err == nil {
		answer.Warnings = append(answer.Warnings, warnNoEvidence)
	}
}

// noWitness keeps nothing, and says so to nobody.
type noWitness struct{}

func (noWitness) Searched(SearchRecord) bool { return true }
