package embedding

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContextError(t *testing.T) {
	t.Parallel()
	require.NoError(t, ContextError(t.Context(), "waiting"))

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	err := ContextError(canceled, "waiting")
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, ErrUnavailable)
	require.ErrorContains(t, err, "waiting")

	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	err = ContextError(expired, "waiting")
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
