package store_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// serviceRole makes a role with just the rights of the service.
func serviceRole(t testing.TB, address string) string {
	t.Helper()
	name, own := testdb.Role(t, address)
	exec(t, openDB(t, address), `SELECT audit_grant_service($1)`, name)
	return own
}

func requireCode(t testing.TB, db *sql.DB, code pqerror.Code, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	require.NotNil(t, pq.As(err, code), "%s: %v", statement, err)
}

// What nobody may do to the trail, with a partition in place of %[1]s.
var forbidden = []string{
	`UPDATE audit_events SET actor_id = 'x'`, `UPDATE %[1]s SET actor_id = 'x'`, `UPDATE audit_events SET event_id = event_id`,
	`UPDATE audit_events SET hash = sha256(hash)`, `UPDATE audit_events SET retention_days = 1`,
	`UPDATE audit_events SET parent_event_date = NULL WHERE parent_event_date IS NOT NULL`,
	`UPDATE audit_events SET parent_event_date = NULL, parent_absent = true WHERE parent_event_date IS NOT NULL`,
	`UPDATE audit_events SET parent_event_id = NULL, parent_event_date = NULL WHERE parent_event_date IS NOT NULL`,
	`DELETE FROM audit_events`, `DELETE FROM %[1]s`, `TRUNCATE audit_events CASCADE`, `TRUNCATE %[1]s CASCADE`,
	`UPDATE audit_event_keys SET content_hash = NULL`, `DELETE FROM audit_event_keys`, `TRUNCATE audit_event_keys`,
	`UPDATE audit_chains SET head_seq = head_seq - 1`, `UPDATE audit_chains SET head_hash = sha256('')`,
	`UPDATE audit_chains SET link = sha256('')`, `DELETE FROM audit_chains`, `TRUNCATE audit_chains`,
	`DELETE FROM audit_gaps`, `TRUNCATE audit_gaps`, `DELETE FROM audit_removals`, `TRUNCATE audit_removals CASCADE`,
	`UPDATE audit_unchained SET events = 0`, `DELETE FROM audit_unchained`, `TRUNCATE audit_unchained`,
}

func TestTheTrailIsAppendOnly(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	owner := openDB(t, address)
	service := openDB(t, serviceRole(t, address))
	trail := openStore(t, address).Trail()
	parent := event(t)
	record(t, trail, parent, child(t, parent))
	for _, statement := range forbidden {
		statement = fmt.Sprintf(statement+"%.0[1]s", monthName(time.Now()))
		requireCode(t, owner, pqerror.RestrictViolation, statement)
		requireCode(t, service, pqerror.InsufficientPrivilege, statement)
	}
	requireValid(t, trail)

	// The mechanism off: the same statements would work.
	tamper(t, owner, fmt.Sprintf(`DELETE FROM %s`, monthName(time.Now())))
}

// The service may neither insert what pretends to be older than the rules, nor do anything to a partition, nor make
// months far away.
func TestWhatTheServiceMayNot(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	service := openDB(t, serviceRole(t, address))
	for _, statement := range []string{
		`INSERT INTO audit_events (tx) VALUES ('0')`, `INSERT INTO audit_events (parent_absent) VALUES (true)`,
		`INSERT INTO ` + monthName(time.Now()) + ` (event_id) VALUES (gen_random_uuid())`,
		`INSERT INTO audit_gaps (number) VALUES (1)`, `INSERT INTO audit_removals (month) VALUES (now())`,
		`UPDATE audit_chains SET head_seq = 100`, `INSERT INTO audit_chains (head_seq) VALUES (1)`,
		`CREATE TABLE mine (i int)`, `DROP TABLE audit_events`, `ALTER TABLE audit_events DISABLE TRIGGER ALL`,
		`SET session_replication_role = replica`, `SELECT audit_grant_service(current_user)`,
	} {
		requireCode(t, service, pqerror.InsufficientPrivilege, statement)
	}
	requireCode(t, service, pqerror.InvalidParameterValue, `SELECT audit_add_month('1900-01-01', 0)`)
	requireCode(t, service, pqerror.InvalidParameterValue, `SELECT audit_add_month('infinity', 0)`)
}

// The service works with just these rights: catalog, trail, months.
func TestTheServiceRoleSuffices(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	s := openStore(t, serviceRole(t, address))
	require.NoError(t, s.Ready(t.Context()))
	publish(t, s, publication(t, "p", "v1.0.0"))
	publish(t, s, publication(t, "p", "v1.1.0"))
	id := catalog.VersionID{PlaybookID: "p", Version: "v1.1.0"}
	_, err := s.Change(t.Context(), catalog.VersionChange{
		VersionID: id, Transition: catalog.TransitionDisable, Reason: "broken", Actor: catalog.Actor{Name: "alice", Source: catalog.ActorAsserted}})
	require.NoError(t, err)
	_, err = s.RecordExecution(t.Context(), catalog.Execution{VersionID: id, ExecutionID: "e-1", Success: true})
	require.NoError(t, err)
	old := event(t)
	old.Timestamp = old.Timestamp.AddDate(0, 0, -70)
	record(t, s.Trail(), old, child(t, old), event(t))
	made, err := s.Trail().EnsurePartitions(t.Context(), time.Now().AddDate(0, 3, 0))
	require.NoError(t, err)
	require.NotEmpty(t, made)
	require.EqualValues(t, 6, requireValid(t, s.Trail()).Events)
	require.NoError(t, s.Trail().Close(t.Context()))
	require.Equal(t, "the writer has shut down", scan[string](t, openDB(t, address), `SELECT close_reason FROM audit_chains`))
}

func TestParentColumnsComeTogether(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, db := openStore(t, address).Trail(), openDB(t, address)
	parent := event(t)
	record(t, trail, parent, child(t, parent))
	insert := func(columns string) string {
		return fmt.Sprintf(`INSERT INTO audit_events SELECT (jsonb_populate_record(e, jsonb_build_object('event_id', gen_random_uuid()) || %s)).*
			FROM audit_events AS e WHERE parent_event_id IS NOT NULL`, columns)
	}
	for columns, constraint := range map[string]string{
		`'{"parent_event_date": null}'`:                                         "audit_events_parent_complete",
		`'{"parent_event_id": null}'`:                                           "audit_events_parent_complete",
		`'{"parent_event_date": "2020-01-01"}'`:                                 "audit_events_parent_fkey",
		`jsonb_build_object('parent_event_id', gen_random_uuid())`:              "audit_events_parent_fkey",
		`'{"chain_id": null, "chain_seq": null}'`:                               "audit_events_chained",
		`'{"event_date": "2020-01-01"}'`:                                        "", // no partition
		`jsonb_build_object('event_date', e.event_date + 1)`:                    "audit_events_date_of_timestamp",
		`jsonb_build_object('event_id', e.parent_event_id)`:                     "audit_events_not_own_parent",
		`'{"parent_event_id": null, "parent_event_date": null, "tx": "0"}'`:     "audit_events_chained",
		`'{"event_outcome": "maybe"}'`:                                          "audit_events_outcome_known",
		`'{"event_data": [1]}'`:                                                 "audit_events_data_object",
		`'{"retention_days": 0}'`:                                               "audit_events_retention_bounds",
		`'{"duration_ms": -1}'`:                                                 "audit_events_duration_bounds",
		`'{"event_metadata": "text"}'`:                                          "audit_events_metadata_object",
		`'{"parent_absent": true}'`:                                             "audit_events_parent_complete",
		`'{"parent_absent": true, "parent_event_id": null, "severity": "low"}'`: "audit_events_parent_complete",
	} {
		_, err := db.ExecContext(t.Context(), insert(columns))
		refusal := pq.As(err)
		require.NotNil(t, refusal, columns)
		require.Equal(t, constraint, refusal.Constraint, "%s: %v", columns, err)
	}
	_, err := db.ExecContext(t.Context(), insert(`'{}'`))
	require.NoError(t, err, "without a change the copy is accepted")
}

// A parent cannot be deleted even where nothing else stands in the way: the reference is enforced in the same month, in
// another one, and on the partition itself.
func TestParentsCannotBeDeleted(t *testing.T) {
	t.Parallel()
	address := testdb.New(t)
	trail, db := openStore(t, address).Trail(), openDB(t, address)
	parent, old := event(t), event(t)
	old.Timestamp = old.Timestamp.AddDate(0, 0, -40)
	record(t, trail, parent, child(t, parent), old, child(t, old))
	for _, table := range []string{"audit_events", monthName(parent.Timestamp), monthName(old.Timestamp)} {
		exec(t, db, `ALTER TABLE `+table+` DISABLE TRIGGER audit_events_immutable`)
	}
	for _, statement := range []string{
		`DELETE FROM audit_events WHERE event_id = '` + parent.ID.String() + `'`,
		`DELETE FROM audit_events WHERE event_id = '` + old.ID.String() + `'`,
		`DELETE FROM ` + monthName(parent.Timestamp) + ` WHERE event_id = '` + parent.ID.String() + `'`,
		`DELETE FROM ` + monthName(old.Timestamp) + ` WHERE event_id = '` + old.ID.String() + `'`,
		`UPDATE audit_events SET event_id = gen_random_uuid() WHERE event_id = '` + parent.ID.String() + `'`,
	} {
		requireCode(t, db, pqerror.ForeignKeyViolation, statement)
	}
	exec(t, db, `ALTER TABLE audit_events DROP CONSTRAINT audit_events_parent_fkey`)
	exec(t, db, `DELETE FROM audit_events WHERE event_id = $1`, old.ID) // without the mechanism
}

// A publication and the event that tells of it are stored together or not at all.
func TestPublicationsAreInTheTrail(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	p := publication(t, "restart-pod", "v1.0.0")
	p.RequestID = "req-1"
	version := publish(t, s, p)
	_, err := s.Publish(t.Context(), p)
	require.Error(t, err, "it exists")
	p.IfExists = catalog.IfExistsReturnIdentical
	publish(t, s, p)
	p = publication(t, "restart-pod", "v1.1.0")
	p.RequestID = "bad\nid"
	p.DryRun = true
	publish(t, s, p)
	p.DryRun = false
	publish(t, s, p)

	page, err := s.Trail().List(t.Context(), audit.Query{Filter: audit.Filter{Type: "datastorage.playbook.published"}, Order: audit.OrderNewest, Limit: 10})
	require.NoError(t, err)
	require.Len(t, page.Events, 2, "neither refused nor identical nor dry runs")
	first, second := page.Events[1], page.Events[0]
	require.Equal(t, "req-1", first.CorrelationID)
	require.Equal(t, "alice", first.ActorID)
	require.Equal(t, "restart-pod", first.ResourceID)
	require.True(t, version.CreatedAt.Equal(first.Timestamp))
	require.JSONEq(t, `{"actor_source": "asserted"}`, string(first.Metadata))
	require.Equal(t, second.ID.String(), second.CorrelationID)
	require.Contains(t, string(second.Data), `"previous_version": "v1.0.0"`)
	require.Contains(t, string(first.Data), version.ContentHash)
	requireValid(t, s.Trail())

	exec(t, db, `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`)
	exec(t, db, `CREATE TRIGGER fail BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION fail()`)
	_, err = s.Publish(t.Context(), publication(t, "restart-pod", "v1.2.0"))
	require.Error(t, err)
	require.Equal(t, 2, scan[int](t, db, `SELECT count(*) FROM playbook_versions`))
}
