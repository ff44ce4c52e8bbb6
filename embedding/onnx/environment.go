package onnx

import (
	"fmt"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/kubernaut/datastorage/embedding"
)

// environment is ONNX Runtime's state, of which a process has one. It is loaded
// by the first embedder and stays until the process ends: it costs a few
// megabytes, and unloading a library that threads may still be leaving is not
// worth what it saves.
var environment struct {
	sync.Mutex
	library string
}

// loadEnvironment loads the shared library once. Another library in the same
// process is refused.
func loadEnvironment(library string) error {
	environment.Lock()
	defer environment.Unlock()
	switch environment.library {
	case library:
		return nil
	case "":
	default:
		return fmt.Errorf("%w: ONNX Runtime is already loaded from %s, %s cannot be loaded too",
			embedding.ErrRejected, environment.library, library)
	}
	ort.SetSharedLibraryPath(library)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("%w: loading ONNX Runtime (1.24 or newer is needed) from %s: %w",
			embedding.ErrRejected, library, err)
	}
	environment.library = library
	return nil
}
