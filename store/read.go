package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

// Latest implements catalog.Store.
func (s *Store) Latest(ctx context.Context, playbookID string) (catalog.Latest, error) {
	const query = `SELECT ` + versionColumns + `, v.content,
			n.version AS newer_version, n.status AS newer_status, n.disabled_at AS newer_disabled_at,
			n.disabled_by AS newer_disabled_by, n.disabled_reason AS newer_disabled_reason
		FROM playbook_versions AS v
		LEFT JOIN LATERAL (
			SELECT version, status, disabled_at, disabled_by, disabled_reason
			FROM playbook_versions
			WHERE playbook_id = v.playbook_id AND version_key > v.version_key
			ORDER BY version_key DESC LIMIT 1
		) AS n ON true
		WHERE v.playbook_id = $1 AND v.is_latest`
	var row struct {
		versionRow

		NewerVersion        sql.NullString `db:"newer_version"`
		NewerStatus         sql.NullString `db:"newer_status"`
		NewerDisabledAt     nullTime       `db:"newer_disabled_at"`
		NewerDisabledBy     sql.NullString `db:"newer_disabled_by"`
		NewerDisabledReason sql.NullString `db:"newer_disabled_reason"`
	}
	op := "read the latest version of " + playbookID
	err := s.db.GetContext(ctx, &row, query, playbookID)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.noActiveVersion(ctx, playbookID)
	}
	if err != nil {
		return catalog.Latest{}, mapError(ctx, op, err)
	}
	latest := catalog.Latest{}
	if latest.Version, err = row.decode(); err != nil {
		return catalog.Latest{}, mapError(ctx, op, err)
	}
	if row.NewerVersion.Valid {
		latest.Newer = &catalog.VersionRef{
			Version: row.NewerVersion.String, Status: catalog.Status(row.NewerStatus.String),
			DisabledAt: row.NewerDisabledAt.pointer(), DisabledBy: row.NewerDisabledBy.String,
			DisabledReason: row.NewerDisabledReason.String,
		}
	}
	return latest, nil
}

// noActiveVersion says why a playbook has no latest version.
func (s *Store) noActiveVersion(ctx context.Context, playbookID string) error {
	const query = `SELECT version, status, disabled_at, disabled_by, disabled_reason
		FROM playbook_versions WHERE playbook_id = $1
		ORDER BY version_key DESC LIMIT 1`
	var row struct {
		Version        string   `db:"version"`
		Status         string   `db:"status"`
		DisabledAt     nullTime `db:"disabled_at"`
		DisabledBy     string   `db:"disabled_by"`
		DisabledReason string   `db:"disabled_reason"`
	}
	if err := s.db.GetContext(ctx, &row, query, playbookID); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return catalog.ErrPlaybookNotFound
		}
		return err
	}
	return &catalog.NoActiveVersionError{PlaybookID: playbookID, Newest: catalog.VersionRef{
		Version: row.Version, Status: catalog.Status(row.Status), DisabledAt: row.DisabledAt.pointer(),
		DisabledBy: row.DisabledBy, DisabledReason: row.DisabledReason,
	}}
}

// versionQuery reads one version with its content.
const versionQuery = `SELECT ` + versionColumns + `, v.content
	FROM playbook_versions AS v WHERE v.playbook_id = $1 AND v.version = $2`

// Version implements catalog.Store.
func (s *Store) Version(ctx context.Context, playbookID, version string) (catalog.Version, error) {
	var row versionRow
	op := fmt.Sprintf("read %s %s", playbookID, version)
	err := s.db.GetContext(ctx, &row, versionQuery, playbookID, version)
	if errors.Is(err, sql.ErrNoRows) {
		if err = s.checkExists(ctx, playbookID); err == nil {
			err = catalog.ErrVersionNotFound
		}
	}
	if err != nil {
		return catalog.Version{}, mapError(ctx, op, err)
	}
	decoded, err := row.decode()
	return decoded, mapError(ctx, op, err)
}

// ReadVersions implements catalog.Store.
func (s *Store) ReadVersions(ctx context.Context, ids []catalog.VersionID) ([]catalog.Version, error) {
	const op = "read versions"
	const query = `SELECT ` + versionColumns + `, v.content
		FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (playbook_id, version, place)
		JOIN playbook_versions AS v ON v.playbook_id = wanted.playbook_id AND v.version = wanted.version
		ORDER BY wanted.place`
	playbooks, versions := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		playbooks[i], versions[i] = id.PlaybookID, id.Version
	}
	var rows []versionRow
	if err := s.db.SelectContext(ctx, &rows, query, playbooks, versions); err != nil {
		return nil, mapError(ctx, op, err)
	}
	if len(rows) < len(ids) {
		return nil, mapError(ctx, op, catalog.ErrVersionNotFound)
	}
	decoded, err := decodeAll(rows)
	return decoded, mapError(ctx, op, err)
}

// Versions implements catalog.Store.
func (s *Store) Versions(ctx context.Context, playbookID string, page catalog.Page) (catalog.VersionPage, error) {
	const query = `SELECT ` + versionColumns + `
		FROM playbook_versions AS v
		WHERE v.playbook_id = $1 AND v.version_key < $2
		ORDER BY v.version_key DESC LIMIT $3`
	op := "list the versions of " + playbookID
	before, err := versionsCursor(playbookID, page.Cursor)
	if err != nil {
		return catalog.VersionPage{}, mapError(ctx, op, err)
	}
	var rows []versionRow
	if err := s.db.SelectContext(ctx, &rows, query, playbookID, before, page.Limit+1); err != nil {
		return catalog.VersionPage{}, mapError(ctx, op, err)
	}
	if len(rows) == 0 {
		if err := s.checkExists(ctx, playbookID); err != nil {
			return catalog.VersionPage{}, mapError(ctx, op, err)
		}
	}
	listed, err := pageOf(rows, page.Limit, func(last *versionRow) string {
		return catalog.EncodeCursor(last.Version, versionsScope, playbookID)
	})
	return listed, mapError(ctx, op, err)
}

// versionsScope is what the cursors of Versions are bound to, with the id.
const versionsScope = "versions"

// versionsCursor gives the key below which a page begins.
func versionsCursor(playbookID, cursor string) (string, error) {
	const aboveAll = "~" // the keys of versions begin with a digit
	if cursor == "" {
		return aboveAll, nil
	}
	version, err := catalog.DecodeCursor(cursor, versionsScope, playbookID)
	if err != nil {
		return "", err
	}
	key, err := versioning.SortKey(version)
	if err != nil {
		return "", fmt.Errorf("%w: it is damaged", catalog.ErrInvalidCursor)
	}
	return key, nil
}

// pageOf makes a page of up to limit rows; one more row than that says that another page follows.
func pageOf(rows []versionRow, limit int, cursor func(last *versionRow) string) (catalog.VersionPage, error) {
	var page catalog.VersionPage
	if len(rows) > limit {
		rows = rows[:limit]
		page.NextCursor = cursor(&rows[limit-1])
	}
	var err error
	page.Items, err = decodeAll(rows)
	return page, err
}

func (s *Store) checkExists(ctx context.Context, playbookID string) error {
	const query = `SELECT EXISTS (SELECT FROM playbooks WHERE playbook_id = $1)`
	var exists bool
	if err := s.db.GetContext(ctx, &exists, query, playbookID); err != nil {
		return err
	}
	if !exists {
		return catalog.ErrPlaybookNotFound
	}
	return nil
}
