package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/config"
	"github.com/kubernaut/datastorage/internal/testdb"
)

// shared is an embedder that several services use, so that none of them closes it.
type shared struct{ embedding.Embedder }

func (shared) Close() error { return nil }

// slow takes as long for each call as the model of the first release.
type slow struct{ shared }

const slowCall = 2500 * time.Millisecond

func (s slow) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	select {
	case <-time.After(slowCall):
		return s.shared.Embed(ctx, texts)
	case <-ctx.Done():
		return nil, embedding.ContextError(ctx, "embedding slowly")
	}
}

// alerts are texts as they are searched for.
func alerts() []string {
	subjects := []string{"pod", "node", "deployment", "ingress", "etcd member", "persistent volume claim", "job", "certificate", "scheduler", "registry"}
	states := []string{"is restarting again and again after an out of memory kill", "has not been ready for the last 10 minutes"}
	var texts []string
	for _, subject := range subjects {
		for _, state := range states {
			texts = append(texts, "The "+subject+" "+state)
		}
	}
	return texts
}

// searched takes the time of one search.
func searched(b *testing.B, r *running, query string) time.Duration {
	b.Helper()
	start := time.Now()
	res, err := r.SearchPlaybooksWithResponse(b.Context(), &apiclient.SearchPlaybooksParams{Query: &query})
	took := time.Since(start)
	require.NoError(b, err)
	require.Equal(b, http.StatusOK, res.StatusCode(), "%s", res.Body)
	require.False(b, res.JSON200.Degraded)
	return took
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2])
}

// catalogOf fills a database with as many playbooks as there are alerts, by a service without a cache.
func catalogOf(b *testing.B, model embedding.Embedder) config.Config {
	b.Helper()
	cfg := config.Default()
	cfg.Database = database(testdb.New(b))
	cfg.Cache.ResultBytes, cfg.Cache.Warm = 0, false
	filling := runWith(b, cfg, model)
	for i, text := range alerts() {
		res, err := filling.PublishPlaybookWithResponse(b.Context(), nil, apiclient.PublishRequest{
			PlaybookId: fmt.Sprintf("p-%d", i), Version: "v1.0.0", Title: "When " + text, Description: text + ".", Content: "c",
			Labels: apiclient.Labels{SignalType: "S", Severity: "low"},
		})
		require.NoError(b, err)
		require.Equal(b, http.StatusCreated, res.StatusCode(), "%s", res.Body)
	}
	require.NoError(b, filling.stop())
	return cfg
}

// The same searches over HTTP, by services that differ in their caches alone, with the default model: without
// any, with cached vectors, with cached answers, and with a cache whose server has been killed. Reported are the medians
// in microseconds, and how many times faster than without a cache they are.
func BenchmarkCachedSearch(b *testing.B) {
	model, err := openEmbedder(config.Default(), config.Default().Embedding.EmbeddingModel)
	require.NoError(b, err)
	defer func() { _ = model.Close() }()
	uncached := catalogOf(b, shared{model})
	vectors, answers, away := uncached, uncached, uncached
	vectors.Redis.URL = config.SecretURL(testdb.StartValkey(b).URL())
	answers.Redis.URL, answers.Cache.ResultBytes = config.SecretURL(testdb.StartValkey(b).URL()), 64<<20
	dead := testdb.StartValkey(b)
	away.Redis.URL = config.SecretURL(dead.URL())

	names := []string{"uncached", "vectors", "answers", "away"}
	services := map[string]*running{}
	for name, cfg := range map[string]config.Config{"uncached": uncached, "vectors": vectors, "answers": answers, "away": away} {
		services[name] = runWith(b, cfg, shared{model})
		for _, text := range alerts() {
			searched(b, services[name], text)
			searched(b, services[name], text)
		}
	}
	dead.Kill()
	for range 10 {
		searched(b, services["away"], alerts()[0])
	}

	times := map[string][]time.Duration{}
	for i := 0; b.Loop(); i++ {
		// In another order each time: who embeds right after another finds the model in the processor's cache.
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			times[name] = append(times[name], searched(b, services[name], alerts()[i%len(alerts())]))
		}
	}
	base := median(times["uncached"])
	for _, name := range names {
		b.ReportMetric(median(times[name])/1e3, name+"-µs")
	}
	b.ReportMetric(base/median(times["vectors"]), "vectors-x")
	b.ReportMetric(base/median(times["answers"]), "answers-x")
	b.ReportMetric(median(times["away"])/base, "away/uncached")
}

// A model that takes 2.5 s: the first search, and the same one again with the vector cached.
func BenchmarkCachedSearchSlowModel(b *testing.B) {
	model, err := openEmbedder(config.Default(), config.Default().Embedding.EmbeddingModel)
	require.NoError(b, err)
	defer func() { _ = model.Close() }()
	cfg := catalogOf(b, shared{model})
	cfg.Redis.URL = config.SecretURL(testdb.StartValkey(b).URL())
	r := runWith(b, cfg, slow{shared{model}})
	cold := searched(b, r, alerts()[0])
	searched(b, r, alerts()[0])
	var times []time.Duration
	for b.Loop() {
		times = append(times, searched(b, r, alerts()[0]))
	}
	b.ReportMetric(float64(cold)/1e6, "cold-ms")
	b.ReportMetric(median(times)/1e6, "cached-ms")
	b.ReportMetric(float64(cold)/median(times), "cached-x")
}
