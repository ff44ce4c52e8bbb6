package parts

import (
	"os"
	"path/filepath"
)

// DirVariable names the environment variable that gives the runtime folder.
const DirVariable = "DATASTORAGE_RUNTIME_DIR"

// DefaultDir is the runtime folder when none is given: what the environment
// variable DATASTORAGE_RUNTIME_DIR says, else .runtime in the folder above the
// executable's when it exists (bin/datastorage of a clone), else .runtime in the
// module that the working directory belongs to, else .runtime here.
func DefaultDir() string {
	if dir := os.Getenv(DirVariable); dir != "" {
		return dir
	}
	const name = ".runtime"
	if exe, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(filepath.Dir(exe)), name)
		if info, err := os.Stat(beside); err == nil && info.IsDir() {
			return beside
		}
	}
	if root, ok := moduleRoot(); ok {
		return filepath.Join(root, name)
	}
	return name
}

// moduleRoot is the nearest folder with a go.mod, from the working directory up.
func moduleRoot() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
