package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

const other = "other"

func changeModel(ctx context.Context, s *store.Store, model string, to catalog.ModelState) error {
	_, err := s.ChangeModel(ctx, catalog.ModelChange{
		Model: model, Dimensions: 3, To: to, Actor: catalog.Actor{Name: "olivia", Source: catalog.ActorAsserted}, RequestID: "move-1",
	})
	return err
}

// fillModel gives everything that waits for a model a vector.
func fillModel(ctx context.Context, s *store.Store, model string) error {
	if _, err := s.EnqueueMissing(ctx, model); err != nil {
		return err
	}
	for {
		claimed, err := s.ClaimPending(ctx, model, 50, time.Hour)
		if err != nil || len(claimed) == 0 {
			return err
		}
		vectors := make([]catalog.VersionVector, len(claimed))
		for i, p := range claimed {
			vectors[i] = catalog.VersionVector{VersionID: p.VersionID, TextHash: fmt.Sprintf("%064x", i), Vector: []float32{1, 2, 3}}
		}
		if err := s.CompletePending(ctx, model, vectors); err != nil {
			return err
		}
	}
}

// A publish that has begun belongs to the time before a switch: the switch waits for it, and sees it.
func TestSwitchWaitsForAPublish(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "a", "v1.0.0"))
	require.NoError(t, changeModel(t.Context(), s, other, catalog.ModelFilling))
	require.NoError(t, fillModel(t.Context(), s, other))

	blocker := begin(t, db, `SELECT FROM catalog_state FOR UPDATE`) // which a publish needs when all else is done
	waiting := func(n int) func() bool {
		return func() bool { return scan[int](t, db, waitingForLocks) == n }
	}
	published, switched := make(chan error, 1), make(chan error, 1)
	go func() {
		p := publication(t, "b", "v1.0.0")
		p.Vectors = append(p.Vectors, catalog.ModelVector{Model: other, Dimensions: 3})
		_, err := s.Publish(t.Context(), p)
		published <- err
	}()
	require.Eventually(t, waiting(1), time.Minute, 5*time.Millisecond)
	go func() { switched <- changeModel(t.Context(), s, other, catalog.ModelServing) }()
	require.Eventually(t, waiting(2), time.Minute, 5*time.Millisecond)
	require.NoError(t, blocker.Commit())
	require.NoError(t, <-published)
	var incomplete *catalog.ModelIncompleteError
	require.ErrorAs(t, <-switched, &incomplete, "the version that was being published has no vector of the model")
	require.Equal(t, 1, incomplete.Missing)
}

// publishByAll publishes as a process does that has embedders of all models, and may find that they have changed.
func publishByAll(ctx context.Context, s *store.Store, p catalog.Publication, retries *int) error {
	for {
		state, err := s.State(ctx)
		if err != nil {
			return err
		}
		if len(state.Models) > 0 {
			p.Vectors = nil
		}
		for i, m := range state.Models {
			v := catalog.ModelVector{Model: m.Name, Dimensions: m.Dimensions, Vector: []float32{float32(i + 1), 0, 1}}
			if len(p.Draft.PlaybookID)%3 == i {
				v.Vector = nil // its embedder is away
			}
			p.Vectors = append(p.Vectors, v)
		}
		if _, err = s.Publish(ctx, p); !errors.Is(err, catalog.ErrModelsChanged) {
			return err
		}
		*retries++
	}
}

// While models come and go under many publishers, every version has either a vector or a job of each model that is kept
// up, and is pending when that is a job for the serving one.
func TestModelsChangeUnderPublishers(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "first", "v1.0.0"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const publishers, each = 6, 25
	var publishing, changing sync.WaitGroup
	errs, retries := make([]error, publishers+1), make([]int, publishers)
	done := make(chan struct{})
	for i := range publishers {
		publishing.Go(func() {
			for j := range each {
				p := publication(t, fmt.Sprintf("p-%d-%d", i, j*j*j), "v1.0.0")
				if errs[i] = publishByAll(ctx, s, p, &retries[i]); errs[i] != nil {
					return
				}
			}
		})
	}
	rounds := 0
	changing.Go(func() { rounds, errs[publishers] = changeBackAndForth(ctx, s, done) })
	publishing.Wait()
	close(done)
	changing.Wait()
	require.NoError(t, errors.Join(errs...))
	t.Logf("%d rounds of changes, retried publishes %v", rounds, retries)

	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbook_versions AS v CROSS JOIN playbook_models AS m
		LEFT JOIN playbook_embeddings AS e ON e.playbook_id = v.playbook_id AND e.version = v.version AND e.model = m.model
		LEFT JOIN embedding_jobs AS j ON j.playbook_id = v.playbook_id AND j.version = v.version AND j.model = m.model
		WHERE m.state <> 'retired' AND (e.model IS NULL) = (j.model IS NULL)`), "neither vector nor job, or both")
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbook_versions AS v JOIN playbook_models AS m ON m.state = 'serving'
		LEFT JOIN embedding_jobs AS j ON j.playbook_id = v.playbook_id AND j.version = v.version AND j.model = m.model
		WHERE (v.embedding_status = 'pending') <> (j.model IS NOT NULL)`), "a status that is not true")
	require.Zero(t, scan[int](t, db, `SELECT count(*) FROM playbook_search AS s CROSS JOIN playbook_models AS m
		JOIN playbook_embeddings AS e ON e.playbook_id = s.playbook_id AND e.version = s.version AND e.model = m.model
		LEFT JOIN playbook_search_vectors AS sv ON sv.playbook_id = s.playbook_id AND sv.model = m.model
		WHERE m.state <> 'retired' AND sv.vector_version IS DISTINCT FROM s.version`), "a vector that is not searched")
}

// changeBackAndForth moves to the other model, back, and gives the other one up, until done, and ends with both.
func changeBackAndForth(ctx context.Context, s *store.Store, done <-chan struct{}) (rounds int, err error) {
	steps := []func() error{
		func() error { return changeModel(ctx, s, other, catalog.ModelFilling) },
		func() error { return fillModel(ctx, s, other) },
		func() error { return changeModel(ctx, s, other, catalog.ModelServing) },
		func() error { return fillModel(ctx, s, testModel) },
		func() error { return changeModel(ctx, s, testModel, catalog.ModelServing) },
		func() error { return changeModel(ctx, s, other, catalog.ModelRetired) },
	}
	for {
		for i, step := range steps {
			for {
				err := step()
				if errors.Is(err, catalog.ErrModelIncomplete) { // published meanwhile, with an embedder away
					err = errors.Join(fillModel(ctx, s, other), fillModel(ctx, s, testModel))
					if err == nil {
						continue
					}
				}
				if err != nil {
					return rounds, fmt.Errorf("step %d: %w", i, err)
				}
				break
			}
		}
		rounds++
		select {
		case <-done:
			return rounds, errors.Join(steps[0](), steps[1]())
		default:
		}
	}
}

func TestModelChangesAreInTheAuditTrail(t *testing.T) {
	t.Parallel()
	s, db := setup(t)
	publish(t, s, publication(t, "a", "v1.0.0"))
	for _, to := range []catalog.ModelState{catalog.ModelFilling, catalog.ModelFilling} {
		require.NoError(t, changeModel(t.Context(), s, other, to))
	}
	require.NoError(t, fillModel(t.Context(), s, other))
	for _, to := range []catalog.ModelState{catalog.ModelStandby, catalog.ModelServing} {
		require.NoError(t, changeModel(t.Context(), s, other, to))
	}
	require.NoError(t, changeModel(t.Context(), s, testModel, catalog.ModelRetired))
	require.Error(t, changeModel(t.Context(), s, other, catalog.ModelRetired))
	require.Equal(t, `taken_up other,completed other,switched other,retired test-model`, scan[string](t, db,
		`SELECT string_agg(event_action || ' ' || resource_id, ',' ORDER BY chain_seq) FROM audit_events WHERE event_category = 'embedding_model'`))
	var data map[string]any
	require.NoError(t, json.Unmarshal(scan[[]byte](t, db, `SELECT event_data FROM audit_events
		WHERE event_type = 'datastorage.embedding_model.switched' AND actor_id = 'olivia' AND correlation_id = 'move-1'`), &data))
	require.Equal(t, map[string]any{
		"from_state": "standby", "to_state": "serving", "served_before": testModel, "missing_vectors": 0.0,
	}, data)
}
