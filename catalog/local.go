package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/kubernaut/datastorage/embedding"
)

// ErrNoEmbedder says that this process has no embedder of a model that searches can use. It always comes with
// embedding.ErrUnavailable.
var ErrNoEmbedder = errors.New("this process has no embedder of the model that searches use")

// LocalModel is a model that a process can use. Which of them it does use depends on the store.
type LocalModel struct {
	Embedder embedding.Embedder // of what is searched for
	Vectors  VectorSource       // of the versions, of the same model; default the store, then the embedder
}

// localModels are those of a process, at least one.
type localModels []LocalModel

func newLocalModels(stored VectorReader, models []LocalModel) (localModels, error) {
	seen := map[string]bool{}
	for i, m := range models {
		name := m.Embedder.Model()
		if seen[name] {
			return nil, fmt.Errorf("catalog: there are two embedders of model %s", name)
		}
		seen[name] = true
		if m.Vectors == nil {
			models[i].Vectors = NewVectorSource(stored, m.Embedder)
		}
	}
	return models, nil
}

// of gives the local model for one of the store, nil when there is none. One with vectors of another length is none: it is
// not that model, whatever it is called.
func (l localModels) of(m Model) *LocalModel {
	for i := range l {
		if e := l[i].Embedder; e.Model() == m.Name && e.Dimensions() == m.Dimensions {
			return &l[i]
		}
	}
	return nil
}

// keptUp gives the models that a publish has to have vectors of, the serving one first. In a catalog that has none that
// is going to be the first local one.
func (l localModels) keptUp(state State) []Model {
	if len(state.Models) > 0 {
		return state.Models
	}
	first := l[0].Embedder
	return []Model{{Name: first.Model(), Dimensions: first.Dimensions(), State: ModelServing}}
}

// forSearch gives the model to search with: the serving one, else one on standby, whose vectors are as complete. So a
// process that cannot follow a switch, or that is ahead of it, goes on answering.
//
// Error: ErrNoEmbedder.
func (l localModels) forSearch(state State) (*LocalModel, error) {
	models := l.keptUp(state)
	for _, wanted := range []ModelState{ModelServing, ModelStandby} {
		for _, m := range models {
			if found := l.of(m); found != nil && m.State == wanted {
				return found, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: %w: that is %s, and it has %s", embedding.ErrUnavailable, ErrNoEmbedder, models[0], l)
}

// String lists the models.
func (l localModels) String() string {
	names := make([]string, len(l))
	for i, m := range l {
		names[i] = Model{Name: m.Embedder.Model(), Dimensions: m.Embedder.Dimensions()}.String()
	}
	return strings.Join(names, " and ")
}

// String names the model as a person tells it from others.
func (m Model) String() string { return fmt.Sprintf("%s (%d dimensions)", m.Name, m.Dimensions) }

// vectors gives the vectors of one version by all models that are kept up. What this process cannot embed stays empty.
func (c *Catalog) vectors(ctx context.Context, state State, text VersionText) ([]ModelVector, error) {
	models := c.local.keptUp(state)
	vectors, errs := make([]ModelVector, len(models)), make([]error, len(models))
	var working sync.WaitGroup
	for i, m := range models {
		vectors[i] = ModelVector{Model: m.Name, Dimensions: m.Dimensions}
		if local := c.local.of(m); local != nil {
			working.Go(func() { vectors[i].Vector, errs[i] = c.vectorFor(ctx, local.Vectors, text) })
		}
	}
	working.Wait()
	return vectors, errors.Join(errs...)
}

// vectorFor gives the vector of a version, nil when the embedder gives none.
func (c *Catalog) vectorFor(ctx context.Context, source VectorSource, text VersionText) ([]float32, error) {
	vectors, err := source.Vectors(ctx, []VersionText{text})
	switch {
	case err == nil:
		return vectors[0], nil
	case ctx.Err() != nil, !errors.Is(err, embedding.ErrUnavailable) && !errors.Is(err, embedding.ErrRejected):
		return nil, fmt.Errorf("vector of title and description: %w", err)
	}
	// A model that is away or wrongly configured must not keep a publisher from storing a version.
	c.logger.WarnContext(ctx, "embedder gave no vector, version is stored without one", "model", source.Model(), "error", err)
	return nil, nil
}

// CheckEmbedder says whether this process can embed what is searched for: the health of the embedder that it searches
// with, or of its first one while the store is away. Errors: ErrNoEmbedder and those of embedding.Embedder.Health.
func (c *Catalog) CheckEmbedder(ctx context.Context) error {
	asking, cancel := leaveTime(ctx)
	state, err := c.store.State(asking)
	cancel()
	if err != nil {
		return c.local[0].Embedder.Health(ctx)
	}
	local, err := c.local.forSearch(state)
	if err != nil {
		return err
	}
	detail := "searches with " + local.Embedder.Model()
	if serving := c.local.keptUp(state)[0]; serving.Name != local.Embedder.Model() {
		detail += ", which is on standby: it has no embedder of the serving model " + serving.String()
	}
	c.searching.Store(detail)
	return local.Embedder.Health(ctx)
}

// EmbedderDetail says which model this process searches with, as of the last CheckEmbedder that found one.
func (c *Catalog) EmbedderDetail() string {
	detail, _ := c.searching.Load().(string)
	return detail
}
