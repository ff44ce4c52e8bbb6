package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/internal/validation"
)

// fill gives versions that were claimed their vectors of one model.
type fill struct {
	store   VectorStore
	vectors VectorSource
	// delay says how long a version is left alone after a failure, given how often it was claimed.
	delay func(cause error, attempts int) time.Duration
}

// filled says what became of the versions of a batch.
type filled struct {
	done    int // have their vector
	refused []RefusedVersion
	failure error // why others were given back, nil when none were
}

// RefusedVersion is a version whose text the model does not take.
type RefusedVersion struct {
	VersionID

	Reason string
}

// batch computes and stores the vectors of versions. Those for which that fails are given back. The error is that of the
// store.
func (f *fill) batch(ctx context.Context, pending []PendingVersion) (filled, error) {
	texts := make([]VersionText, len(pending))
	for i, p := range pending {
		texts[i] = VersionText{VersionID: p.VersionID, Text: embedding.Text(p.Title, p.Description)}
	}
	vectors, err := f.vectors.Vectors(ctx, texts)
	rejected := errors.Is(err, embedding.ErrRejected)
	switch {
	case rejected && len(pending) > 1:
		return f.oneByOne(ctx, pending)
	case rejected:
		refused := RefusedVersion{pending[0].VersionID, validation.Clip(err.Error())}
		return filled{refused: []RefusedVersion{refused}}, f.giveBack(ctx, pending, err)
	case err != nil:
		return filled{failure: err}, f.giveBack(ctx, pending, err)
	}
	done := make([]VersionVector, len(pending))
	for i, t := range texts {
		done[i] = VersionVector{VersionID: t.VersionID, TextHash: embedding.TextHash(t.Text), Vector: vectors[i]}
	}
	return filled{done: len(done)}, f.store.CompletePending(ctx, f.vectors.Model(), done)
}

// oneByOne keeps one text that the model refuses from holding up the rest of its batch.
func (f *fill) oneByOne(ctx context.Context, pending []PendingVersion) (filled, error) {
	var sum filled
	for i := range pending {
		one, err := f.batch(ctx, pending[i:i+1])
		if err != nil {
			return sum, err
		}
		sum.done += one.done
		sum.refused = append(sum.refused, one.refused...)
		if one.failure != nil {
			sum.failure = one.failure
		}
	}
	return sum, nil
}

// giveBack ends the claim of versions, also when the process is stopping, so that another one need not wait for the end
// of the lease.
func (f *fill) giveBack(ctx context.Context, pending []PendingVersion, cause error) error {
	ids := make([]VersionID, len(pending))
	attempts := 1
	for i, p := range pending {
		ids[i] = p.VersionID
		attempts = max(attempts, p.Attempts)
	}
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return f.store.PostponePending(release, f.vectors.Model(), ids, f.delay(cause, attempts), validation.Clip(cause.Error()))
}
