package store_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/store"
)

// loadEvents stores many events of the last months by SQL, with hashes that mean nothing: each tenth is a root, and the
// nine before it in time are its children.
func loadEvents(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	exec(t, db, `SELECT audit_add_month((date_trunc('month', now()) - make_interval(months => i))::date, 0) FROM generate_series(0, 5) AS i`)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for _, statement := range []string{
		`SET session_replication_role = replica`, // without checks of references
		`CREATE TEMPORARY VIEW numbered AS SELECT i, md5('e' || i)::uuid AS id,
			now() - interval '150 days' * i / ` + sprintf("%d.0", n) + ` AS at FROM generate_series(1, ` + sprintf("%d", n) + `) AS i`,
		`INSERT INTO audit_events (event_id, event_version, event_timestamp, event_date, event_type, event_category, event_action,
				event_outcome, actor_type, actor_id, resource_type, resource_id, correlation_id, event_data, recorded_at,
				chain_id, chain_seq, hash, parent_event_id, parent_event_date)
			SELECT e.id, '1.0', e.at, (e.at AT TIME ZONE 'UTC')::date, 'gateway.signal.' || e.i % 20, 'signal', 'received',
				'success', 'service', 'gateway', 'Pod', 'pod-' || e.i % 500, 'rr-' || e.i / 10, '{"a": 1}', now(),
				'00000000-0000-0000-0000-000000000001', e.i, sha256(e.id::text::bytea), p.id, (p.at AT TIME ZONE 'UTC')::date
			FROM numbered AS e LEFT JOIN numbered AS p ON p.i = e.i - e.i % 10 AND e.i % 10 > 0`,
		`INSERT INTO audit_event_keys SELECT event_id, event_date, sha256('') FROM audit_events`,
		`RESET ALL`, `DROP VIEW numbered`, `ANALYZE`,
	} {
		_, err := conn.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

var scanned = regexp.MustCompile(`(?:Index Scan(?: Backward)? using|Index Only Scan(?: Backward)? using|Bitmap Index Scan on) (\S+)`)

// Queries of the trail read what they need on the index that was made for it, in each month.
func TestAuditPlansUseTheIndexes(t *testing.T) {
	t.Parallel()
	db := openDB(t, testdb.New(t))
	loadEvents(t, db, 60_000)
	id := uuid.MustParse(scan[string](t, db, `SELECT md5('e10')::uuid`))
	list := func(q audit.Query, after *audit.Position) statement {
		text, args := store.BuildEvents(&q, after)
		return statement{text, args}
	}
	deep := &audit.Position{At: time.Now().AddDate(0, 0, -100), EventID: id}
	tail := audit.Query{Order: audit.OrderRecorded, Limit: 100}
	correlated, resource := newest(100), newest(100)
	correlated.CorrelationID, resource.ResourceID = "rr-77", "pod-7"
	for name, test := range map[string]struct {
		statement

		uses []string
		sort bool // of few rows
	}{
		"first page":        {statement: list(newest(100), nil), uses: []string{"audit_events_newest"}},
		"deep page":         {statement: list(newest(100), deep), uses: []string{"audit_events_newest"}},
		"correlation":       {statement: list(correlated, nil), uses: []string{"audit_events_by_correlation"}, sort: true},
		"resource":          {statement: list(resource, nil), uses: []string{"audit_events_by_resource"}, sort: true},
		"order of recoding": {statement: list(tail, nil), uses: []string{"audit_events_by_recording"}},
		"tail":              {statement: list(tail, &audit.Position{Tx: 1, EventID: id}), uses: []string{"audit_events_by_recording"}},
		"children":          {statement: statement{store.ChildrenQuery, []any{id, 100}}, uses: []string{"idx_audit_events_parent_lookup"}, sort: true},
		"event":             {statement: statement{store.EventQuery, []any{id}}, uses: []string{"audit_event_keys_pkey", "audit_events_pkey"}},
		"ancestors":         {statement: statement{store.AncestorsQuery, []any{id, 100}}, uses: []string{"audit_event_keys_pkey", "audit_events_pkey"}, sort: true},
		"tree":              {statement: statement{store.TreeQuery, []any{id, 100, 100}}, uses: []string{"audit_event_keys_pkey", "audit_events_pkey", "idx_audit_events_parent_lookup"}, sort: true},
		"links of a chain":  {statement: statement{store.LinksQuery, []any{uuid.MustParse("00000000-0000-0000-0000-000000000001"), 100, id, 60_000, 500}}, uses: []string{"audit_events_by_chain"}, sort: true},
	} {
		text := plan(t, db, test.text, test.args...)
		used := map[string]bool{}
		for _, match := range scanned.FindAllStringSubmatch(text, -1) {
			used[scan[string](t, db, `SELECT coalesce(
				(SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = $1::text::regclass), $1::text::regclass)::text`, match[1])] = true
		}
		for _, index := range test.uses {
			require.Contains(t, used, index, "%s:\n%s", name, text)
		}
		for _, line := range strings.Split(text, "\n") {
			if _, table, ok := strings.Cut(line, "Seq Scan on "); ok {
				table, _, _ = strings.Cut(table, " ")
				// of a month with few rows there is nothing better
				require.Less(t, scan[int](t, db, `SELECT count(*) FROM `+table), 1000, "%s reads all of %s:\n%s", name, table, text)
			}
		}
		if !test.sort {
			require.NotRegexp(t, `->  (Incremental )?Sort`, text, name)
		}
	}
}
