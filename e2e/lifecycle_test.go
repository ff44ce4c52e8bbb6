package e2e

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// requestIDEditor sends a request id of the caller's.
func requestIDEditor(id string) apiclient.RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Header.Set("X-Request-Id", id)
		return nil
	}
}

// TestLifecycleShowsEverywhere takes the latest version out of use and back, and looks at all that has to follow.
func TestLifecycleShowsEverywhere(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "lifecycle-everywhere"
	d := draft(id, "v1.0.0")
	d.Title, d.Description = "Warp core breach", "The warp core of the starship is about to breach; eject it."
	for _, version := range []string{"v1.0.0", "v1.1.0", "v2.0.0"} {
		d.Version = version
		require.Equal(t, http.StatusCreated, publish(t, c, d).StatusCode())
	}
	serves := func(version string) {
		t.Helper()
		latest, err := c.GetPlaybookWithResponse(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, version, latest.JSON200.Version)
		found := search(t, c, apiclient.SearchPlaybooksParams{Query: new("warp core breach")})
		require.Equal(t, version, found.Items[0].Version)
	}
	serves("v2.0.0")

	const requestID = "disable-warp-core"
	disabled, err := c.DisablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0", nil,
		apiclient.DisablePlaybookVersionJSONRequestBody{Reason: "ejects the wrong core", Actor: new("alice@example.com")},
		requestIDEditor(requestID))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, disabled.StatusCode(), "%s", disabled.Body)
	serves("v1.1.0")
	latest, err := c.GetPlaybookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "v2.0.0", latest.JSON200.NewerVersion.Version)
	require.Equal(t, "alice@example.com", *latest.JSON200.NewerVersion.DisabledBy)
	require.Equal(t, "ejects the wrong core", *latest.JSON200.NewerVersion.DisabledReason)

	again, err := c.DisablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0", nil,
		apiclient.DisablePlaybookVersionJSONRequestBody{Reason: "again"})
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, again.StatusCode())

	trail, err := c.ListAuditEventsWithResponse(t.Context(), &apiclient.ListAuditEventsParams{CorrelationId: new(requestID)})
	require.NoError(t, err)
	require.Len(t, trail.JSON200.Data, 1, "the change and its audit event are one")
	require.Equal(t, "datastorage.playbook.disabled", trail.JSON200.Data[0].EventType)
	require.Equal(t, "alice@example.com", trail.JSON200.Data[0].ActorId)

	enabled, err := c.EnablePlaybookVersionWithResponse(t.Context(), id, "v2.0.0", nil,
		apiclient.EnablePlaybookVersionJSONRequestBody{})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, enabled.StatusCode(), "%s", enabled.Body)
	require.Nil(t, enabled.JSON200.DisabledReason)
	serves("v2.0.0")
}
