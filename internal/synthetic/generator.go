// Package synthetic makes catalogs for tests and benchmarks: vectors in clusters, as texts on similar subjects have, and
// labels that are distributed and correlated as in real catalogs. The same seed gives the same catalog.
//
// It does not know where a catalog is stored.
package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/kubernaut/datastorage/catalog"
)

// Shares of the squared length of a vector. With the default model unrelated texts have a median similarity of 0.23 and
// the best match of an alert one of 0.74.
const (
	shareOfAll    = 0.22 // what all texts have in common
	shareOfDomain = 0.13 // what the texts of a domain have in common
	shareOfTopic  = 0.27
	shareOfGroup  = 0.14 // what near duplicates have in common
)

const (
	domains       = 24
	topicsEach    = 16
	groupsEach    = 24 // of near duplicates within a topic
	noiseDecay    = 0.35
	streamRows    = 1
	streamAsked   = 2
	streamShapes  = 3
	streamDemands = 4
)

// Generator makes one catalog. It is safe for concurrent use.
type Generator struct {
	seed       uint64
	dimensions int
	scale      []float64 // of each dimension
	all        []float64
}

// New makes the generator of a catalog.
func New(seed uint64, dimensions int) *Generator {
	g := &Generator{seed: seed, dimensions: dimensions, scale: make([]float64, dimensions)}
	for i := range g.scale {
		g.scale[i] = math.Pow(float64(i+1), -noiseDecay)
	}
	g.all = g.direction(0, 0)
	return g
}

// Playbook is one row of the catalog.
type Playbook struct {
	ID     string
	Labels catalog.Labels
	Vector []float32 // of length 1
}

// Playbook gives the i-th playbook, whatever was asked for before.
func (g *Generator) Playbook(i int) Playbook {
	r := g.random(streamRows, uint64(i)) //nolint:gosec // not negative
	topic := r.IntN(domains * topicsEach)
	return Playbook{
		ID:     fmt.Sprintf("playbook-%06d", i),
		Labels: randomLabels(r, topic),
		Vector: g.vector(r, topic),
	}
}

// Question is one search.
type Question struct {
	Vector []float32
	Labels catalog.Labels // what an alert knows: always signal_type and severity
}

// Question gives the i-th question, about the subject of some playbook.
func (g *Generator) Question(i int) Question {
	r := g.random(streamAsked, uint64(i)) //nolint:gosec // not negative
	topic := r.IntN(domains * topicsEach)
	return Question{Vector: g.vector(r, topic), Labels: askedLabels(r, topic)}
}

func (g *Generator) random(stream, i uint64) *rand.Rand {
	return rand.New(rand.NewPCG(g.seed, stream<<56|i)) //nolint:gosec // repeatable
}

// vector gives the vector of a text on a topic.
func (g *Generator) vector(r *rand.Rand, topic int) []float32 {
	group := topic*groupsEach + r.IntN(groupsEach)
	noise := g.noise(r)
	domain, middle, near := g.direction(1, topic/topicsEach), g.direction(2, topic), g.direction(3, group)
	rest := 1 - shareOfAll - shareOfDomain - shareOfTopic - shareOfGroup
	sum := make([]float64, g.dimensions)
	for i := range sum {
		sum[i] = math.Sqrt(shareOfAll)*g.all[i] + math.Sqrt(shareOfDomain)*domain[i] + math.Sqrt(shareOfTopic)*middle[i] +
			math.Sqrt(shareOfGroup)*near[i] + math.Sqrt(rest)*noise[i]
	}
	out := make([]float32, g.dimensions)
	for i, x := range normalise(sum) {
		out[i] = float32(x)
	}
	return out
}

// direction gives the direction of a subject.
func (g *Generator) direction(level, number int) []float64 {
	return g.noise(g.random(streamShapes, uint64(level)<<48|uint64(number))) //nolint:gosec // not negative
}

// noise gives a random direction. Later dimensions are smaller, so that the catalog has fewer dimensions than its
// vectors, as those of a model have.
func (g *Generator) noise(r *rand.Rand) []float64 {
	out := make([]float64, g.dimensions)
	for i := range out {
		out[i] = r.NormFloat64() * g.scale[i]
	}
	return normalise(out)
}

func normalise(v []float64) []float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	length := math.Sqrt(sum)
	for i := range v {
		v[i] /= length
	}
	return v
}
