package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/kubernaut/datastorage"

// allowed says which packages of the project a package may import, tests aside. Children of a listed folder follow its
// row unless they have their own. A package without a row fails the test: a new folder needs a decision.
var allowed = map[string][]string{
	"openapi":             {},
	"gen/apiserver":       {},
	"gen/apiclient":       {},
	"versioning":          {},
	"embedding":           {"embedding"},
	"catalog":             {"versioning", "embedding", "internal/validation"},
	"catalog/catalogtest": {"catalog"},
	"audit":               {"internal/validation"},
	"evidence":            {"catalog", "audit", "embedding"},
	"store":               {"catalog", "audit", "versioning", "migrations"},
	"store/storetest":     {"catalog", "catalog/catalogtest", "versioning", "embedding"},
	"cache":               {"audit", "catalog", "embedding", "cache/window"},
	"cache/results":       {"catalog", "cache/window"},
	"cache/window":        {},
	"server":              {"gen/apiserver", "openapi", "catalog", "audit", "versioning", "embedding", "internal/validation"},
	"migrations":          {},
	"examples":            {},
	"internal/validation": {},
	"internal/synthetic":  {"catalog"},
	"internal/client":     {"gen/apiclient"},
	"internal/evaluation": {"gen/apiclient", "internal/client"},
	"internal/importer":   {"gen/apiclient", "internal/client", "versioning"},
	"internal/config":     {"embedding"},
	"internal/localdb":    {"internal/localdb"},
	"internal/testdb":     {"internal/localdb"},
	"internal/archtest":   {},
	"internal/bench":      {"audit", "catalog", "internal/bench", "internal/synthetic", "server", "store", "migrations", "internal/localdb"},
	"cmd/datastorage":     {"*"},
	"e2e":                 {},
}

// confined says which libraries may be reached, directly or through others, only from the listed packages.
var confined = map[string][]string{
	"github.com/labstack/echo/v4":                    {"gen/apiserver", "server", "cmd/datastorage", "internal/bench"},
	"github.com/jmoiron/sqlx":                        {"store", "cmd/datastorage", "internal/bench"},
	"github.com/lib/pq":                              {"store", "migrations", "internal/synthetic", "internal/testdb", "cmd/datastorage", "internal/bench"},
	"github.com/pgvector/pgvector-go":                {"store", "internal/synthetic", "cmd/datastorage", "internal/bench"},
	"github.com/redis/rueidis":                       {"cache", "internal/testdb", "cmd/datastorage"},
	"github.com/yalue/onnxruntime_go":                {"embedding/onnx", "embedding/provider", "cmd/datastorage"},
	"github.com/ory/dockertest/v3":                   {"internal/testdb"},
	"github.com/stretchr/testify/require":            {"internal/testdb", "store/storetest", "embedding/internal/testmodel"},
	"github.com/prometheus/client_golang/prometheus": {"server", "cmd/datastorage", "internal/bench"},
}

// forbidden are pairs that the map implies and that must hold through every detour too.
var forbidden = map[string][]string{
	"server":          {"store", "cache", "migrations"},
	"store":           {"server", "gen/apiserver", "gen/apiclient", "cache"},
	"cache":           {"store", "server", "gen/apiserver", "gen/apiclient"},
	"catalog":         {"store", "cache", "server", "gen/apiserver", "gen/apiclient"},
	"evidence":        {"store", "cache", "server", "gen/apiserver", "gen/apiclient"},
	"e2e":             {"store", "cache", "server", "catalog"},
	"cmd/datastorage": {"internal/testdb", "store/storetest", "catalog/catalogtest"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func (p goPackage) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	require.NoError(t, err)
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
}

// row gives the entry of a folder or of the nearest listed folder above it.
func row(folder string) (string, bool) {
	for f := folder; f != "."; f = filepath.Dir(f) {
		if _, ok := allowed[f]; ok {
			return f, true
		}
	}
	return "", false
}

func within(folder string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return f == "*" || folder == f || strings.HasPrefix(folder, f+"/")
	})
}

func TestImportMap(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		own, ok := row(p.folder())
		if !ok {
			t.Errorf("%s has no row in the import map", p.folder())
			continue
		}
		for _, imported := range p.Imports {
			folder, ours := strings.CutPrefix(imported, module+"/")
			if ours && !within(folder, append(allowed[own], own)) {
				t.Errorf("%s must not import %s", p.folder(), folder)
			}
		}
	}
}

func TestLibrariesStayInTheirAdapters(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		for library, folders := range confined {
			if slices.Contains(p.Deps, library) && !within(p.folder(), folders) {
				t.Errorf("%s must not reach %s", p.folder(), library)
			}
		}
	}
}

func TestNoDetours(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		own, _ := row(p.folder())
		for _, dep := range p.Deps {
			folder, ours := strings.CutPrefix(dep, module+"/")
			if ours && slices.Contains(forbidden[own], folder) {
				t.Errorf("%s must not reach %s", p.folder(), folder)
			}
		}
	}
}
