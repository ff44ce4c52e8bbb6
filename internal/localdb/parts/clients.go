package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrToolMissing reports that a package client is not installed.
var ErrToolMissing = errors.New("tool not found")

// pythonVersion selects the wheels, whatever Python runs pip. Only native
// libraries are taken out of them, so no Python of that version is needed.
const pythonVersion = "3.11"

// mavenCopy is pinned so that a build of today and one of next year do the same.
const mavenCopy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"

func download(ctx context.Context, p Part, dir string) (string, error) {
	switch p.Client {
	case "pip":
		return pipDownload(ctx, p, dir)
	case "mvn":
		return mavenDownload(ctx, p, dir)
	}
	return "", fmt.Errorf("runtime lock file names an unknown client %q", p.Client)
}

func pipDownload(ctx context.Context, p Part, dir string) (string, error) {
	pip, err := findPip(ctx)
	if err != nil {
		return "", err
	}
	args := append(pip[1:], "download", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:",
		"--implementation", "cp", "--python-version", pythonVersion, "--dest", dir)
	for _, tag := range p.Tags {
		args = append(args, "--platform", tag)
	}
	args = append(args, p.Package+"=="+p.Version)
	if err := run(ctx, dir, pip[0], args...); err != nil {
		return "", err
	}
	return onlyFile(dir, "*.whl")
}

// findPip returns the command that runs pip. The module comes first: a pip
// command may belong to a Python that is gone.
func findPip(ctx context.Context) ([]string, error) {
	for _, command := range [][]string{{"python3", "-m", "pip"}, {"pip3"}, {"pip"}} {
		path, err := exec.LookPath(command[0])
		if err != nil {
			continue
		}
		found := append([]string{path}, command[1:]...)
		probe := append(found[1:len(found):len(found)], "--version")
		if exec.CommandContext(ctx, path, probe...).Run() == nil { //nolint:gosec // fixed commands
			return found, nil
		}
	}
	return nil, fmt.Errorf("pip (Python's package installer, `python3 -m pip`): %w: "+
		"it downloads PostgreSQL, Valkey and ONNX Runtime", ErrToolMissing)
}

func mavenDownload(ctx context.Context, p Part, dir string) (string, error) {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("mvn (Apache Maven): %w: it downloads the embedding model", ErrToolMissing)
	}
	err = run(ctx, dir, mvn, "--quiet", "--batch-mode", mavenCopy,
		"-Dartifact="+p.Package+":"+p.Version, "-DoutputDirectory="+dir)
	if err != nil {
		return "", err
	}
	return onlyFile(dir, "*.jar")
}

// run executes a client in dir, away from any project file that it would read,
// and puts what it printed into the error.
func run(ctx context.Context, dir, path string, args ...string) error {
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // commands come from this file and the lock file
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_REQUIRE_VIRTUALENV=0")
	output, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(path), err, tail(output))
	}
	return nil
}

// tail keeps the end of a client's output, where the reason stands.
func tail(output []byte) string {
	const limit = 2000
	if len(output) > limit {
		output = output[len(output)-limit:]
	}
	return strings.TrimSpace(string(output))
}

func onlyFile(dir, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("the client left %d files %s, expected one", len(found), pattern)
	}
	return found[0], nil
}
