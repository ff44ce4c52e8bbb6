package versioning_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kubernaut/datastorage/versioning"
)

func BenchmarkValidateVersionFormat(b *testing.B) {
	for _, bc := range []struct {
		name, v string
		valid   bool
	}{
		{"stable", "v1.22.333", true},
		{"prerelease", "v2.0.0-rc.1", true},
		{"longest", longest, true},
		{"short form", "v1.2", false},
		{"10 kB", strings.Repeat("1", 10_000), false},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			var err error
			for b.Loop() {
				err = versioning.ValidateVersionFormat(bc.v)
			}
			require.Equal(b, bc.valid, err == nil)
		})
	}
}

func BenchmarkCompareVersions(b *testing.B) {
	b.ReportAllocs()
	var order int
	for b.Loop() {
		order, _ = versioning.CompareVersions("v1.2.3-alpha.beta.2", "v1.2.3-alpha.beta.11")
	}
	require.Equal(b, -1, order)
}

func BenchmarkIsValidIncrement(b *testing.B) {
	existing := make([]string, 0, 1000)
	for i := range 500 {
		existing = append(existing, fmt.Sprintf("v1.%d.0", i), fmt.Sprintf("v2.0.0-rc.%d", i))
	}
	for _, next := range []string{"v1.500.0", "v2.0.0-rc.500"} {
		b.Run(next+" after 1000", func(b *testing.B) {
			b.ReportAllocs()
			var err error
			for b.Loop() {
				err = versioning.IsValidIncrement(existing, next)
			}
			require.NoError(b, err)
		})
	}
}

func BenchmarkSortKey(b *testing.B) {
	b.ReportAllocs()
	var key string
	for b.Loop() {
		key, _ = versioning.SortKey("v1.22.333-rc.10")
	}
	require.Equal(b, "011.0222.03333-rc,#0210", key)
}
