package catalog

import (
	"context"
	"fmt"
	"sync/atomic"
)

// LabelSchemaStore keeps the label schemas.
type LabelSchemaStore interface {
	// LabelSchemas gives all label schemas. A schema that was given once is given the same for ever.
	LabelSchemas(ctx context.Context) ([]LabelSchema, error)
}

// knownSchemas remembers label schemas. Since a schema never changes and is never removed, what is remembered is true and
// may only be incomplete; so whatever it allows is allowed without a look at the store, and nothing is refused without
// one. A schema that is added counts on every replica from the next request that needs it.
type knownSchemas struct {
	store LabelSchemaStore
	known atomic.Pointer[LabelSchemas]
}

func newKnownSchemas(store LabelSchemaStore) *knownSchemas {
	k := &knownSchemas{store: store}
	k.known.Store(&LabelSchemas{})
	return k
}

// covering gives the remembered schemas if they are enough for a request, else those that are stored now, enough or not.
// Error: that of the store.
func (k *knownSchemas) covering(ctx context.Context, enough func(*LabelSchemas) bool) (*LabelSchemas, error) {
	if known := k.known.Load(); enough(known) {
		return known, nil
	}
	return k.read(ctx)
}

func (k *knownSchemas) read(ctx context.Context) (*LabelSchemas, error) {
	stored, err := k.store.LabelSchemas(ctx)
	if err != nil {
		return nil, err
	}
	schemas := NewLabelSchemas(stored...)
	k.known.Store(schemas)
	return schemas, nil
}

// LabelSchemas gives all label schemas, oldest first. Error: ErrUnavailable.
func (c *Catalog) LabelSchemas(ctx context.Context) ([]LabelSchema, error) {
	schemas, err := c.schemas.read(ctx)
	if err != nil {
		return nil, err
	}
	return schemas.All(), nil
}

// LabelSchema gives one label schema. Errors: *LabelSchemaNotFoundError, ErrUnavailable.
func (c *Catalog) LabelSchema(ctx context.Context, version string) (LabelSchema, error) {
	schemas, err := c.schemas.covering(ctx, having(version))
	if err != nil {
		return LabelSchema{}, err
	}
	schema, found := schemas.Find(version)
	if !found {
		return LabelSchema{}, &LabelSchemaNotFoundError{Known: schemas.versions()}
	}
	return schema, nil
}

func having(version string) func(*LabelSchemas) bool {
	return func(s *LabelSchemas) bool {
		_, found := s.Find(version)
		return found
	}
}

// allowing is enough for a question with these labels.
func allowing(asked Labels) func(*LabelSchemas) bool {
	return func(s *LabelSchemas) bool { return s.allow(asked) }
}

// LabelSchemaNotFoundError is ErrLabelSchemaNotFound with the versions that there are.
type LabelSchemaNotFoundError struct{ Known string }

func (e *LabelSchemaNotFoundError) Error() string {
	return fmt.Sprintf("%s; known are %s", ErrLabelSchemaNotFound, e.Known)
}

// Unwrap makes errors.Is(err, ErrLabelSchemaNotFound) true.
func (e *LabelSchemaNotFoundError) Unwrap() error { return ErrLabelSchemaNotFound }
