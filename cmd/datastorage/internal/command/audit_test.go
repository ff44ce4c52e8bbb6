package command_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/exitcode"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// trailService is a service with two chains of three events each, and its database.
func trailService(t *testing.T) (environ []string, db *sql.DB) {
	t.Helper()
	address := testdb.Empty(t)
	db, err := sql.Open("postgres", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	environ = []string{"DATASTORAGE_DATABASE_URL=" + address}
	var url string
	for range 2 {
		var s *running
		if s, url = startCommand(t, environ, "serve", "--migrate", "--listen", "127.0.0.1:0", "--audit-window-past", "2000h"); url != "" {
			for range 3 {
				body := fmt.Sprintf(`{"event_version":"1.0","event_timestamp":%q,"event_type":"a.b.c","event_category":"c","event_action":"d","event_outcome":"success",
					"actor_type":"e","actor_id":"f","resource_type":"g","resource_id":"h","correlation_id":"i","event_data":{},"retention_days":1}`,
					time.Now().UTC().Format(time.RFC3339Nano))
				res, err := http.Post(url+"/api/v1/audit/events", "application/json", strings.NewReader(body))
				require.NoError(t, err)
				require.NoError(t, res.Body.Close())
				require.Equal(t, http.StatusCreated, res.StatusCode)
			}
		}
		require.Equal(t, exitcode.OK, s.stop())
	}
	_, url = startCommand(t, environ, "serve", "--listen", "127.0.0.1:0")
	return append(environ, "DATASTORAGE_SERVER="+url), db
}

// What is wrong is found and named, by the command and by the call that it makes.
func TestAuditVerifyNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	environ, db := trailService(t)
	verify := func(args ...string) ended {
		return runWith(t, environ, "", append([]string{"audit", "verify"}, args...)...)
	}
	intact := verify("--limit", "1")
	require.Zero(t, intact.code, intact.err)
	require.Regexp(t, `VALID +true\nCHAINS +2\nEVENTS +6\n`, intact.out)
	require.Zero(t, verify("--correlation", "i").code)
	require.Equal(t, exitcode.NotFound, verify("--chain", "0193a1b2-7c3d-7000-8000-0000000000c1").code)
	require.Equal(t, exitcode.Usage, verify("--chain", "x").code)
	exported := runWith(t, environ, "", "audit", "heads", "-o", "json")
	require.Zero(t, exported.code, exported.err)
	heads := writeFile(t, "heads.json", exported.out)
	require.Zero(t, verify("--heads", heads).code)

	exec := func(statement string) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), `BEGIN; SET LOCAL session_replication_role = replica; `+statement+`; COMMIT`)
		require.NoError(t, err, statement)
	}
	exec(`CREATE TABLE saved_events AS SELECT * FROM audit_events; CREATE TABLE saved_chains AS SELECT * FROM audit_chains`)
	const second = `chain_id = (SELECT chain_id FROM saved_chains WHERE number = 2)`
	const first = `chain_id = (SELECT chain_id FROM saved_chains WHERE number = 1)`
	for _, test := range []struct{ name, statement, kind, flag string }{
		{"altered", `UPDATE audit_events SET actor_id = 'x' WHERE chain_seq = 2 AND ` + first, "altered", ""},
		{"deleted", `DELETE FROM audit_events WHERE chain_seq = 2 AND ` + first, "missing", ""},
		{"inserted", `INSERT INTO audit_events SELECT (jsonb_populate_record(e, jsonb_build_object('event_id', gen_random_uuid()))).*
			FROM audit_events AS e WHERE chain_seq = 2 AND ` + first, "inserted", ""},
		{"tail cut", `DELETE FROM audit_events WHERE chain_seq = 3 AND ` + second, "tail_cut", ""},
		{"chain dropped", `DELETE FROM audit_events WHERE ` + first + `; DELETE FROM audit_chains WHERE number = 1`, "chain_dropped", ""},
		{"last chain dropped", `DELETE FROM audit_events WHERE ` + second + `; DELETE FROM audit_chains WHERE number = 2`, "chain_dropped", heads},
	} {
		exec(test.statement)
		var args []string
		if test.flag != "" {
			require.Zero(t, verify().code, "only an export tells")
			args = []string{"--heads", test.flag}
		}
		got := verify(args...)
		require.Equal(t, exitcode.Failure, got.code, test.name)
		require.Regexp(t, `BREAK +`+test.kind+`\n`, got.out, test.name)
		var report apiclient.AuditVerification
		require.NoError(t, json.Unmarshal([]byte(verify(append(args, "-o", "json")...).out), &report), test.name)
		require.EqualValues(t, test.kind, report.FirstBreak.Kind)
		exec(`DELETE FROM audit_events; INSERT INTO audit_events SELECT * FROM saved_events;
			DELETE FROM audit_chains; INSERT INTO audit_chains SELECT * FROM saved_chains`)
		require.Zero(t, verify().code, test.name)
	}
}

func TestAuditMaintenance(t *testing.T) {
	t.Parallel()
	owners := testdb.Empty(t)
	_, services := testdb.Role(t, owners)
	both := []string{"DATASTORAGE_DATABASE_URL=" + services, "DATASTORAGE_ADMIN_DATABASE_URL=" + owners}
	require.Zero(t, runWith(t, both, "", "migrate", "up").code)
	for _, args := range [][]string{{"backfill-parents", "--dry-run"}, {"backfill-parents"}, {"retention", "--dry-run"}, {"retention", "--yes"}} {
		got := runWith(t, both, "", append([]string{"audit"}, args...)...)
		require.Zero(t, got.code, got.err)
		refused := runWith(t, both[:1], "", append([]string{"audit"}, args...)...)
		require.NotZero(t, refused.code)
		require.Contains(t, refused.err, "use the admin database URL")
	}
	require.Contains(t, runWith(t, both, "", "audit", "backfill-parents").out, "VALIDATED  true")
	require.JSONEq(t, `[]`, runWith(t, both, "", "audit", "retention", "--dry-run", "-o", "json").out)
	require.Equal(t, exitcode.Usage, runWith(t, both, "", "audit", "retention").code)
}
