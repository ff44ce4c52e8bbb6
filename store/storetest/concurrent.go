package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

const publishers = 50

// publishAtOnce lets all publications start together and gives their errors.
func publishAtOnce(t *testing.T, s catalog.Store, list []catalog.Publication) []error {
	t.Helper()
	errs := make([]error, len(list))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, p := range list {
		wg.Go(func() {
			<-start
			_, errs[i] = s.Publish(t.Context(), p)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func testConcurrentSameVersion(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "same", "v1.0.0")))
	list := make([]catalog.Publication, publishers)
	for i := range list {
		list[i] = publication(draft(t, "same", "v1.1.0", func(d *catalog.Draft) { d.Owner = fmt.Sprint("owner-", i) }))
	}
	winners := 0
	for _, err := range publishAtOnce(t, s, list) {
		if err == nil {
			winners++
			continue
		}
		require.ErrorIs(t, err, versioning.ErrVersionAlreadyExists)
	}
	require.Equal(t, 1, winners)
	require.Equal(t, []string{"v1.1.0"}, latestOf(t, s, "same"))
}

// What is stored increases strictly in the order of commit, which the times show; all else was refused.
func testConcurrentDifferentVersions(t *testing.T, s catalog.Store) {
	list := make([]catalog.Publication, publishers)
	for i := range list {
		list[i] = publication(draft(t, "race", fmt.Sprintf("v1.%d.0", i)))
	}
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] }) //nolint:gosec // any order will do
	stored := 0
	for i, err := range publishAtOnce(t, s, list) {
		if err == nil {
			stored++
			continue
		}
		var refusal *versioning.NotIncrementedError
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, list[i].Draft.Version, refusal.Next)
		order, err := versioning.CompareVersions(refusal.Greatest, refusal.Next)
		require.NoError(t, err)
		require.Positive(t, order, "a refusal names a greater version")
	}
	page, err := s.Versions(t.Context(), "race", catalog.Page{Limit: catalog.MaxPageSize})
	require.NoError(t, err)
	require.Len(t, page.Items, stored)
	slices.Reverse(page.Items)
	for i := 1; i < len(page.Items); i++ {
		require.True(t, page.Items[i-1].CreatedAt.Before(page.Items[i].CreatedAt), "%s before %s",
			page.Items[i-1].Version, page.Items[i].Version)
		require.Equal(t, page.Items[i-1].Version, page.Items[i].PreviousVersion)
	}
	require.Equal(t, []string{"v1.49.0"}, latestOf(t, s, "race"))
}

func testConcurrentPlaybooks(t *testing.T, s catalog.Store) {
	list := make([]catalog.Publication, publishers)
	for i := range list {
		list[i] = publication(draft(t, fmt.Sprintf("playbook-%d", i), "v1.0.0"))
		if i%3 == 0 {
			list[i] = withVector(list[i], nil)
		}
	}
	before, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.NoError(t, errors.Join(publishAtOnce(t, s, list)...))
	after, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, after-before, int64(publishers), "each transaction counts")

	page, err := s.List(t.Context(), catalog.ListQuery{Page: catalog.Page{Limit: catalog.MaxPageSize}})
	require.NoError(t, err)
	require.Len(t, page.Items, publishers)
}

// First publishers of one playbook neither deadlock nor run into the row that another one of them has just made, also
// when that one is rolled back.
func testConcurrentFirstPublishers(t *testing.T, s catalog.Store) {
	for round := range 5 {
		id := fmt.Sprintf("first-%d", round)
		list := make([]catalog.Publication, 10)
		for i := range list {
			list[i] = publication(draft(t, id, "v1.0.0"))
			list[i].DryRun = i%2 == 0
		}
		stored := 0
		for i, err := range publishAtOnce(t, s, list) {
			switch {
			case err != nil:
				require.ErrorIs(t, err, versioning.ErrVersionAlreadyExists)
			case !list[i].DryRun:
				stored++
			}
		}
		require.Equal(t, 1, stored)
	}
}
