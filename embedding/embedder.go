package embedding

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrUnavailable means that the provider could not be reached, took too
	// long, or is overloaded: the same call may succeed later. Callers degrade.
	ErrUnavailable = errors.New("embedding provider unavailable")

	// ErrRejected means that the input or the configuration is wrong, or that
	// the provider's answer is not what was agreed (count, dimensions, model,
	// finite numbers): repeating the call does not help.
	ErrRejected = errors.New("embedding rejected")
)

// Embedder turns texts into vectors of one model. Implementations are safe for
// concurrent use.
type Embedder interface {
	// Model is the stable id under which vectors are kept. Two embedders with
	// the same id give comparable vectors; whatever makes vectors incompatible
	// changes the id. It never changes during the life of an Embedder.
	Model() string

	// Dimensions is the length of every vector.
	Dimensions() int

	// Embed returns one vector per text, in order, each L2-normalised and of
	// Dimensions length: all of them or an error. No texts give no vectors. A
	// blank text is ErrRejected. Cancellation comes back as context.Canceled; an
	// expired deadline as ErrUnavailable that also wraps
	// context.DeadlineExceeded; every other failure wraps ErrUnavailable or
	// ErrRejected.
	Embed(ctx context.Context, texts []string) ([][]float32, error)

	// Health reports whether the provider seems able to work, without embedding
	// anything: nil, or an error as from Embed. It is cheap and proves little;
	// the outcome of the last Embed, kept by Guarded, says more.
	Health(ctx context.Context) error

	// Close releases what the embedder holds after calls in flight have ended.
	// Later calls fail with ErrUnavailable. Closing twice is harmless.
	Close() error
}

// ContextError translates the end of ctx for callers of an Embedder: an expired
// deadline is ErrUnavailable, a cancellation stays context.Canceled. It returns
// nil while ctx has not ended. The text says what was being done.
func ContextError(ctx context.Context, doing string) error {
	err := ctx.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: timed out %s: %w", ErrUnavailable, doing, err)
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}
