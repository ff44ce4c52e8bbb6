package audit_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
)

// The canonical form is that of RFC 8785, by the judgement of a library that knows nothing of events: writing it again
// changes nothing.
func TestCanonicalFormIsThatOfRFC8785(t *testing.T) {
	t.Parallel()
	letters := []rune("ab<>&'\"\\/ \b\t\n\f\r\x00\x01\x1f\x7f\u0080é\u2028\u2029\ufffd\U0001F600")
	for i := range 2000 {
		e := fullEvent()
		if i%2 == 0 {
			e = validEvent()
		}
		random := func() string {
			text := make([]rune, 1+rand.IntN(8))
			for i := range text {
				text[i] = letters[rand.IntN(len(letters))]
			}
			return string(text)
		}
		for _, field := range []*string{&e.ActorID, &e.ResourceName, &e.ErrorMessage, &e.CorrelationID, &e.Namespace, &e.TraceID} {
			*field = random()
		}
		canonical, err := audit.Canonical(&e)
		require.NoError(t, err)
		again, err := jcs.Transform(canonical)
		require.NoError(t, err, "%s", canonical)
		require.Equal(t, string(again), string(canonical))
		parsed, err := audit.ParseCanonical(canonical)
		require.NoError(t, err)
		require.Equal(t, e.ErrorMessage, parsed.ErrorMessage)
	}
}

func BenchmarkPrepare(b *testing.B) {
	event := validEvent()
	event.ID = uuid.New()
	event.Data = json.RawMessage(`{"fingerprint":"a1b2c3d4","count":3,"ratio":0.25,"labels":{"app":"payment-api"},"nodes":["n-1","n-2"]}`)
	b.ReportAllocs()
	for b.Loop() {
		_, err := audit.Prepare([]audit.Event{event}, now, audit.DefaultWindow)
		require.NoError(b, err)
	}
}
