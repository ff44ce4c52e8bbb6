package cache

import (
	"context"
	"time"

	"github.com/kubernaut/datastorage/catalog"
)

// Playbooks is a source of the vectors of versions: a catalog.VectorSource that asks the cache first, then the one
// behind it.
type Playbooks struct {
	cache *Embeddings
	inner catalog.VectorSource
}

var _ catalog.VectorSource = (*Playbooks)(nil)

// Playbooks puts the cache before a source.
func (e *Embeddings) Playbooks(inner catalog.VectorSource) *Playbooks {
	return &Playbooks{cache: e, inner: inner}
}

// Model implements catalog.VectorSource.
func (p *Playbooks) Model() string { return p.inner.Model() }

// Dimensions implements catalog.VectorSource.
func (p *Playbooks) Dimensions() int { return p.inner.Dimensions() }

// Vectors implements catalog.VectorSource.
func (p *Playbooks) Vectors(ctx context.Context, texts []catalog.VersionText) ([][]float32, error) {
	answer, err := p.Lookup(ctx, texts)
	return answer.Vectors, err
}

// Lookup is Vectors that also says how each vector was come by.
func (p *Playbooks) Lookup(ctx context.Context, texts []catalog.VersionText) (Answer, error) {
	if len(texts) == 0 {
		return Answer{}, nil
	}
	r := request{kind: KindPlaybook, dimensions: p.Dimensions(), wants: make([]want, len(texts))}
	for i, t := range texts {
		r.wants[i] = want{key: PlaybookKey(t.PlaybookID, t.Version), head: valueHead(p.Model(), p.Dimensions(), t.Text)}
	}
	r.load = func(ctx context.Context, missing []int) ([]loaded, error) { return p.load(ctx, pick(texts, missing)) }
	return p.cache.lookup(ctx, &r)
}

func (p *Playbooks) load(ctx context.Context, texts []catalog.VersionText) ([]loaded, error) {
	vectors, err := p.inner.Vectors(ctx, texts)
	if err != nil {
		return nil, err
	}
	ttls := p.ttls(ctx, texts)
	computed := make([]loaded, len(vectors))
	for i, vector := range vectors {
		computed[i] = loaded{vector: vector, ttl: ttls[i]}
	}
	return computed, nil
}

// ttls says how long vectors are kept: 0, not at all, when it cannot be found out, since that of a playbook may be
// short for a reason.
func (p *Playbooks) ttls(ctx context.Context, texts []catalog.VersionText) []time.Duration {
	ttls := make([]time.Duration, len(texts))
	ids := make([]string, len(texts))
	for i, t := range texts {
		ids[i] = t.PlaybookID
	}
	own, err := p.cache.playbooks.CacheTTLs(ctx, ids)
	if err != nil {
		p.cache.log.WarnContext(ctx, "cannot read for how long vectors are to be cached", "error", err)
		return ttls
	}
	for i, id := range ids {
		ttl, ok := own[id]
		if !ok {
			ttl = p.cache.ttl
		}
		ttls[i] = ttl
	}
	return ttls
}
