package store_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
	"github.com/kubernaut/datastorage/versioning"
)

const (
	raceRounds  = 200
	raceWriters = 8
	raced       = "raced"
)

// TestRacingWriters lets writers publish, disable and enable one playbook at once, and looks after each round at what
// the database holds then.
func TestRacingWriters(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, raced, "v1.0.0"))
	race := &racing{store: s, versions: []string{"v1.0.0"}}
	seen := 1
	for round := range raceRounds {
		acknowledged := race.round(t, round)
		requireInvariants(t, db)
		recorded := race.recorded(t, seen)
		seen += len(recorded)
		slices.Sort(acknowledged)
		slices.Sort(recorded)
		require.Equal(t, acknowledged, recorded, "round %d: the history has what was acknowledged, and nothing else", round)
	}
	require.Positive(t, race.refused, "writers got into each other's way")
	require.Greater(t, seen, raceRounds)
}

// racing is one playbook on which writers work.
type racing struct {
	store    *store.Store
	versions []string // all that were published
	refused  int
}

// round lets each writer do one thing, all at once, and gives what was acknowledged.
func (r *racing) round(t *testing.T, round int) []string {
	t.Helper()
	acknowledged, errs := make([][]string, raceWriters), make([]error, raceWriters)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range raceWriters {
		do := r.pick(t, round, i)
		wg.Go(func() {
			<-start
			acknowledged[i], errs[i] = do(t.Context())
		})
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			require.True(t, errors.Is(err, catalog.ErrTransitionNotAllowed) || errors.Is(err, versioning.ErrVersionNotIncremented), err)
			r.refused++
		}
	}
	done := slices.Concat(acknowledged...)
	for _, entry := range done {
		if version, ok := strings.CutPrefix(entry, "publish "); ok {
			r.versions = append(r.versions, version)
		}
	}
	return done
}

// pick chooses what a writer does. The choice follows from the round, so that a failure can be repeated but for the
// order in which the writers get on.
func (r *racing) pick(t *testing.T, round, writer int) func(context.Context) ([]string, error) {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(round), uint64(writer))) //nolint:gosec // any choice will do
	transition := []catalog.Transition{catalog.TransitionDisable, catalog.TransitionEnable}[random.IntN(2)]
	recent := r.versions[max(0, len(r.versions)-4):]
	switch choice := random.IntN(10); {
	case choice < 3:
		p := publication(t, raced, sprintf("v1.%d.0", 1+round*raceWriters+writer))
		if choice == 0 {
			p = publication(t, raced, sprintf("v1.%d.0-rc.1", 1+round*raceWriters+writer))
		}
		p.Draft.Labels.Values[catalog.LabelComponent] = p.Draft.Version
		return func(ctx context.Context) ([]string, error) {
			_, err := r.store.Publish(ctx, p)
			return acknowledgedBy(err, "publish "+p.Draft.Version), err
		}
	case choice < 8:
		c := catalog.VersionChange{
			VersionID:  catalog.VersionID{PlaybookID: raced, Version: recent[random.IntN(len(recent))]},
			Transition: transition, Reason: "race", Actor: catalog.Anonymous,
		}
		return func(ctx context.Context) ([]string, error) {
			_, err := r.store.Change(ctx, c)
			return acknowledgedBy(err, string(transition)+" "+c.Version), err
		}
	default:
		c := catalog.PlaybookChange{PlaybookID: raced, Transition: transition, Reason: "race", Actor: catalog.Anonymous}
		return func(ctx context.Context) ([]string, error) {
			changed, err := r.store.ChangePlaybook(ctx, c)
			var entries []string
			for _, v := range changed {
				entries = append(entries, string(transition)+" "+v.Version)
			}
			return entries, err
		}
	}
}

func acknowledgedBy(err error, entry string) []string {
	if err != nil {
		return nil
	}
	return []string{entry}
}

// recorded gives what the history has beyond its first entries, read as callers read it.
func (r *racing) recorded(t *testing.T, seen int) []string {
	t.Helper()
	page := catalog.Page{Limit: catalog.MaxPageSize, Cursor: catalog.EncodeCursor(sprintf("%d", seen), "history", raced)}
	var entries []string
	for {
		listed, err := r.store.History(t.Context(), raced, page)
		require.NoError(t, err)
		for _, entry := range listed.Items {
			entries = append(entries, string(entry.Transition)+" "+entry.Version)
		}
		if page.Cursor = listed.NextCursor; page.Cursor == "" {
			return entries
		}
	}
}

// requireInvariants checks what holds between any two transactions. Each query counts what contradicts it.
func requireInvariants(t *testing.T, db *sql.DB) {
	t.Helper()
	for what, query := range map[string]string{
		"the latest version is the greatest active stable one, else pre-release": `WITH wanted AS (
				SELECT DISTINCT ON (playbook_id) playbook_id, version FROM playbook_versions WHERE status = 'active'
				ORDER BY playbook_id, is_prerelease, version_key DESC
			)
			SELECT count(*) FROM wanted AS w
			FULL JOIN (SELECT playbook_id, version FROM playbook_versions WHERE is_latest) AS l USING (playbook_id, version)
			WHERE w.playbook_id IS NULL OR l.playbook_id IS NULL`,
		"the search row is that of the latest version, with its vector": `SELECT count(*)
			FROM (SELECT playbook_id, version FROM playbook_versions WHERE is_latest) AS l
			FULL JOIN (
				SELECT s.playbook_id, s.version, v.vector_version FROM playbook_search AS s
				LEFT JOIN playbook_search_vectors AS v ON v.playbook_id = s.playbook_id
			) AS s USING (playbook_id, version)
			WHERE l.playbook_id IS NULL OR s.playbook_id IS NULL OR s.vector_version IS DISTINCT FROM version`,
		"the labels beside a vector are those of the search row": `SELECT count(*) FROM playbook_search_vectors AS v
			LEFT JOIN playbook_search AS s USING (playbook_id, version, custom_terms)
			WHERE s.playbook_id IS NULL OR (v.signal_type, v.severity, v.component, v.environment, v.priority, v.risk_tolerance,
				v.business_category, v.resource_management, v.gitops_tool) IS DISTINCT FROM (s.signal_type, s.severity,
				s.component, s.environment, s.priority, s.risk_tolerance, s.business_category, s.resource_management, s.gitops_tool)`,
		"the history continues: each row begins where the row before of the version has ended": `SELECT count(*) FROM (
				SELECT from_status, coalesce(lag(to_status) OVER (PARTITION BY playbook_id, version ORDER BY seq), '') AS before
				FROM playbook_history
			) AS h WHERE from_status <> before`,
		"the history ends in what is": `SELECT count(*) FROM playbook_versions AS v
			LEFT JOIN LATERAL (
				SELECT to_status, actor, at FROM playbook_history
				WHERE playbook_id = v.playbook_id AND version = v.version ORDER BY seq DESC LIMIT 1
			) AS h ON true
			WHERE h.to_status IS DISTINCT FROM v.status OR v.disabled_at IS DISTINCT FROM CASE v.status WHEN 'disabled' THEN h.at END`,
		"the history is numbered without gaps, and its times do not go back": `SELECT count(*) FROM (
				SELECT seq, at, row_number() OVER w AS n, coalesce(lag(at) OVER w, at) AS before
				FROM playbook_history WINDOW w AS (PARTITION BY playbook_id ORDER BY seq)
			) AS h WHERE seq <> n OR at < before`,
	} {
		require.Zero(t, scan[int](t, db, query), what)
	}
}
