package catalog_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

// changingStore answers every change with one version and an error.
type changingStore struct {
	fakeStore

	identical bool
	nothing   bool // a change of a whole playbook has found nothing to change
	err       error
}

func (s *changingStore) Publish(_ context.Context, p catalog.Publication) (catalog.Published, error) {
	return catalog.Published{Version: catalog.Version{Draft: p.Draft}, Identical: s.identical, Warnings: []string{"of the store"}}, s.err
}

func (s *changingStore) Change(context.Context, catalog.VersionChange) (catalog.Version, error) {
	return catalog.Version{}, s.err
}

func (s *changingStore) ChangePlaybook(context.Context, catalog.PlaybookChange) ([]catalog.Version, error) {
	if s.nothing || s.err != nil {
		return nil, s.err
	}
	return make([]catalog.Version, 2), nil
}

// rememberingCache remembers of which playbooks it was told.
type rememberingCache struct {
	told []string
	err  error
}

func (c *rememberingCache) Invalidate(_ context.Context, id string) (int64, error) {
	c.told = append(c.told, id)
	return 1, c.err
}

func TestChangesInvalidateTheCache(t *testing.T) {
	t.Parallel()
	publish := func(t *testing.T, c *catalog.Catalog, dryRun bool) ([]string, error) {
		t.Helper()
		published, err := c.Publish(t.Context(), catalog.PublishRequest{Draft: validDraft(), DryRun: dryRun})
		return published.Warnings, err
	}
	changes := map[string]func(t *testing.T, c *catalog.Catalog) ([]string, error){
		"publish": func(t *testing.T, c *catalog.Catalog) ([]string, error) { t.Helper(); return publish(t, c, false) },
		"whole": func(t *testing.T, c *catalog.Catalog) ([]string, error) {
			t.Helper()
			changed, err := c.ChangePlaybook(t.Context(), catalog.PlaybookChange{
				PlaybookID: validDraft().PlaybookID, Transition: catalog.TransitionEnable,
			})
			return changed.Warnings, err
		},
	}
	for _, transition := range []catalog.Transition{
		catalog.TransitionDisable, catalog.TransitionEnable, catalog.TransitionDeprecate, catalog.TransitionArchive,
	} {
		changes[string(transition)] = func(t *testing.T, c *catalog.Catalog) ([]string, error) {
			t.Helper()
			changed, err := c.Change(t.Context(), catalog.VersionChange{
				VersionID:  catalog.VersionID{PlaybookID: validDraft().PlaybookID, Version: "v1.0.0"},
				Transition: transition, Reason: "why",
			})
			return changed.Warnings, err
		}
	}
	away := errors.New("away")
	for name, change := range changes {
		for _, test := range []struct {
			name  string
			err   error // of the store
			cache error
			told  bool
			warns bool
		}{
			{name: "succeeds", told: true},
			{name: "cache away", cache: away, told: true, warns: true},
			{name: "refused", err: versioning.ErrVersionAlreadyExists},
			{name: "outcome unknown", err: catalog.ErrOutcomeUnknown, told: true},
		} {
			t.Run(name+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				cache := &rememberingCache{err: test.cache}
				c, err := catalog.New(catalog.Config{Store: &changingStore{err: test.err}, Embedder: &fakeEmbedder{}, Cache: cache})
				require.NoError(t, err)
				warnings, err := change(t, c)
				require.ErrorIs(t, err, test.err)
				var told []string
				if test.told {
					told = []string{validDraft().PlaybookID}
				}
				require.Equal(t, told, cache.told)
				if test.warns {
					require.Contains(t, warnings[len(warnings)-1], "the cache could not be reached")
				} else {
					require.NotContains(t, warnings, "the cache could not be reached")
				}
				if name == "publish" && test.err == nil {
					require.Equal(t, "of the store", warnings[0])
				}
			})
		}
	}
	for name, nothing := range map[string]func(*testing.T, *changingStore, *catalog.Catalog){
		"dry run": func(t *testing.T, _ *changingStore, c *catalog.Catalog) {
			t.Helper()
			_, err := publish(t, c, true)
			require.NoError(t, err)
		},
		"identical": func(t *testing.T, s *changingStore, c *catalog.Catalog) {
			t.Helper()
			s.identical = true
			_, err := publish(t, c, false)
			require.NoError(t, err)
		},
		"repeat": func(t *testing.T, s *changingStore, c *catalog.Catalog) {
			t.Helper()
			s.nothing = true
			_, err := changes["whole"](t, c)
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, store := &rememberingCache{}, &changingStore{}
			c, err := catalog.New(catalog.Config{Store: store, Embedder: &fakeEmbedder{}, Cache: cache})
			require.NoError(t, err)
			nothing(t, store, c)
			require.Empty(t, cache.told, "nothing has changed")
		})
	}
}
