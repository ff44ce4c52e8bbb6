package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/testdb"
)

const (
	onnxModel = "all-minilm-l6-v2-q"
	bagModel  = "bag-of-words"
)

// heldModel is a model that answers so many texts, and holds the calls that come after until it is let go.
type heldModel struct {
	*httptest.Server

	model *model
	mu    sync.Mutex
	left  int
	texts []string // that were answered
	held  chan struct{}
	let   chan struct{}
}

func startHeldModel(t *testing.T, answers int) *heldModel {
	t.Helper()
	h := &heldModel{model: &model{}, left: answers, held: make(chan struct{}, 100), let: make(chan struct{})}
	h.Server = httptest.NewServer(http.HandlerFunc(h.embed))
	t.Cleanup(h.Close)
	return h
}

func (h *heldModel) embed(w http.ResponseWriter, r *http.Request) {
	var body strings.Builder
	var req struct {
		Input []string `json:"input"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	hold := h.left < len(req.Input)
	if !hold {
		h.left -= len(req.Input)
		h.texts = append(h.texts, req.Input...)
	}
	h.mu.Unlock()
	if hold {
		h.held <- struct{}{}
		select {
		case <-h.let:
		case <-r.Context().Done():
		}
		return
	}
	_ = json.NewEncoder(&body).Encode(req)
	again, _ := http.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader(body.String()))
	h.model.embed(w, again)
}

// seen gives the texts that were answered.
func (h *heldModel) seen() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.texts)
}

// twoModels are the variables of a process with both models; bagFirst turns their order round.
func twoModels(databaseURL, bagURL string, bagFirst bool) []string {
	bag, onnx := "DATASTORAGE_EMBEDDING_SECOND_", "DATASTORAGE_EMBEDDING_"
	if bagFirst {
		bag, onnx = onnx, bag
	}
	return []string{
		"DATASTORAGE_DATABASE_URL=" + databaseURL, onnx + "PROVIDER=onnx", bag + "PROVIDER=openai", bag + "URL=" + bagURL,
		bag + "MODEL=" + bagModel, bag + "DIMENSIONS=" + strconv.Itoa(modelDimensions),
	}
}

// catalogWatch searches for every playbook by its own text, again and again, and notes what it should not see.
type catalogWatch struct {
	mu     sync.Mutex
	texts  map[string]string // by playbook
	models map[string]int    // searches answered by each
	wrong  []string
}

func (w *catalogWatch) add(id, title, description string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts[id] = title + ". " + description
}

func (w *catalogWatch) known() map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	texts := make(map[string]string, len(w.texts))
	for id, text := range w.texts {
		texts[id] = text
	}
	return texts
}

// look searches once. A playbook that is compared with the vector of its own text by the model that this is of has a
// similarity of 1; by any other vector it has not.
func (w *catalogWatch) look(ctx context.Context, c *apiclient.ClientWithResponses, id, text string) {
	found, err := c.SearchPlaybooksWithResponse(ctx, &apiclient.SearchPlaybooksParams{
		Query: &text, Mode: new(apiclient.SearchModeSemantic), TopK: new(int32(100)), MinSimilarity: new(0.0),
	})
	if ctx.Err() != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil || found.JSON200 == nil {
		w.wrong = append(w.wrong, fmt.Sprintf("%s: %v %v", id, err, found))
		return
	}
	w.models[found.JSON200.EmbeddingModel]++
	i := slices.IndexFunc(found.JSON200.Items, func(hit apiclient.SearchHit) bool { return hit.PlaybookId == id })
	if i < 0 || *found.JSON200.Items[i].Similarity < 0.999 {
		w.wrong = append(w.wrong, fmt.Sprintf("%s is lost, or compared with another vector, by %s", id, found.JSON200.EmbeddingModel))
	}
}

func (w *catalogWatch) answeredBy(model string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.models[model]
}

// run looks until the context ends.
func (w *catalogWatch) run(ctx context.Context, c *apiclient.ClientWithResponses) {
	for ctx.Err() == nil {
		for id, text := range w.known() {
			w.look(ctx, c, id, text)
		}
	}
}

func embeddings(t *testing.T, env []string, args ...string) result {
	t.Helper()
	return runWith(t, env, nil, append([]string{"embeddings"}, args...)...)
}

// statusOf gives the state of a model and how many versions have a vector of it.
func statusOf(t *testing.T, env []string, model string) (state string, embedded, versions int) {
	t.Helper()
	got := embeddings(t, env, "status", "-o", "json")
	require.Zero(t, got.code, got.stderr)
	var status struct {
		Items []struct {
			Model, State       string
			Embedded, Versions int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &status), got.stdout)
	for _, m := range status.Items {
		if m.Model == model {
			return m.State, m.Embedded, m.Versions
		}
	}
	return "", 0, 0
}

// The whole way to a model with vectors of another length and back, with searches and publishes on two replicas all the
// time, and a kill in the middle: no search loses a playbook, and no vector is compared with one of another model.
func TestMoveToAnotherModelWithoutAGap(t *testing.T) {
	t.Parallel()
	database := testdb.Empty(t)
	bag := startModel(t)
	first := startService(t, twoModels(database, bag.URL, false), "serve", "--migrate", "--listen", "127.0.0.1:0")
	imported, code := runImport(t, first, writeCorpus(t, "moved", 30, 3))
	require.Zero(t, code)
	require.Equal(t, 90, imported.Created)
	second := startService(t, twoModels(database, bag.URL, true), "serve", "--listen", "127.0.0.1:0")
	replicas := []*apiclient.ClientWithResponses{newClient(t, first), newClient(t, second)}

	watch := &catalogWatch{texts: map[string]string{}, models: map[string]int{}}
	for i := range 30 {
		watch.add(fmt.Sprintf("moved-%03d", i), fmt.Sprintf("Imported playbook %d", i), fmt.Sprintf("Text of playbook %d.", i))
	}
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	t.Cleanup(watching.Wait)
	t.Cleanup(stop)
	for i, c := range replicas {
		watching.Go(func() { watch.run(ctx, c) })
		watching.Go(func() { publishOn(ctx, t, watch, c, replicas[1-i], i) })
	}
	answered := func(model string) {
		t.Helper()
		before := watch.answeredBy(model)
		require.Eventually(t, func() bool { return watch.answeredBy(model) > before+60 }, startTimeout, tick)
	}
	answered(onnxModel)

	// It is killed when a good part is done, with a batch in work.
	held := startHeldModel(t, 20)
	env := twoModels(database, held.URL, false)
	reembed := []string{"embeddings", "reembed", "--model", bagModel, "--batch", "4", "--concurrency", "2", "--lease", "2s"}
	dry := runWith(t, env, nil, append(reembed, "--dry-run")...)
	require.Zero(t, dry.code, dry.stderr)
	require.Contains(t, dry.stdout, "have no vector of bag-of-words")
	killed, err := launch(env, reembed...)
	require.NoError(t, err)
	<-held.held
	killed.kill()
	close(held.let)
	state, embedded, versions := statusOf(t, env, bagModel)
	require.Equal(t, "filling", state)
	require.Positive(t, embedded)
	require.Less(t, embedded, versions)
	answered(onnxModel)
	early := embeddings(t, env, "switch", bagModel)
	require.Equal(t, 4, early.code, early.stderr)
	require.Contains(t, early.stderr, "reembed")

	before := held.seen()
	rest := startHeldModel(t, 1<<30)
	env = twoModels(database, rest.URL, false)
	resumed := runWith(t, env, nil, reembed...)
	require.Zero(t, resumed.code, resumed.stderr)
	require.Regexp(t, `STATE +serving`, resumed.stdout)
	require.Regexp(t, `LEFT +0`, resumed.stdout)
	after := rest.seen()
	repeated := 0
	for _, text := range after {
		if slices.Contains(before, text) {
			repeated++
		}
	}
	require.LessOrEqual(t, repeated, 2*4, "but for what the killed one had in work, nothing is embedded twice")
	answered(bagModel)
	state, embedded, versions = statusOf(t, env, onnxModel)
	require.Equal(t, "standby", state)
	require.Equal(t, versions, embedded, "what is published after the switch has vectors of both")

	back := embeddings(t, env, "switch", onnxModel, "--actor", "olivia")
	require.Zero(t, back.code, back.stderr)
	require.Contains(t, back.stdout, "searches use "+onnxModel)
	answered(onnxModel)
	stop()
	watching.Wait()
	require.Empty(t, watch.wrong)
	t.Logf("searches answered by each model: %v, playbooks at the end: %d", watch.models, len(watch.texts))
}

// publishOn publishes new playbooks and looks at once whether the other replica finds them.
func publishOn(ctx context.Context, t *testing.T, watch *catalogWatch, c, other *apiclient.ClientWithResponses, n int) {
	for i := 0; ctx.Err() == nil && i < 40; i++ {
		d := draft(fmt.Sprintf("published-%d-%d", n, i), "v1.0.0")
		d.Title = fmt.Sprintf("Published meanwhile %d by %d", i, n)
		res, err := c.PublishPlaybookWithResponse(ctx, nil, d)
		if ctx.Err() != nil {
			return
		}
		if err != nil || res.JSON201 == nil || res.JSON201.EmbeddingStatus != apiclient.EmbeddingStatusReady {
			t.Errorf("publish %s: %v %v", d.PlaybookId, err, res)
			return
		}
		watch.look(ctx, other, d.PlaybookId, d.Title+". "+d.Description)
		watch.add(d.PlaybookId, d.Title, d.Description)
		// The next one comes after some searches, so that publishes are spread over the whole of the move.
		goal := watch.searches() + 60
		for ctx.Err() == nil && watch.searches() < goal {
			watch.look(ctx, other, d.PlaybookId, d.Title+". "+d.Description)
		}
	}
}

func (w *catalogWatch) searches() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	sum := 0
	for _, n := range w.models {
		sum += n
	}
	return sum
}

// A process that knows only one of two models goes on answering by it, before and after a switch, and says so. When it
// knows none it says that too, and answers by labels.
func TestReplicasThatKnowOneModel(t *testing.T) {
	t.Parallel()
	database := testdb.Empty(t)
	bag, held := startModel(t), startHeldModel(t, 1<<30)
	both := twoModels(database, held.URL, false)
	old := startService(t, []string{"DATASTORAGE_DATABASE_URL=" + database}, "serve", "--migrate", "--listen", "127.0.0.1:0")
	oldClient := newClient(t, old)
	require.Equal(t, http.StatusCreated, publish(t, oldClient, draft("known-before", "v1.0.0")).StatusCode())

	ahead := startServe(t, database, bag)
	aheadClient := newClient(t, ahead)
	ask := apiclient.SearchPlaybooksParams{Query: new("known before")}
	degraded := search(t, aheadClient, ask)
	require.True(t, degraded.Degraded)
	require.Contains(t, degraded.Warnings[0], "no embedder")
	ask.Mode = new(apiclient.SearchModeSemantic)
	refused, err := aheadClient.SearchPlaybooksWithResponse(t.Context(), &ask)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode())
	require.Contains(t, *refused.ApplicationproblemJSON503.Detail, "this process has no embedder")
	ready, err := aheadClient.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, apiclient.Down, partState(ready.JSON200, "embedder"))

	standby := runWith(t, both, nil, "embeddings", "reembed", "--model", bagModel, "--no-switch")
	require.Zero(t, standby.code, standby.stderr)
	for _, step := range []string{bagModel, onnxModel} {
		require.Equal(t, bagModel, search(t, aheadClient, ask).EmbeddingModel)
		require.Equal(t, onnxModel, search(t, oldClient, ask).EmbeddingModel)
		switched := embeddings(t, both, "switch", step)
		require.Zero(t, switched.code, switched.stderr)
	}
	ready, err = aheadClient.GetReadinessWithResponse(t.Context())
	require.NoError(t, err)
	require.Equal(t, apiclient.Up, partState(ready.JSON200, "embedder"))
	part := ready.JSON200.Parts[slices.IndexFunc(ready.JSON200.Parts, func(p apiclient.ReadinessPart) bool { return p.Name == "embedder" })]
	require.Contains(t, *part.Detail, "standby")

	// What the one publishes the other finds once somebody has computed its vector.
	require.Equal(t, http.StatusCreated, publish(t, oldClient, draft("published-by-the-old-one", "v1.0.0")).StatusCode())
	require.Eventually(t, func() bool {
		got, err := aheadClient.SearchPlaybooksWithResponse(t.Context(), &apiclient.SearchPlaybooksParams{
			Query: new("published by the old one"), Mode: new(apiclient.SearchModeSemantic),
		})
		return err == nil && got.JSON200 != nil && slices.ContainsFunc(got.JSON200.Items, func(hit apiclient.SearchHit) bool {
			return hit.PlaybookId == "published-by-the-old-one"
		})
	}, startTimeout, tick)

	serving := embeddings(t, both, "retire", onnxModel)
	require.Equal(t, 4, serving.code, serving.stderr)
	retired := embeddings(t, both, "retire", bagModel)
	require.Zero(t, retired.code, retired.stderr)
	require.Equal(t, 3, embeddings(t, both, "switch", bagModel).code)
	require.Equal(t, 3, embeddings(t, both, "switch", "unheard-of").code)
	require.Equal(t, 2, embeddings(t, both, "reembed", "--model", "unheard-of").code)
	require.Equal(t, 2, embeddings(t, both, "reembed").code)
}
