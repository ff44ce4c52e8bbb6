package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

func draft(id, version string) apiclient.PublishRequest {
	return apiclient.PublishRequest{
		PlaybookId:  id,
		Version:     version,
		Title:       "Playbook " + id,
		Description: "What to do about " + strings.ReplaceAll(id, "-", " ") + ".",
		Content:     "# " + version,
		Labels:      apiclient.Labels{SignalType: "E2ETest", Severity: "low"},
	}
}

func publish(t *testing.T, c *apiclient.ClientWithResponses, d apiclient.PublishRequest) *apiclient.PublishPlaybookResponse {
	t.Helper()
	resp, err := c.PublishPlaybookWithResponse(t.Context(), nil, d)
	require.NoError(t, err)
	return resp
}

func TestPublishAndRead(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "publish-and-read"
	actor := "alice@example.com"
	d := draft(id, "v1.0.0")
	d.Actor = &actor
	created := publish(t, c, d)
	require.Equal(t, http.StatusCreated, created.StatusCode(), "%s", created.Body)
	require.Equal(t, "/api/v1/playbooks/"+id+"/versions/v1.0.0", created.HTTPResponse.Header.Get("Location"))
	require.Equal(t, actor, created.JSON201.CreatedBy)
	require.Equal(t, apiclient.Asserted, created.JSON201.ActorSource)
	require.True(t, created.JSON201.IsLatest)

	got, err := c.GetPlaybookVersionWithResponse(t.Context(), id, "v1.0.0", nil)
	require.NoError(t, err)
	require.Equal(t, created.JSON201, got.JSON200, "what is read is what was answered")

	etag := got.HTTPResponse.Header.Get("ETag")
	again, err := c.GetPlaybookVersionWithResponse(t.Context(), id, "v1.0.0",
		&apiclient.GetPlaybookVersionParams{IfNoneMatch: &etag})
	require.NoError(t, err)
	require.Equal(t, http.StatusNotModified, again.StatusCode())
	require.Empty(t, again.Body)

	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.1.0")).StatusCode())
	latest, err := c.GetPlaybookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "v1.1.0", latest.JSON200.Version)
	require.Equal(t, "v1.0.0", *latest.JSON200.PreviousVersion)

	versions, err := c.ListPlaybookVersionsWithResponse(t.Context(), id, nil)
	require.NoError(t, err)
	require.Len(t, versions.JSON200.Items, 2)
	require.Equal(t, "v1.1.0", versions.JSON200.Items[0].Version)
	require.Nil(t, versions.JSON200.Items[0].Content)
}

func TestVersionRules(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "version-rules"
	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.0.0")).StatusCode())

	lower := publish(t, c, draft(id, "v0.9.0"))
	require.Equal(t, http.StatusBadRequest, lower.StatusCode())
	require.Equal(t, "/problems/version-not-incremented", lower.ApplicationproblemJSON400.Type)
	require.Equal(t, "v1.0.0", *lower.ApplicationproblemJSON400.GreatestVersion)
	require.Contains(t, *lower.ApplicationproblemJSON400.Detail, "v1.0.0")

	repeat := publish(t, c, draft(id, "v1.0.0"))
	require.Equal(t, http.StatusConflict, repeat.StatusCode())
	require.Equal(t, "/problems/version-exists", repeat.ApplicationproblemJSON409.Type)

	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.3.0")).StatusCode())
	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v2.0.0-rc.1")).StatusCode())
	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.3.1")).StatusCode(), "a pre-release of v2 does not block v1.3.1")

	latest, err := c.GetPlaybookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "v1.3.1", latest.JSON200.Version)
	require.Equal(t, "v2.0.0-rc.1", latest.JSON200.NewerVersion.Version)

	for _, version := range []string{"1.0", "1.0.0", "vv1.0.0", "abc", "v1", "v1.2", "v1.0.0+build", "v01.0.0", "latest"} {
		bad := publish(t, c, draft(id, version))
		require.Equal(t, http.StatusBadRequest, bad.StatusCode(), version)
		require.Equal(t, "/problems/invalid-version", bad.ApplicationproblemJSON400.Type, version)
	}
}

func TestRepeatsAreHarmlessWhenAskedFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	d := draft("harmless-repeat", "v1.0.0")
	require.Equal(t, http.StatusCreated, publish(t, c, d).StatusCode())
	params := &apiclient.PublishPlaybookParams{IfExists: new(apiclient.ReturnIdentical)}
	same, err := c.PublishPlaybookWithResponse(t.Context(), params, d)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, same.StatusCode())
	require.Equal(t, apiclient.Identical, same.JSON200.Would)

	d.Content += "changed"
	other, err := c.PublishPlaybookWithResponse(t.Context(), params, d)
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, other.StatusCode())
}

func TestDryRunStoresNothing(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "dry-run"
	dry := &apiclient.PublishPlaybookParams{DryRun: new(true)}
	would, err := c.PublishPlaybookWithResponse(t.Context(), dry, draft(id, "v1.0.0"))
	require.NoError(t, err)
	require.Equal(t, apiclient.Create, would.JSON200.Would)
	require.Equal(t, "v1.0.0", would.JSON200.Version.Version)

	missing, err := c.GetPlaybookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, missing.StatusCode())

	require.Equal(t, http.StatusCreated, publish(t, c, draft(id, "v1.0.0")).StatusCode())
	refused, err := c.PublishPlaybookWithResponse(t.Context(), dry, draft(id, "v0.1.0"))
	require.NoError(t, err)
	require.Equal(t, apiclient.Refuse, refused.JSON200.Would)
	require.Equal(t, "/problems/version-not-incremented", refused.JSON200.Problem.Type)
}

// publishAll publishes all drafts at once and gives the status of each.
func publishAll(t *testing.T, c *apiclient.ClientWithResponses, drafts []apiclient.PublishRequest) []int {
	t.Helper()
	statuses := make([]int, len(drafts))
	var wg sync.WaitGroup
	for i, d := range drafts {
		wg.Go(func() {
			resp, err := c.PublishPlaybookWithResponse(t.Context(), nil, d)
			if err != nil {
				t.Error(err)
				return
			}
			statuses[i] = resp.StatusCode()
		})
	}
	wg.Wait()
	return statuses
}

func count(statuses []int, status int) int {
	n := 0
	for _, s := range statuses {
		if s == status {
			n++
		}
	}
	return n
}

func TestFiftyPublishersOfOneVersion(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	drafts := make([]apiclient.PublishRequest, 50)
	for i := range drafts {
		drafts[i] = draft("fifty-of-one", "v1.0.0")
	}
	statuses := publishAll(t, c, drafts)
	require.Equal(t, 1, count(statuses, http.StatusCreated))
	require.Equal(t, 49, count(statuses, http.StatusConflict))
}

func TestFiftyPublishersOfFiftyVersions(t *testing.T) {
	t.Parallel()
	c := newClient(t, shared)
	const id = "fifty-of-fifty"
	drafts := make([]apiclient.PublishRequest, 50)
	for i := range drafts {
		drafts[i] = draft(id, fmt.Sprintf("v1.%d.0", i))
	}
	rand.Shuffle(len(drafts), func(i, j int) { drafts[i], drafts[j] = drafts[j], drafts[i] })
	statuses := publishAll(t, c, drafts)
	created := count(statuses, http.StatusCreated)
	require.Equal(t, 50, created+count(statuses, http.StatusBadRequest))

	versions, err := c.ListPlaybookVersionsWithResponse(t.Context(), id, nil)
	require.NoError(t, err)
	items := versions.JSON200.Items
	require.Len(t, items, created)
	require.Equal(t, "v1.49.0", items[0].Version, "the greatest version can always be published")
	for i := 1; i < len(items); i++ {
		require.True(t, items[i].CreatedAt.Before(items[i-1].CreatedAt), "versions grow in the order of commit")
		require.False(t, items[i].IsLatest)
	}
}
