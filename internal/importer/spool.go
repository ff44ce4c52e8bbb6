package importer

import (
	"bufio"
	"fmt"
	"os"
)

// spool keeps the bodies of records in a temporary file without a name, so that the size of an import is bounded by the
// disk, and a source that changes or cannot be read twice does not matter.
type spool struct {
	file   *os.File
	writer *bufio.Writer
	size   int64
}

// span is where a body lies in the spool.
type span struct {
	offset int64
	length int
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "datastorage-import-")
	if err != nil {
		return nil, fmt.Errorf("temporary file for the import: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("temporary file for the import: %w", err)
	}
	return &spool{file: file, writer: bufio.NewWriterSize(file, 1<<16)}, nil
}

func (s *spool) add(body []byte) (span, error) {
	n, err := s.writer.Write(body)
	if err != nil {
		return span{}, fmt.Errorf("temporary file for the import: %w", err)
	}
	at := span{offset: s.size, length: n}
	s.size += int64(n)
	return at, nil
}

// flush has to be called between the last add and the first read.
func (s *spool) flush() error {
	if err := s.writer.Flush(); err != nil {
		return fmt.Errorf("temporary file for the import: %w", err)
	}
	return nil
}

// read is safe for concurrent use.
func (s *spool) read(at span) ([]byte, error) {
	body := make([]byte, at.length)
	if _, err := s.file.ReadAt(body, at.offset); err != nil {
		return nil, fmt.Errorf("temporary file for the import: %w", err)
	}
	return body, nil
}

func (s *spool) close() { _ = s.file.Close() }
