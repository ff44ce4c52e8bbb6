package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// A version that turns out to be harmful is taken out of use, and comes back: searches and the latest version follow at
// once, and the history keeps who did what, when and why.
func TestDisabledVersionFallsBackAtOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "kettle-descaler"
	d := draft(id, "v1.0.0")
	d.Title, d.Description = "Kettle is full of limescale", "The kettle of the office kitchen is full of limescale."
	for _, version := range []string{"v1.0.0", "v1.1.0", "v2.0.0"} {
		d.Version = version
		require.Equal(t, http.StatusCreated, publish(t, c, d).StatusCode())
	}
	requireServed := func(version string) *apiclient.PlaybookVersion {
		t.Helper()
		result := search(t, c, apiclient.SearchPlaybooksParams{Query: "limescale in the kettle"})
		require.Equal(t, id, result.Items[0].PlaybookId)
		require.Equal(t, version, result.Items[0].Version)
		latest, err := c.GetPlaybookWithResponse(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, version, latest.JSON200.Version)
		return latest.JSON200
	}
	requireServed("v2.0.0")

	actor := "alice@example.com"
	why := apiclient.TransitionRequest{Reason: "it floods the kitchen", Actor: &actor}
	disabled, err := c.DisablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0", nil, why)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, disabled.StatusCode(), "%s", disabled.Body)
	newer := requireServed("v1.1.0").NewerVersion
	require.Equal(t, "v2.0.0", newer.Version)
	require.Equal(t, actor, *newer.DisabledBy)
	require.Equal(t, why.Reason, *newer.DisabledReason)

	again, err := c.DisablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0", nil, why)
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, again.StatusCode())
	require.Equal(t, actor, again.ApplicationproblemJSON409.PresentState.By)

	stale := `"0-1"`
	refused, err := c.EnablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0",
		&apiclient.EnablePlaybookVersionParams{IfMatch: &stale}, apiclient.EnableRequest{})
	require.NoError(t, err)
	require.Equal(t, http.StatusPreconditionFailed, refused.StatusCode())
	current := disabled.HTTPResponse.Header.Get("ETag")
	enabled, err := c.EnablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0",
		&apiclient.EnablePlaybookVersionParams{IfMatch: &current}, apiclient.EnableRequest{})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, enabled.StatusCode(), "%s", enabled.Body)
	require.Nil(t, enabled.JSON200.DisabledReason)
	require.Nil(t, requireServed("v2.0.0").NewerVersion)

	history, err := c.ListPlaybookHistoryWithResponse(t.Context(), id, nil)
	require.NoError(t, err)
	require.Len(t, history.JSON200.Items, 5)
	entry := history.JSON200.Items[3]
	require.EqualValues(t, "disable", entry.Transition)
	require.Equal(t, why.Reason, *entry.Reason)
	require.Equal(t, disabled.HTTPResponse.Header.Get("X-Request-Id"), *entry.RequestId)
}

func TestWholePlaybookIsDisabledAndEnabled(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "whole-playbook"
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		require.Equal(t, http.StatusCreated, publish(t, c, draft(id, version)).StatusCode())
	}
	for _, want := range []int{2, 0} {
		disabled, err := c.DisablePlaybookWithResponse(t.Context(), id, nil, apiclient.TransitionRequest{Reason: "no longer safe"})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, disabled.StatusCode(), "%s", disabled.Body)
		require.Len(t, disabled.JSON200.Items, want)
	}
	latest, err := c.GetPlaybookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "/problems/no-active-version", latest.ApplicationproblemJSON404.Type)
	require.Equal(t, "no longer safe", *latest.ApplicationproblemJSON404.NewerVersion.DisabledReason)
	enabled, err := c.EnablePlaybookWithResponse(t.Context(), id, nil, apiclient.EnableRequest{})
	require.NoError(t, err)
	require.Len(t, enabled.JSON200.Items, 2)
}

// The number of a version promises less than what changes: it is published all the same, with a warning, and its change
// summary is made from the diff.
func TestPublisherIsWarnedOfATooSmallBump(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "too-small-a-bump"
	require.Empty(t, publish(t, c, draft(id, "v1.0.0")).JSON201.Warnings)
	d := draft(id, "v1.0.1")
	d.Labels.SignalType = "AnotherSignal"
	created := publish(t, c, d)
	require.Equal(t, http.StatusCreated, created.StatusCode(), "%s", created.Body)
	require.Len(t, created.JSON201.Warnings, 1)
	require.NotEmpty(t, *created.JSON201.ChangeSummary)
	identical := apiclient.ReturnIdentical
	repeated, err := c.PublishPlaybookWithResponse(t.Context(), &apiclient.PublishPlaybookParams{IfExists: &identical}, d)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, repeated.StatusCode(), "%s", repeated.Body)

	diff, err := c.DiffPlaybookVersionsWithResponse(t.Context(), id, "v1.0.0", "v1.0.1", nil)
	require.NoError(t, err)
	require.EqualValues(t, "major", diff.JSON200.SuggestedBump)
	require.Equal(t, created.JSON201.Warnings[0], *diff.JSON200.Warning)
}
