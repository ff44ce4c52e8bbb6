package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

// Of all processes one does a warm-up; another one takes over when it has died.
func TestWarmUpIsLeased(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	never, err := s.WarmUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, catalog.WarmNever, never.State)

	asked, err := s.AskForWarmUp(t.Context(), "m")
	require.NoError(t, err)
	require.Equal(t, catalog.WarmWaiting, asked.State)
	_, claimed, err := s.ClaimWarmUp(t.Context(), "another-model", "a", time.Minute)
	require.NoError(t, err)
	require.False(t, claimed)
	w, claimed, err := s.ClaimWarmUp(t.Context(), "m", "a", time.Minute)
	require.NoError(t, err)
	require.True(t, claimed)
	require.Equal(t, catalog.WarmRunning, w.State)
	_, claimed, err = s.ClaimWarmUp(t.Context(), "m", "b", time.Minute)
	require.NoError(t, err)
	require.False(t, claimed, "it is leased")
	again, err := s.AskForWarmUp(t.Context(), "m")
	require.NoError(t, err)
	require.Equal(t, catalog.WarmRunning, again.State, "asking while it runs changes nothing")

	exec(t, db, `UPDATE cache_warm_up SET lease_until = now() - interval '1 second'`)
	_, claimed, err = s.ClaimWarmUp(t.Context(), "m", "b", time.Minute)
	require.NoError(t, err)
	require.True(t, claimed)
	w.Playbooks = catalog.WarmCount{Total: 5, Done: 3}
	mine, err := s.SaveWarmUp(t.Context(), "a", w, time.Minute)
	require.NoError(t, err)
	require.False(t, mine, "the one before learns that it lost the lease")
	w.State = catalog.WarmDone
	mine, err = s.SaveWarmUp(t.Context(), "b", w, time.Minute)
	require.NoError(t, err)
	require.True(t, mine)
	done, err := s.WarmUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, catalog.WarmDone, done.State)
	require.Equal(t, w.Playbooks, done.Playbooks)
	require.NotNil(t, done.FinishedAt)
	_, claimed, err = s.ClaimWarmUp(t.Context(), "m", "a", time.Minute)
	require.NoError(t, err)
	require.False(t, claimed, "it is done")
}

func TestAskedQueriesAreCountedAndBounded(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	require.NoError(t, s.CountAsked(t.Context(), map[string]int{"often": 5, "seldom": 1}))
	require.NoError(t, s.CountAsked(t.Context(), map[string]int{"seldom": 1, "now and then": 3}))
	exec(t, db, `INSERT INTO asked_queries SELECT current_date - 5, text_hash, text, 100 FROM asked_queries WHERE text = 'seldom'`)
	texts, err := s.MostAsked(t.Context(), 7, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"seldom", "often"}, texts)
	texts, err = s.MostAsked(t.Context(), 1, 10)
	require.NoError(t, err)
	require.Equal(t, []string{"often", "now and then", "seldom"}, texts)

	exec(t, db, `UPDATE asked_queries SET day = current_date - 30 WHERE text = 'often'`)
	many := map[string]int{}
	for i := range 2100 {
		many[fmt.Sprintf("q%04d", i)] = 2
	}
	require.NoError(t, s.CountAsked(t.Context(), many))
	require.Equal(t, 2000, scan[int](t, db, `SELECT count(*) FROM asked_queries WHERE day = (now() AT TIME ZONE 'UTC')::date`))
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM asked_queries WHERE text = 'often'`), "what is old is deleted")
	require.Equal(t, 1, scan[int](t, db, `SELECT count(*) FROM asked_queries WHERE text = 'now and then'`), "the most frequent stay")
}
