package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

func TestCursorIsBoundToItsList(t *testing.T) {
	t.Parallel()
	encoded := catalog.EncodeCursor("oom-killed", "list", "severity:low")
	after, err := catalog.DecodeCursor(encoded, "list", "severity:low")
	require.NoError(t, err)
	require.Equal(t, "oom-killed", after)

	_, err = catalog.DecodeCursor(encoded, "list", "severity:high")
	require.ErrorIs(t, err, catalog.ErrInvalidCursor)
	_, err = catalog.DecodeCursor(encoded, "listseverity:low")
	require.ErrorIs(t, err, catalog.ErrInvalidCursor, "the parts of a scope must not run into each other")
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add("")
	f.Add("e30")
	f.Add(catalog.EncodeCursor("a", "list"))
	f.Fuzz(func(t *testing.T, encoded string) {
		after, err := catalog.DecodeCursor(encoded, "list")
		if err != nil {
			require.ErrorIs(t, err, catalog.ErrInvalidCursor)
			return
		}
		again, err := catalog.DecodeCursor(catalog.EncodeCursor(after, "list"), "list")
		require.NoError(t, err)
		require.Equal(t, after, again)
	})
}
