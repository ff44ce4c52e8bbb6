package main

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"-sizes", "100,1000", "-rounds", "1"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []int{100, 1000}, o.sizes)
	for _, args := range [][]string{
		{"-sizes", "10"}, {"-sizes", "x"}, {"-rounds", "0"}, {"-time", "1500ms"}, {"-time", "0s"}, {"more"}, {"-unknown"},
	} {
		_, err := parse(args, io.Discard)
		require.Error(t, err, args)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	at := func(rate float64, p50 time.Duration) []sample { return []sample{{rate, p50, 2 * p50}} }
	r := report{figures: []figure{
		{size: 1000, callers: 1, exact: true, pgbench: at(1000, time.Millisecond), store: at(900, time.Millisecond), http: at(800, 2*time.Millisecond)},
		{size: 100_000, callers: 1, pgbench: at(500, 2*time.Millisecond), store: at(450, 2*time.Millisecond), http: at(300, 3*time.Millisecond)},
	}}
	require.Regexp(t, `1000 +false +1 +true +1\.00 +1\.00 +2\.00 +4\.00 +800 +0\.80`, r.text())
	require.Regexp(t, `100000 +false +1 +false +2\.00 +2\.00 +3\.00 +6\.00 +300 +0\.60 +1\.5 × that of 1000`, r.text())
	require.Contains(t, r.plot(), "<polyline points=\"220,")
}

func TestSample(t *testing.T) {
	t.Parallel()
	s := newSample([]time.Duration{1500 * time.Microsecond, 500 * time.Microsecond}, time.Second)
	require.Equal(t, sample{rate: 2, p50: 1500 * time.Microsecond, p99: 1500 * time.Microsecond}, s)
}
