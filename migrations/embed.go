// Package migrations holds the schema of the database as numbered SQL files, and applies them.
//
// A file that was released is never changed; its head states what it costs and which locks it takes. schema.sql is the
// dump of the result, for reading and for review. The package does not know what the tables are used for.
package migrations

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

var (
	scripts = mustSub(files, "sql")
	latest  = greatestNumber(scripts)
)

// Latest is the version of the schema that this release expects: the number of its last migration.
func Latest() int64 { return latest }

func mustSub(fsys fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

func greatestNumber(fsys fs.FS) int64 {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil || len(names) == 0 {
		panic("migrations: no SQL files are embedded")
	}
	number, _, _ := strings.Cut(names[len(names)-1], "_")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		panic("migrations: a file name does not begin with its number: " + names[len(names)-1])
	}
	return n
}
