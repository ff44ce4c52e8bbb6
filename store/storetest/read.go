package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func testNotFound(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "there", "v1.0.0")))
	requireNotThere := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	}
	_, err := s.Latest(t.Context(), "not-there")
	requireNotThere(err)
	_, err = s.Version(t.Context(), "not-there", "v1.0.0")
	requireNotThere(err)
	_, err = s.Versions(t.Context(), "not-there", catalog.Page{Limit: 1})
	requireNotThere(err)
	_, err = s.Version(t.Context(), "there", "v1.0.1")
	require.ErrorIs(t, err, catalog.ErrVersionNotFound)
}

func testNewerThanLatest(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "newer", "v1.0.0")))
	for _, version := range []string{"v1.1.0-rc.1", "v2.0.0-beta"} {
		publish(t, s, publication(draft(t, "newer", version)))
	}
	latest, err := s.Latest(t.Context(), "newer")
	require.NoError(t, err)
	require.Equal(t, "v1.0.0", latest.Draft.Version)
	require.Equal(t, &catalog.VersionRef{Version: "v2.0.0-beta", Status: catalog.StatusActive}, latest.Newer)

	publish(t, s, publication(draft(t, "newer", "v2.0.0")))
	latest, err = s.Latest(t.Context(), "newer")
	require.NoError(t, err)
	require.Equal(t, "v2.0.0", latest.Draft.Version)
	require.Nil(t, latest.Newer)
}

func testVersionPages(t *testing.T, s catalog.Store) {
	want := []string{
		"v0.9.0", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1",
		"v1.0.0", "v1.2.0", "v1.10.0", "v10.0.0",
	}
	for _, version := range want {
		publish(t, s, publication(draft(t, "paged", version)))
	}
	publish(t, s, publication(draft(t, "paged-too", "v5.0.0")))
	slices.Reverse(want)
	for limit := 1; limit <= len(want)+1; limit++ {
		var got []string
		page := catalog.Page{Limit: limit}
		for {
			listed, err := s.Versions(t.Context(), "paged", page)
			require.NoError(t, err)
			require.LessOrEqual(t, len(listed.Items), limit)
			got = append(got, versionsOf(listed.Items)...)
			if page.Cursor = listed.NextCursor; page.Cursor == "" {
				break
			}
			require.Len(t, listed.Items, limit, "only the last page may be short")
		}
		require.Equal(t, want, got, fmt.Sprint("limit ", limit))
	}
}
