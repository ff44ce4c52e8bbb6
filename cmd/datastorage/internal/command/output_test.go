package command

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrintValueInEachFormat(t *testing.T) {
	t.Parallel()
	value := map[string]any{"version": "v1.0.0", "count": 9007199254740993, "text": "a <b>"}
	for format, want := range map[output]string{
		outputJSON: "{\n  \"count\": 9007199254740993,\n  \"text\": \"a <b>\",\n  \"version\": \"v1.0.0\"\n}\n",
		outputYAML: "count: 9007199254740993\ntext: a <b>\nversion: v1.0.0\n",
	} {
		var out bytes.Buffer
		p := &Program{Out: &out}
		require.NoError(t, p.printValue(format, value))
		require.Equal(t, want, out.String())
	}
}

func TestDiffIsColouredForPeopleOnly(t *testing.T) {
	t.Parallel()
	require.Equal(t, "\x1b[36m@@ -1 +1 @@\x1b[0m\n\x1b[31m-old\x1b[0m\n\x1b[32m+new\x1b[0m\n same",
		colourDiff("@@ -1 +1 @@\n-old\n+new\n same"))
	p := &Program{Out: &bytes.Buffer{}}
	require.False(t, p.colours(), "what is piped on stays plain")
}
