package cache

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPace(t *testing.T) {
	t.Parallel()
	p := pace{floor: 5 * time.Millisecond}
	for range 100 {
		require.False(t, p.called(time.Second), "nobody knows what loading takes")
	}
	p.reset()
	p.loaded(20 * time.Millisecond)
	for range 100 {
		require.False(t, p.called(19*time.Millisecond))
	}
	for range paceCalls - 1 {
		p.called(time.Second)
	}
	require.False(t, p.called(time.Second), "not for long")
	p.since = p.since.Add(-2 * paceTime)
	require.True(t, p.called(time.Second))
	for range 100 {
		p.called(time.Millisecond)
	}
	require.False(t, p.called(time.Millisecond), "quick again")
	require.True(t, p.tooSlow(21*time.Millisecond))
	require.False(t, p.tooSlow(19*time.Millisecond))

	quick := pace{floor: 5 * time.Millisecond, load: time.Microsecond}
	require.False(t, quick.tooSlow(4*time.Millisecond))
	require.True(t, quick.tooSlow(6*time.Millisecond))
}

func TestPendingIsBounded(t *testing.T) {
	t.Parallel()
	var p pending
	p.add("a", "b", "a")
	ids, all := p.take()
	require.Equal(t, []string{"a", "b"}, ids)
	require.False(t, all)
	for i := range maxPending + 1 {
		p.add(time.Duration(i).String())
	}
	n, all := p.size()
	require.Zero(t, n)
	require.True(t, all)
	p.add("c")
	ids, all = p.take()
	require.Empty(t, ids)
	require.True(t, all)
	n, all = p.size()
	require.Zero(t, n)
	require.False(t, all)
}
