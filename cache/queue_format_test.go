package cache

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
)

// formatGroup always is the same two events, the second the child of the first.
func formatGroup(t testing.TB) audit.Group {
	t.Helper()
	at := time.Date(2026, 3, 4, 5, 6, 7, 891234000, time.UTC)
	first := audit.Event{
		ID: uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"), Version: "1.0", Timestamp: at,
		Type: "gateway.signal.received", Category: "signal", Action: "received", Outcome: audit.OutcomeSuccess,
		ActorType: "service", ActorID: "gateway", ResourceType: "Pod", ResourceID: "p-1", CorrelationID: "rr-1",
		Data: json.RawMessage(`{"b":1.50,"a":"<\u2028>\n"}`),
	}
	second := first
	second.ID = uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8058")
	second.ParentID, second.ParentDate = &first.ID, new(audit.Day(at))
	prepared, err := audit.Prepare([]audit.Event{first, second}, at, audit.DefaultWindow)
	require.NoError(t, err)
	return prepared
}

// formatText is formatGroup in version 1. It must stay readable for ever: queues hold it while the service is upgraded.
var formatText = strings.Join([]string{
	"1",
	`- {"actor_id":"gateway","actor_type":"service","correlation_id":"rr-1","event_action":"received","event_category":"signal",` +
		`"event_data":{"a":"<` + "\u2028" + `>\n","b":1.5},"event_id":"01890a5d-ac96-774b-bcce-b302099a8057","event_outcome":"success",` +
		`"event_timestamp":"2026-03-04T05:06:07.891234Z","event_type":"gateway.signal.received","event_version":"1.0",` +
		`"is_sensitive":false,"resource_id":"p-1","resource_type":"Pod","retention_days":2555}`,
	`2026-03-04 {"actor_id":"gateway","actor_type":"service","correlation_id":"rr-1","event_action":"received","event_category":"signal",` +
		`"event_data":{"a":"<` + "\u2028" + `>\n","b":1.5},"event_id":"01890a5d-ac96-774b-bcce-b302099a8058","event_outcome":"success",` +
		`"event_timestamp":"2026-03-04T05:06:07.891234Z","event_type":"gateway.signal.received","event_version":"1.0",` +
		`"is_sensitive":false,"parent_event_id":"01890a5d-ac96-774b-bcce-b302099a8057","resource_id":"p-1","resource_type":"Pod","retention_days":2555}`,
	"",
}, "\n")

func TestFormatOfAGroup(t *testing.T) {
	t.Parallel()
	text, err := encodeGroup(formatGroup(t))
	require.NoError(t, err)
	require.Equal(t, formatText, string(text))
	group, err := decodeGroup([]byte(formatText))
	require.NoError(t, err)
	require.Equal(t, formatGroup(t), group)
}

func TestDamagedGroupsAreCorrupt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, says string }{
		"empty":           {"", "not of format 1"},
		"newer":           {strings.Replace(formatText, "1", "2", 1), "not of format 1"},
		"no event":        {"1\n", "no event"},
		"cut off":         {formatText[:len(formatText)-1], "event 1 is cut off"},
		"no date":         {strings.Replace(formatText, "- {", "{", 1), "event 0"},
		"no blank":        {"1\n-\n", "want a date, a blank and an event"},
		"bad date":        {strings.Replace(formatText, "\n2026-03-04 ", "\n2026-03-44 ", 1), "event 1"},
		"half an event":   {strings.Replace(formatText, `"retention_days":2555}`, "", 1), "event 0"},
		"changed order":   {strings.Replace(formatText, `{"a":"<`, `{"c":"<`, 1), "not in canonical form"},
		"member unknown":  {strings.Replace(formatText, `"actor_id"`, `"actor_idx"`, 1), "unknown field"},
		"trailing blanks": {strings.Replace(formatText, "2555}\n", "2555} \n", 1), "not in canonical form"},
	} {
		_, err := decodeGroup([]byte(c.text))
		require.ErrorIs(t, err, errCorrupt, name)
		require.ErrorContains(t, err, c.says, name)
	}
}

func TestWhatCannotBeReadBackIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, canonical := range []string{"", "{\n}"} {
		_, err := encodeGroup(audit.Group{{Canonical: []byte(canonical)}})
		require.Error(t, err)
	}
}

// Whatever is in a queue is either refused or says the same when it is written again.
func FuzzDecodeGroup(f *testing.F) {
	f.Add([]byte(formatText))
	f.Add([]byte("1\n- {}\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, text []byte) {
		group, err := decodeGroup(text)
		if err != nil {
			require.ErrorIs(t, err, errCorrupt)
			return
		}
		again, err := encodeGroup(group)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}
