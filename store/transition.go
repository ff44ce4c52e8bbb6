package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// Change implements catalog.Store. The change and the event that tells of it in the audit trail are committed together.
func (s *Store) Change(ctx context.Context, c catalog.VersionChange) (catalog.Version, error) {
	op := fmt.Sprintf("%s %s %s", c.Transition, c.PlaybookID, c.Version)
	var changed catalog.Version
	err := s.trail.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx, a *appending) error {
		at, err := lockPlaybook(ctx, tx, c.PlaybookID)
		if err != nil {
			return err
		}
		before, err := lockVersion(ctx, tx, c.VersionID)
		if err != nil {
			return err
		}
		to, err := checkChange(ctx, tx, &c, &before)
		if err != nil {
			return err
		}
		t := transition{
			playbookID: c.PlaybookID, kind: c.Transition, to: to, reason: c.Reason, actor: c.Actor, requestID: c.RequestID, at: at,
			versions: []string{c.Version}, from: []string{string(before.Status)},
			notice: c.DeprecationNotice, supersededBy: c.SupersededBy,
		}
		versions, err := makeTransition(ctx, tx, a, &t)
		if err == nil {
			changed = versions[0]
			changed.Content = before.Content // which no transition changes
		}
		return err
	})
	if err != nil {
		return catalog.Version{}, err
	}
	return changed, nil
}

// checkChange gives the status to which a change of one locked version leads.
func checkChange(ctx context.Context, tx *sqlx.Tx, c *catalog.VersionChange, before *catalog.Version) (catalog.Status, error) {
	if c.Matches != nil && !c.Matches(before) {
		return "", catalog.ErrPreconditionFailed
	}
	to, allowed := c.Transition.From(before.Status)
	if allowed {
		return to, nil
	}
	last, err := lastEntry(ctx, tx, c.VersionID)
	if err != nil {
		return "", err
	}
	return "", &catalog.TransitionNotAllowedError{Transition: c.Transition, Last: last}
}

// ChangePlaybook implements catalog.Store. The change and the events that tell of it are committed together.
func (s *Store) ChangePlaybook(ctx context.Context, c catalog.PlaybookChange) ([]catalog.Version, error) {
	op := fmt.Sprintf("%s all versions of %s", c.Transition, c.PlaybookID)
	var changed []catalog.Version
	err := s.trail.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx, a *appending) error {
		changed = nil
		at, err := lockPlaybook(ctx, tx, c.PlaybookID)
		if err != nil {
			return err
		}
		all := transition{
			playbookID: c.PlaybookID, kind: c.Transition, reason: c.Reason, actor: c.Actor, requestID: c.RequestID, at: at,
			wholePlaybook: true,
		}
		from := catalog.StatusActive
		if c.Transition == catalog.TransitionEnable {
			from = catalog.StatusDisabled
		}
		all.to, _ = c.Transition.From(from)
		if all.versions, err = lockTaken(ctx, tx, c.PlaybookID, from); err != nil {
			return err
		}
		if len(all.versions) == 0 {
			return errRollBack
		}
		for range all.versions {
			all.from = append(all.from, string(from))
		}
		changed, err = makeTransition(ctx, tx, a, &all)
		return err
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// transition moves versions of one playbook, whose rows are locked as is that of the playbook.
type transition struct {
	playbookID    string
	kind          catalog.Transition
	to            catalog.Status
	reason        string
	actor         catalog.Actor
	requestID     string
	at            time.Time
	wholePlaybook bool
	versions      []string
	from          []string // the status of each
	notice        string
	supersededBy  string
}

// makeTransition does all that belongs to a transition, in the transaction that has the locks, and gives the versions as
// they are then. Every transition passes here, of one version and of a whole playbook. The generation comes after all
// that changes the catalog, and the audit trail, whose chain every writer of this process needs, last.
func makeTransition(ctx context.Context, tx *sqlx.Tx, a *appending, t *transition) ([]catalog.Version, error) {
	if err := setStatus(ctx, tx, t); err != nil {
		return nil, err
	}
	if _, err := refreshLatest(ctx, tx, change{playbookID: t.playbookID, by: t.actor.Name, at: t.at}); err != nil {
		return nil, err
	}
	if err := refreshVectors(ctx, tx, []string{t.playbookID}); err != nil {
		return nil, err
	}
	if err := appendHistory(ctx, tx, t); err != nil {
		return nil, err
	}
	changed, err := readVersions(ctx, tx, t.playbookID, t.versions)
	if err != nil {
		return nil, err
	}
	events, err := transitionEvents(t, changed)
	if err != nil {
		return nil, err
	}
	if err := bumpGeneration(ctx, tx, []string{t.playbookID}); err != nil {
		return nil, err
	}
	return changed, a.append(ctx, tx, events)
}

// setStatus changes the versions themselves. A version that is not active is not the latest one either; which one is
// instead is for refreshLatest to find.
func setStatus(ctx context.Context, tx *sqlx.Tx, t *transition) error {
	const statement = `UPDATE playbook_versions SET
			status = $3, is_latest = is_latest AND $3 = 'active', revision = revision + 1, updated_at = $4, updated_by = $5,
			disabled_at = CASE WHEN $3 = 'disabled' THEN $4::timestamptz END,
			disabled_by = CASE WHEN $3 = 'disabled' THEN $5 ELSE '' END,
			disabled_reason = CASE WHEN $3 = 'disabled' THEN $6 ELSE '' END,
			disabled_with_playbook = $7 AND $3 = 'disabled',
			deprecation_notice = CASE WHEN $3 = 'deprecated' THEN $8 ELSE deprecation_notice END,
			superseded_by = CASE WHEN $3 = 'deprecated' THEN $9 ELSE superseded_by END
		WHERE playbook_id = $1 AND version = ANY ($2::text[])`
	_, err := tx.ExecContext(ctx, statement, t.playbookID, t.versions, string(t.to), t.at, t.actor.Name, t.reason,
		t.wholePlaybook, t.notice, t.supersededBy)
	return err
}

// lockPlaybook locks the row of a playbook that exists, and gives the time of the change as lockOrCreate does.
func lockPlaybook(ctx context.Context, tx *sqlx.Tx, playbookID string) (time.Time, error) {
	const statement = `UPDATE playbooks
		SET updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
		WHERE playbook_id = $1 RETURNING updated_at`
	var at time.Time
	err := tx.GetContext(ctx, &at, statement, playbookID)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, catalog.ErrPlaybookNotFound
	}
	return at.UTC(), err
}

// lockVersion reads a version and keeps it as it is: an execution that is counted changes it without the lock of the
// playbook.
func lockVersion(ctx context.Context, tx *sqlx.Tx, id catalog.VersionID) (catalog.Version, error) {
	const query = versionQuery + ` FOR NO KEY UPDATE`
	var row versionRow
	err := tx.GetContext(ctx, &row, query, id.PlaybookID, id.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.Version{}, catalog.ErrVersionNotFound
	}
	if err != nil {
		return catalog.Version{}, err
	}
	return row.decode()
}

// lockTaken gives the versions that a change of the whole playbook takes, greatest first: the active ones, or the
// disabled ones that were disabled with the playbook.
func lockTaken(ctx context.Context, tx *sqlx.Tx, playbookID string, from catalog.Status) ([]string, error) {
	const query = `SELECT version FROM playbook_versions
		WHERE playbook_id = $1 AND status = $2 AND (disabled_with_playbook OR $2 = 'active')
		ORDER BY version_key DESC FOR NO KEY UPDATE`
	var versions []string
	err := tx.SelectContext(ctx, &versions, query, playbookID, string(from))
	return versions, err
}

func readVersion(ctx context.Context, tx *sqlx.Tx, playbookID, version string) (catalog.Version, error) {
	var row versionRow
	if err := tx.GetContext(ctx, &row, versionQuery, playbookID, version); err != nil {
		return catalog.Version{}, err
	}
	return row.decode()
}

func readVersions(ctx context.Context, tx *sqlx.Tx, playbookID string, versions []string) ([]catalog.Version, error) {
	const query = `SELECT ` + versionColumns + ` FROM playbook_versions AS v
		WHERE v.playbook_id = $1 AND v.version = ANY ($2::text[]) ORDER BY v.version_key DESC`
	var rows []versionRow
	if err := tx.SelectContext(ctx, &rows, query, playbookID, versions); err != nil {
		return nil, err
	}
	return decodeAll(rows)
}
