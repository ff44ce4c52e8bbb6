package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/catalog/catalogtest"
)

const (
	model      = "model-a"
	otherModel = "model-b"
	dimensions = 8
)

// Model and Dimensions are those of the vectors that the suite stores.
const (
	Model      = model
	Dimensions = dimensions
)

var alice = catalog.Actor{Name: "alice@example.com", Source: catalog.ActorAsserted}

// draft gives a normalised draft; edit changes it before.
func draft(t testing.TB, id, version string, edit ...func(*catalog.Draft)) catalog.Draft {
	t.Helper()
	d := catalog.Draft{
		PlaybookID: id, Version: version, Title: "Title of " + id, Description: "What " + id + " does",
		Content: "# " + id + "\nkubectl get pods", Labels: labels("OOMKilled", "high"),
	}
	for _, change := range edit {
		change(&d)
	}
	normal, err := d.Normalise(catalogtest.LabelSchemas())
	require.NoError(t, err)
	return normal
}

func labels(signalType, severity string) catalog.Labels {
	return catalog.Labels{Values: map[string]string{
		catalog.LabelSignalType: signalType, catalog.LabelSeverity: severity,
	}}
}

func withLabels(l catalog.Labels) func(*catalog.Draft) {
	return func(d *catalog.Draft) { d.Labels = l }
}

// full has something in every field that a publisher may write.
func full(t testing.TB, id, version string) catalog.Draft {
	t.Helper()
	approved := time.Date(2026, 3, 1, 12, 30, 0, 123456789, time.FixedZone("", 7200))
	rate, duration, low, high := 0.925, 90, 0.1, 1e21
	return draft(t, id, version, func(d *catalog.Draft) {
		d.Title, d.Description = `Größe "of" <limits> \ 'é'`, "One\n\ttwo\u2028three 😀"
		d.Content, d.ContentType = `{"steps": ["kubectl get pods", "\u0041"]}`, catalog.ContentJSON
		d.Labels.Values[catalog.LabelComponent] = "Deployment"
		d.Labels.Values[catalog.LabelEnvironment] = "*"
		d.Labels.Values[catalog.LabelPriority] = "p1"
		d.Labels.Values[catalog.LabelRiskTolerance] = "low"
		d.Labels.Values[catalog.LabelBusinessCategory] = "İstanbul"
		d.Labels.Values[catalog.LabelResourceManagement] = "GitOps"
		d.Labels.Values[catalog.LabelGitOpsTool] = "argocd"
		d.Labels.Custom = map[string][]string{"Team": {"Payments", "a:b"}, "zone": {"eu-1"}}
		d.Parameters = []catalog.Parameter{
			{
				Name: "MEMORY_LIMIT", Type: catalog.ParameterString, Required: true, Description: "New <limit>",
				Enum: []json.RawMessage{[]byte(`"1Gi"`), []byte(`"<2>"`)}, Pattern: "^[0-9<].*", Default: []byte(`"1Gi"`),
			},
			{
				Name: "FACTOR", Type: catalog.ParameterNumber, Minimum: &low, Maximum: &high,
				Default: []byte(`1.50000000000000000000001`), DependsOn: []string{"MEMORY_LIMIT"},
			},
		}
		d.Owner, d.Maintainer, d.VersionNotes, d.ChangeSummary = "team-a", "a@example.com", "notes", "summary"
		d.ApprovedBy, d.ApprovedAt, d.ExpectedSuccessRate, d.ExpectedDurationSeconds = "bob", &approved, &rate, &duration
	})
}

// publication makes a publication with a vector that the title decides.
func publication(d catalog.Draft) catalog.Publication {
	return catalog.Publication{
		Draft: d, Actor: alice, IfExists: catalog.IfExistsFail, TextHash: textHash(d.Title), Vectors: vectors(vectorOf(d.Title)),
	}
}

// pending makes a publication for which no embedder could be reached.
func pending(d catalog.Draft) catalog.Publication {
	return withVector(publication(d), nil)
}

// vectors are those of a publication in a catalog of one model.
func vectors(vector []float32) []catalog.ModelVector {
	return []catalog.ModelVector{{Model: model, Dimensions: dimensions, Vector: vector}}
}

func publish(t testing.TB, s catalog.Store, p catalog.Publication) catalog.Version {
	t.Helper()
	published, err := s.Publish(t.Context(), p)
	require.NoError(t, err, "publish %s %s", p.Draft.PlaybookID, p.Draft.Version)
	require.False(t, published.Identical)
	return published.Version
}

func textHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// vectorOf gives a vector of length 1 that depends on a text only.
func vectorOf(text string) []float32 {
	return randomVector(rand.New(rand.NewChaCha8(sha256.Sum256([]byte(text))))) //nolint:gosec // not a secret
}

func randomVector(r *rand.Rand) []float32 {
	vector := make([]float32, dimensions)
	for i := range vector {
		vector[i] = float32(r.NormFloat64())
	}
	return normalised(vector)
}

func normalised(vector []float32) []float32 {
	norm := math.Sqrt(dot(vector, vector))
	for i := range vector {
		vector[i] = float32(float64(vector[i]) / norm)
	}
	return vector
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func cosine(a, b []float32) float64 { return dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b)) }

// axis gives the unit vector along one dimension.
func axis(i int) []float32 {
	vector := make([]float32, dimensions)
	vector[i] = 1
	return vector
}

func withVector(p catalog.Publication, vector []float32) catalog.Publication {
	p.Vectors = vectors(vector)
	return p
}

// query asks for everything that has a vector at all.
func query(vector []float32) catalog.SearchQuery {
	return catalog.SearchQuery{Model: model, Vector: vector, TopK: catalog.MaxTopK, MinSimilarity: -1}
}

func search(t testing.TB, s catalog.Store, q catalog.SearchQuery) catalog.Matches {
	t.Helper()
	matches, err := s.Search(t.Context(), q)
	require.NoError(t, err)
	matches.Cached = false // where an answer comes from is no promise of a store
	return matches
}

func ids(items []catalog.Version) []string {
	list := make([]string, len(items))
	for i := range items {
		list[i] = items[i].PlaybookID
	}
	return list
}

func versionsOf(items []catalog.Version) []string {
	list := make([]string, len(items))
	for i := range items {
		list[i] = items[i].Version
	}
	return list
}

func hitIDs(hits []catalog.Hit) []string {
	list := make([]string, len(hits))
	for i := range hits {
		list[i] = hits[i].PlaybookID
	}
	return list
}
