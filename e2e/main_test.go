package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kubernaut/datastorage/internal/testdb"
)

// binary is the path of the service, built once for all tests of this package, with the race detector when the tests
// have it: a race in the service then ends it, and the test that drives it fails.
var binary string

// shared is a service with the sample playbooks, for tests that leave what they did not publish alone.
var shared *service

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "datastorage-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the tests:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "datastorage")
	if err := build(binary); err != nil {
		fmt.Fprintln(os.Stderr, "build the service:", err)
		return 1
	}
	shared, err = start(context.Background(), "dev", "--listen", "127.0.0.1:0", "--data-dir", filepath.Join(dir, "data"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "start the service:", err)
		return 1
	}
	code := testdb.Main(m, nil)
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the service:", err)
		return 1
	}
	return code
}

func build(to string) error {
	args := []string{"build", "-o", to}
	if raceEnabled {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, "../cmd/datastorage")...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
