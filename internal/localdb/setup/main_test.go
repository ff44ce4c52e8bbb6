package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// The real runtime is there, because tests need it: set-up has nothing to do or
// to say.
func TestSetupIsSilentWhenAllIsThere(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out))
	require.Empty(t, out.String())
}

func TestSetupRefusesUnknownParts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{"-dir", t.TempDir(), "mysql"}, &out), "mysql")
}
