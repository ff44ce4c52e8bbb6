package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func TestCacheTTLs(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, id := range []string{"a", "b"} {
		publish(t, s, publication(t, id, "v1.0.0"))
	}
	before, err := s.Latest(t.Context(), "a")
	require.NoError(t, err)
	ttls := func() map[string]time.Duration {
		t.Helper()
		found, err := s.CacheTTLs(t.Context(), []string{"b", "a", "a", "not-there"})
		require.NoError(t, err)
		return found
	}
	require.Empty(t, ttls())

	hour, almost := time.Hour, time.Minute+time.Second/2
	require.NoError(t, s.SetCacheTTL(t.Context(), "a", &hour))
	require.NoError(t, s.SetCacheTTL(t.Context(), "b", &almost))
	require.Equal(t, map[string]time.Duration{"a": hour, "b": time.Minute}, ttls())
	require.NoError(t, s.SetCacheTTL(t.Context(), "b", nil))
	require.NoError(t, s.SetCacheTTL(t.Context(), "b", nil))
	require.Equal(t, map[string]time.Duration{"a": hour}, ttls())

	require.ErrorIs(t, s.SetCacheTTL(t.Context(), "not-there", &hour), catalog.ErrPlaybookNotFound)
	require.ErrorIs(t, s.SetCacheTTL(t.Context(), "not-there", nil), catalog.ErrPlaybookNotFound)
	for _, ttl := range []time.Duration{0, -time.Hour, time.Second - 1, catalog.MaxCacheTTL + 1} {
		require.ErrorContains(t, s.SetCacheTTL(t.Context(), "a", &ttl), "is not between")
	}
	for _, ttl := range []time.Duration{catalog.MinCacheTTL, catalog.MaxCacheTTL} {
		require.NoError(t, s.SetCacheTTL(t.Context(), "a", &ttl), "the database has the same bounds")
		require.Equal(t, ttl, ttls()["a"])
	}

	after, err := s.Latest(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, before, after, "the playbook has not changed")
}

func TestVersionNumbers(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	for _, version := range []string{"v1.0.0", "v2.0.0-rc.1"} {
		publish(t, s, publication(t, "a", version))
	}
	publish(t, s, publication(t, "ab", "v3.0.0"))
	numbers := func(id string) []string {
		t.Helper()
		found, err := s.VersionNumbers(t.Context(), id)
		require.NoError(t, err)
		return found
	}
	require.ElementsMatch(t, []string{"v1.0.0", "v2.0.0-rc.1"}, numbers("a"))
	require.Empty(t, numbers("not-there"))
}
