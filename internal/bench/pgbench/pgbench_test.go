package pgbench

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRate(t *testing.T) {
	t.Parallel()
	got, err := rate("latency average = 5 ms\ntps = 5286.25 (without initial connection time)\n")
	require.NoError(t, err)
	require.Equal(t, 5286.25, got) //nolint:testifylint // read, not computed
	_, err = rate("")
	require.Error(t, err)
}

func TestLatencies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/log.1", []byte("0 1 1500 0 1 2\n1 1 500 0 1 2\n"), 0o600))
	took, err := latencies(dir + "/log.*")
	require.NoError(t, err)
	require.Equal(t, []time.Duration{1500 * time.Microsecond, 500 * time.Microsecond}, took)
	require.NoError(t, os.WriteFile(dir+"/log.2", []byte("broken\n"), 0o600))
	_, err = latencies(dir + "/log.*")
	require.Error(t, err)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	require.Empty(t, Run{}.options())
	require.Equal(t, "-c a=1 -c b=2", Run{Settings: map[string]string{"b": "2", "a": "1"}}.options())
}
