package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func scored(id, version string, final, similarity float64) catalog.Hit {
	return catalog.Hit{PlaybookID: id, Version: version, Similarity: &similarity, Score: catalog.Score{Final: final}}
}

// Disabled versions are added at their rank; what is found otherwise stays, and comes first among equals.
func TestSearchIncludesDisabledVersions(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	store.hits = []catalog.Hit{scored("b", "v1.0.0", 0.9, 0.9), scored("c", "v1.0.0", 0.5, 0.5)}
	store.disabled = []catalog.Hit{
		scored("a", "v2.0.0", 0.95, 0.8), scored("b", "v2.0.0", 0.9, 0.9), scored("d", "v1.0.0", 0.5, 0.6), scored("e", "v1.0.0", 0.1, 0.1),
	}
	req := searchRequest()
	found := func() (list []string) {
		answer, err := c.Search(t.Context(), req)
		require.NoError(t, err)
		for _, hit := range answer.Hits {
			list = append(list, hit.PlaybookID+" "+hit.Version)
		}
		return list
	}
	require.Equal(t, []string{"b v1.0.0", "c v1.0.0"}, found())
	require.Len(t, store.queries, 1)

	req.IncludeDisabled = true
	require.Equal(t, []string{"a v2.0.0", "b v1.0.0", "b v2.0.0", "d v1.0.0", "c v1.0.0", "e v1.0.0"}, found())
	require.Equal(t, store.queries[1], store.queries[2], "both are asked the same")
	answer, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.EqualValues(t, 7+4, answer.Total)
	req.TopK = 2
	require.Equal(t, []string{"a v2.0.0", "b v1.0.0"}, found())
}

func TestSearchGivesRecords(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	store.hits = []catalog.Hit{scored("b", "v1.0.0", 0.9, 0.9), scored("a", "v3.0.0", 0.5, 0.5)}
	req := searchRequest()
	answer, err := c.Search(t.Context(), req)
	require.NoError(t, err)
	require.Nil(t, answer.Hits[0].Record)
	req.IncludeRecords = true
	answer, err = c.Search(t.Context(), req)
	require.NoError(t, err)
	for _, hit := range answer.Hits {
		require.Equal(t, hit.PlaybookID, hit.Record.PlaybookID)
		require.Equal(t, hit.Version, hit.Record.Version)
	}
	require.Nil(t, store.hits[0].Record, "what the store holds is left alone")
}

func TestPublishOfTheNextVersionOnly(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	req := catalog.PublishRequest{Draft: validDraft(), NextOnly: true}
	_, err := c.Publish(t.Context(), req)
	require.NoError(t, err)
	store.unknown = true
	_, err = c.Publish(t.Context(), req)
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	require.Len(t, store.published, 1)
	req.NextOnly = false
	_, err = c.Publish(t.Context(), req)
	require.NoError(t, err)
}
