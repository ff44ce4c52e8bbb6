package audit_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
)

// fullEvent has a value in each field that the canonical form holds, with characters that encoders like to escape.
func fullEvent() audit.Event {
	e := validEvent()
	e.ActorIP, e.ResourceName, e.TraceID, e.SpanID = "::1", "a <b> & 'c' \u2028 \U0001F600 \\ \"", "t", "s"
	e.Namespace, e.ClusterID, e.Severity, e.ErrorCode = "n", "c", "high", "E1"
	e.ErrorMessage = "line\nline\ttab\x7f é"
	e.ParentID, e.DurationMS, e.RetentionDays, e.Sensitive = new(uuid.New()), new(int64(1)<<53), 1, true
	e.Data = json.RawMessage(`{"z":[1e21,-0.0,1e-7,"<&>",null,{}],"a":"\u2028\u0001","é":1.5}`)
	e.Metadata = json.RawMessage(`{}`)
	return e
}

func TestParseCanonicalGivesTheEventBack(t *testing.T) {
	t.Parallel()
	for name, event := range map[string]audit.Event{"least": validEvent(), "full": fullEvent()} {
		prepared, err := audit.Prepare([]audit.Event{event}, now, audit.DefaultWindow)
		require.NoError(t, err, name)
		parsed, err := audit.ParseCanonical(prepared[0].Canonical)
		require.NoError(t, err, name)
		require.Equal(t, prepared[0].Event, parsed, name)
	}
}

// A field that is added to the event must be added to the round trip too.
func TestTheFullEventIsFull(t *testing.T) {
	t.Parallel()
	e, err := fullEvent().Normalise(now, audit.DefaultWindow)
	require.NoError(t, err)
	value := reflect.ValueOf(e)
	for i := range value.NumField() {
		if name := value.Type().Field(i).Name; name != "ParentDate" {
			require.False(t, value.Field(i).IsZero(), name)
		}
	}
}

func TestParseCanonicalRefusesWhatCanonicalDoesNotMake(t *testing.T) {
	t.Parallel()
	prepared, err := audit.Prepare([]audit.Event{fullEvent()}, now, audit.DefaultWindow)
	require.NoError(t, err)
	canonical := string(prepared[0].Canonical)
	for name, text := range map[string]string{
		"empty":             "",
		"not JSON":          "x",
		"cut off":           canonical[:len(canonical)-1],
		"more after it":     canonical + " ",
		"blank":             strings.Replace(canonical, `,`, `, `, 1),
		"unknown member":    strings.Replace(canonical, `"namespace"`, `"namespaces"`, 1),
		"other order":       strings.Replace(canonical, `{"actor_id":"gateway",`, `{`, 1)[:len(canonical)-len(`"actor_id":"gateway",`)-1] + `,"actor_id":"gateway"}`,
		"bad id":            strings.Replace(canonical, `"event_id":"`, `"event_id":"x`, 1),
		"bad parent":        strings.Replace(canonical, `"parent_event_id":"`, `"parent_event_id":"x`, 1),
		"local time":        strings.Replace(canonical, `Z","event_type"`, `+01:00","event_type"`, 1),
		"data out of order": strings.Replace(canonical, `"a":"`, `"zz":"`, 1),
	} {
		require.NotEqual(t, canonical, text, name)
		_, err := audit.ParseCanonical([]byte(text))
		require.Error(t, err, name)
	}
}
