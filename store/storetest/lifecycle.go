package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

var bob = catalog.Actor{Name: "bob", Source: catalog.ActorAuthenticated}

func changeOf(id, version string, transition catalog.Transition) catalog.VersionChange {
	return catalog.VersionChange{
		VersionID:  catalog.VersionID{PlaybookID: id, Version: version},
		Transition: transition, Reason: "it broke things", Actor: bob, RequestID: "request-" + string(transition),
	}
}

func change(t *testing.T, s catalog.Store, id, version string, transition catalog.Transition) catalog.Version {
	t.Helper()
	changed, err := s.Change(t.Context(), changeOf(id, version, transition))
	require.NoError(t, err, "%s %s %s", transition, id, version)
	return changed
}

// changeAll changes the whole playbook a.
func changeAll(t *testing.T, s catalog.Store, transition catalog.Transition) []string {
	t.Helper()
	changed, err := s.ChangePlaybook(t.Context(), catalog.PlaybookChange{
		PlaybookID: "a", Transition: transition, Reason: "all of it", Actor: bob,
	})
	require.NoError(t, err)
	versions := []string{}
	for _, v := range changed {
		versions = append(versions, v.Version)
		require.Empty(t, v.Content)
	}
	return versions
}

func historyOf(t *testing.T, s catalog.Store, id string) []catalog.HistoryEntry {
	t.Helper()
	var all []catalog.HistoryEntry
	for page := (catalog.Page{Limit: 3}); ; {
		listed, err := s.History(t.Context(), id, page)
		require.NoError(t, err)
		all = append(all, listed.Items...)
		if page.Cursor = listed.NextCursor; page.Cursor == "" {
			return all
		}
		require.Len(t, listed.Items, 3)
	}
}

// paths leads a new version into each status.
var paths = map[catalog.Status][]catalog.Transition{
	catalog.StatusActive:     nil,
	catalog.StatusDisabled:   {catalog.TransitionDisable},
	catalog.StatusDeprecated: {catalog.TransitionDeprecate},
	catalog.StatusArchived:   {catalog.TransitionArchive},
}

// All cells of the status machine: what is allowed happens, and what is not says what stands against it.
func testStatusMachine(t *testing.T, s catalog.Store) {
	for from, path := range paths {
		for _, transition := range []catalog.Transition{
			catalog.TransitionDisable, catalog.TransitionEnable, catalog.TransitionDeprecate, catalog.TransitionArchive,
		} {
			id := fmt.Sprintf("%s-%s", from, transition)
			publish(t, s, publication(draft(t, id, "v1.0.0")))
			for _, step := range path {
				change(t, s, id, "v1.0.0", step)
			}
			before, err := s.Version(t.Context(), id, "v1.0.0")
			require.NoError(t, err)
			require.Equal(t, from, before.Status)
			want, allowed := transition.From(from)
			changed, err := s.Change(t.Context(), changeOf(id, "v1.0.0", transition))
			after, readErr := s.Version(t.Context(), id, "v1.0.0")
			require.NoError(t, readErr)
			if allowed {
				require.NoError(t, err, id)
				require.Equal(t, after, changed)
				require.Equal(t, want, after.Status)
				require.Greater(t, after.Revision, before.Revision)
				require.Equal(t, want == catalog.StatusActive, after.IsLatest)
				continue
			}
			require.ErrorIs(t, err, catalog.ErrTransitionNotAllowed, id)
			require.Equal(t, before, after)
			var refused *catalog.TransitionNotAllowedError
			require.ErrorAs(t, err, &refused)
			history := historyOf(t, s, id)
			require.Equal(t, &catalog.TransitionNotAllowedError{Transition: transition, Last: history[len(history)-1]}, refused)
			require.Len(t, history, len(path)+1, "a refusal leaves no trace")
		}
	}
}

func testLifecycleFields(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	disabled := change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	require.Equal(t, "bob", disabled.DisabledBy)
	require.Equal(t, "it broke things", disabled.DisabledReason)
	require.Equal(t, disabled.UpdatedAt, *disabled.DisabledAt)
	require.Equal(t, "bob", disabled.UpdatedBy)
	require.NotEmpty(t, disabled.Content)

	enabled := change(t, s, "a", "v1.0.0", catalog.TransitionEnable)
	require.Empty(t, enabled.DisabledBy)
	require.Empty(t, enabled.DisabledReason)
	require.Nil(t, enabled.DisabledAt)
	require.Greater(t, enabled.UpdatedAt, disabled.UpdatedAt)

	c := changeOf("a", "v1.0.0", catalog.TransitionDeprecate)
	c.DeprecationNotice, c.SupersededBy = "use b", "b"
	deprecated, err := s.Change(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, "use b", deprecated.DeprecationNotice)
	require.Equal(t, "b", deprecated.SupersededBy)
	archived := change(t, s, "a", "v1.0.0", catalog.TransitionArchive)
	require.Equal(t, "use b", archived.DeprecationNotice)

	require.Equal(t, []catalog.HistoryEntry{
		{
			Sequence: 1, PlaybookID: "a", Version: "v1.0.0", Transition: "publish", To: "active", Actor: alice, At: disabled.CreatedAt,
		}, {
			Sequence: 2, PlaybookID: "a", Version: "v1.0.0", Transition: "disable", From: "active", To: "disabled", Actor: bob,
			Reason: "it broke things", RequestID: "request-disable", At: disabled.UpdatedAt,
		}, {
			Sequence: 3, PlaybookID: "a", Version: "v1.0.0", Transition: "enable", From: "disabled", To: "active", Actor: bob,
			Reason: "it broke things", RequestID: "request-enable", At: enabled.UpdatedAt,
		}, {
			Sequence: 4, PlaybookID: "a", Version: "v1.0.0", Transition: "deprecate", From: "active", To: "deprecated", Actor: bob,
			Reason: "it broke things", RequestID: "request-deprecate", At: deprecated.UpdatedAt,
		}, {
			Sequence: 5, PlaybookID: "a", Version: "v1.0.0", Transition: "archive", From: "deprecated", To: "archived", Actor: bob,
			Reason: "it broke things", RequestID: "request-archive", At: archived.UpdatedAt,
		},
	}, historyOf(t, s, "a"))
}

func testDisabledFallsBack(t *testing.T, s catalog.Store) {
	for _, version := range []string{"v1.0.0", "v1.1.0", "v2.0.0"} {
		publish(t, s, publication(draft(t, "a", version)))
	}
	requireFound := func(version string) {
		t.Helper()
		latest, err := s.Latest(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, version, latest.Version.Version)
		require.Equal(t, []string{version}, latestOf(t, s, "a"))
		found, err := s.Search(t.Context(), catalog.SearchQuery{
			Model: model, Vector: vectorOf("Title of a"), TopK: 5, MinSimilarity: -1,
		})
		require.NoError(t, err)
		require.Len(t, found.Hits, 1)
		require.Equal(t, version, found.Hits[0].Version)
	}
	requireFound("v2.0.0")
	before, err := s.Generation(t.Context())
	require.NoError(t, err)
	change(t, s, "a", "v2.0.0", catalog.TransitionDisable)
	requireFound("v1.1.0")
	after, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Greater(t, after, before)
	latest, err := s.Latest(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, "it broke things", latest.Newer.DisabledReason)

	require.True(t, change(t, s, "a", "v2.0.0", catalog.TransitionEnable).IsLatest)
	requireFound("v2.0.0")
	change(t, s, "a", "v2.0.0", catalog.TransitionArchive)
	change(t, s, "a", "v1.1.0", catalog.TransitionDeprecate)
	requireFound("v1.0.0")
	change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	_, err = s.Latest(t.Context(), "a")
	require.ErrorIs(t, err, catalog.ErrNoActiveVersion)
}

// Enabling a playbook brings back what disabling it took, not what was disabled one by one.
func testWholePlaybook(t *testing.T, s catalog.Store) {
	for _, version := range []string{"v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0"} {
		publish(t, s, publication(draft(t, "a", version)))
	}
	change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	change(t, s, "a", "v1.1.0", catalog.TransitionDeprecate)
	require.Empty(t, changeAll(t, s, catalog.TransitionEnable), "nothing was disabled with the playbook")

	require.Equal(t, []string{"v1.4.0", "v1.3.0", "v1.2.0"}, changeAll(t, s, catalog.TransitionDisable))
	quiet, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Empty(t, changeAll(t, s, catalog.TransitionDisable), "a repeat is harmless")
	still, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Equal(t, quiet, still)
	_, err = s.Latest(t.Context(), "a")
	require.ErrorIs(t, err, catalog.ErrNoActiveVersion)

	// What is moved one by one after that is no longer the playbook's affair.
	change(t, s, "a", "v1.3.0", catalog.TransitionEnable)
	change(t, s, "a", "v1.3.0", catalog.TransitionDisable)
	change(t, s, "a", "v1.4.0", catalog.TransitionArchive)
	require.Equal(t, []string{"v1.2.0"}, changeAll(t, s, catalog.TransitionEnable))
	require.Empty(t, changeAll(t, s, catalog.TransitionEnable))
	require.Equal(t, []string{"v1.2.0"}, latestOf(t, s, "a"))

	var whole []string
	for i, entry := range historyOf(t, s, "a") {
		require.EqualValues(t, i+1, entry.Sequence)
		if entry.WholePlaybook {
			whole = append(whole, fmt.Sprint(entry.Transition, " ", entry.Version, " ", entry.Reason))
		}
	}
	require.Equal(t, []string{
		"disable v1.4.0 all of it", "disable v1.3.0 all of it", "disable v1.2.0 all of it", "enable v1.2.0 all of it",
	}, whole)
}

func testPrecondition(t *testing.T, s catalog.Store) {
	published := publish(t, s, publication(draft(t, "a", "v1.0.0")))
	c := changeOf("a", "v1.0.0", catalog.TransitionDisable)
	c.Matches = func(v *catalog.Version) bool {
		return v.Revision == published.Revision+1 && v.ContentHash == published.ContentHash
	}
	_, err := s.Change(t.Context(), c)
	require.ErrorIs(t, err, catalog.ErrPreconditionFailed)
	_, err = s.RecordExecution(t.Context(), catalog.Execution{VersionID: c.VersionID, ExecutionID: "e"})
	require.NoError(t, err)
	_, err = s.Change(t.Context(), c)
	require.NoError(t, err, "an execution that was counted is another revision")
}

func testLifecycleNotFound(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	for _, test := range []struct {
		id   string
		want error
	}{{"nobody", catalog.ErrPlaybookNotFound}, {"a", catalog.ErrVersionNotFound}} {
		_, err := s.Change(t.Context(), changeOf(test.id, "v9.0.0", catalog.TransitionDisable))
		require.ErrorIs(t, err, test.want)
		_, err = s.RecordExecution(t.Context(), catalog.Execution{
			VersionID: catalog.VersionID{PlaybookID: test.id, Version: "v9.0.0"}, ExecutionID: "e",
		})
		require.ErrorIs(t, err, test.want)
	}
	_, err := s.ChangePlaybook(t.Context(), catalog.PlaybookChange{PlaybookID: "nobody", Transition: "disable", Reason: "x", Actor: bob})
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	_, err = s.History(t.Context(), "nobody", catalog.Page{Limit: 1})
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)
	for _, cursor := range []string{"x", catalog.EncodeCursor("1", "history", "b"), catalog.EncodeCursor("x", "history", "a")} {
		_, err = s.History(t.Context(), "a", catalog.Page{Limit: 1, Cursor: cursor})
		require.ErrorIs(t, err, catalog.ErrInvalidCursor)
	}
}

// Each execution counts once, and the first report of it counts, also when many arrive at once.
func testExecutions(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	const executions, reports = 20, 3
	errs := make([]error, executions*reports)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			n := i % executions
			_, errs[i] = s.RecordExecution(t.Context(), catalog.Execution{
				VersionID:   catalog.VersionID{PlaybookID: "a", Version: "v1.0.0"},
				ExecutionID: fmt.Sprint("execution-", n), Success: n%4 != 0, DurationMS: 10,
			})
		})
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	v, err := s.RecordExecution(t.Context(), catalog.Execution{
		VersionID: catalog.VersionID{PlaybookID: "a", Version: "v1.0.0"}, ExecutionID: "execution-0", Success: true,
	})
	require.NoError(t, err)
	require.EqualValues(t, executions, v.TotalExecutions)
	require.EqualValues(t, 15, v.SuccessfulExecutions, "a later report of the same execution says nothing")
	require.InDelta(t, 0.75, *v.ActualSuccessRate, 0)
	require.EqualValues(t, executions+1, v.Revision)
	require.True(t, v.IsLatest)
}
