package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/catalog"
)

// versionColumns are the columns of versionRow, of playbook_versions AS v. The content is left out: only what shows a
// single version reads it.
const versionColumns = `v.playbook_id, v.version, v.schema_version, v.title, v.description, v.content_type,
	v.content_hash, v.labels, v.parameters, v.owner, v.maintainer, v.version_notes, v.change_summary,
	v.change_summary_generated, v.approved_by, v.approved_at, v.expected_success_rate, v.expected_duration_seconds,
	v.status, v.disabled_at, v.disabled_by, v.disabled_reason, v.deprecation_notice, v.superseded_by,
	v.actual_success_rate, v.total_executions, v.successful_executions,
	v.is_latest, v.previous_version, v.revision, v.embedding_status,
	v.created_at, v.created_by, v.actor_source, v.updated_at, v.updated_by`

// versionRow is one row of playbook_versions.
type versionRow struct {
	PlaybookID              string    `db:"playbook_id"`
	Version                 string    `db:"version"`
	SchemaVersion           string    `db:"schema_version"`
	Title                   string    `db:"title"`
	Description             string    `db:"description"`
	Content                 string    `db:"content"` // empty when it was not selected
	ContentType             string    `db:"content_type"`
	ContentHash             string    `db:"content_hash"`
	Labels                  []byte    `db:"labels"`
	Parameters              []byte    `db:"parameters"`
	Owner                   string    `db:"owner"`
	Maintainer              string    `db:"maintainer"`
	VersionNotes            string    `db:"version_notes"`
	ChangeSummary           string    `db:"change_summary"`
	ChangeSummaryGenerated  bool      `db:"change_summary_generated"`
	ApprovedBy              string    `db:"approved_by"`
	ApprovedAt              nullTime  `db:"approved_at"`
	ExpectedSuccessRate     *float64  `db:"expected_success_rate"`
	ExpectedDurationSeconds *int      `db:"expected_duration_seconds"`
	Status                  string    `db:"status"`
	DisabledAt              nullTime  `db:"disabled_at"`
	DisabledBy              string    `db:"disabled_by"`
	DisabledReason          string    `db:"disabled_reason"`
	DeprecationNotice       string    `db:"deprecation_notice"`
	SupersededBy            string    `db:"superseded_by"`
	ActualSuccessRate       *float64  `db:"actual_success_rate"`
	TotalExecutions         int64     `db:"total_executions"`
	SuccessfulExecutions    int64     `db:"successful_executions"`
	IsLatest                bool      `db:"is_latest"`
	PreviousVersion         string    `db:"previous_version"`
	Revision                int64     `db:"revision"`
	EmbeddingStatus         string    `db:"embedding_status"`
	CreatedAt               time.Time `db:"created_at"`
	CreatedBy               string    `db:"created_by"`
	ActorSource             string    `db:"actor_source"`
	UpdatedAt               time.Time `db:"updated_at"`
	UpdatedBy               string    `db:"updated_by"`
}

// decode gives the version of a row. It fails only when the row was not written by this package.
func (r *versionRow) decode() (catalog.Version, error) {
	draft := catalog.Draft{
		PlaybookID: r.PlaybookID, Version: r.Version, SchemaVersion: r.SchemaVersion, Title: r.Title,
		Description: r.Description, Content: r.Content, ContentType: catalog.ContentType(r.ContentType),
		ContentHash: r.ContentHash, Owner: r.Owner, Maintainer: r.Maintainer, VersionNotes: r.VersionNotes,
		ChangeSummary: r.ChangeSummary, ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt.pointer(),
		ExpectedSuccessRate: r.ExpectedSuccessRate, ExpectedDurationSeconds: r.ExpectedDurationSeconds,
	}
	if err := json.Unmarshal(r.Labels, &draft.Labels); err != nil {
		return catalog.Version{}, fmt.Errorf("stored labels of %s %s: %w", r.PlaybookID, r.Version, err)
	}
	if err := json.Unmarshal(r.Parameters, &draft.Parameters); err != nil {
		return catalog.Version{}, fmt.Errorf("stored parameters of %s %s: %w", r.PlaybookID, r.Version, err)
	}
	return catalog.Version{
		Draft:  draft,
		Status: catalog.Status(r.Status), DisabledAt: r.DisabledAt.pointer(), DisabledBy: r.DisabledBy,
		DisabledReason: r.DisabledReason, DeprecationNotice: r.DeprecationNotice, SupersededBy: r.SupersededBy,
		ActualSuccessRate: r.ActualSuccessRate, TotalExecutions: r.TotalExecutions,
		SuccessfulExecutions:   r.SuccessfulExecutions,
		ChangeSummaryGenerated: r.ChangeSummaryGenerated, IsLatest: r.IsLatest, PreviousVersion: r.PreviousVersion, Revision: r.Revision,
		EmbeddingStatus: catalog.EmbeddingStatus(r.EmbeddingStatus),
		CreatedAt:       r.CreatedAt.UTC(), CreatedBy: r.CreatedBy, ActorSource: catalog.ActorSource(r.ActorSource),
		UpdatedAt: r.UpdatedAt.UTC(), UpdatedBy: r.UpdatedBy,
	}, nil
}

func decodeAll(rows []versionRow) ([]catalog.Version, error) {
	versions := make([]catalog.Version, len(rows))
	for i := range rows {
		var err error
		if versions[i], err = rows[i].decode(); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

// nullTime is a time that may be absent.
type nullTime struct{ sql.NullTime }

func (t nullTime) pointer() *time.Time {
	if !t.Valid {
		return nil
	}
	utc := t.Time.UTC()
	return &utc
}
