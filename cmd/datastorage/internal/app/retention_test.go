package app

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/testdb"
	"github.com/kubernaut/datastorage/server"
)

func execute(t *testing.T, address string, statements ...string) {
	t.Helper()
	db, err := sql.Open("postgres", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// twoRoles gives the settings for a database that one role owns and another one serves, neither of them a superuser.
func twoRoles(t *testing.T) config.Config {
	t.Helper()
	address := testdb.Empty(t)
	owner, ownersURL := testdb.Role(t, address)
	_, servicesURL := testdb.Role(t, address)
	execute(t, address, `CREATE EXTENSION vector`,
		`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), '`+owner+`'); END $$`)
	cfg := config.Default()
	cfg.Database, cfg.Admin.DatabaseURL = database(servicesURL), config.SecretURL(ownersURL)
	return cfg
}

// expiredEvent records an event of some months ago that was to be kept for a day, and gives its id.
func expiredEvent(t *testing.T, cfg config.Config) uuid.UUID {
	t.Helper()
	cfg.Audit.WindowPast, cfg.Audit.Retention = 300*24*time.Hour, false
	r := run(t, cfg)
	event := auditEvent()
	event.EventTimestamp, event.RetentionDays = time.Now().AddDate(0, 0, -100), new(int32(1))
	require.Equal(t, http.StatusCreated, r.recordEvent(t, event).StatusCode())
	require.NoError(t, r.stop())
	return *event.EventId
}

func (r *running) verification(t *testing.T) apiclient.AuditVerification {
	t.Helper()
	res, err := r.VerifyAuditTrailWithResponse(t.Context(), apiclient.AuditVerifyRequest{})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

// The service can do all that it does with a role that may hardly do anything, when the owner's is there for the rest.
func TestServiceWithTwoRoles(t *testing.T) {
	t.Parallel()
	cfg := twoRoles(t)
	for range 2 { // the rights are given anew each time
		require.NoError(t, Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)))
	}
	r := run(t, cfg)
	require.Equal(t, http.StatusCreated, r.publish(t, "v1.0.0", "some").StatusCode())
	require.Equal(t, http.StatusCreated, r.publish(t, "v1.1.0", "other").StatusCode())
	disabled, err := r.DisablePlaybookWithResponse(t.Context(), "p", nil, apiclient.TransitionRequest{Reason: "unsafe"})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, disabled.StatusCode(), "%s", disabled.Body)
	found, err := r.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{Query: new("some"), CorrelationId: new("rr-1")})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, found.StatusCode(), "%s", found.Body)
	event := auditEvent()
	event.EventTimestamp = time.Now().AddDate(0, 0, -6) // perhaps of a month that is made for it
	require.Equal(t, http.StatusCreated, r.recordEvent(t, event).StatusCode())
	require.Eventually(t, func() bool { // with what the search tells of itself
		got := r.verification(t)
		return got.Valid && got.Events == 6
	}, patience, 10*time.Millisecond)
	require.NoError(t, r.stop())

	db, err := OpenDatabase(t.Context(), cfg.Database)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	for statement, says := range map[string]string{
		`DELETE FROM audit_events`: "permission denied", `UPDATE audit_events SET actor_id = 'x'`: "permission denied",
		`DROP TABLE playbooks`: "must be owner",
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.ErrorContains(t, err, says, statement)
	}
}

func TestMigrateNamesTheRoleThatIsMissing(t *testing.T) {
	t.Parallel()
	address := testdb.Empty(t)
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.User("nobody_there")
	cfg := config.Config{Database: database(u.String()), Admin: config.Admin{DatabaseURL: config.SecretURL(address)}}
	require.ErrorContains(t, Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)), "nobody_there")
}

// Retention is off unless it is asked for, and then removes what is expired once, however many replicas there are.
func TestExpiredMonthsAreRemovedWhenAsked(t *testing.T) {
	t.Parallel()
	cfg := twoRoles(t)
	require.NoError(t, Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)))
	id := expiredEvent(t, cfg)
	without := run(t, cfg)
	require.Equal(t, apiclient.AuditVerification{Valid: true, Complete: true, Chains: 1, Events: 1}, without.verification(t))
	require.True(t, strings.Contains(without.metrics(t), `datastorage_audit_retention_runs_total{result="done"} 0`))
	require.NoError(t, without.stop())

	cfg.Audit.Retention = true
	replicas := []*running{run(t, cfg), run(t, cfg), run(t, cfg)}
	require.Eventually(t, func() bool {
		got, err := replicas[0].GetAuditEventWithResponse(t.Context(), id)
		return err == nil && got.StatusCode() == http.StatusNotFound
	}, patience, 10*time.Millisecond)
	require.Eventually(t, func() bool {
		removed := 0
		for _, r := range replicas {
			text := r.metrics(t)
			if strings.Contains(text, `datastorage_audit_retention_runs_total{result="failed"} 1`) {
				return false
			}
			if strings.Contains(text, "datastorage_audit_removed_events_total 1\n") {
				removed++
			}
		}
		return removed == 1
	}, patience, 10*time.Millisecond)
	require.Equal(t, apiclient.AuditVerification{Valid: true, Complete: true, Chains: 1, Removed: 1}, replicas[1].verification(t))
}

// Without the rights of the owner retention says so, and everything else goes on.
func TestRetentionWithoutTheOwnersRights(t *testing.T) {
	t.Parallel()
	cfg := twoRoles(t)
	require.NoError(t, Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)))
	cfg.Admin.DatabaseURL, cfg.Audit.Retention = "", true
	r := run(t, cfg)
	require.Eventually(t, func() bool {
		return strings.Contains(r.metrics(t), `datastorage_audit_retention_runs_total{result="failed"} 1`)
	}, patience, 10*time.Millisecond)
	require.Equal(t, http.StatusCreated, r.recordEvent(t, auditEvent()).StatusCode())
}

// The key of the hash chains comes from a file. Who verifies without it, or with another one, is told so.
func TestAuditKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	cfg := config.Default()
	cfg.Database = database(testdb.New(t))
	cfg.Audit.KeyFile = file("key", strings.Repeat("k", 32)+"\n")
	r := run(t, cfg)
	require.Equal(t, http.StatusCreated, r.recordEvent(t, auditEvent()).StatusCode())
	require.Equal(t, apiclient.AuditVerification{Valid: true, Complete: true, Chains: 1, Events: 1}, r.verification(t))
	require.NoError(t, r.stop())

	other := cfg
	other.Audit.KeyFile = file("other", strings.Repeat("o", 32))
	got := run(t, other).verification(t)
	require.False(t, got.Valid)
	require.Equal(t, apiclient.BreakKeyMismatch, got.FirstBreak.Kind)
	require.Contains(t, got.FirstBreak.Detail, "another key")

	none := cfg
	none.Audit.KeyFile = ""
	res, err := run(t, none).VerifyAuditTrailWithResponse(t.Context(), apiclient.AuditVerifyRequest{})
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, res.StatusCode())
	require.Equal(t, "/problems/audit-key-required", res.ApplicationproblemJSON409.Type)

	for text, path := range map[string]string{
		"no such file": filepath.Join(dir, "absent"), "is empty": file("empty", "\n"), "fewer than 32 bytes": file("short", "secret"),
	} {
		embedder := letters{make(chan struct{})}
		bad := cfg
		bad.Audit.KeyFile = path
		_, err := New(bad, Embedders{embedder}, server.Build{}, slog.New(slog.DiscardHandler))
		require.ErrorIs(t, err, config.ErrInvalid)
		require.ErrorContains(t, err, text)
		require.NotContains(t, err.Error(), "secret")
		<-embedder.closed
	}
}

// A process whose key is not that of the chains before says so in its log.
func TestWrongKeyIsLogged(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Database = database(testdb.New(t))
	cfg.Audit.KeyFile = filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(cfg.Audit.KeyFile, []byte(strings.Repeat("k", 32)), 0o600))
	r := run(t, cfg)
	require.Equal(t, http.StatusCreated, r.recordEvent(t, auditEvent()).StatusCode())
	require.NoError(t, r.stop())

	cfg.Audit.KeyFile = ""
	var log strings.Builder
	service, err := New(cfg, Embedders{letters{make(chan struct{})}}, server.Build{}, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	service.makePartitions(t.Context())
	require.Contains(t, log.String(), "the key of the audit chains is not that of the chains before")
	require.NoError(t, service.close())
}

func TestRepeatEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	repeat(ctx, func(context.Context) time.Duration {
		if calls++; calls == 3 {
			cancel()
			return time.Hour
		}
		return 0
	})
	require.Equal(t, 3, calls)
}
