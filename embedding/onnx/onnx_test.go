package onnx

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/embedding"
)

func TestVectorsEqualReference(t *testing.T) {
	t.Parallel()
	e := setup(t)
	require.Equal(t, "all-minilm-l6-v2-q", e.Model())
	require.Equal(t, 384, e.Dimensions())
	full := 0
	for _, r := range references(t) {
		require.Len(t, e.tokenizer.Encode(r.Text, MaxTokens), r.Tokens)
		vectors, err := e.Embed(t.Context(), []string{r.Text})
		require.NoError(t, err)
		require.Len(t, vectors, 1)
		require.Len(t, vectors[0], 384)
		require.InDelta(t, 1, norm(vectors[0]), 1e-6)
		if len(r.Vector) == 384 {
			full++
		}
		require.InDeltaSlice(t, r.Vector, vectors[0][:len(r.Vector)], 1e-4, "%.60q", r.Text)
		require.GreaterOrEqual(t, embedding.Cosine(r.Vector, vectors[0][:len(r.Vector)]), 0.99999, "%.60q", r.Text)
	}
	require.GreaterOrEqual(t, full, 3, "whole vectors are needed too")
}

func norm(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

func TestMeaningDecides(t *testing.T) {
	t.Parallel()
	e := setup(t)
	playbooks := []string{
		embedding.Text("Raise a memory limit that is too low", "Containers are killed by the kernel because they need more memory than their limit allows."),
		embedding.Text("Restart CoreDNS", "Names inside the cluster cannot be resolved."),
		embedding.Text("Expand a full volume", "A PersistentVolumeClaim runs out of space."),
		embedding.Text("Renew an expiring certificate", "The TLS certificate of an ingress is about to expire."),
	}
	alerts := []string{
		"Pod payments-api was OOMKilled three times, exit code 137",
		"lookup of db.prod.svc.cluster.local: no such host",
		"PersistentVolume data-postgres-0 is 98 percent full",
		"x509: certificate will expire in 2 days",
	}
	stored, err := e.Embed(t.Context(), playbooks)
	require.NoError(t, err)
	asked, err := e.Embed(t.Context(), alerts)
	require.NoError(t, err)
	for i := range alerts {
		for j := range playbooks {
			if i != j {
				require.Greater(t, embedding.Cosine(asked[i], stored[i]), embedding.Cosine(asked[i], stored[j]),
					"%q is nearer to %q than to %q", alerts[i], playbooks[j], playbooks[i])
			}
		}
	}
}

// Equal text must give equal bits, whatever else is embedded beside it, before
// or after it: a stored vector is taken over by hash of the text.
func TestVectorsDoNotDependOnCompany(t *testing.T) {
	t.Parallel()
	e := setup(t, func(c *Config) { c.Concurrency = 4 })
	alone := map[string][]float32{}
	var texts []string
	for _, r := range references(t) {
		v, err := e.Embed(t.Context(), []string{r.Text})
		require.NoError(t, err)
		alone[r.Text] = v[0]
		texts = append(texts, r.Text)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			vectors, err := e.Embed(t.Context(), texts)
			if err != nil {
				t.Error(err)
				return
			}
			for i, v := range vectors {
				for j := range v {
					if v[j] != alone[texts[i]][j] {
						t.Errorf("%.40q differs from itself alone at component %d", texts[i], j)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestOddInput(t *testing.T) {
	t.Parallel()
	e := setup(t)
	for name, text := range map[string]string{
		"not UTF-8":         "\xff\xfe\x80pod\xc3",
		"NUL":               "a\x00b",
		"only control":      "\x01\x02",
		"word of 10 kB":     strings.Repeat("x", 10<<10),
		"emoji":             "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f525",
		"1 MiB":             strings.Repeat("memory limit ", embedding.MaxTextBytes/13),
		"every ASCII":       string(ascii()),
		"special tokens":    strings.Repeat("[CLS][SEP][PAD][MASK][UNK]", 300),
		"right to left":     "\u202eمرحبا\u202c",
		"many combinations": "e" + strings.Repeat("\u0301", 5000),
	} {
		vectors, err := e.Embed(t.Context(), []string{text})
		require.NoError(t, err, name)
		require.NoError(t, embedding.FinishVectors(vectors, 1, e.Dimensions()), name)
	}
	for name, text := range map[string]string{
		"empty": "", "blank": " \n\t", "too long": strings.Repeat("x", embedding.MaxTextBytes+1),
	} {
		_, err := e.Embed(t.Context(), []string{"pod", text})
		require.ErrorIs(t, err, embedding.ErrRejected, name)
		require.ErrorContains(t, err, "text 1", name)
	}
	none, err := e.Embed(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func ascii() []byte {
	all := make([]byte, 128)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func TestContextEndsWaiting(t *testing.T) {
	t.Parallel()
	e := setup(t, func(c *Config) { c.Concurrency = 1 })
	require.NoError(t, e.slots.Acquire(t.Context(), 1)) // the only slot is taken
	defer e.slots.Release(1)

	canceled, cancel := context.WithCancel(t.Context())
	go cancel()
	_, err := e.Embed(canceled, []string{"pod"})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, embedding.ErrUnavailable)

	expired, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = e.Embed(expired, []string{"pod", "node"})
	require.ErrorIs(t, err, embedding.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// A run that has begun is broken off too, not only the wait for it: the network
// runs again and again on a context that ends, and one of the runs must notice.
func TestContextEndsRunning(t *testing.T) {
	t.Parallel()
	e := setup(t)
	ids := e.tokenizer.Encode(longText, MaxTokens)
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		_, err := e.session.run(ctx, ids)
		close(first)
		for range 50 {
			if err == nil {
				_, err = e.session.run(ctx, ids)
			}
		}
		ended <- err
	}()
	<-first
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	_, err := e.Embed(t.Context(), []string{"the network works on"})
	require.NoError(t, err)
}

func TestCloseWaitsForRunningCalls(t *testing.T) {
	t.Parallel()
	for range 3 {
		e, err := Open(config(t))
		require.NoError(t, err)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for {
					vectors, err := e.Embed(t.Context(), []string{fmt.Sprintf("%s %d", alertText, i)})
					if err != nil {
						requireClosed(t, err)
						return
					}
					if len(vectors) != 1 {
						t.Error("a call without error gave no vector")
					}
				}
			})
		}
		_, err = e.Embed(t.Context(), []string{"others run now"})
		require.NoError(t, err)
		require.NoError(t, e.Health(t.Context()))
		require.NoError(t, e.Close())
		wg.Wait()
		require.NoError(t, e.Close())
		require.ErrorIs(t, e.Health(t.Context()), embedding.ErrUnavailable)
	}
}

func requireClosed(t *testing.T, err error) {
	t.Helper()
	if !strings.Contains(err.Error(), "closed") {
		t.Errorf("unexpected error: %v", err)
	}
}
