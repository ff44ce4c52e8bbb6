package store_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
)

const benchDimensions = 384 // of the default model

func BenchmarkSearch(b *testing.B) {
	for _, playbooks := range []int{1000, 10000} {
		url := testdb.New(b)
		load(b, openDB(b, url), playbooks, benchDimensions)
		s := openStore(b, url)
		for name, filters := range map[string][2]string{"all": {"", ""}, "filtered": {"s0", "high"}} {
			b.Run(sprintf("playbooks=%d/%s", playbooks, name), func(b *testing.B) {
				q := catalog.SearchQuery{
					Model: testModel, Vector: benchVector(), TopK: 10, SignalType: filters[0], Severity: filters[1], MinSimilarity: -1,
				}
				for b.Loop() {
					matches, err := s.Search(b.Context(), q)
					require.NoError(b, err)
					require.Len(b, matches.Hits, 10)
				}
			})
		}
	}
}

// BenchmarkSearchByWords compares rank=fusion with the search that it adds words to, which is its baseline: for an alert
// text of some rare and some frequent words, and for one whose words half of the catalog has.
func BenchmarkSearchByWords(b *testing.B) {
	const mixed, frequent = "worda wordbc wordbcd wordbce wordcde wordbcdg worddef wordcab wordbabc wordcfgh", "worda wordb wordc wordd worde wordf wordg wordh"
	for _, playbooks := range []int{1000, 10000} {
		url := testdb.New(b)
		db := openDB(b, url)
		load(b, db, playbooks, benchDimensions)
		exec(b, db, `VACUUM ANALYZE`) // as autovacuum would have
		s := openStore(b, url)
		for _, asked := range []struct{ name, text, severity string }{
			{"similarity", "", ""}, {"fusion", mixed, ""}, {"fusion of frequent words", frequent, ""},
			{"similarity filtered", "", "high"}, {"fusion filtered", mixed, "high"},
		} {
			b.Run(sprintf("playbooks=%d/%s", playbooks, asked.name), func(b *testing.B) {
				q := catalog.SearchQuery{
					Model: testModel, Vector: benchVector(), TopK: 10, MinSimilarity: -1, Text: asked.text, Severity: asked.severity,
				}
				for b.Loop() {
					matches, err := s.Search(b.Context(), q)
					require.NoError(b, err)
					require.Len(b, matches.Hits, 10)
				}
			})
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	b.Run("new playbooks", func(b *testing.B) {
		s := openStore(b, testdb.New(b))
		p := benchPublication(b)
		for i := 0; b.Loop(); i++ {
			p.Draft.PlaybookID = sprintf("playbook-%d", i)
			publish(b, s, p)
		}
	})
	b.Run("versions of one playbook", func(b *testing.B) {
		s := openStore(b, testdb.New(b))
		p := benchPublication(b)
		for i := 0; b.Loop(); i++ {
			p.Draft.Version = sprintf("v1.%d.0", i)
			publish(b, s, p)
		}
	})
	b.Run("in parallel", func(b *testing.B) {
		s := openStore(b, testdb.New(b))
		b.RunParallel(func(pb *testing.PB) {
			p := benchPublication(b)
			for pb.Next() {
				p.Draft.PlaybookID = sprintf("playbook-%x", rand.Uint64())
				publish(b, s, p)
			}
		})
	})
}

func BenchmarkGeneration(b *testing.B) {
	s := openStore(b, testdb.New(b))
	for b.Loop() {
		_, err := s.Generation(b.Context())
		require.NoError(b, err)
	}
}

func benchPublication(b *testing.B) catalog.Publication {
	b.Helper()
	p := publication(b, "playbook", "v1.0.0")
	p.Vectors = vectors(benchVector())
	return p
}

func benchVector() []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	vector := make([]float32, benchDimensions)
	for i := range vector {
		vector[i] = float32(r.NormFloat64())
	}
	return vector
}
