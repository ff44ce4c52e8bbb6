package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// change is one change of a playbook, whose row is locked.
type change struct {
	playbookID string
	by         string
	at         time.Time
	created    string // the version that this transaction has created, which nobody has seen in another state; or empty
}

// refreshLatest makes the greatest active stable version the latest one, else the greatest active pre-release, else
// none, and gives its name. It is called after every change of which versions there are or of their status, with the
// row of the playbook locked. Versions that become or cease to be the latest get a new revision. The search row follows;
// refreshVectors has to be called after it.
func refreshLatest(ctx context.Context, tx *sqlx.Tx, c change) (string, error) {
	// The old latest version has to step down before the new one steps up: the index that allows one only is checked
	// row by row.
	const demote = `WITH wanted AS (
			SELECT version, labels, is_latest FROM playbook_versions
			WHERE playbook_id = $1 AND status = 'active'
			ORDER BY is_prerelease, version_key DESC LIMIT 1
		), demoted AS (
			UPDATE playbook_versions
			SET is_latest = false, revision = revision + 1, updated_at = $2, updated_by = $3
			WHERE playbook_id = $1 AND is_latest AND version IS DISTINCT FROM (SELECT version FROM wanted)
		)
		SELECT version, labels, is_latest FROM wanted`
	var wanted []struct {
		Version  string `db:"version"`
		Labels   []byte `db:"labels"`
		IsLatest bool   `db:"is_latest"`
	}
	if err := tx.SelectContext(ctx, &wanted, demote, c.playbookID, c.at, c.by); err != nil {
		return "", err
	}
	if len(wanted) == 0 {
		return "", removeSearchRow(ctx, tx, c.playbookID)
	}
	latest := wanted[0]
	if latest.IsLatest {
		return latest.Version, nil
	}
	return latest.Version, promote(ctx, tx, c, latest.Version, latest.Labels)
}

// promote makes a version the latest one and the one that searches find.
func promote(ctx context.Context, tx *sqlx.Tx, c change, version string, labels []byte) error {
	const statement = `WITH promoted AS (
			UPDATE playbook_versions
			SET is_latest = true, revision = revision + CASE WHEN version = $4 THEN 0 ELSE 1 END,
				updated_at = $5, updated_by = $3
			WHERE playbook_id = $1 AND version = $2
		)
		INSERT INTO playbook_search AS s (playbook_id, version, signal_type, severity, component, environment, priority,
			risk_tolerance, business_category, resource_management, gitops_tool, custom_terms)
		VALUES ($1, $2, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (playbook_id) DO UPDATE SET version = excluded.version, signal_type = excluded.signal_type,
			severity = excluded.severity, component = excluded.component, environment = excluded.environment,
			priority = excluded.priority, risk_tolerance = excluded.risk_tolerance,
			business_category = excluded.business_category, resource_management = excluded.resource_management,
			gitops_tool = excluded.gitops_tool, custom_terms = excluded.custom_terms`
	var l catalog.Labels
	if err := json.Unmarshal(labels, &l); err != nil {
		return fmt.Errorf("stored labels of %s %s: %w", c.playbookID, version, err)
	}
	_, err := tx.ExecContext(ctx, statement, c.playbookID, version, c.by, c.created, c.at,
		folded(l, catalog.LabelSignalType), folded(l, catalog.LabelSeverity), folded(l, catalog.LabelComponent),
		folded(l, catalog.LabelEnvironment), folded(l, catalog.LabelPriority), folded(l, catalog.LabelRiskTolerance),
		folded(l, catalog.LabelBusinessCategory), folded(l, catalog.LabelResourceManagement),
		folded(l, catalog.LabelGitOpsTool), termsWithoutColumn(l))
	return err
}

// labelColumns are the labels of which playbook_search has a column: those of label schema 1.0. Others need no column, since
// they have no weight, so that a label schema is added by nothing but its row.
var labelColumns = []string{
	catalog.LabelSignalType, catalog.LabelSeverity, catalog.LabelComponent, catalog.LabelEnvironment, catalog.LabelPriority,
	catalog.LabelRiskTolerance, catalog.LabelBusinessCategory, catalog.LabelResourceManagement, catalog.LabelGitOpsTool,
}

// termsWithoutColumn gives the labels that the column custom_terms holds.
func termsWithoutColumn(labels catalog.Labels) []string {
	others := catalog.Labels{Values: maps.Clone(labels.Values), Custom: labels.Custom}
	for _, name := range labelColumns {
		delete(others.Values, name)
	}
	return others.Terms()
}

// folded gives a label in the form in which it is compared, NULL when it is absent.
func folded(labels catalog.Labels, name string) any {
	value := labels.Get(name)
	if value == "" {
		return nil
	}
	return catalog.Fold(value)
}

func removeSearchRow(ctx context.Context, tx *sqlx.Tx, playbookID string) error {
	const statement = `DELETE FROM playbook_search WHERE playbook_id = $1`
	_, err := tx.ExecContext(ctx, statement, playbookID)
	return err
}

// refreshVectors gives the search rows of playbooks their vectors, with the labels beside them: for each model that is
// kept up the vector of the searched version, else that of the greatest version below it that has one. Those of other
// models go, since they would not follow. The rows of the playbooks are locked.
//
// LATERAL and OFFSET 0 fix the order of the joins, in which the look for a version ends at the first one that has a
// vector. Any other order reads the vectors of all versions.
func refreshVectors(ctx context.Context, tx *sqlx.Tx, playbookIDs []string) error {
	const statement = `WITH wanted AS (
			SELECT s.playbook_id, m.model, near.version AS vector_version, s.version, s.signal_type, s.severity, s.component,
				s.environment, s.priority, s.risk_tolerance, s.business_category, s.resource_management, s.gitops_tool,
				s.custom_terms, near.embedding
			FROM playbook_search AS s
			CROSS JOIN LATERAL (
				SELECT version_key FROM playbook_versions
				WHERE playbook_id = s.playbook_id AND version = s.version
				OFFSET 0
			) AS searched
			CROSS JOIN (SELECT model FROM playbook_models WHERE state <> 'retired' OFFSET 0) AS m
			CROSS JOIN LATERAL (
				SELECT v.version, e.embedding
				FROM playbook_versions AS v
				CROSS JOIN LATERAL (
					SELECT embedding FROM playbook_embeddings
					WHERE playbook_id = v.playbook_id AND version = v.version AND model = m.model
					OFFSET 0
				) AS e
				WHERE v.playbook_id = s.playbook_id AND v.version_key <= searched.version_key
				ORDER BY v.version_key DESC LIMIT 1
			) AS near
			WHERE s.playbook_id = ANY ($1)
		), removed AS (
			DELETE FROM playbook_search_vectors AS sv
			WHERE sv.playbook_id = ANY ($1) AND NOT EXISTS (
				SELECT FROM wanted AS w WHERE w.playbook_id = sv.playbook_id AND w.model = sv.model
			)
		)
		INSERT INTO playbook_search_vectors AS sv (playbook_id, model, vector_version, version, signal_type, severity,
			component, environment, priority, risk_tolerance, business_category, resource_management, gitops_tool,
			custom_terms, embedding)
		SELECT playbook_id, model, vector_version, version, signal_type, severity, component, environment, priority,
			risk_tolerance, business_category, resource_management, gitops_tool, custom_terms, embedding FROM wanted
		ON CONFLICT (playbook_id, model) DO UPDATE SET vector_version = excluded.vector_version,
			version = excluded.version, signal_type = excluded.signal_type, severity = excluded.severity,
			component = excluded.component, environment = excluded.environment, priority = excluded.priority,
			risk_tolerance = excluded.risk_tolerance, business_category = excluded.business_category,
			resource_management = excluded.resource_management, gitops_tool = excluded.gitops_tool,
			custom_terms = excluded.custom_terms, embedding = excluded.embedding
			WHERE (sv.vector_version, sv.version) <> (excluded.vector_version, excluded.version)`
	_, err := tx.ExecContext(ctx, statement, playbookIDs)
	return err
}
