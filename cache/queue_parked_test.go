package cache_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/cache"
	"github.com/kubernaut/datastorage/internal/testdb"
)

func parkedOf(t *testing.T, q *cache.Queue) []audit.ParkedEntry {
	t.Helper()
	entries, err := q.Parked(t.Context(), 100)
	require.NoError(t, err)
	return entries
}

func TestParkRetryRemove(t *testing.T) {
	t.Parallel()
	q := openQueue(t, testdb.Queue(t))
	require.Empty(t, parkedOf(t, q))
	pushed := groups(t, 2)
	push(t, q, pushed...)
	claim(t, q, 2)
	begin := time.Now()
	for _, e := range claim(t, q, 2) {
		for range 2 {
			require.NoError(t, q.Park(t.Context(), e, "an event with this id exists: "+e.Group[0].ID.String()))
		}
	}
	require.Equal(t, audit.QueueStats{Parked: 2, Durable: true}, stats(t, q), "parked twice is parked once")
	require.Empty(t, claim(t, q, 2))

	parked := parkedOf(t, q)
	for i, e := range parked {
		require.Equal(t, pushed[i], e.Group)
		require.Equal(t, "an event with this id exists: "+e.Group[0].ID.String(), e.Reason)
		require.EqualValues(t, 2, e.Attempts)
		require.WithinRange(t, e.ParkedAt, begin.Add(-patience), time.Now().Add(patience))
	}
	one, err := q.Parked(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, parked[:1], one)
	none, err := q.Parked(t.Context(), 0)
	require.NoError(t, err)
	require.Empty(t, none)

	require.NoError(t, q.Retry(t.Context(), parked[0].ID))
	again := claim(t, q, 2)
	require.Equal(t, pushed[:1], groupsOf(again))
	require.EqualValues(t, 1, again[0].Attempts, "counted anew")
	removed, err := q.Remove(t.Context(), parked[1].ID)
	require.NoError(t, err)
	require.Equal(t, parked[1], removed)
	require.Empty(t, parkedOf(t, q))
	require.EqualValues(t, 1, stats(t, q).Depth)

	require.NoError(t, q.Done(t.Context(), idsOf(again)))
	require.NoError(t, q.Park(t.Context(), again[0], "too late"), "another process was faster")
	require.Equal(t, audit.QueueStats{Durable: true}, stats(t, q))
	for _, id := range []string{parked[0].ID, parked[1].ID, again[0].ID, "", "1", "-", "+", "x-y", "1-1-1", "99999999999999999999-1"} {
		require.ErrorIs(t, q.Retry(t.Context(), id), audit.ErrQueueEntryNotFound, id)
		_, err := q.Remove(t.Context(), id)
		require.ErrorIs(t, err, audit.ErrQueueEntryNotFound, id)
	}
}

// What cannot be read is put aside as it is, and keeps nothing else from being drained.
func TestCorruptEntriesAreParkedAndBlockNothing(t *testing.T) {
	t.Parallel()
	url := testdb.Queue(t)
	q, client := openQueue(t, url), raw(t, url)
	damaged := []string{"1\n- {\"event_id\":\"", "2\nfrom a newer version\n", "", "\x00\xff"}
	for _, payload := range damaged {
		command(t, client, "XADD", cache.GroupsKey, "*", "group", payload)
	}
	command(t, client, "XADD", cache.GroupsKey, "*", "somebody", "else", "reason", "none", "group", "x")
	pushed := groups(t, 1)
	push(t, q, pushed...)

	for range 2 {
		require.Equal(t, pushed, groupsOf(claim(t, q, 100)))
		parked := parkedOf(t, q)
		require.Len(t, parked, len(damaged)+1)
		for i, e := range parked {
			require.Nil(t, e.Group)
			require.Contains(t, e.Reason, "cannot be read")
			rows, err := command(t, client, "XRANGE", cache.ParkedKey, e.ID, e.ID).AsXRangeSlices()
			require.NoError(t, err)
			fields := rows[0].FieldValues[2:]
			if i < len(damaged) {
				require.Equal(t, damaged[i], fields[0].Value, "nothing of it is lost")
			} else {
				require.Len(t, fields, 3)
			}
			require.NoError(t, q.Retry(t.Context(), e.ID))
		}
		require.EqualValues(t, len(damaged)+2, stats(t, q).Depth)
	}
}
