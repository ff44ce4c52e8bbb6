// Package testmodel finds the real ONNX Runtime and the real model for tests, in
// the repository's runtime folder. It is imported by tests only. A missing file
// fails the test, it never skips it.
package testmodel

import (
	"os"
	"path/filepath"
	"testing"
)

// Library is the path of the ONNX Runtime shared library.
func Library(tb testing.TB) string {
	tb.Helper()
	return find(tb, "onnxruntime-*/onnxruntime/capi/libonnxruntime.*")
}

// Model is the path of the all-MiniLM-L6-v2 int8 model.
func Model(tb testing.TB) string {
	tb.Helper()
	return find(tb, "model-*/all-minilm-l6-v2-q.onnx")
}

// Tokenizer is the path of its tokenizer.json.
func Tokenizer(tb testing.TB) string {
	tb.Helper()
	return find(tb, "model-*/all-minilm-l6-v2-q-tokenizer.json")
}

func find(tb testing.TB, pattern string) string {
	tb.Helper()
	dir := runtimeDir(tb)
	found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	if err != nil || len(found) == 0 {
		tb.Fatalf("%s holds no %s: run `make setup`", dir, pattern)
	}
	return found[len(found)-1]
}

func runtimeDir(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("DATASTORAGE_RUNTIME_DIR"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".runtime")
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("no go.mod above the working directory: set DATASTORAGE_RUNTIME_DIR")
		}
		dir = parent
	}
}
