package catalog

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/kubernaut/datastorage/embedding"
)

// VectorSource gives the vectors by which versions are ranked, all of one model. It is safe for concurrent use.
type VectorSource interface {
	// Model and Dimensions are those of an embedding.Embedder.
	Model() string
	Dimensions() int
	// Vectors gives one vector per text, in order: all of them or an error. Callers must not change them.
	//
	// Errors: those of embedding.Embedder.Embed; ErrUnavailable.
	Vectors(ctx context.Context, texts []VersionText) ([][]float32, error)
}

// VersionText is the text that stands for a version in search, see embedding.Text.
type VersionText struct {
	VersionID

	Text string
}

// VectorReader finds vectors by the texts that they are of.
type VectorReader interface {
	// VectorsByText gives the vectors of a model that are stored for texts, by the hash of the text. Hashes without one
	// are absent.
	VectorsByText(ctx context.Context, model string, textHashes []string) (map[string][]float32, error)
}

// CacheStore keeps what a cache of vectors has to know of playbooks.
type CacheStore interface {
	// VersionNumbers lists the versions of a playbook, in no order; none for a playbook that there is not.
	VersionNumbers(ctx context.Context, playbookID string) ([]string, error)
	// CacheTTLs gives for how long vectors of playbooks are to be cached. Those without a time of their own are absent.
	CacheTTLs(ctx context.Context, playbookIDs []string) (map[string]time.Duration, error)
	// SetCacheTTL gives a playbook a time of its own, in whole seconds, nil for none. Error: ErrPlaybookNotFound.
	SetCacheTTL(ctx context.Context, playbookID string, ttl *time.Duration) error
}

// The bounds of a time in CacheStore.
const (
	MinCacheTTL = time.Second
	MaxCacheTTL = 365 * 24 * time.Hour
)

// VectorCache holds vectors of versions, which it may lose at any time. *cache.Embeddings is one.
type VectorCache interface {
	// Invalidate removes what is cached of a playbook, and says how many entries there were. It fails when the cache
	// cannot be reached; then it removes them itself when it can be.
	Invalidate(ctx context.Context, playbookID string) (int64, error)
}

// invalidate removes what is cached of a playbook after a change that came to err. That it cannot be removed at once is
// worth a warning and no more, since nothing that is served depends on it.
func (c *Catalog) invalidate(ctx context.Context, playbookID string, err error) (warnings []string) {
	if c.cache == nil || err != nil && !errors.Is(err, ErrOutcomeUnknown) {
		return nil
	}
	if _, err := c.cache.Invalidate(ctx, playbookID); err != nil {
		return []string{"the cache could not be reached: what it holds of this playbook is removed when it answers again. What is searched and read is current all the same"}
	}
	return nil
}

// NewVectorSource gives a source that looks into the store first, and asks the embedder in one call for what is not
// there.
func NewVectorSource(stored VectorReader, embedder embedding.Embedder) VectorSource {
	return storedVectors{stored, embedder}
}

type storedVectors struct {
	stored   VectorReader
	embedder embedding.Embedder
}

// Model implements VectorSource.
func (s storedVectors) Model() string { return s.embedder.Model() }

// Dimensions implements VectorSource.
func (s storedVectors) Dimensions() int { return s.embedder.Dimensions() }

// Vectors implements VectorSource.
func (s storedVectors) Vectors(ctx context.Context, texts []VersionText) ([][]float32, error) {
	hashes := make([]string, len(texts))
	for i, t := range texts {
		hashes[i] = embedding.TextHash(t.Text)
	}
	stored, err := s.stored.VectorsByText(ctx, s.Model(), hashes)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]float32, len(texts))
	maps.Copy(found, stored)
	if err := s.embed(ctx, texts, hashes, found); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	for i, hash := range hashes {
		vectors[i] = found[hash]
	}
	return vectors, nil
}

// embed adds the vectors of the texts that were not found, each of which it gives to the embedder once.
func (s storedVectors) embed(ctx context.Context, texts []VersionText, hashes []string, found map[string][]float32) error {
	var unknown, missing []string
	for i, hash := range hashes {
		if _, there := found[hash]; !there {
			found[hash] = nil // so that the same text is not asked for twice
			unknown, missing = append(unknown, texts[i].Text), append(missing, hash)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	computed, err := s.embedder.Embed(ctx, unknown)
	if err != nil {
		return err
	}
	for i, hash := range missing {
		found[hash] = computed[i]
	}
	return nil
}
