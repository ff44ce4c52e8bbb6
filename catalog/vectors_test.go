package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/embedding"
)

func TestVectorSourceEmbedsWhatIsNotStoredInOneCall(t *testing.T) {
	t.Parallel()
	store, embedder := &fakeStore{byText: map[string][]float32{}}, &fakeEmbedder{}
	store.byText[embedding.TextHash("stored")] = []float32{42}
	source := catalog.NewVectorSource(store, embedder)
	require.Equal(t, embedder.Model(), source.Model())
	require.Equal(t, embedder.Dimensions(), source.Dimensions())

	vectors, err := source.Vectors(t.Context(), []catalog.VersionText{{Text: "a"}, {Text: "stored"}, {Text: "abc"}})
	require.NoError(t, err)
	require.Equal(t, [][]float32{{1}, {42}, {3}}, vectors)
	require.Equal(t, [][]string{{"a", "abc"}}, embedder.calls)

	_, err = source.Vectors(t.Context(), []catalog.VersionText{{Text: "stored"}})
	require.NoError(t, err)
	require.Len(t, embedder.calls, 1, "nothing is missing, so nobody is asked")

	embedder.setError(embedding.ErrRejected)
	_, err = source.Vectors(t.Context(), []catalog.VersionText{{Text: "new"}})
	require.ErrorIs(t, err, embedding.ErrRejected)
	store.unavailable = true
	_, err = source.Vectors(t.Context(), []catalog.VersionText{{Text: "stored"}})
	require.ErrorIs(t, err, catalog.ErrUnavailable)
}
