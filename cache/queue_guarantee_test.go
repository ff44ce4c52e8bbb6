package cache

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	noWait := errors.New("NOPERM")
	sound := facts{appendOnly: "yes", appendFsync: "always", noFsync: "no", eviction: "noeviction"}
	for name, c := range map[string]struct {
		change func(*facts)
		by     confirmation
		tests  bool
		err    error
	}{
		"always":                     {func(*facts) {}, byWaitAOF, false, nil},
		"always, paused by rewrites": {func(f *facts) { f.noFsync = "yes" }, byWaitAOF, false, nil},
		"every second":               {func(f *facts) { f.appendFsync = "everysec" }, byWaitAOF, true, nil},
		"unknown fsync":              {func(f *facts) { f.appendFsync = "" }, byWaitAOF, true, nil},
		"unknown file":               {func(f *facts) { f.appendOnly = "" }, byWaitAOF, false, nil},
		"no fsync":                   {func(f *facts) { f.appendFsync = "no" }, "", false, errQueueNotDurable},
		"no file":                    {func(f *facts) { f.appendOnly = "no" }, "", false, errQueueNotDurable},
		"evicts":                     {func(f *facts) { f.eviction = "allkeys-lru" }, "", false, errQueueEvicts},
		"evicts what expires":        {func(f *facts) { f.eviction = "volatile-lru" }, byWaitAOF, false, nil},
		"unknown eviction":           {func(f *facts) { f.eviction = "" }, "", false, errQueueEvicts},
		"reply":                      {func(f *facts) { f.waitAOF = noWait }, byReply, false, nil},
		"reply every second":         {func(f *facts) { f.waitAOF, f.appendFsync = noWait, "everysec" }, "", false, errQueueNotDurable},
		"reply, unknown fsync":       {func(f *facts) { f.waitAOF, f.appendFsync = noWait, "" }, "", false, errQueueNotDurable},
		"reply, unknown file":        {func(f *facts) { f.waitAOF, f.appendOnly = noWait, "" }, "", false, errQueueNotDurable},
		"reply, paused by rewrites":  {func(f *facts) { f.waitAOF, f.noFsync = noWait, "yes" }, "", false, errQueueNotDurable},
	} {
		f := sound
		c.change(&f)
		v, tests := decide(f)
		require.ErrorIs(t, v.err, c.err, name)
		require.Equal(t, c.by, v.by, name)
		require.Equal(t, c.tests, tests, name)
		require.Equal(t, c.err == nil, v.good(), name)
		require.Equal(t, c.err != nil, strings.HasPrefix(v.String(), "none: "), name)
	}
}

func TestFactsComeFromSettingsFirst(t *testing.T) {
	t.Parallel()
	const info = "# Server\r\nrun_id:abc\r\n\r\n# Memory\r\nmaxmemory_policy:allkeys-lru\r\n# Persistence\r\naof_enabled:0\r\n"
	settings := map[string]string{
		"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "maxmemory-policy": "noeviction",
	}
	require.Equal(t, facts{"abc", "yes", "always", "no", "noeviction", nil}, collect(settings, info, nil))
	require.Equal(t, facts{runID: "abc", appendOnly: "no", eviction: "allkeys-lru"}, collect(nil, info, nil))
	require.Equal(t, facts{}, collect(nil, "aof_enabled:1\r\n", nil))
}

// server makes an fsync as often as its policy says, by a clock of its own, and answers WAITAOF as it does.
type server struct {
	hasty     bool          // it answers without waiting
	every     time.Duration // between the beginnings of two fsyncs; 0: with each write
	takes     time.Duration // one fsync
	stalls    time.Duration // each answer
	lastBegin time.Time
}

func (s *server) write(limit time.Duration) (bool, error) {
	time.Sleep(s.stalls)
	if s.hasty {
		return true, nil
	}
	begin := time.Now()
	if next := s.lastBegin.Add(s.every); next.After(begin) {
		begin = next
	}
	if wait := time.Until(begin.Add(s.takes)); wait > limit {
		time.Sleep(limit)
		return false, nil
	} else if wait > 0 {
		time.Sleep(wait)
	}
	s.lastBegin = begin
	return true, nil
}

func TestHonestyOfWaitAOF(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server server
		err    error
	}{
		"every second":                 {server{every: time.Second, takes: 2 * time.Millisecond}, nil},
		"every second, slow disk":      {server{every: time.Second, takes: 900 * time.Millisecond}, nil},
		"every second, stalls":         {server{every: time.Second, takes: time.Millisecond, stalls: 100 * time.Millisecond}, nil},
		"hasty":                        {server{hasty: true}, errHasty},
		"always, which it must say":    {server{takes: 2 * time.Millisecond}, errHasty},
		"hasty, but too slow to tell":  {server{hasty: true, stalls: time.Second}, errUntested},
		"so slow that nothing is kept": {server{every: time.Second, takes: time.Minute}, errUntested},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				err := honestWaitAOF(c.server.write, 5*time.Second)
				require.ErrorIs(t, err, c.err)
				if c.err != nil {
					require.ErrorIs(t, err, errQueueNotDurable)
				}
			})
		})
	}
	broken := errors.New("broken")
	for calls := range 3 {
		err := honestWaitAOF(func(time.Duration) (bool, error) {
			if calls == 0 {
				return false, broken
			}
			calls--
			return true, nil
		}, time.Second)
		require.ErrorIs(t, err, broken)
	}
}
