package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
)

// What a store is given with a publication to compare it with the versions before it.
func TestPublishIsReviewed(t *testing.T) {
	t.Parallel()
	c, store, _ := newCatalog(t)
	before := func(version string) *catalog.Version {
		draft, err := validDraft().Normalise(catalogtest.LabelSchemas())
		require.NoError(t, err)
		draft.Version = version
		return &catalog.Version{Draft: draft}
	}
	published := func(version, summary, signalType string) func(below, stable *catalog.Version) catalog.Review {
		draft := validDraft()
		draft.Version, draft.ChangeSummary, draft.Owner = version, summary, "another"
		draft.Labels = catalog.Labels{Values: map[string]string{"signal_type": signalType, "severity": "high"}}
		_, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: draft})
		require.NoError(t, err)
		return store.published[len(store.published)-1].Review
	}

	review := published("v1.0.1", "", "Other")(before("v1.0.0"), before("v1.0.0"))
	require.Contains(t, review.ChangeSummary, "signal_type")
	require.Len(t, review.Warnings, 1)
	require.Contains(t, review.Warnings[0], "from v1.0.0 to v1.0.1 is a patch bump, but the changes ask for a major one")

	review = published("v1.0.1", "by hand", "Other")(before("v1.0.0"), before("v1.0.0"))
	require.Empty(t, review.ChangeSummary)
	require.Len(t, review.Warnings, 1)

	review = published("v2.0.0", "", "Other")(before("v2.0.0-rc.1"), before("v1.0.0"))
	require.NotEmpty(t, review.ChangeSummary)
	require.Empty(t, review.Warnings, "the step from the stable version is major")
	require.Equal(t, catalog.Review{}, published("v1.0.0", "", "Other")(nil, nil))
}

func TestWrittenLeavesOutWhatWasGenerated(t *testing.T) {
	t.Parallel()
	v := catalog.Version{Draft: catalog.Draft{ChangeSummary: "Changed owner."}}
	require.Equal(t, "Changed owner.", v.Written().ChangeSummary)
	v.ChangeSummaryGenerated = true
	require.Empty(t, v.Written().ChangeSummary)
	require.Equal(t, "Changed owner.", v.ChangeSummary)
}
