package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// modelsLock is the advisory lock of the models. Whoever writes vectors or jobs holds it shared, and so finds the models
// as they are until its transaction ends; whoever changes the models holds it alone, and so finds all vectors and jobs of
// what was published before. It comes before every other lock.
const modelsLock = 6027318840917553

// modelRow is one row of playbook_models.
type modelRow struct {
	Model      string    `db:"model"`
	Dimensions int       `db:"dimensions"`
	State      string    `db:"state"`
	ChangedAt  time.Time `db:"changed_at"`
	ChangedBy  string    `db:"changed_by"`
}

const modelColumns = `m.model, m.dimensions, m.state, m.changed_at, m.changed_by`

// modelOrder puts the serving model first, then those on standby.
const modelOrder = `m.state = 'serving' DESC, m.state = 'standby' DESC, m.model`

func (r modelRow) decode() catalog.Model {
	return catalog.Model{
		Name: r.Model, Dimensions: r.Dimensions, State: catalog.ModelState(r.State), ChangedAt: r.ChangedAt.UTC(), ChangedBy: r.ChangedBy,
	}
}

// State implements catalog.ModelStore.
func (s *Store) State(ctx context.Context) (catalog.State, error) {
	const query = `SELECT g.generation, coalesce(m.model, '') AS model, coalesce(m.dimensions, 0) AS dimensions,
			coalesce(m.state, '') AS state, coalesce(m.changed_at, now()) AS changed_at, coalesce(m.changed_by, '') AS changed_by
		FROM (SELECT sum(generation)::bigint AS generation FROM catalog_state) AS g
		LEFT JOIN playbook_models AS m ON m.state <> 'retired'
		ORDER BY ` + modelOrder
	var rows []struct {
		Generation int64 `db:"generation"`

		modelRow
	}
	if err := s.db.SelectContext(ctx, &rows, query); err != nil {
		return catalog.State{}, mapError(ctx, "read the generation and the models", err)
	}
	var state catalog.State
	for _, row := range rows {
		state.Generation = row.Generation
		if row.Model != "" {
			state.Models = append(state.Models, row.decode())
		}
	}
	return state, nil
}

// ModelReports implements catalog.ModelStore.
func (s *Store) ModelReports(ctx context.Context) ([]catalog.ModelReport, error) {
	const query = `SELECT ` + modelColumns + `,
			(SELECT count(*) FROM playbook_versions WHERE ` + mayBeSearched + `) AS versions,
			(SELECT count(*) FROM playbook_versions AS v
				JOIN playbook_embeddings AS e ON e.playbook_id = v.playbook_id AND e.version = v.version
				WHERE e.model = m.model AND ` + mayBeSearched + `) AS embedded,
			(SELECT count(*) FROM embedding_jobs WHERE model = m.model) AS waiting,
			coalesce((SELECT last_error FROM embedding_jobs WHERE model = m.model AND last_error <> ''
				ORDER BY claimable_at DESC, playbook_id, version LIMIT 1), '') AS last_error
		FROM playbook_models AS m ORDER BY ` + modelOrder
	var rows []struct {
		modelRow

		Versions  int    `db:"versions"`
		Embedded  int    `db:"embedded"`
		Waiting   int    `db:"waiting"`
		LastError string `db:"last_error"`
	}
	if err := s.db.SelectContext(ctx, &rows, query); err != nil {
		return nil, mapError(ctx, "look how far the models are", err)
	}
	reports := make([]catalog.ModelReport, len(rows))
	for i, row := range rows {
		reports[i] = catalog.ModelReport{
			Model: row.decode(), Versions: row.Versions, Embedded: row.Embedded, Waiting: row.Waiting, LastError: row.LastError,
		}
	}
	return reports, nil
}

// shareModels keeps the models as they are until the transaction ends. What reads them has to be a statement of its own
// after it, whose snapshot is taken when the lock is held.
func shareModels(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock_shared($1)`, modelsLock)
	return err
}

// keptModels gives the models that are kept up, the serving one first. It is called with the models shared or alone.
func keptModels(ctx context.Context, tx *sqlx.Tx) ([]catalog.Model, error) {
	const query = `SELECT ` + modelColumns + ` FROM playbook_models AS m WHERE m.state <> 'retired' ORDER BY ` + modelOrder
	var rows []modelRow
	if err := tx.SelectContext(ctx, &rows, query); err != nil {
		return nil, err
	}
	models := make([]catalog.Model, len(rows))
	for i, row := range rows {
		models[i] = row.decode()
	}
	return models, nil
}

// keptModel gives the state of a model, empty when it is not kept up. In a catalog without models it is made the serving
// one, which needs the length of its vectors: whoever brings the first vector decides.
func keptModel(ctx context.Context, tx *sqlx.Tx, model string, dimensions int) (catalog.ModelState, error) {
	models, err := keptModels(ctx, tx)
	if err != nil {
		return "", err
	}
	if len(models) == 0 && dimensions > 0 {
		if models, err = firstModel(ctx, tx, model, dimensions); err != nil {
			return "", err
		}
	}
	for _, m := range models {
		if m.Name == model {
			return m.State, nil
		}
	}
	return "", nil
}

// firstModel makes a model the serving one unless another transaction is faster, and gives what is there then.
func firstModel(ctx context.Context, tx *sqlx.Tx, model string, dimensions int) ([]catalog.Model, error) {
	const statement = `INSERT INTO playbook_models AS m (model, dimensions, state, changed_at, changed_by)
		VALUES ($1, $2, 'serving', clock_timestamp(), $3)
		ON CONFLICT DO NOTHING`
	if _, err := tx.ExecContext(ctx, statement, model, dimensions, systemActor); err != nil {
		return nil, err
	}
	return keptModels(ctx, tx)
}
