package remote

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/kubernaut/datastorage/embedding"
)

const maxKeyBytes = 16 << 10

// readKey returns the key in the file, without surrounding white space. No error
// repeats any part of it.
func readKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path) //nolint:gosec // the path comes from the operator's configuration
	if err != nil {
		return "", fmt.Errorf("%w: API key file: %w", embedding.ErrRejected, err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxKeyBytes+1))
	if err != nil {
		return "", fmt.Errorf("%w: API key file: %w", embedding.ErrRejected, err)
	}
	key := strings.TrimSpace(string(data))
	switch {
	case len(data) > maxKeyBytes:
		return "", fmt.Errorf("%w: API key file %s is larger than %d bytes", embedding.ErrRejected, path, maxKeyBytes)
	case key == "":
		return "", fmt.Errorf("%w: API key file %s is empty", embedding.ErrRejected, path)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%w: API key file %s must hold one key of printable ASCII characters", embedding.ErrRejected, path)
	}
	return key, nil
}
