package window

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWindowSlides(t *testing.T) {
	t.Parallel()
	var w Window
	sum := func(at time.Time) [2]int64 {
		asked, hits := w.Sum(at)
		return [2]int64{asked, hits}
	}
	start := time.Unix(1_000_000, 0)
	require.Equal(t, [2]int64{0, 0}, sum(start))
	w.Add(start, true)
	w.Add(start, false)
	w.Add(start.Add(5*time.Minute), true)
	require.Equal(t, [2]int64{3, 2}, sum(start.Add(5*time.Minute)))
	require.Equal(t, [2]int64{3, 2}, sum(start.Add(Length-stepLength)))
	require.Equal(t, [2]int64{1, 1}, sum(start.Add(Length)), "the oldest step is out")
	require.Equal(t, [2]int64{0, 0}, sum(start.Add(time.Hour)))
	w.Add(start.Add(time.Hour), false)
	require.Equal(t, [2]int64{1, 0}, sum(start.Add(time.Hour)), "its place is used again")
	require.Equal(t, [2]int64{0, 0}, sum(start), "what lies ahead does not count")
}
