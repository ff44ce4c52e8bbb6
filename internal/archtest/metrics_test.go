package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryMetricIsDocumented compares the names of metrics in code with those in the operator's page, both ways.
func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(datastorage_[a-z_]+)`").FindAllStringSubmatch(string(page), -1) {
		documented[m[1]] = true
	}
	inCode := metricsInCode(t)
	require.NotEmpty(t, inCode)
	require.Equal(t, inCode, documented)
}

func metricsInCode(t *testing.T) map[string]bool {
	t.Helper()
	literal := regexp.MustCompile(`"(datastorage_[a-z_]+)"`)
	found := map[string]bool{}
	for _, root := range []string{"../../server", "../../cmd"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
				found[m[1]] = true
			}
			return err
		}))
	}
	return found
}
