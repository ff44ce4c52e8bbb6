package versioning

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What decides and what explains are two pieces of code. They must not differ:
// no refusal without a reason, no reason against a valid version.
func TestFaultAgreesWithIsValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(
			rapid.StringMatching(`v[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(-[0-9a-zA-Z-]{1,3}(\.[0-9a-zA-Z-]{1,3}){0,3})?`),
			rapid.StringMatching(`[v0-9.a+-]{0,14}`),
			rapid.String(),
		).Draw(t, "version")
		require.Equal(t, isValid(v), fault(v) == "", "%q: %s", v, fault(v))
	})
}
