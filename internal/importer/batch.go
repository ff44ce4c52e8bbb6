package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ErrUnknownFormat says that the name of a file does not tell how to read it.
var ErrUnknownFormat = errors.New("unknown format: want a file named *.jsonl, *.yaml, *.yml or *.json, a folder, or - for JSON Lines from standard input")

// Batch is what one import publishes, read and checked as far as that goes without the service. It is not safe for
// concurrent use.
type Batch struct {
	spool    *spool
	records  []record
	refusals []Refusal
	ignored  map[string]int
	skipped  int
	found    int // records and refusals so far
}

// record is one readable record.
type record struct {
	origin     Origin
	position   int // among all that were found
	playbookID string
	version    string
	body       span
}

// NewBatch makes an empty batch, which has to be closed.
func NewBatch() (*Batch, error) {
	s, err := newSpool()
	if err != nil {
		return nil, err
	}
	return &Batch{spool: s, ignored: map[string]int{}}, nil
}

// Close gives the temporary file back.
func (b *Batch) Close() { b.spool.close() }

// Len is how many records can be sent.
func (b *Batch) Len() int { return len(b.records) }

// Found is how many records there were, those that could not be read included.
func (b *Batch) Found() int { return b.found }

// AddPath reads a file, or a folder with all folders in it. Hidden files are left out; in a folder, files of other
// formats are counted and left out too. Errors: ErrUnknownFormat, those of AddJSONLines, and those of the file system
// for the path itself; what cannot be read inside of a folder becomes a refusal.
func (b *Batch) AddPath(ctx context.Context, name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return b.addFolder(ctx, os.DirFS(name), name)
	}
	file, err := os.Open(name) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	known, err := b.addFile(ctx, name, file)
	if err == nil && !known {
		return fmt.Errorf("%s: %w", name, ErrUnknownFormat)
	}
	return err
}

// AddFS reads all of a file system like a folder.
func (b *Batch) AddFS(ctx context.Context, fsys fs.FS) error { return b.addFolder(ctx, fsys, "") }

func (b *Batch) addFolder(ctx context.Context, fsys fs.FS, prefix string) error {
	return fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		shown := filepath.Join(prefix, filepath.FromSlash(name))
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			b.refuse(Origin{File: shown, Line: 1}, fmt.Errorf("cannot be read: %w", err))
			return nil
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			return skip(entry)
		case entry.IsDir():
			return context.Cause(ctx)
		default:
			return b.addEntry(ctx, fsys, name, shown)
		}
	})
}

func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// addEntry reads a file of a folder; a link to a file counts as one, as mounted ConfigMaps have them.
func (b *Batch) addEntry(ctx context.Context, fsys fs.FS, name, shown string) error {
	info, err := fs.Stat(fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		b.skipped++
		return nil
	}
	var file fs.File
	if err == nil {
		file, err = fsys.Open(name)
	}
	if err != nil {
		b.refuse(Origin{File: shown, Line: 1}, fmt.Errorf("cannot be read: %w", err))
		return nil
	}
	defer func() { _ = file.Close() }()
	known, err := b.addFile(ctx, shown, file)
	if !known {
		b.skipped++
	}
	return err
}

// addFile reads a file by the ending of its name, and says whether it knows that ending.
func (b *Batch) addFile(ctx context.Context, name string, file io.Reader) (known bool, err error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson":
		return true, b.AddJSONLines(ctx, name, file)
	case ".json":
		return true, b.addManifest(name, file, eachJSON)
	case ".yaml", ".yml":
		return true, b.addManifest(name, file, eachYAML)
	default:
		return false, nil
	}
}

// add takes one record in. The error is one of the temporary file; a bad record is refused.
func (b *Batch) add(origin Origin, raw []byte) error {
	p, err := parse(raw)
	if err != nil {
		b.refuse(origin, err)
		return nil
	}
	body, err := b.spool.add(p.body)
	if err != nil {
		return err
	}
	for _, name := range p.ignored {
		b.ignored[name]++
	}
	b.records = append(b.records, record{
		origin: origin, position: b.found, playbookID: p.playbookID, version: p.version, body: body,
	})
	b.found++
	return nil
}

func (b *Batch) refuse(origin Origin, err error) {
	b.refusals = append(b.refusals, Refusal{
		Source: origin, Kind: KindUnreadable, Reason: "record " + err.Error(), position: b.found,
	})
	b.found++
}
