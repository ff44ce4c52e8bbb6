package storetest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// vocabulary holds words that are their own stems, the common ones first.
var vocabulary = []string{
	"kelp", "drum", "mint", "crag", "fjord", "plinth", "quartz", "sump", "wick", "zinc", "vault", "yarn", "glyph", "brisk", "tusk", "numb",
}

// randomWords gives a text in which the first words of the vocabulary are frequent.
func randomWords(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[int(float64(len(vocabulary))*math.Pow(r.Float64(), 2))]
	}
	return words
}

// document is what a full scan knows of a playbook.
type document struct {
	id     string
	words  []string
	labels catalog.Labels
	vector []float32
}

// testFusionEqualsFullScan compares the answers of a store with those of a plain scorer over all playbooks.
func testFusionEqualsFullScan(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 14)) //nolint:gosec // repeatable
	documents := publishDocuments(t, s, r, 60)
	moved := 0
	for range 60 {
		q := query(randomVector(r))
		q.TopK, q.Preferred, q.MinSimilarity = 1+r.IntN(60), randomLabels(r, false), r.Float64()-0.5
		q.Text = strings.Join(randomWords(r, 1+r.IntN(12)), " ")
		if r.IntN(2) == 0 {
			q.SignalType = documents[r.IntN(len(documents))].labels.Get(catalog.LabelSignalType)
		}
		want := fuse(q, documents)
		matches := search(t, s, q)
		require.True(t, matches.Exact)
		require.EqualValues(t, len(want), matches.Total, "%+v", q)
		want = want[:min(q.TopK, len(want))]
		require.Len(t, matches.Hits, len(want))
		for i, hit := range matches.Hits {
			requireFused(t, want[i], hit)
		}
		q.Text = ""
		if plain := search(t, s, q); len(plain.Hits) > 0 && len(want) > 0 && plain.Hits[0].PlaybookID != want[0].id {
			moved++
		}
	}
	require.Positive(t, moved, "words change the order")
}

func publishDocuments(t *testing.T, s catalog.Store, r *rand.Rand, n int) []document {
	t.Helper()
	documents := make([]document, n)
	for i := range documents {
		d := document{id: fmt.Sprintf("p-%02d", i), vector: randomVector(r), labels: randomLabels(r, true)}
		title, description, signal := randomWords(r, 1+r.IntN(5)), randomWords(r, 1+r.IntN(40)), vocabulary[r.IntN(3)]
		d.labels.Values[catalog.LabelSignalType] = signal
		d.words = append(slices.Concat(title, description), signal)
		p := publication(draft(t, d.id, "v1.0.0", withLabels(d.labels), func(draft *catalog.Draft) {
			draft.Title, draft.Description = strings.Join(title, " "), strings.Join(description, ", ")+"."
		}))
		publish(t, s, withVector(p, d.vector))
		documents[i] = d
	}
	return documents
}

func requireFused(t *testing.T, want fused, hit catalog.Hit) {
	t.Helper()
	require.Equal(t, want.id, hit.PlaybookID)
	require.NotNil(t, hit.Text, "%s", hit.PlaybookID)
	require.InDelta(t, want.text, hit.Text.Score, 1e-12)
	require.InDelta(t, want.relevance, hit.Text.Relevance, 1e-6)
	require.InDelta(t, want.similarity, *hit.Similarity, 1e-6)
	require.InDelta(t, want.score.Final, hit.Score.Final, 1e-6)
	require.Equal(t, want.score.Boost, hit.Score.Boost)
	require.Equal(t, want.score.Penalty, hit.Score.Penalty)
	require.Nil(t, hit.Text.Words, "nobody asked")
}

// fused is a playbook with its scores.
type fused struct {
	id                          string
	similarity, text, relevance float64
	score                       catalog.Score
}

// fuse is catalog.RankFusion, written plainly.
func fuse(q catalog.SearchQuery, documents []document) []fused {
	var list []fused
	for _, d := range documents {
		f := fused{id: d.id, similarity: cosine(d.vector, q.Vector), text: textScore(q.Text, d.words, documents)}
		f.relevance = (2*f.similarity + f.text) / 3
		f.score = catalog.Rate(f.relevance, q.Preferred, d.labels)
		signal := catalog.Fold(d.labels.Get(catalog.LabelSignalType))
		if (q.SignalType == "" || q.SignalType == signal) && f.relevance >= q.MinSimilarity {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b fused) int {
		return cmp.Or(cmp.Compare(b.score.Final, a.score.Final), cmp.Compare(b.relevance, a.relevance), cmp.Compare(a.id, b.id))
	})
	return list
}

// textScore is BM25 with k1 = 1.2 and b = 0.75, each factor rounded to thousandths, as x / (x + 10).
func textScore(text string, words []string, documents []document) float64 {
	asked := strings.Fields(text)
	slices.Sort(asked)
	sum := 0.0
	for _, word := range slices.Compact(asked) {
		n, f := 0.0, float64(occurrences(words, word))
		for _, d := range documents {
			if slices.Contains(d.words, word) {
				n++
			}
		}
		if f == 0 {
			continue
		}
		rarity := math.Log(1 + (float64(len(documents))-n+0.5)/(n+0.5))
		strength := f * 2.2 / (f + 1.2*(0.25+0.75*float64(len(words))/32))
		sum += math.RoundToEven(1000*rarity) * math.RoundToEven(1000*strength) / 1e6
	}
	return sum / (sum + 10)
}

func occurrences(words []string, word string) int {
	n := 0
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}

// testFusionFollowsTheCatalog shows that the words are always those of the searched version, and that those of other
// playbooks count in how rare a word is.
func testFusionFollowsTheCatalog(t *testing.T, s catalog.Store) {
	describe := func(id, version, text string) catalog.Publication {
		return withVector(publication(draft(t, id, version, func(d *catalog.Draft) { d.Description = text })), axis(0))
	}
	words := func() map[string][]string {
		q := query(axis(0))
		q.Text, q.CommonWords = "the quartz drums, and a fjord", true
		found := map[string][]string{}
		for _, hit := range search(t, s, q).Hits {
			found[hit.PlaybookID] = hit.Text.Words
			require.Equal(t, len(hit.Text.Words) == 0, hit.Text.Score == 0)
		}
		return found
	}
	publish(t, s, describe("a", "v1.0.0", "Quartz in the drum."))
	publish(t, s, describe("b", "v1.0.0", "Nothing of it."))
	publish(t, s, describe("c", "v1.0.0", "A drum."))
	require.Equal(t, map[string][]string{"a": {"quartz", "drum"}, "b": {}, "c": {"drum"}}, words(), "the rarest first")

	publish(t, s, describe("a", "v2.0.0", "Fjords."))
	require.Equal(t, map[string][]string{"a": {"fjord"}, "b": {}, "c": {"drum"}}, words(), "of the new version")

	change(t, s, "a", "v2.0.0", catalog.TransitionDisable)
	require.Equal(t, map[string][]string{"a": {"quartz", "drum"}, "b": {}, "c": {"drum"}}, words(), "of the one before")

	change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	require.Equal(t, map[string][]string{"b": {}, "c": {"drum"}}, words())
}

// testFusionStanding compares the standing of every playbook with its place in the answer.
func testFusionStanding(t *testing.T, s catalog.Store) {
	r := rand.New(rand.NewPCG(2026, 15)) //nolint:gosec // repeatable
	documents := publishDocuments(t, s, r, 30)
	q := query(randomVector(r))
	q.Text, q.MinSimilarity = "kelp quartz zinc", 0.1
	rank := map[string]int64{}
	for i, hit := range search(t, s, q).Hits {
		rank[hit.PlaybookID] = int64(i + 1)
	}
	require.NotEmpty(t, rank)
	require.Less(t, len(rank), len(documents))
	for _, d := range documents {
		got := standingOf(t, s, q, d.id)
		require.Equal(t, rank[d.id], got.Rank, d.id)
		require.Equal(t, rank[d.id] == 0, got.Text.Relevance < q.MinSimilarity, d.id)
		require.InDelta(t, (2**got.Similarity+got.Text.Score)/3, got.Text.Relevance, 1e-12)
	}
	q.SignalType = "zinc"
	require.Nil(t, standingOf(t, s, q, documents[0].id).Text, "not compared")
}
