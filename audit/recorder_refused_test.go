package audit_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/validation"
)

// counter counts events by path.
type counter struct{ direct, refused atomic.Int64 }

func (c *counter) Recorded(path audit.Path, events int, _ time.Duration) {
	switch path {
	case audit.PathDirect:
		c.direct.Add(int64(events))
	case audit.PathRefused:
		c.refused.Add(int64(events))
	case audit.PathQueued:
	}
}
func (*counter) Drained(int, int)                    {}
func (*counter) QueueLooked(audit.QueueStats, error) {}

func TestEventsThatBreakARuleCountAsRefused(t *testing.T) {
	t.Parallel()
	counted := &counter{}
	r, err := audit.NewRecorder(audit.RecorderConfig{Writer: newTrail(), Observer: counted})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	good := validEvent()
	good.Timestamp = time.Now()
	bad := good
	bad.Outcome = "perhaps"
	_, err = r.Record(t.Context(), []audit.Event{good, bad})
	require.ErrorIs(t, err, validation.ErrInvalid)
	require.EqualValues(t, 2, counted.refused.Load(), "all of a request or nothing")
	_, err = r.Record(t.Context(), []audit.Event{good})
	require.NoError(t, err)
	r.Refused(3, time.Second)
	require.EqualValues(t, 5, counted.refused.Load())
	require.EqualValues(t, 1, counted.direct.Load())
}
