package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// A version is reviewed against the greatest version below it and the greatest stable one; a change summary that the
// review makes is stored, and does not keep a repeat from being identical.
func testReview(t *testing.T, s catalog.Store) {
	var told []string
	reviewed := func(version, summary string) catalog.Publication {
		p := publication(draft(t, "a", version, func(d *catalog.Draft) { d.ChangeSummary = summary }))
		p.IfExists = catalog.IfExistsReturnIdentical
		p.Review = func(below, stable *catalog.Version) catalog.Review {
			told = nil
			for _, v := range []*catalog.Version{below, stable} {
				name := "none"
				if v != nil {
					require.NotEmpty(t, v.Content)
					name = v.Version
				}
				told = append(told, name)
			}
			return catalog.Review{ChangeSummary: "made of " + told[0], Warnings: []string{"careful"}}
		}
		return p
	}
	published, err := s.Publish(t.Context(), reviewed("v1.0.0", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"none", "none"}, told)
	require.Equal(t, []string{"careful"}, published.Warnings)
	require.Equal(t, "made of none", published.Version.ChangeSummary)

	publish(t, s, reviewed("v1.1.0-rc.1", "by hand"))
	require.Equal(t, []string{"v1.0.0", "v1.0.0"}, told)
	publish(t, s, reviewed("v1.1.0", ""))
	require.Equal(t, []string{"v1.1.0-rc.1", "v1.0.0"}, told)

	for version, summary := range map[string]string{"v1.0.0": "", "v1.1.0-rc.1": "by hand", "v1.1.0": ""} {
		stored, err := s.Version(t.Context(), "a", version)
		require.NoError(t, err)
		require.Equal(t, summary == "", stored.ChangeSummaryGenerated)
		require.Equal(t, summary, stored.Written().ChangeSummary)
		repeated, err := s.Publish(t.Context(), reviewed(version, summary))
		require.NoError(t, err)
		require.True(t, repeated.Identical)
		require.Equal(t, stored, repeated.Version)
		require.NotEmpty(t, repeated.Version.ChangeSummary)
	}
	for _, summary := range []string{"made of v1.1.0-rc.1", "other"} {
		_, err = s.Publish(t.Context(), reviewed("v1.1.0", summary))
		require.Error(t, err, "its publisher did not write that")
	}
}
