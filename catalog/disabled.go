package catalog

import (
	"cmp"
	"context"
	"slices"
)

// withDisabled adds disabled versions to what a search has found.
func (c *Catalog) withDisabled(ctx context.Context, q SearchQuery, found Matches) (Matches, error) {
	disabled, err := c.store.SearchDisabled(ctx, q)
	if err != nil {
		return Matches{}, err
	}
	hits := slices.Concat(found.Hits, disabled.Hits)
	slices.SortStableFunc(hits, compareHits) // a version that is used stays before its equal that is not
	found.Hits = hits[:min(len(hits), q.TopK)]
	found.Total += disabled.Total
	found.TotalAtLeast = found.TotalAtLeast || disabled.TotalAtLeast
	found.Exact = found.Exact && disabled.Exact
	return found, nil
}

// compareHits orders hits as a search does.
func compareHits(a, b Hit) int {
	similarity := func(h *Hit) float64 {
		if h.Similarity == nil {
			return LabelModeBase
		}
		return *h.Similarity
	}
	return cmp.Or(cmp.Compare(b.Score.Final, a.Score.Final), cmp.Compare(similarity(&b), similarity(&a)),
		cmp.Compare(a.PlaybookID, b.PlaybookID))
}

// addRecords gives hits their whole versions. A version that was disabled since it was found shows that.
func (c *Catalog) addRecords(ctx context.Context, hits []Hit) error {
	ids := make([]VersionID, len(hits))
	for i := range hits {
		ids[i] = VersionID{hits[i].PlaybookID, hits[i].Version}
	}
	records, err := c.store.ReadVersions(ctx, ids)
	if err != nil {
		return err
	}
	for i := range hits {
		hits[i].Record = &records[i]
	}
	return nil
}
