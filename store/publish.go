package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pgvector/pgvector-go"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/versioning"
)

// Publish implements catalog.Store. What it stores and the event that tells of it in the audit trail are committed
// together.
func (s *Store) Publish(ctx context.Context, p catalog.Publication) (catalog.Published, error) {
	op := fmt.Sprintf("publish %s %s", p.Draft.PlaybookID, p.Draft.Version)
	var published catalog.Published
	err := s.trail.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx, a *appending) (err error) {
		published, err = publish(ctx, tx, &p)
		if err != nil {
			return err
		}
		if p.DryRun || published.Identical {
			return errRollBack
		}
		event := publishedEvent(&p, &published.Version)
		prepared, err := event.prepare()
		if err != nil {
			return err
		}
		return a.append(ctx, tx, prepared)
	})
	if err != nil {
		return catalog.Published{}, err
	}
	return published, nil
}

func publish(ctx context.Context, tx *sqlx.Tx, p *catalog.Publication) (catalog.Published, error) {
	id, version := p.Draft.PlaybookID, p.Draft.Version
	if err := shareModels(ctx, tx); err != nil {
		return catalog.Published{}, err
	}
	at, err := lockOrCreate(ctx, tx, id)
	if err != nil {
		return catalog.Published{}, err
	}
	around, err := lookAround(ctx, tx, id, version)
	if err != nil {
		return catalog.Published{}, err
	}
	if around.Exists {
		return repeat(ctx, tx, p)
	}
	if err := versioning.CheckIncrement(version, around.GreatestStable, around.GreatestPrerelease); err != nil {
		return catalog.Published{}, err
	}
	embedded, err := hasServingVector(ctx, tx, p)
	if err != nil {
		return catalog.Published{}, err
	}
	stored := newVersion(p, around.Previous, at, embedded)
	warnings, err := reviewVersion(ctx, tx, p, &stored, &around)
	if err != nil {
		return catalog.Published{}, err
	}
	if err := insertVersion(ctx, tx, p, &stored); err != nil {
		return catalog.Published{}, err
	}
	latest, err := refreshLatest(ctx, tx, change{playbookID: id, by: p.Actor.Name, at: at, created: version})
	if err != nil {
		return catalog.Published{}, err
	}
	stored.IsLatest = latest == version
	if err := refreshVectors(ctx, tx, []string{id}); err != nil {
		return catalog.Published{}, err
	}
	if err := appendHistory(ctx, tx, publishTransition(p, at)); err != nil {
		return catalog.Published{}, err
	}
	return catalog.Published{Version: stored, Warnings: warnings}, bumpGeneration(ctx, tx, []string{id})
}

// reviewVersion lets the publisher's side compare a new version with those before it, which no other publisher can
// change meanwhile, and fills in the change summary.
func reviewVersion(ctx context.Context, tx *sqlx.Tx, p *catalog.Publication, v *catalog.Version, around *surroundings) ([]string, error) {
	if p.Review == nil {
		return nil, nil
	}
	below, err := versionOrNil(ctx, tx, v.PlaybookID, around.Previous)
	if err != nil {
		return nil, err
	}
	stable := below
	if around.GreatestStable != around.Previous {
		if stable, err = versionOrNil(ctx, tx, v.PlaybookID, around.GreatestStable); err != nil {
			return nil, err
		}
	}
	review := p.Review(below, stable)
	if v.ChangeSummary == "" && review.ChangeSummary != "" {
		v.ChangeSummary, v.ChangeSummaryGenerated = review.ChangeSummary, true
	}
	return review.Warnings, nil
}

func versionOrNil(ctx context.Context, tx *sqlx.Tx, playbookID, version string) (*catalog.Version, error) {
	if version == "" {
		return nil, nil //nolint:nilnil // no version is an answer
	}
	v, err := readVersion(ctx, tx, playbookID, version)
	return &v, err
}

// publishTransition is the first step in the lifecycle of a version.
func publishTransition(p *catalog.Publication, at time.Time) *transition {
	return &transition{
		playbookID: p.Draft.PlaybookID, kind: catalog.TransitionPublish, to: catalog.StatusActive, actor: p.Actor,
		requestID: p.RequestID, at: at, versions: []string{p.Draft.Version}, from: []string{""},
	}
}

// lockOrCreate locks the row of a playbook, which it creates if need be, and gives the time of the change. Of several
// first publishers one creates the row; the others wait for its end and then lock what is there. The time is taken
// under the lock and grows even when the clock goes back.
func lockOrCreate(ctx context.Context, tx *sqlx.Tx, playbookID string) (time.Time, error) {
	const statement = `INSERT INTO playbooks AS p (playbook_id, created_at, updated_at)
		SELECT $1, t, t FROM clock_timestamp() AS t
		ON CONFLICT (playbook_id) DO UPDATE
			SET updated_at = greatest(clock_timestamp(), p.updated_at + interval '1 microsecond')
		RETURNING updated_at`
	var at time.Time
	err := tx.GetContext(ctx, &at, statement, playbookID)
	return at.UTC(), err
}

// surroundings are the stored versions on which a publication depends, empty for none.
type surroundings struct {
	Exists             bool   `db:"already_there"`
	GreatestStable     string `db:"greatest_stable"`
	GreatestPrerelease string `db:"greatest_prerelease"` // of the same major.minor.patch
	Previous           string `db:"previous"`            // the greatest one below
}

func lookAround(ctx context.Context, tx *sqlx.Tx, playbookID, version string) (surroundings, error) {
	const query = `SELECT
			EXISTS (SELECT FROM playbook_versions WHERE playbook_id = $1 AND version = $2) AS already_there,
			coalesce((SELECT version FROM playbook_versions
				WHERE playbook_id = $1 AND NOT is_prerelease
				ORDER BY version_key DESC LIMIT 1), '') AS greatest_stable,
			coalesce((SELECT version FROM playbook_versions
				WHERE playbook_id = $1 AND is_prerelease AND version_key < $4 AND version_key > $5
				ORDER BY version_key DESC LIMIT 1), '') AS greatest_prerelease,
			coalesce((SELECT version FROM playbook_versions
				WHERE playbook_id = $1 AND version_key < $3
				ORDER BY version_key DESC LIMIT 1), '') AS previous`
	key, err := versioning.SortKey(version)
	if err != nil {
		return surroundings{}, err
	}
	// The keys of the pre-releases of a version lie right below its own key, which continues the same numbers.
	coreKey, err := versioning.SortKey(versioning.Core(version))
	if err != nil {
		return surroundings{}, err
	}
	var found surroundings
	err = tx.GetContext(ctx, &found, query, playbookID, version, key, coreKey, strings.TrimSuffix(coreKey, "~"))
	return found, err
}

// repeat answers a publication of a version that exists.
func repeat(ctx context.Context, tx *sqlx.Tx, p *catalog.Publication) (catalog.Published, error) {
	exists := fmt.Errorf("%w: %s %s", versioning.ErrVersionAlreadyExists, p.Draft.PlaybookID, p.Draft.Version)
	if p.IfExists != catalog.IfExistsReturnIdentical {
		return catalog.Published{}, exists
	}
	stored, err := readVersion(ctx, tx, p.Draft.PlaybookID, p.Draft.Version)
	if err != nil {
		return catalog.Published{}, err
	}
	if written := stored.Written(); !p.Draft.Equal(&written) {
		return catalog.Published{}, exists
	}
	return catalog.Published{Version: stored, Identical: true}, nil
}

// hasServingVector says whether a publication has a vector of the serving model.
// Error: catalog.ErrModelsChanged when it knows nothing of one of the models that are kept up.
func hasServingVector(ctx context.Context, tx *sqlx.Tx, p *catalog.Publication) (bool, error) {
	models, err := keptModels(ctx, tx)
	if err != nil {
		return false, err
	}
	if len(models) == 0 && len(p.Vectors) > 0 {
		first := p.Vectors[0]
		if models, err = firstModel(ctx, tx, first.Model, max(first.Dimensions, len(first.Vector))); err != nil {
			return false, err
		}
	}
	serving := false
	for _, m := range models {
		i := slices.IndexFunc(p.Vectors, func(v catalog.ModelVector) bool { return v.Model == m.Name })
		if i < 0 {
			return false, fmt.Errorf("%w: there is no vector of %s", catalog.ErrModelsChanged, m.Name)
		}
		serving = serving || m.State == catalog.ModelServing && p.Vectors[i].Vector != nil
	}
	return serving, nil
}

// newVersion is what a publication stores.
func newVersion(p *catalog.Publication, previous string, at time.Time, embedded bool) catalog.Version {
	status := catalog.EmbeddingReady
	if !embedded {
		status = catalog.EmbeddingPending
	}
	return catalog.Version{
		Draft: p.Draft, Status: catalog.StatusActive, PreviousVersion: previous, Revision: 1, EmbeddingStatus: status,
		CreatedAt: at, CreatedBy: p.Actor.Name, ActorSource: p.Actor.Source, UpdatedAt: at, UpdatedBy: p.Actor.Name,
	}
}

// insertVersion stores a version together with its vectors, and with jobs for the models of which it has none.
func insertVersion(ctx context.Context, tx *sqlx.Tx, p *catalog.Publication, v *catalog.Version) error {
	const statement = `WITH stored AS (
			INSERT INTO playbook_versions (playbook_id, version, version_key, schema_version, title, description, content,
				content_type, content_hash, labels, label_terms, parameters, owner, maintainer, version_notes,
				change_summary, approved_by, approved_at, expected_success_rate, expected_duration_seconds,
				status, previous_version, revision, embedding_status,
				created_at, created_by, actor_source, updated_at, updated_by, change_summary_generated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
				$24, $25, $26, $27, $25, $26, $31)
			RETURNING playbook_id, version, created_at
		), embedded AS (
			INSERT INTO playbook_embeddings (playbook_id, version, model, dimensions, text_hash, embedding, created_at)
			SELECT s.playbook_id, s.version, g.model, vector_dims(g.embedding::vector), $29, g.embedding::vector, s.created_at
			FROM stored AS s CROSS JOIN unnest($28::text[], $30::text[]) AS g (model, embedding)
		)
		INSERT INTO embedding_jobs (playbook_id, version, model, claimable_at, created_at)
		SELECT s.playbook_id, s.version, m.model, s.created_at, s.created_at
		FROM stored AS s CROSS JOIN playbook_models AS m
		WHERE m.state <> 'retired' AND m.model <> ALL ($28::text[])`
	key, err := versioning.SortKey(v.Version)
	if err != nil {
		return err
	}
	labels, labelsErr := json.Marshal(v.Labels)
	parameters, parametersErr := json.Marshal(parametersOf(v))
	if err := errors.Join(labelsErr, parametersErr); err != nil {
		return fmt.Errorf("labels and parameters of %s %s: %w", v.PlaybookID, v.Version, err)
	}
	models, vectors := vectorParameters(p.Vectors)
	_, err = tx.ExecContext(ctx, statement,
		v.PlaybookID, v.Version, key, v.SchemaVersion, v.Title, v.Description, v.Content,
		v.ContentType, v.ContentHash, labels, v.Labels.Terms(), parameters, v.Owner, v.Maintainer, v.VersionNotes,
		v.ChangeSummary, v.ApprovedBy, v.ApprovedAt, v.ExpectedSuccessRate, v.ExpectedDurationSeconds,
		v.Status, v.PreviousVersion, v.Revision, v.EmbeddingStatus,
		v.CreatedAt, v.CreatedBy, v.ActorSource,
		models, p.TextHash, vectors, v.ChangeSummaryGenerated)
	return err
}

// parametersOf gives the parameters as a list that is never null in JSON.
func parametersOf(v *catalog.Version) []catalog.Parameter {
	if v.Parameters == nil {
		return []catalog.Parameter{}
	}
	return v.Parameters
}

// vectorParameters gives the vectors that there are as arguments.
func vectorParameters(all []catalog.ModelVector) (models, vectors []string) {
	models, vectors = []string{}, []string{}
	for _, v := range all {
		if v.Vector != nil {
			models, vectors = append(models, v.Model), append(vectors, pgvector.NewVector(v.Vector).String())
		}
	}
	return models, vectors
}
