package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/kubernaut/datastorage/catalog"
)

// ChangeModel implements catalog.ModelStore. The change, all that follows from it and the event that tells of it are one
// transaction. It waits for the publishes that have begun, and those that begin wait for it.
func (s *Store) ChangeModel(ctx context.Context, change catalog.ModelChange) (catalog.Model, error) {
	op := fmt.Sprintf("make model %s %s", change.Model, change.To)
	var model catalog.Model
	err := s.trail.inTx(ctx, op, func(ctx context.Context, tx *sqlx.Tx, a *appending) error {
		m := modelChange{ModelChange: change}
		if err := m.lock(ctx, tx); err != nil {
			return err
		}
		var err error
		if model, err = m.make(ctx, tx); err != nil {
			return err
		}
		if !m.changed {
			return errRollBack
		}
		event := m.event()
		prepared, err := event.prepare()
		if err != nil {
			return err
		}
		// Whoever has answers by the models as they were has to see that.
		if err := bumpGeneration(ctx, tx, []string{m.Model}); err != nil {
			return err
		}
		return a.append(ctx, tx, prepared)
	})
	if err != nil {
		return catalog.Model{}, err
	}
	return model, nil
}

// modelChange is a change of a model under the lock of the models.
type modelChange struct {
	catalog.ModelChange

	at      time.Time
	models  []catalog.Model // all that there are
	before  catalog.Model   // zero for a model that is new
	missing int             // versions without a vector, once they were counted
	changed bool
}

func (m *modelChange) lock(ctx context.Context, tx *sqlx.Tx) error {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, modelsLock); err != nil {
		return err
	}
	const query = `SELECT ` + modelColumns + ` FROM playbook_models AS m ORDER BY ` + modelOrder
	var rows []modelRow
	if err := tx.SelectContext(ctx, &rows, query); err != nil {
		return err
	}
	for _, row := range rows {
		model := row.decode()
		m.models = append(m.models, model)
		if model.Name == m.Model {
			m.before = model
		}
	}
	return tx.GetContext(ctx, &m.at, `SELECT clock_timestamp()`)
}

// make decides by the state that the model is in, and gives the model as it is then.
func (m *modelChange) make(ctx context.Context, tx *sqlx.Tx) (catalog.Model, error) {
	from := m.before.State
	if from != "" && m.Dimensions != 0 && m.Dimensions != m.before.Dimensions {
		return catalog.Model{}, fmt.Errorf("%w: %s has %d dimensions, not %d",
			catalog.ErrModelDimensions, m.Model, m.before.Dimensions, m.Dimensions)
	}
	isKept := from != "" && from != catalog.ModelRetired
	switch {
	case m.To == from, isKept && m.To == catalog.ModelFilling, from == catalog.ModelServing && m.To == catalog.ModelStandby:
		return m.before, nil
	case m.To == catalog.ModelFilling:
		return m.takeUp(ctx, tx)
	case !isKept:
		return catalog.Model{}, fmt.Errorf("%w: %s", catalog.ErrModelNotFound, m.Model)
	case m.To == catalog.ModelRetired && from == catalog.ModelServing:
		return catalog.Model{}, fmt.Errorf("%w: %s", catalog.ErrModelServing, m.Model)
	case m.To == catalog.ModelRetired:
		return m.retire(ctx, tx)
	default:
		return m.advance(ctx, tx)
	}
}

// takeUp begins to keep up a model. The vectors that it had when it was retired count again.
func (m *modelChange) takeUp(ctx context.Context, tx *sqlx.Tx) (catalog.Model, error) {
	const statement = `INSERT INTO playbook_models AS m (model, dimensions, state, changed_at, changed_by)
		VALUES ($1, $2, 'filling', $3, $4)
		ON CONFLICT (model) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at, changed_by = excluded.changed_by
		RETURNING ` + modelColumns
	if m.before.State == "" && m.Dimensions == 0 {
		return catalog.Model{}, fmt.Errorf("%w: %s", catalog.ErrModelNotFound, m.Model)
	}
	return m.write(ctx, tx, statement, m.Model, max(m.Dimensions, m.before.Dimensions), m.at, m.Actor.Name)
}

// retire gives up a model and its jobs. Its vectors stay.
func (m *modelChange) retire(ctx context.Context, tx *sqlx.Tx) (catalog.Model, error) {
	const jobs = `DELETE FROM embedding_jobs WHERE model = $1`
	if _, err := tx.ExecContext(ctx, jobs, m.Model); err != nil {
		return catalog.Model{}, err
	}
	return m.write(ctx, tx, setState, m.Model, string(m.To), m.at, m.Actor.Name)
}

const setState = `UPDATE playbook_models AS m SET state = $2, changed_at = $3, changed_by = $4 WHERE model = $1
	RETURNING ` + modelColumns

// advance puts a complete model on standby or lets it serve.
func (m *modelChange) advance(ctx context.Context, tx *sqlx.Tx) (catalog.Model, error) {
	var err error
	if m.missing, err = countMissing(ctx, tx, m.Model); err != nil {
		return catalog.Model{}, err
	}
	forced := m.To == catalog.ModelServing && m.Incomplete
	if m.missing > 0 && !forced {
		return catalog.Model{}, &catalog.ModelIncompleteError{Model: m.Model, Missing: m.missing}
	}
	if m.To == catalog.ModelServing {
		const standby = `UPDATE playbook_models SET state = 'standby', changed_at = $1, changed_by = $2 WHERE state = 'serving'`
		if _, err := tx.ExecContext(ctx, standby, m.at, m.Actor.Name); err != nil {
			return catalog.Model{}, err
		}
	}
	model, err := m.write(ctx, tx, setState, m.Model, string(m.To), m.at, m.Actor.Name)
	if err != nil || m.To != catalog.ModelServing {
		return model, err
	}
	return model, refreshPending(ctx, tx, m.Model)
}

// write changes the row of the model.
func (m *modelChange) write(ctx context.Context, tx *sqlx.Tx, statement string, args ...any) (catalog.Model, error) {
	var row modelRow
	if err := tx.GetContext(ctx, &row, statement, args...); err != nil {
		return catalog.Model{}, err
	}
	m.changed = true
	return row.decode(), nil
}

// refreshPending makes exactly those versions pending that wait for a vector of the model that serves from now on.
func refreshPending(ctx context.Context, tx *sqlx.Tx, serving string) error {
	const query = `SELECT DISTINCT v.playbook_id FROM playbook_versions AS v
		LEFT JOIN embedding_jobs AS j ON j.playbook_id = v.playbook_id AND j.version = v.version AND j.model = $1
		WHERE (v.embedding_status = 'pending') <> (j.model IS NOT NULL)
		ORDER BY v.playbook_id`
	const statement = `UPDATE playbook_versions AS v
		SET embedding_status = CASE WHEN j.model IS NULL THEN 'ready' ELSE 'pending' END,
			revision = v.revision + 1, updated_at = p.updated_at, updated_by = $2
		FROM playbooks AS p, playbook_versions AS w
		LEFT JOIN embedding_jobs AS j ON j.playbook_id = w.playbook_id AND j.version = w.version AND j.model = $1
		WHERE p.playbook_id = v.playbook_id AND w.playbook_id = v.playbook_id AND w.version = v.version
			AND v.playbook_id = ANY ($3) AND (v.embedding_status = 'pending') <> (j.model IS NOT NULL)`
	var ids []string
	if err := tx.SelectContext(ctx, &ids, query, serving); err != nil || len(ids) == 0 {
		return err
	}
	if err := touchPlaybooks(ctx, tx, ids); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, statement, serving, systemActor, ids)
	return err
}

// event tells the audit trail of the change.
func (m *modelChange) event() catalogEvent {
	var served string
	if i := slices.IndexFunc(m.models, func(x catalog.Model) bool { return x.State == catalog.ModelServing }); i >= 0 && m.To == catalog.ModelServing {
		served = m.models[i].Name
	}
	return catalogEvent{
		kind: "embedding_model", action: modelActions[m.To], id: m.Model, title: m.Model, actor: m.Actor,
		requestID: m.RequestID, at: m.at,
		data: struct {
			FromState string `json:"from_state,omitempty"`
			ToState   string `json:"to_state"`
			Served    string `json:"served_before,omitempty"`
			Missing   int    `json:"missing_vectors"`
		}{string(m.before.State), string(m.To), served, m.missing},
	}
}

// modelActions name what happened to a model.
var modelActions = map[catalog.ModelState]string{
	catalog.ModelFilling: "taken_up",
	catalog.ModelStandby: "completed",
	catalog.ModelServing: "switched",
	catalog.ModelRetired: "retired",
}
