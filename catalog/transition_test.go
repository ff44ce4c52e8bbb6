package catalog_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/validation"
)

// TestStatusMachine has all cells: from each status by each transition.
func TestStatusMachine(t *testing.T) {
	t.Parallel()
	const no = catalog.Status("")
	columns := []catalog.Transition{
		catalog.TransitionDisable, catalog.TransitionEnable, catalog.TransitionDeprecate, catalog.TransitionArchive,
	}
	for from, row := range map[catalog.Status][4]catalog.Status{
		catalog.StatusActive:     {catalog.StatusDisabled, no, catalog.StatusDeprecated, catalog.StatusArchived},
		catalog.StatusDisabled:   {no, catalog.StatusActive, catalog.StatusDeprecated, catalog.StatusArchived},
		catalog.StatusDeprecated: {no, no, no, catalog.StatusArchived},
		catalog.StatusArchived:   {no, no, no, no},
	} {
		for i, transition := range columns {
			to, allowed := transition.From(from)
			require.Equal(t, row[i], to, "%s %s", transition, from)
			require.Equal(t, row[i] != no, allowed, "%s %s", transition, from)
		}
		_, allowed := catalog.TransitionPublish.From(from)
		require.False(t, allowed)
	}
}

// lifecycleStore remembers what it was asked.
type lifecycleStore struct {
	fakeStore

	changes    []catalog.VersionChange
	whole      []catalog.PlaybookChange
	executions []catalog.Execution
	pages      []catalog.Page
}

func (s *lifecycleStore) Change(_ context.Context, c catalog.VersionChange) (catalog.Version, error) {
	s.changes = append(s.changes, c)
	return catalog.Version{}, nil
}

func (s *lifecycleStore) ChangePlaybook(_ context.Context, c catalog.PlaybookChange) ([]catalog.Version, error) {
	s.whole = append(s.whole, c)
	return nil, nil
}

func (s *lifecycleStore) RecordExecution(_ context.Context, e catalog.Execution) (catalog.Version, error) {
	s.executions = append(s.executions, e)
	return catalog.Version{}, nil
}

func (s *lifecycleStore) History(_ context.Context, _ string, page catalog.Page) (catalog.HistoryPage, error) {
	s.pages = append(s.pages, page)
	return catalog.HistoryPage{}, nil
}

func newLifecycle(t *testing.T) (*catalog.Catalog, *lifecycleStore) {
	t.Helper()
	store := &lifecycleStore{}
	c, err := catalog.New(catalog.Config{Store: store, Embedder: &fakeEmbedder{}})
	require.NoError(t, err)
	return c, store
}

func requirePointers(t *testing.T, err error, pointers ...string) {
	t.Helper()
	var invalid *validation.Error
	require.ErrorAs(t, err, &invalid)
	var got []string
	for _, violation := range invalid.Violations {
		got = append(got, violation.Pointer)
	}
	require.Equal(t, pointers, got)
}

func TestChangeIsChecked(t *testing.T) {
	t.Parallel()
	c, store := newLifecycle(t)
	id := catalog.VersionID{PlaybookID: "a", Version: "v1.0.0"}
	long := strings.Repeat("é", catalog.MaxReasonLength)
	for _, test := range []struct {
		change   catalog.VersionChange
		pointers []string
	}{
		{catalog.VersionChange{Transition: catalog.TransitionDisable}, []string{"/reason"}},
		{catalog.VersionChange{Transition: catalog.TransitionDeprecate, Reason: " \n"}, []string{"/reason"}},
		{catalog.VersionChange{Transition: catalog.TransitionArchive, Reason: long + "x"}, []string{"/reason"}},
		{catalog.VersionChange{Transition: catalog.TransitionEnable, Reason: long + "x"}, []string{"/reason"}},
		{catalog.VersionChange{Transition: catalog.TransitionEnable, Reason: "a\x00"}, []string{"/reason"}},
		{catalog.VersionChange{Transition: catalog.TransitionPublish, Reason: "why"}, []string{"/transition"}},
		{
			catalog.VersionChange{Transition: catalog.TransitionDisable, Reason: "why", Actor: catalog.Actor{Name: "a\nb"}},
			[]string{"/actor"},
		},
		{
			catalog.VersionChange{Transition: catalog.TransitionArchive, Reason: "why", DeprecationNotice: "x", SupersededBy: "y"},
			[]string{"/deprecation_notice", "/superseded_by"},
		},
		{
			catalog.VersionChange{Transition: catalog.TransitionDeprecate, Reason: "why", SupersededBy: strings.Repeat("x", 321)},
			[]string{"/superseded_by"},
		},
	} {
		test.change.VersionID = id
		_, err := c.Change(t.Context(), test.change)
		requirePointers(t, err, test.pointers...)
	}
	require.Empty(t, store.changes)

	_, err := c.Change(catalog.WithRequestID(t.Context(), "request-1"), catalog.VersionChange{
		VersionID: id, Transition: catalog.TransitionDisable, Reason: long,
	})
	require.NoError(t, err)
	require.Equal(t, []catalog.VersionChange{{
		VersionID: id, Transition: catalog.TransitionDisable, Reason: long, Actor: catalog.Anonymous, RequestID: "request-1",
	}}, store.changes)
}

func TestChangeOfAPlaybookIsChecked(t *testing.T) {
	t.Parallel()
	c, store := newLifecycle(t)
	_, err := c.ChangePlaybook(t.Context(), catalog.PlaybookChange{PlaybookID: "A", Transition: catalog.TransitionDisable})
	requirePointers(t, err, "/playbook_id", "/reason")
	_, err = c.ChangePlaybook(t.Context(), catalog.PlaybookChange{PlaybookID: "a", Transition: catalog.TransitionArchive, Reason: "why"})
	requirePointers(t, err, "/transition")
	require.Empty(t, store.whole)
	_, err = c.ChangePlaybook(t.Context(), catalog.PlaybookChange{PlaybookID: "a", Transition: catalog.TransitionEnable})
	require.NoError(t, err)
	require.Equal(t, []catalog.PlaybookChange{{
		PlaybookID: "a", Transition: catalog.TransitionEnable, Actor: catalog.Anonymous,
	}}, store.whole)
}

func TestExecutionAndHistoryAreChecked(t *testing.T) {
	t.Parallel()
	c, store := newLifecycle(t)
	id := catalog.VersionID{PlaybookID: "a", Version: "v1.0.0"}
	_, err := c.RecordExecution(t.Context(), catalog.Execution{VersionID: id, ExecutionID: " ", DurationMS: -1})
	requirePointers(t, err, "/execution_id", "/duration_ms")
	_, err = c.RecordExecution(t.Context(), catalog.Execution{VersionID: id, ExecutionID: strings.Repeat("x", 256)})
	requirePointers(t, err, "/execution_id")
	require.Empty(t, store.executions)
	_, err = c.RecordExecution(t.Context(), catalog.Execution{VersionID: id, ExecutionID: "e", DurationMS: 365 * 24 * time.Hour.Milliseconds()})
	require.NoError(t, err)
	require.Len(t, store.executions, 1)

	_, err = c.History(t.Context(), "A", catalog.Page{})
	requirePointers(t, err, "/playbook_id", "/limit")
	_, err = c.History(t.Context(), "a", catalog.Page{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, []catalog.Page{{Limit: 1}}, store.pages)
}

func TestTransitionNotAllowedSaysWhy(t *testing.T) {
	t.Parallel()
	err := error(&catalog.TransitionNotAllowedError{Transition: catalog.TransitionEnable, Last: catalog.HistoryEntry{
		PlaybookID: "a", Version: "v1.0.0", Transition: catalog.TransitionArchive, To: catalog.StatusArchived,
		Actor: catalog.Actor{Name: "bob"}, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}})
	require.ErrorIs(t, err, catalog.ErrTransitionNotAllowed)
	require.EqualError(t, err, "cannot enable a v1.0.0: it is archived since 2026-01-02T03:04:05Z (archive by bob)")
}
