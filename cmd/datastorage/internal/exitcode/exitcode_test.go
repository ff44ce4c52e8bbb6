package exitcode_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
	"github.com/kubernaut/datastorage/internal/config"
)

func problem(status int32) error {
	return fmt.Errorf("search: %w", &client.Problem{Problem: apiclient.Problem{Status: status}})
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		code exitcode.Code
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{fmt.Errorf("start: %w", config.ErrInvalid), 2},
		{client.ErrServerURL, 2},
		{problem(400), 2},
		{problem(413), 2},
		{problem(404), 3},
		{problem(409), 4},
		{problem(429), 6},
		{problem(500), 6},
		{problem(503), 6},
		{fmt.Errorf("x: %w", client.ErrUnreachable), 6},
		{client.ErrNotTheService, 6},
		{exitcode.With(exitcode.Failure, client.ErrUnreachable), 1}, // what was said wins
		{exitcode.With(exitcode.Usage, nil), 0},
	} {
		require.Equal(t, test.code, exitcode.Of(test.err), "%v", test.err)
	}
}

func TestTableExplainsEachCodeOnce(t *testing.T) {
	t.Parallel()
	seen := map[exitcode.Code]bool{}
	for _, meaning := range exitcode.Table {
		require.NotEmpty(t, meaning.Text)
		require.False(t, seen[meaning.Code])
		seen[meaning.Code] = true
	}
	require.Len(t, seen, 6)
}
