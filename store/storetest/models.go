package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
)

const otherDimensions = 3

// changeModel changes the state of a model of which there are vectors of otherDimensions.
func changeModel(t testing.TB, s catalog.Store, name string, to catalog.ModelState) catalog.Model {
	t.Helper()
	m, err := s.ChangeModel(t.Context(), catalog.ModelChange{Model: name, To: to, Actor: alice})
	require.NoError(t, err)
	require.Equal(t, to, m.State)
	return m
}

// takeUp begins to keep up the other model.
func takeUp(t testing.TB, s catalog.Store) {
	t.Helper()
	m, err := s.ChangeModel(t.Context(), catalog.ModelChange{
		Model: otherModel, Dimensions: otherDimensions, To: catalog.ModelFilling, Actor: alice,
	})
	require.NoError(t, err)
	require.Equal(t, catalog.ModelFilling, m.State)
}

// withOther adds a vector of the other model, or that there is none of it yet.
func withOther(p catalog.Publication, vector []float32) catalog.Publication {
	p.Vectors = append(p.Vectors[:len(p.Vectors):len(p.Vectors)],
		catalog.ModelVector{Model: otherModel, Dimensions: otherDimensions, Vector: vector})
	return p
}

func stateOf(t testing.TB, s catalog.Store) catalog.State {
	t.Helper()
	got, err := s.State(t.Context())
	require.NoError(t, err)
	return got
}

// states gives the state of each model that is kept up, the serving one first.
func states(t testing.TB, s catalog.Store) []string {
	t.Helper()
	list := []string{}
	for _, m := range stateOf(t, s).Models {
		list = append(list, m.Name+" "+string(m.State))
	}
	return list
}

func enqueue(t testing.TB, s catalog.Store, model string) int {
	t.Helper()
	n, err := s.EnqueueMissing(t.Context(), model)
	require.NoError(t, err)
	return n
}

// fillOther gives every version that waits for the other model a vector: the same axis for the same playbook.
func fillOther(t testing.TB, s catalog.Store) int {
	t.Helper()
	claimed, err := s.ClaimPending(t.Context(), otherModel, 100, time.Hour)
	require.NoError(t, err)
	vectors := make([]catalog.VersionVector, len(claimed))
	for i, p := range claimed {
		vectors[i] = catalog.VersionVector{VersionID: p.VersionID, TextHash: textHash(p.Title), Vector: otherVector(p.Title)}
	}
	require.NoError(t, s.CompletePending(t.Context(), otherModel, vectors))
	return len(claimed)
}

func otherVector(title string) []float32 {
	vector := make([]float32, otherDimensions)
	for i, c := range title {
		vector[i%otherDimensions] += float32(c)
	}
	return normalised(vector)
}

// queryOther asks for everything that has a vector of the other model.
func queryOther() catalog.SearchQuery {
	q := query(otherVector("anything"))
	q.Model = otherModel
	return q
}

func testFirstModelServes(t *testing.T, s catalog.Store) {
	_, ok := stateOf(t, s).Serving()
	require.False(t, ok, "nothing is published yet")
	dry := publication(draft(t, "a", "v1.0.0"))
	dry.DryRun = true
	_, err := s.Publish(t.Context(), dry)
	require.NoError(t, err)
	require.Empty(t, stateOf(t, s).Models)

	publish(t, s, pending(draft(t, "a", "v1.0.0")))
	serving, ok := stateOf(t, s).Serving()
	require.True(t, ok)
	require.Equal(t, model, serving.Name)
	require.Equal(t, dimensions, serving.Dimensions)
	generation, err := s.Generation(t.Context())
	require.NoError(t, err)
	require.Equal(t, generation, stateOf(t, s).Generation)
}

func testModelStates(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	changeTo := func(name string, to catalog.ModelState) error {
		_, err := s.ChangeModel(t.Context(), catalog.ModelChange{Model: name, To: to, Actor: alice})
		return err
	}
	for _, to := range []catalog.ModelState{catalog.ModelServing, catalog.ModelStandby, catalog.ModelRetired, catalog.ModelFilling} {
		require.ErrorIs(t, changeTo(otherModel, to), catalog.ErrModelNotFound, to)
	}
	require.ErrorIs(t, changeTo(model, catalog.ModelRetired), catalog.ErrModelServing)

	takeUp(t, s)
	takeUp(t, s)
	_, err := s.ChangeModel(t.Context(), catalog.ModelChange{Model: otherModel, Dimensions: 4, To: catalog.ModelFilling, Actor: alice})
	require.ErrorIs(t, err, catalog.ErrModelDimensions)
	before := stateOf(t, s)
	for _, unchanged := range []struct {
		model string
		to    catalog.ModelState
	}{{model, catalog.ModelServing}, {model, catalog.ModelStandby}, {model, catalog.ModelFilling}, {otherModel, catalog.ModelFilling}} {
		require.NoError(t, changeTo(unchanged.model, unchanged.to))
		require.Equal(t, before, stateOf(t, s), "a repeat changes nothing, the generation included")
	}

	enqueue(t, s, otherModel)
	fillOther(t, s)
	changeModel(t, s, otherModel, catalog.ModelStandby)
	require.Equal(t, []string{model + " serving", otherModel + " standby"}, states(t, s))
	switched := changeModel(t, s, otherModel, catalog.ModelServing)
	require.Equal(t, alice.Name, switched.ChangedBy)
	require.Equal(t, []string{otherModel + " serving", model + " standby"}, states(t, s))
	require.Greater(t, stateOf(t, s).Generation, before.Generation)
	changeModel(t, s, model, catalog.ModelRetired)
	require.NoError(t, changeTo(model, catalog.ModelRetired))
	require.ErrorIs(t, changeTo(model, catalog.ModelServing), catalog.ErrModelNotFound)
	require.Equal(t, []string{otherModel + " serving"}, states(t, s))
}

// The vectors of the other model come in beside those of the serving one, of all versions that may come to be searched.
// Until the switch nothing of it is seen.
func testMoveToAnotherModel(t *testing.T, s catalog.Store) {
	for _, v := range []string{"v1.0.0", "v2.0.0"} {
		publish(t, s, publication(draft(t, "a", v)))
	}
	publish(t, s, publication(draft(t, "b", "v1.0.0")))
	publish(t, s, publication(draft(t, "gone", "v1.0.0")))
	change(t, s, "gone", "v1.0.0", catalog.TransitionArchive)
	before, latest := stateOf(t, s), snapshot(t, s, "a").latest

	takeUp(t, s)
	began := stateOf(t, s).Generation
	require.Greater(t, began, before.Generation)
	require.Equal(t, 3, enqueue(t, s, otherModel), "an archived version is never searched again")
	require.Zero(t, enqueue(t, s, otherModel))
	require.ErrorIs(t, func() error {
		_, err := s.ChangeModel(t.Context(), catalog.ModelChange{Model: otherModel, To: catalog.ModelServing, Actor: alice})
		return err
	}(), catalog.ErrModelIncomplete)
	require.Equal(t, 3, fillOther(t, s))
	require.Equal(t, began, stateOf(t, s).Generation, "answers that are kept stay valid while a model is filled")
	require.Equal(t, latest, snapshot(t, s, "a").latest, "versions are not touched")
	require.ElementsMatch(t, []string{"a", "b"}, hitIDs(search(t, s, query(axis(0))).Hits), "the old model answers all the time")

	changeModel(t, s, otherModel, catalog.ModelServing)
	require.ElementsMatch(t, []string{"a", "b"}, hitIDs(search(t, s, queryOther()).Hits))
	change(t, s, "a", "v2.0.0", catalog.TransitionDisable)
	for _, hit := range search(t, s, queryOther()).Hits {
		require.Equal(t, "v1.0.0", hit.Version)
		require.False(t, hit.Provisional, "an older version that comes to be searched has its vector")
	}
}

func testSwitchBack(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	takeUp(t, s)
	enqueue(t, s, otherModel)
	fillOther(t, s)
	changeModel(t, s, otherModel, catalog.ModelServing)
	publish(t, s, withOther(publication(draft(t, "b", "v1.0.0")), otherVector("b")))
	changeModel(t, s, model, catalog.ModelServing)
	require.Equal(t, []string{model + " serving", otherModel + " standby"}, states(t, s))
	require.ElementsMatch(t, []string{"a", "b"}, hitIDs(search(t, s, query(axis(0))).Hits), "what was published meanwhile is there")
	require.Zero(t, enqueue(t, s, model))
}

// Which versions are pending is a question of the serving model.
func testIncompleteModel(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	publish(t, s, pending(draft(t, "b", "v1.0.0")))
	takeUp(t, s)
	require.Equal(t, 2, enqueue(t, s, otherModel))
	claimed, err := s.ClaimPending(t.Context(), otherModel, 10, time.Hour)
	require.NoError(t, err)
	for _, p := range claimed {
		if p.PlaybookID == "b" {
			require.NoError(t, s.CompletePending(t.Context(), otherModel, []catalog.VersionVector{
				{VersionID: p.VersionID, TextHash: textHash(p.Title), Vector: otherVector(p.Title)},
			}))
		}
	}
	status := func() (list []catalog.EmbeddingStatus) {
		for _, id := range []string{"a", "b"} {
			v, err := s.Version(t.Context(), id, "v1.0.0")
			require.NoError(t, err)
			list = append(list, v.EmbeddingStatus)
		}
		return list
	}
	require.Equal(t, []catalog.EmbeddingStatus{catalog.EmbeddingReady, catalog.EmbeddingPending}, status())

	for _, to := range []catalog.ModelState{catalog.ModelStandby, catalog.ModelServing} {
		_, err = s.ChangeModel(t.Context(), catalog.ModelChange{Model: otherModel, To: to, Actor: alice})
		var incomplete *catalog.ModelIncompleteError
		require.ErrorAs(t, err, &incomplete)
		require.Equal(t, 1, incomplete.Missing)
	}
	_, err = s.ChangeModel(t.Context(), catalog.ModelChange{Model: otherModel, To: catalog.ModelServing, Incomplete: true, Actor: alice})
	require.NoError(t, err)
	require.Equal(t, []catalog.EmbeddingStatus{catalog.EmbeddingPending, catalog.EmbeddingReady}, status())
}

// A model that was given up is not kept up: what comes later is missing when it is taken up again, and nothing else.
func testRetiredModel(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	takeUp(t, s)
	enqueue(t, s, otherModel)
	fillOther(t, s)
	publish(t, s, withOther(publication(draft(t, "b", "v1.0.0")), nil))
	require.Equal(t, 1, count(t, s, otherModel))
	changeModel(t, s, otherModel, catalog.ModelRetired)
	require.Zero(t, count(t, s, otherModel))

	publish(t, s, publication(draft(t, "c", "v1.0.0")))
	change(t, s, "a", "v1.0.0", catalog.TransitionDisable)
	change(t, s, "a", "v1.0.0", catalog.TransitionEnable)
	require.Zero(t, search(t, s, queryOther()).Total)
	require.Zero(t, enqueue(t, s, otherModel), "nobody waits for a model that is retired")

	takeUp(t, s)
	require.Equal(t, 2, enqueue(t, s, otherModel))
	require.Equal(t, []string{"a"}, hitIDs(search(t, s, queryOther()).Hits), "a vector that was kept is used again")
	require.Equal(t, 2, fillOther(t, s))
	changeModel(t, s, otherModel, catalog.ModelServing)
	require.EqualValues(t, 3, search(t, s, queryOther()).Total)
}

// A publication has to know all models, or a search by the one that it does not know would miss it.
func testPublishOfBothModels(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	takeUp(t, s)
	_, err := s.Publish(t.Context(), publication(draft(t, "b", "v1.0.0")))
	require.ErrorIs(t, err, catalog.ErrModelsChanged)
	_, err = s.Latest(t.Context(), "b")
	require.ErrorIs(t, err, catalog.ErrPlaybookNotFound)

	both := publish(t, s, withOther(publication(draft(t, "b", "v1.0.0")), otherVector("b")))
	require.Equal(t, catalog.EmbeddingReady, both.EmbeddingStatus)
	require.Zero(t, count(t, s, otherModel))
	one := publish(t, s, withOther(publication(draft(t, "c", "v1.0.0")), nil))
	require.Equal(t, catalog.EmbeddingReady, one.EmbeddingStatus, "the serving model is what counts")
	require.Equal(t, 1, count(t, s, otherModel))
	other := publish(t, s, withOther(pending(draft(t, "d", "v1.0.0")), otherVector("d")))
	require.Equal(t, catalog.EmbeddingPending, other.EmbeddingStatus)
	require.Equal(t, 1, count(t, s, model))
	require.ElementsMatch(t, []string{"a", "b", "c"}, hitIDs(search(t, s, query(axis(0))).Hits))
	require.ElementsMatch(t, []string{"b", "d"}, hitIDs(search(t, s, queryOther()).Hits))
}

// Of several processes that look for what is missing, each version is added by one.
func testEnqueueAtOnce(t *testing.T, s catalog.Store) {
	for _, id := range []string{"a", "b", "c"} {
		publish(t, s, publication(draft(t, id, "v1.0.0")))
	}
	takeUp(t, s)
	const processes = 4
	added, errs := make([]int, processes), make([]error, processes)
	var wg sync.WaitGroup
	for i := range processes {
		wg.Go(func() { added[i], errs[i] = s.EnqueueMissing(t.Context(), otherModel) })
	}
	wg.Wait()
	sum := 0
	for i := range processes {
		require.NoError(t, errs[i])
		sum += added[i]
	}
	require.Equal(t, 3, sum)
	require.Equal(t, 3, count(t, s, otherModel))
}

func testModelReports(t *testing.T, s catalog.Store) {
	publish(t, s, publication(draft(t, "a", "v1.0.0")))
	publish(t, s, publication(draft(t, "a", "v2.0.0")))
	takeUp(t, s)
	enqueue(t, s, otherModel)
	claimed, err := s.ClaimPending(t.Context(), otherModel, 10, time.Hour)
	require.NoError(t, err)
	require.NoError(t, s.PostponePending(t.Context(), otherModel, claimedIDs(claimed), time.Hour, "the model is away"))
	reports, err := s.ModelReports(t.Context())
	require.NoError(t, err)
	require.Len(t, reports, 2)
	require.Equal(t, model, reports[0].Name)
	require.Equal(t, [3]int{2, 2, 0}, [3]int{reports[0].Versions, reports[0].Embedded, reports[0].Waiting})
	require.Equal(t, [3]int{2, 0, 2}, [3]int{reports[1].Versions, reports[1].Embedded, reports[1].Waiting})
	require.Equal(t, "the model is away", reports[1].LastError)
	require.Equal(t, otherDimensions, reports[1].Dimensions)
}
