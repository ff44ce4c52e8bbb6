package cache

import (
	"context"

	"github.com/kubernaut/datastorage/embedding"
)

// Queries is an embedder for texts that are searched for: an embedding.Embedder that asks the cache first, then the one
// behind it. What it embeds is the normalised text.
type Queries struct {
	cache *Embeddings
	inner embedding.Embedder
}

var _ embedding.Embedder = (*Queries)(nil)

// Queries puts the cache before an embedder. Its Close closes that embedder, not the cache.
func (e *Embeddings) Queries(inner embedding.Embedder) *Queries {
	return &Queries{cache: e, inner: inner}
}

// Model implements embedding.Embedder.
func (q *Queries) Model() string { return q.inner.Model() }

// Dimensions implements embedding.Embedder.
func (q *Queries) Dimensions() int { return q.inner.Dimensions() }

// Health implements embedding.Embedder. It is that of the embedder: what is cached does not make it healthy.
func (q *Queries) Health(ctx context.Context) error { return q.inner.Health(ctx) }

// Close implements embedding.Embedder.
func (q *Queries) Close() error { return q.inner.Close() }

// Embed implements embedding.Embedder.
func (q *Queries) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	answer, err := q.Lookup(ctx, texts)
	return answer.Vectors, err
}

// Lookup is Embed that also says how each vector was come by.
func (q *Queries) Lookup(ctx context.Context, texts []string) (Answer, error) {
	if err := embedding.CheckTexts(texts); err != nil || len(texts) == 0 {
		return Answer{}, err
	}
	r := request{kind: KindQuery, dimensions: q.Dimensions(), wants: make([]want, len(texts))}
	normal := make([]string, len(texts))
	for i, text := range texts {
		normal[i] = embedding.NormaliseQuery(text)
		r.wants[i] = want{key: QueryKey(q.Model(), normal[i]), head: valueHead(q.Model(), q.Dimensions(), normal[i])}
	}
	r.load = func(ctx context.Context, missing []int) ([]loaded, error) {
		vectors, err := q.inner.Embed(ctx, pick(normal, missing))
		if err != nil {
			return nil, err
		}
		computed := make([]loaded, len(vectors))
		for n, vector := range vectors {
			computed[n] = loaded{vector: vector, ttl: q.cache.ttl}
		}
		return computed, nil
	}
	return q.cache.lookup(ctx, &r)
}

// pick gives some elements of a list.
func pick[T any](list []T, indexes []int) []T {
	picked := make([]T, len(indexes))
	for n, i := range indexes {
		picked[n] = list[i]
	}
	return picked
}
