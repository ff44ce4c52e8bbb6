package onnx

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkEmbed(b *testing.B) {
	e := setup(b)
	batch := make([]string, 32)
	for i := range batch {
		batch[i] = alertText
	}
	for _, bb := range []struct {
		name  string
		texts []string
	}{
		{"short", []string{"pod crash loop"}},
		{"alert", []string{alertText}},
		{"512 tokens", []string{longText}},
		{"32 alerts", batch},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				_, err := e.Embed(b.Context(), bb.texts)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkEmbedParallel(b *testing.B) {
	e := setup(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := e.Embed(b.Context(), []string{alertText}); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		e, err := Open(config(b))
		require.NoError(b, err)
		require.NoError(b, e.Close())
	}
}
